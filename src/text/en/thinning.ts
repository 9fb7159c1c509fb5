/** What is said of a line of `prune`, `delete` or `cleanup` that cannot be. */
export const thinning = {
  "thinning.same-rule": "prune: --snapshot-number and --keep-last mean the same",
  "thinning.same-rule-hint": "give one of them",
  "thinning.no-rule": "prune: no rule says what to keep",
  "thinning.no-rule-hint":
    "type for example hikae prune VAULT --keep-last 7 --keep-daily 14 --keep-monthly 12",
  "thinning.no-snapshot": "delete: name the snapshots to delete",
  "thinning.no-snapshot-hint": "type hikae delete {vault} SNAPSHOT (hikae list {vault} shows them)",
  "thinning.no-date": 'cleanup: --date "{given}" is not a date',
  "thinning.no-date-hint": 'write it like 2026-11-21 or "2026-11-21 04:54:00"',
  "thinning.one-rule": "cleanup: --max-retention or --date, {how}",
  "thinning.one-rule-hint":
    "type hikae cleanup VAULT --max-retention 90d, or hikae cleanup VAULT --date 2026-11-21",
} as const;
