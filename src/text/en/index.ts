/** What is said of index. @module */

/** The texts of this subject. */
export const index = {
  "index.damaged": "read index: {problem}",
  "index.damaged-hint":
    "hikae reindex VAULT rebuilds the index from the plain files; nothing else is lost",
} as const;
