/** The same in Japanese. @module */

/** The texts. */
export const help = {
  "help.lead": "hikae はフォルダーの控えを、そのまま開ける形で、過去のすべての版とともに残します。",
  "help.start": "はじめに",
  "help.start-backup": "控えを作る、最新にする",
  "help.start-list": "いつ何をバックアップしたかを見る",
  "help.start-restore": "どの時点からでも取り戻す",
  "help.group-backup": "バックアップ",
  "help.group-look": "見る",
  "help.group-restore": "取り戻す",
  "help.group-tidy": "整理する",
  "help.group-automate": "自動化",
  "help.group-more": "その他",
  "help.all-commands": "コマンド",
  "help.details": "詳しくは 'hikae COMMAND --help'、全コマンドは 'hikae help --all'。",
  "help.usage": "使い方",
  "help.subcommands": "サブコマンド",
  "help.options": "オプション",
  "help.everywhere": "共通オプション",
  "help.examples": "例",
  "help.exit-codes": "終了コード",
  "help.job-for-vault":
    "VAULT には設定ファイルのジョブも書けます。読める最初の保管先か、--vault のものを使います。",
  "help.more": "共通オプションと終了コード: hikae {path} --help --all",
  "help.network-path":
    "  ネットワークのパス: 書き込みを守るのは hikae 自身の検査だけです (docs/security.md)",
} as const;
