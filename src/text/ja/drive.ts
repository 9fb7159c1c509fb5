/** The same in Japanese. @module */

/** The texts. */
export const drive = {
  "drive.moved": "保管先 {given} は今 {place} にあります。ドライブの文字が変わりました",
  "drive.alike": "保管先を開けません: {given} になく、同じ ID の保管先が {place} にあります",
  "drive.alike-hint":
    "コピーかもしれません。これが保管先なら、コマンドかジョブの vaults に {place} と書いてください",
} as const;
