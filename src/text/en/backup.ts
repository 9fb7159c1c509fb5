/** What is said about a backup: notes, errors, hints. */
export const backup = {
  "backup.interrupted-hint": "interrupted; finished files are kept, run it again to continue",
} as const;
