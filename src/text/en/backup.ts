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
  "job.no-such-source": "{word} is no source of the job {job}",
  "job.which-source-hint": "name one of them: {names}",
  "backup.no-config": "backup --all: there is no config file",
  "backup.no-config-hint": "make one with hikae config init",
  "backup.all-and": 'backup: --all and "{word}"',
  "backup.all-and-hint":
    "--all stands for all jobs of the config file; remove it, or what is named beside it",
  "backup.vault-of-job": "backup: --vault chooses one of a job's vaults",
  "backup.vault-of-job-hint": "name the vault after the source: hikae backup SOURCE {vault}",
  "job.no-interval": "job: --interval is missing",
  "job.no-interval-hint": "type hikae job {words} --interval 10m",
  "backup.rules-wait": "note: {vault}: prune and cleanup wait until a run has ended well here",
  "job.run-failed": "run {run} failed with exit code {code}; the job goes on",
  "backup.changing": "read: the file kept changing while it was read",
  "backup.changing-hint":
    "the next run tries again; to catch it, back up from a file-system snapshot (--snapshot-source)",
  "backup.rot":
    "the content changed though size and times did not: the source may have rotted; the version before it is kept (hikae history VAULT PATH shows where)",
  "pattern.from-source": "patterns start from the source: write /{pattern}",
  "pattern.home": "patterns start from the source; ~ has no meaning in them",
  "pattern.drive": "patterns start from the source; they have no drive",
  "pattern.tag": "no entry has a / in its name: write the name of a file or directory alone",
  "pattern.slash": "patterns have / between names: write {pattern}",
  "backup.vault-in-disguise":
    "list: {path} is the vault itself under another name; leave it out with --exclude",
  "backup.source-no-dir": "open source: it is not a directory",
  "backup.source-no-dir-hint": "name the directory that holds it",
  "backup.source-in-vault": "backup: the source lies inside the vault",
  "backup.source-in-vault-hint": "name a vault that does not hold the source",
  "backup.vault-in-source": "the vault lies inside the source and is left out of the backup",
  "backup.vault-twice": "backup: one vault is named twice, or lies inside the other",
  "backup.vault-twice-hint": "name each vault once",
  "source.read": "read source: {problem}",
  "source.read-hint": "check that the directory is there and can be read; no vault was touched",
  "backup.not-verified": "a share of the vault could not be verified: {problem}",
  "backup.clock":
    "the clock says {now}, but the last run of this vault was at {last}: check the clock; until then each run is named one second after the one before (this one is {stamp})",
  "backup.mended": "repaired what the interrupted run {stamp} left",
  "backup.other-source":
    "the last run here was of {before} (on {host}), this one is of {source}: what that one had and this one does not have counts as deleted",
  "source.check-hint": "check that the source is there and can be read",
  "job.skipped": {
    one: "{n} run skipped: the one before took longer than the interval",
    other: "{n} runs skipped: the one before took longer than the interval",
  },
  "job.runs": { one: "{n} run", other: "{n} runs" },
  "job.incomplete": "{n} incomplete",
  "job.failed": "{n} failed",
  "job.skipped-count": "{n} skipped",
} as const;
