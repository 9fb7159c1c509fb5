/** The same in Japanese. @module */

/** The texts. */
export const starter = {
  "starter.head":
    "hikae が何をどこへバックアップするか。キーの説明は docs/config.md にあります。\nJSON Schema に対応したエディターなら、補完と検査ができます。見直したら:",
  "starter.check": "フォルダーはあるか、書き間違いはないか",
  "starter.backup": "すべてのジョブをバックアップ",
  "starter.defaults": "下のジョブが同じキーを書いていないときの規則です。",
  "starter.exclude": "除外するもの (gitignore の書き方)。",
  "starter.generations": "ファイルごとに残す古い内容の数 (書かなければすべて):",
  "starter.retention": "実行が成功した後、これより前に削除されたファイルを整理します:",
  "starter.keep": "実行が成功した後、次のスナップショットを残し、ほかを消します:",
  "starter.paths":
    "パスでは ~ と環境変数 ({variables}) が展開されます。相対パスは\nこのファイルのフォルダーから始まります。Windows では / か、\\ を 2 つ書きます。",
  "starter.other-drive":
    "別のドライブです。NAS の共有フォルダーがあれば 2 つ目の保管先にしてください。",
  "starter.no-drive":
    "別のドライブは見つかりませんでした。変えてください。同じディスクでは、壊れたとき控えも失われます。",
  "starter.init": "キーの説明は docs/config.md に。hikae config check で検査できます。",
} as const;
