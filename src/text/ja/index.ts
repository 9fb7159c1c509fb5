/** The same in Japanese. @module */

/** The texts. */
export const index = {
  "index.damaged": "索引を読めません: {problem}",
  "index.damaged-hint":
    "hikae reindex VAULT で元のファイルから索引を作り直せます。ほかに失うものはありません",
} as const;
