/** The same in Japanese. @module */

/** The texts. */
export const records = {
  "record.end-missing": "実行 {stamp} の記録が壊れています: 終わりがありません",
  "record.missing": "実行 {stamp} の記録がありません",
  "record.missing-hint":
    "保管先の別のコピーから戻してください。なければ、その実行はもうスナップショットではありません",
  "record.damaged": "実行 {stamp} の記録が壊れています: {what}",
  "record.head-unreadable": "最初の行を読めません",
  "record.lines-unreadable": "読めない行が {count} 行あります",
} as const;
