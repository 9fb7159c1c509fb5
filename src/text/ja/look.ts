/** The same in Japanese. @module */

/** The texts. */
export const look = {
  "browse.no-content": "そのような内容はありません",
  "browse.no-backup": "バックアップ {stamp} はありません",
  "look.cat-directory": "cat: フォルダーです",
  "look.cat-directory-hint": "中身は hikae ls VAULT PATH で見られます",
  "look.cat-gone": "cat: 内容は {stamp} で保管先から除かれました",
  "look.cat-gone-hint": "残っている版は hikae history VAULT PATH で見られます",
  "look.cat-link": "cat: {target} へのシンボリックリンクです",
  "look.cat-link-hint": "リンク先のファイルを指定してください",
  "look.link-unreadable": "読めないもの ({problem})",
  "look.cat-maybe":
    "この内容がその時点にあったかどうかは、それを示す記録が失われているため分かりません",
  "look.cat-missing": "cat: 内容が保管先にありません",
  "look.cat-missing-hint": "ほかに何が欠けているかは hikae verify VAULT で分かります",
  "look.cat-failed": "cat: 読めません: {problem}",
  "look.cat-damaged": "cat: 出力したものは、バックアップしたものと違います",
  "look.cat-damaged-hint":
    "保管先のコピーが壊れています。バックアップ元にまだあれば hikae verify VAULT --repair で修復できます。ほかの版は hikae history VAULT PATH で見られます",
  "look.history-none": "history: そのようなパスが保管先にあったことはありません",
  "look.near-name": "パスはバックアップ元からの相対パスです。名前で探すには hikae find VAULT NAME",
  "look.history-directory":
    "フォルダーです。中身は hikae ls VAULT PATH、過去の中身も hikae find VAULT 'PATH/**' で見られます",
  "look.records-lost": "実行の記録が失われています。保管先にいまあるものを示します",
  "look.interrupted": "{stamp} は中断しました。前からあったものと、終わった分を示します",
  "look.maybe-more":
    "ほかに {count} 個がそのときあったかもしれません。それを示す記録が失われています",
  "look.path-outside": "パスを読めません: バックアップ元の外に出ます",
  "look.path-outside-hint": "パスはバックアップ元からの相対パスで、名前を / で区切ります",
  "look.no-path": "{action}: スナップショット {stamp} にそのようなパスはありません",
  "look.near-path":
    "いつあったかは hikae history VAULT PATH、どこにあるかは hikae find VAULT NAME で分かります",
  "look.point-hint": 'PATH@POINT は restore 用です: hikae {action} VAULT "{name}" --at "{point}"',
  "look.never-path": "{action}: そのようなパスが保管先にあったことはありません",
} as const;
