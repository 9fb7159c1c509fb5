/** What is said of look. @module */

/** The texts of this subject. */
export const look = {
  "browse.no-content": "there is no such content",
} as const;
