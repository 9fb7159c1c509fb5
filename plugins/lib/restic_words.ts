/** The words of `hikae:restic`. @module */

import { sayer, wordings } from "./words.ts";

/** What it is and what its options mean. */
export const ABOUT = wordings({
  en: {
    description: "brings a finished vault into a restic repository",
    repository: "where the repository is, as restic writes it: /disk/repo, sftp:…, s3:…, rest:…",
    passwordEnv: "the environment variable that holds its password",
    passwordFile: "a file that holds the password, instead",
    passwordCommand: "a command that prints the password, instead",
    password: 'the password itself, only with "insecure": true',
    insecure: "true: the password may stand in the config, where everybody who reads it has it",
    env: "further variables that restic needs, such as AWS_ACCESS_KEY_ID",
    init: "true: make the repository when there is none",
    tags: "tags besides those of the vault, the host and the job",
    keep: "which snapshots stay, instead of the job's keep",
    forget: '"never": remove no snapshots, as in a repository that may only be added to',
    prune: '"never": leave it to somebody else to remove data (default: once a week at most)',
    check:
      'how often to check it and how much of the data (default { "every": 30, "sample": "1%" })',
    exclude: "patterns of restic for what of the vault to leave out",
    limitUpload: "at most so many KiB a second up",
    limitDownload: "at most so many KiB a second down",
    lockWait: "how long to wait for the lock of another client (default 1m)",
    vault: "which vault, its absolute path (default: the first of the run that went well)",
    on: "the outcomes after which to do it (default done and incomplete)",
    restic: 'the program (default "restic")',
    args: "more arguments for restic, as -o=sftp.command=…",
  },
  ja: {
    description: "終わった保管先を restic のリポジトリに入れます",
    repository: "リポジトリの場所。restic の書き方で: /disk/repo、sftp:…、s3:…、rest:…",
    passwordEnv: "そのパスワードが入った環境変数の名前",
    passwordFile: "代わりに、パスワードが入ったファイル",
    passwordCommand: "代わりに、パスワードを出力するコマンド",
    password: 'パスワードそのもの ("insecure": true のときだけ)',
    insecure: "true: パスワードを設定に書くことを許す。設定を読める人はだれでも知ることになります",
    env: "restic に必要なほかの環境変数 (例: AWS_ACCESS_KEY_ID)",
    init: "true: リポジトリがなければ作る",
    tags: "保管先、ホスト、ジョブのほかに付けるタグ",
    keep: "残すスナップショット (ジョブの keep の代わり)",
    forget: '"never": スナップショットを消さない (追加しかできないリポジトリなど)',
    prune: '"never": データの削除はほかに任せる (既定は多くて週に一度)',
    check: '検査の間隔とデータの割合 (既定は { "every": 30, "sample": "1%" })',
    exclude: "保管先から除外するものの、restic のパターン",
    limitUpload: "送信の上限 (KiB/秒)",
    limitDownload: "受信の上限 (KiB/秒)",
    lockWait: "ほかのクライアントのロックを待つ時間 (既定は 1m)",
    vault: "どの保管先か、絶対パスで (既定はその実行でうまく終わった最初のもの)",
    on: "入れることになる結果 (既定は done と incomplete)",
    restic: 'プログラム (既定は "restic")',
    args: "restic への追加の引数 (例: -o=sftp.command=…)",
  },
});

/** What it says. */
export const TEXTS = wordings({
  en: {
    "taken": "{vault} is in the repository as {snapshot} ({size} added, {s} s)",
    "nothing-forgotten": "{unread}; nothing was forgotten",
    "no-repository":
      'there is no repository at {repository}: make it with restic init, or set "init": true',
    "only-added":
      '{why}. A repository that may only be added to wants "forget": "never" in the options',
    "pruned": "the repository is pruned",
    "check-failed": "the check of the repository did not succeed: {why}",
    "checked": "the repository is checked ({sample} of the data)",
    "set-repository": 'no repository: set the option "repository" to what restic calls it',
    "set-password":
      'no password: set one of the options "passwordEnv", "passwordFile", "passwordCommand"',
    "open-password":
      'the option "password" stands in the config for everybody to read: use "passwordEnv", or add "insecure": true',
    "odd-wait": 'the option "lockWait" is "{given}"; write it like 30s or 5m',
    "no-version": "{program} does not say which version it is: {said}",
    "wrong-password": "the password is wrong, or the repository has no key for it",
    "unread": "some files could not be read: {said}",
    "was-interrupted": "it was interrupted",
    "somebody": "somebody",
    "since": "{who}, since {time}",
    "locked": "the repository is locked by {who}; waited {s} s",
    "unlock": "{held}. If no process {pid} runs here any more, remove its lock: restic unlock",
    "all-the-time": "{vault} was written to all the time; the snapshot {snapshot} may mix two runs",
    "again": "a run came between; taking the snapshot again",
    "no-snapshot": "restic backup did not say which snapshot it made",
  },
  ja: {
    "taken": "{vault} をリポジトリに {snapshot} として入れました ({size} 追加、{s} 秒)",
    "nothing-forgotten": "{unread}。スナップショットは消していません",
    "no-repository":
      '{repository} にリポジトリがありません。restic init で作るか、"init": true を書いてください',
    "only-added":
      '{why}。追加しかできないリポジトリには、オプションに "forget": "never" を書いてください',
    "pruned": "リポジトリの不要なデータを削除しました",
    "check-failed": "リポジトリの検査がうまくいきませんでした: {why}",
    "checked": "リポジトリを検査しました (データの {sample})",
    "set-repository":
      'リポジトリがありません。オプション "repository" に restic の書き方で書いてください',
    "set-password":
      'パスワードがありません。オプション "passwordEnv"、"passwordFile"、"passwordCommand" のどれかを書いてください',
    "open-password":
      'オプション "password" は設定を読めるだれもが読めます。"passwordEnv" を使うか、"insecure": true を加えてください',
    "odd-wait": 'オプション "lockWait" が "{given}" です。30s や 5m のように書いてください',
    "no-version": "{program} のバージョンが分かりません: {said}",
    "wrong-password": "パスワードが違うか、リポジトリにその鍵がありません",
    "unread": "読めないファイルがありました: {said}",
    "was-interrupted": "中断されました",
    "somebody": "だれか",
    "since": "{who}、{time} から",
    "locked": "リポジトリは {who} がロックしています ({s} 秒待ちました)",
    "unlock":
      "{held}。プロセス {pid} がもう動いていなければ、restic unlock でロックを外してください",
    "all-the-time":
      "{vault} がずっと書き込まれていました。スナップショット {snapshot} には二つの実行が混ざっているかもしれません",
    "again": "途中で実行がありました。スナップショットを取り直します",
    "no-snapshot": "restic backup がどのスナップショットを作ったか分かりません",
  },
});

/** Says it. */
export const say = sayer(TEXTS);
