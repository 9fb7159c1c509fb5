/** What is said about logs of runs, and about runs that nobody watches. */
export const log = {
  "log.not-written": "note: the log could not be written: {problem}",
  "log.not-told": "note: could not tell the desktop: {problem}",
  "log.ended-silently": "the run ended without a word (exit code {code})",
  "log.rules-failed": "the backup is done; what the job does after it failed (prune or cleanup)",
  "log.overdue-title": "No backup of {job} for {age}",
  "log.overdue-text": "The last run {result}: {message}. See: hikae status {job}",
  "log.never-title": "{job} was never backed up",
  "log.event": "hikae: backup of {job} {result} (exit code {exit}): {message}; log: {log}",
  "log.no-reason": "no reason known",
  "log.no-drive": "the drive {drive} is not there; nothing to do",
  "limit.not-one": '{flag}: "{given}" is not a limit of time',
  "limit.not-one-hint": "write it like 90m, 6h or 3d; 0 for no limit",
} as const;
