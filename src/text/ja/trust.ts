/** The same in Japanese. @module */

/** The texts. */
export const trust = {
  "trust.bundle": "{to} への暗号化したバンドル",
  "trust.plugin": "プラグイン {path}",
  "trust.plugin-runs": "プラグイン {path} (起動してよいもの: {programs})",
  "trust.plugin-any": "プラグイン {path} (どのプログラムも起動できます)",
  "trust.asked":
    "設定の読み取り: {file} はこのフォルダーで見つかり、プラグインやプログラムを起動します",
  "trust.hint":
    "内容を読み、いまの内容で許可するなら hikae config trust を実行してください (または --config {file} で指定)",
  "trust.one-file": "config trust: FILE が二つ以上あります",
  "trust.done": "{file} は変更されるまでこれらを起動できます",
  "trust.open": "設定の読み取り: {file} はほかの人が書き込めますが ({place})、あなたは root です",
  "trust.open-hint": "root 以外から {place} への書き込み権限を外してください",
} as const;
