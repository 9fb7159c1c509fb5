/** What is said about a backup: notes, errors, hints. */
export const backup = {
  "backup.interrupted-hint": "interrupted; finished files are kept, run it again to continue",
  "backup.overran": "backup: ended after {limit}, the limit of --max-duration",
  "backup.overran-hint": "finished files are kept, the next run continues; a share that does not " +
    "answer is the usual reason",
} as const;
