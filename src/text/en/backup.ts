/** What is said about a backup: notes, errors, hints. */
export const backup = {
  "backup.interrupted-hint": "interrupted; finished files are kept, run it again to continue",
  "backup.overran": "backup: ended after {limit}, the limit of --max-duration",
  "backup.overran-hint": "finished files are kept, the next run continues; a share that does not " +
    "answer is the usual reason",
  "backup.case-differs":
    "the exclude pattern {pattern} does not leave this out: only the letter case differs, and this disk tells upper from lower case",
  "backup.to-what": "backup --to: missing SOURCE",
  "backup.to-hint": "type hikae backup SOURCE… --to DIR",
  "backup.to-twice": "backup --to: {source} and {other} would both go into {name}",
  "backup.to-twice-hint": "back one of them up by itself, into another vault",
  "job.which-source": "{job} has several sources",
  "job.which-source-hint": "name one of them: {names}",
} as const;
