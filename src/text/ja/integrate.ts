/** The same in Japanese. @module */

/** The texts. */
export const integrate = {
  "integrate.entry": "バージョン",
  "integrate.added": "{title} の右クリックに「{entry}」を加えました",
  "integrate.removed": "{title} から項目を取り除きました",
  "integrate.in-explorer": "Windows 11 では「その他のオプションを確認」の中にあります",
  "integrate.in-nautilus": "「スクリプト」の中にあります",
  "integrate.in-finder": "「クイックアクション」の中にあります",
  "integrate.unknown": "integrate: 「{name}」というファイル マネージャーはありません",
  "integrate.unknown-hint": "名前は {names}",
  "integrate.elsewhere": "integrate: {title} はこのシステムのものではありません",
  "integrate.elsewhere-hint":
    "hikae integrate --for {name} --print でファイルとコマンドが表示されます",
  "integrate.none": "integrate: このシステムのファイル マネージャーには対応していません",
  "integrate.waits":
    "対応するファイル マネージャーが見つかりません。GNOME Files、Dolphin、Nemo を入れると項目が表示されます",
  "integrate.odd-program": "integrate: ファイル マネージャーは {path} を起動できません",
  "integrate.odd-program-hint": "パスに「%」のない場所に hikae を置いてください",
  "integrate.not-ours": "integrate: このファイルは hikae のものではありません",
  "integrate.not-ours-hint": "先に移すか、--for でほかのファイル マネージャーを指定してください",
} as const;
