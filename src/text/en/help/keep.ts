/** Help of commands: keep. @module */

/** The texts. */
export const keep = {
  "cleanup.summary": "remove deleted files, by age or by date",
  "cleanup.about":
    "Removes copies of files that are gone from the source, with the past generations of the same life of the file. What still exists in the source keeps its history. A JOB may stand for VAULT; its maxRetention holds where no rule is given.",
  "cleanup.flag-max-retention": "what was deleted longer ago than this (30d, 8w, 6mo, 1y)",
  "cleanup.flag-date":
    'what was deleted on this day (2026-11-21) or in this run ("2026-11-21 04:54:00")',
  "cleanup.flag-dry-run": "print what would go and why, write nothing",
  "cleanup.example-1": "see what a cleanup would remove",
  "cleanup.example-2": "remove it",
  "dedupe.summary": "share what a vault has twice",
  "dedupe.about":
    "A file that was stored twice shares its bytes afterwards, where the disk can: by blocks, or by a second name. Each pair is compared byte by byte before; no version and no record changes. It may be stopped at any moment and run again. Backups do the same for what is new (--share). See docs/sharing.md.",
  "dedupe.flag-share":
    "auto (default): marks, and names of one file; link: also living copies that agree in mode and time",
  "dedupe.flag-dry-run": "print what would be shared, write nothing",
  "dedupe.example-1": "see what it would free",
  "dedupe.example-2": "share it",
  "delete.summary": "remove single snapshots, with the versions nothing else needs",
  "delete.about":
    "A snapshot is named by its stamp, or as a point in time (docs/points.md). The newest one cannot be removed; what exists in the source never goes.",
  "delete.flag-dry-run": "print what would go and why, write nothing",
  "delete.example-1": "see what would go",
  "prune.summary": "remove snapshots by rule, with the versions nothing else needs",
  "prune.about":
    "A snapshot stays when any rule keeps it; the newest always stays. A version goes when no snapshot that stays needs it; what exists in the source never goes. A JOB's own rules (keep) hold where no rule is given. See docs/retention.md.",
  "prune.flag-keep-last": "keep the newest N snapshots",
  "prune.flag-keep-hourly": "keep the last one of each of N hours",
  "prune.flag-keep-daily": "keep the last one of each of N days",
  "prune.flag-keep-weekly": "keep the last one of each of N weeks",
  "prune.flag-keep-monthly": "keep the last one of each of N months",
  "prune.flag-keep-yearly": "keep the last one of each of N years",
  "prune.flag-keep-within": "keep all that are younger than this, seen from the newest",
  "prune.flag-keep-within-hourly": "keep hourly ones that are younger than this",
  "prune.flag-keep-within-daily": "keep daily ones that are younger than this",
  "prune.flag-keep-within-weekly": "keep weekly ones that are younger than this",
  "prune.flag-keep-within-monthly": "keep monthly ones that are younger than this",
  "prune.flag-keep-within-yearly": "keep yearly ones that are younger than this",
  "prune.flag-keep-min-versions":
    "keep the newest N versions of each file, regardless of other rules",
  "prune.flag-keep-deleted": "keep the last version of files deleted within this time",
  "prune.flag-snapshot-number": "the same as --keep-last",
  "prune.flag-dry-run": "print what would go and why, write nothing",
  "prune.example-1": "see what the rules keep",
  "prune.example-2": "remove what is older",
  "reindex.summary": "rebuild a vault's index from its plain files",
  "reindex.about":
    "The index lies in hikae's state directory and only makes answers fast; records, marks and metadata files hold all that it knows. Every command does this by itself when the index is damaged or missing. Nothing is written into the vault.",
  "reindex.example-1": "rebuild the index",
  "index.summary": "list or remove the indexes that this machine keeps of vaults",
  "index.about":
    "An index makes answers fast and lies in hikae's state directory, one for each vault. It is made again by itself when it is missing.",
  "index-list.summary": "the indexes on this machine: size, last use, vault",
  "index-list.about": "Lists every index with its size, when it was last used and its vault.",
  "index-list.example-1": "see what is kept",
  "index-clean.summary": "remove indexes that are not needed any more",
  "index-clean.about":
    "Removes the indexes of the vaults that are named, or those not used for a year. A vault whose drive is not plugged in keeps its index. The vaults are not touched.",
  "index-clean.flag-dry-run": "print what would go, remove nothing",
  "index-clean.example-1": "remove what was not used for a year",
  "index-clean.example-2": "remove the index of one vault",
  "restore.summary": "bring back files, or everything, as of any backup",
  "restore.about":
    "PATH is relative to the source and keeps its place below DIR. It may be a glob, and may name its own point in time as PATH@POINT (notes/todo.txt@3d); a path of that very name wins. What is there already is replaced when it differs (--overwrite). Links are made as they were and never followed. Without --at the newest finished backup is restored.",
  "restore.flag-at": 'as of this time: a stamp, latest~2, "2026-11-20 18:00", 3d',
  "restore.flag-to": "restore into DIR, which is made when missing",
  "restore.flag-in-place": "restore to where the files were backed up from",
  "restore.flag-overwrite":
    "what is there is replaced: always (when its content differs; the default), if-newer (when the backup is newer), if-changed (when size or time differ), never",
  "restore.flag-delete": "delete what the backup does not have, only below what is restored",
  "restore.flag-dry-run": "print what would be done, write nothing (-v: also what would stay)",
  "restore.flag-vanished":
    "list what was deleted; with --to or --in-place bring it back, as it was last",
  "restore.flag-since": "with --vanished: only what was deleted within this time",
  "restore.flag-verify": "read what was written again and compare its hash",
  "restore.flag-attributes":
    "also extended attributes, ACLs, capabilities and labels, where backups kept them",
  "restore.flag-owners":
    "as root: owners and set-id bits also from a vault that others than root may write",
  "restore.flag-force": "write damaged content too, as NAME.hikae-damaged",
  "restore.example-1": "everything, the newest",
  "restore.example-2": "one file as it was three days ago",
  "restore.example-3": "see what would change in the source",
  "restore.example-4": "see what was deleted in the last week",
} as const;
