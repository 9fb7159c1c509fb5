/** The same in Japanese. @module */

/** The texts. */
export const place = {
  "place.remote": "{text} はリモートのアドレスのようです。hikae はフォルダーを扱います",
  "place.remote-url": "{text} は URL です。hikae はフォルダーを扱います",
  "place.remote-hint":
    "マウントして (rclone mount、sshfs、システムのネットワークドライブ) そのパスを指定するか、ローカルの保管先へバックアップし、プラグイン hikae:replicate か hikae:restic で写してください。この名前のフォルダーなら {plain} と書いてください",
  "place.file-url-hint": "パスだけを書いてください: {path}",
  "place.windows-path": "{text} は Windows のパスですが、ここは Windows ではありません",
  "place.windows-path-hint":
    "このシステムのパスで書いてください。この名前のフォルダーなら {plain} と書いてください",
  "place.variable": "環境変数 {name} が正しい UTF-8 ではありません",
  "place.variable-hint": "正しい UTF-8 のパスを {name} に設定してください",
  "place.cwd": "作業フォルダーがわかりません: {problem}",
  "place.cwd-gone": "作業フォルダーがわかりません: 削除されています",
  "place.cwd-hint": "別のフォルダーへ移ってから実行してください",
  "place.parents-missing":
    "保管先を作れません: {parent} がありません。ドライブはつながっていますか?",
  "place.parents-missing-hint":
    "ドライブをつなぐか共有フォルダーに接続して、もう一度実行してください。このディスクに作るなら --init を付けてください",
  "place.first-backup-makes-it": "保管先 {vault} はまだありません。最初のバックアップで作られます",
  "place.not-expanded": "{text}: {what} は別のシェルの書き方なので、そのまま渡されました",
  "place.not-expanded-posix": "{text}: {what} が展開されずにそのまま渡されました",
  "place.posix-hint":
    "二重引用符で、または引用符なしで {path} と書いてください。この名前のフォルダーなら {plain} と書いてください",
  "place.home-hint": "cmd では %USERPROFILE%{path}、PowerShell では $HOME{path} と書いてください",
  "place.cmd-hint": "cmd では %{name}%{rest} と書いてください",
  "place.powershell-hint": "PowerShell では $env:{name}{rest} と書いてください",
  "place.quotes-hint": 'cmd で使えるのは二重引用符だけです: "..." と書いてください',
  "place.no-drive": "{text} にはドライブ名がなく、{path} になります",
  "place.no-drive-hint": "ドライブ名を付けて {path} か、意図したドライブで書いてください",
  "place.open": "{what} を開けません: {problem}",
  "place.no-directory": "そのようなフォルダーはありません",
  "place.source-hint": "フォルダーがあり、読めるか確認してください。保管先には触れていません",
  "place.kept-out": "開けません: サンドボックスはこの場所に入れません",
  "place.kept-out-hint": "/dev、/proc、/sys 以外のフォルダーを指定してください",
  "place.all-permissions": "ネットワークのパスを開けません: Deno にはすべての権限が必要です",
  "place.all-permissions-hint":
    "チェックアウトから deno run -A --no-prompt main.ts で起動してください",
  "place.dead-link": "パスをたどれません: シンボリックリンクの先がありません",
  "place.dead-link-hint": "リンクを消すか、リンク先を作ってください",
  "place.resolve": "パスをたどれません: {problem}",
  "place.odd-name": "パスをたどれません: {problem}: {name}",
  "place.other-hint": "別の場所を指定してください",
  "place.denied-hint": "見ることのできる場所を指定するか、見られるユーザーで実行してください",
  "place.no-share": "パスをたどれません: 共有フォルダー {path} が応答しません",
  "place.no-share-hint": "接続してから、もう一度実行してください",
  "place.drive-missing": "パスをたどれません: ドライブ {path} がありません",
  "place.drive-missing-hint": "ドライブをつなぐか、別の場所を指定してください",
  "place.make": "{path} を作れません: {problem}",
  "place.file-in-the-way": "同じ場所にファイルがあります",
  "place.make-hint": "自分でフォルダーを作るか、別の場所を指定してください",
  "place.outside-sandbox": "開けません: サンドボックスは /dev、/proc、/sys に入れません",
  "place.outside-sandbox-hint":
    "別のフォルダーを指定してください (/dev/shm の代わりには自分の tmpfs をマウント)",
  "place.checkout-hint": "チェックアウトから deno run -A --no-prompt main.ts で起動してください",
} as const;
