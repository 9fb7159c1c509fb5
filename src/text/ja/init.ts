/** The same in Japanese. @module */

/** The texts. */
export const init = {
  "init.welcome":
    "最初のバックアップを設定します。Enter で [ ] の答え、q で終了。最後の質問まで何も書きません。",
  "init.source": "何をバックアップしますか (フォルダー)",
  "init.vault": "どこへ保管しますか (別のドライブや共有のフォルダー)",
  "init.when": "いつ行いますか (時刻 21:00、hourly、login、no)",
  "init.exclude": "何を除外しますか (パターンをコンマ区切り、または none)",
  "init.keep": "過去の版をどれだけ残しますか (usual: 直近 7・14 日・8 週・12 か月、または all)",
  "init.tell": "失敗をどこに知らせますか (desktop、Webhook のアドレス https://…、no)",
  "init.same-disk":
    "このフォルダーはバックアップ元と同じディスクにあります。ディスクが壊れると両方失います。それでも使いますか (はい y / いいえ n)",
  "init.write": "{file} にこれを書いて始めますか (はい y / いいえ n)",
  "init.left": "終了しました。何も書いていません",
  "init.again": "{problem}もう一度入力してください。",
  "init.no-answer": "答えが必要です。",
  "init.no-folder": "{path} はフォルダーではありません。",
  "init.vault-in-source": "控えは、控えるものの中には置けません。",
  "init.source-in-vault": "このフォルダーは控えの場所の中にあります。",
  "init.no-notifier": "{program} がインストールされていないため、通知を表示できません。",
  "init.no-time": '"{text}" は時刻・hourly・login・no のどれでもありません。',
  "init.no-choice": "{choices} で答えてください。",
  "init.exists": "init: 設定は既にあります",
  "init.exists-hint":
    "編集するか、hikae config check を参照してください。別の設定は hikae config init FILE で作れます",
  "init.no-place": "init: 設定の場所が分かりません",
  "init.no-place-hint": "HOME を設定してください (Windows では APPDATA)",
  "init.wrote": "{file} を書きました",
  "init.added": "{file} にジョブ {job} を加えました",
  "init.backup": "最初のバックアップ:",
  "init.no-backup":
    "最初のバックアップはできませんでした。{file} の誤りを直してから 'hikae backup {job} --init' を実行してください",
  "init.no-schedule":
    "スケジュールを登録できませんでした。自分で 'hikae backup {job}' を実行するか、hikae schedule doctor を参照してください",
  "init.drill": "練習として {path} を復元しました: 元と同じです",
  "init.drill-differs": "練習として {path} を復元しました: 元と違います",
  "init.drill-nothing": "練習として復元するファイルがありません",
  "init.next": "状態は hikae status、バックアップの中身は hikae serve --open で見られます",
} as const;
