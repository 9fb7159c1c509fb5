/** The same in Japanese. @module */

/** The texts. */
export const dirs = {
  "dirs.versions": "版 {n} 個を削除",
  "dirs.dirs": "フォルダー {n} 個",
  "dirs.more": "ほかにフォルダー {n} 個 ({size})",
  "dirs.all-paths": "パスは {n} 個です。-v ですべて表示します",
} as const;
