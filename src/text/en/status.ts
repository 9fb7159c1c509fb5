/** What `status` says. */
export const status = {
  "status.first-backup": "the first backup makes it: hikae backup {job}",
  "status.not-there": "it is not there",
} as const;
