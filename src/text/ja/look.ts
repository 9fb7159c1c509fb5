/** The same in Japanese. @module */

/** The texts. */
export const look = {
  "browse.no-content": "そのような内容はありません",
} as const;
