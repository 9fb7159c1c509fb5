/** The same in Japanese. @module */

/** The texts. */
export const share = {
  "share.damaged":
    "保管先にあるこの内容のコピーが破損しています。内容はバックアップ元から改めて保存しました",
  "share.moved": "{from} → {to}: {n} ファイルを移動",
  "share.moved-more": "ほかに {n} ファイルを移動",
  "share.no-links":
    "このディスクはハードリンクを作れません。複数の名前を持つファイルは、名前ごとに別のファイルとして復元されます",
  "share.with": "{path} と共有",
  "share.by-no-way":
    "このディスクはハードリンクを作れず、ブロックも共有できません。コピーはどれもそのまま残ります",
  "share.refused": "このディスクでは共有できません",
  "share.from": "移動元 {path}",
  "share.n-moved": "移動 {n}",
  "share.lives-on": "移動されたもので、{path} として存在します",
} as const;
