/** The same in Japanese. @module */

/** The texts. */
export const setup = {
  "setup.title": "バックアップを設定する",
  "setup.about":
    "内容を確かめるまで何も書かれません。フォルダーとバックアップの置き場所を選べば、ほかはそのままで構いません。",
  "setup.source": "何をバックアップしますか?",
  "setup.other-source": "ほかのフォルダー (完全なパス)",
  "setup.drive": "どこへ置きますか?",
  "setup.other-vault": "バックアップを置くほかのフォルダー (完全なパス)",
  "setup.no-drive":
    "ドライブが接続されていません。接続してこのページを読み込み直すか、フォルダーを入力してください。",
  "setup.choose": "選んでください",
  "setup.when": "どのくらいの頻度で?",
  "setup.daily": "毎日",
  "setup.hourly": "毎時",
  "setup.login": "ログイン時",
  "setup.never": "自分で始めるときだけ",
  "setup.time": "時刻 (毎日の場合)",
  "setup.exclude": "何を除外しますか? パターンをコンマで区切ります",
  "setup.keep": "過去の版をどれだけ残しますか?",
  "setup.keep-usual": "通常: 最新 7、14 日、8 週、12 か月",
  "setup.keep-all": "すべて",
  "setup.next": "何が行われるかを見る",
  "setup.plan": "次のことを行います",
  "setup.writes": "{file} にこう書きます:",
  "setup.same-disk":
    "このフォルダーは保存元と同じディスクにあります。ディスクが壊れると両方失われます。それでも使います。",
  "setup.same-disk-no":
    "バックアップの置き場所が保存元と同じディスクにあり、それでよいと確認されていません。",
  "setup.begin": "設定して最初のバックアップを始める",
  "setup.change": "答えを変える",
  "setup.exists":
    "hikae serve を始めたフォルダーに別の設定があります: {file}。ここでは変更しません。",
  "setup.exists-next":
    "別のフォルダーで hikae serve を始めるか、エディターでジョブを加えてください。hikae config check で確かめられます。",
  "setup.adds": "{file} に次を加えます。ほかの部分はそのままです:",
  "setup.changed": "ページが示した後に設定が変わりました。もう一度見てください。",
  "setup.vault-taken":
    "{path} はバックアップ {job} の置き場所です。別のフォルダーを選んでください。",
  "setup.running": "最初のバックアップを実行中です",
  "setup.done": "バックアップを設定しました",
  "setup.failed": "設定は最後まで進みませんでした",
  "setup.files": "{n} ファイル、{size}",
  "setup.percent": "{n} ファイル、{size} の {percent}%",
  "setup.waits": "このページは進み具合を示し、自動で進みます。",
  "setup.look": "バックアップを見る",
  "setup.problems": "このままではできません",
  "setup.outside":
    "{path} はホームと取り外せるドライブの外にあります。端末の hikae init で設定してください。",
  "setup.not-empty":
    "{path} にはほかのファイルがあります。空の、または新しいフォルダーを選んでください。",
  "setup.not-read": "{path} は設定にそのまま書けません。hikae config init を使ってください。",
  "setup.link": "バックアップを設定する",
} as const;
