/** What is said about a restore. */
export const restore = {
  "restore.others-dirs": {
    one: "{first} belongs to another user, and keeps its time and mode",
    other: "{n} directories belong to another user, and keep their times and modes ({first} first)",
  },
  "restore.owners":
    "others than root may write this vault: owners and set-id bits are not restored (--owners restores them)",
  "restore.link-hint-windows": "on Windows links need the developer mode or an administrator",
  "restore.link-hint-disk": "the file system there may not hold links; restore to another one",
  "restore.target-denied": "restore to a directory that you may write to, or as a user who may",
  "restore.busy": "close what has it open, or see who may write there, and restore it again",
  "restore.name-hint": "the file system there cannot hold this name; restore to another one",
  "restore.vault-denied": "run hikae as a user who may read the vault",
  "restore.failed": "restore: {problem}",
  "restore.target-in-vault": "restore: the target lies inside the vault",
  "restore.target-in-vault-hint": "name a directory outside the vault with --to",
  "restore.target-no-dir": "restore: the target is not a directory",
  "restore.target-no-dir-hint": "name a directory, or a place where one can be made, with --to",
  "restore.no-source": "restore: the vault does not say where its files came from",
  "restore.foreign-source":
    "restore: the files came from {source}, which is not a path on this system",
  "restore.no-source-hint": "name a directory with --to",
  "restore.damaged":
    "restore: the content in the vault is damaged (its hash is not the recorded one); not written",
  "restore.damaged-kept":
    "restore: the content in the vault is damaged; what is left of it is in {file}",
  "restore.damaged-force-hint":
    "try another snapshot, hikae verify --repair, or --force to get what is left",
  "restore.damaged-hint": "try another snapshot, or hikae verify --repair",
  "restore.reads-back": "verify: reading what was restored gives other content than was written",
  "restore.reads-back-hint": "check the target's disk, or restore to another one",
  "restore.dir-for-link": "restore: a directory stands where this link should be",
  "restore.move-away-hint": "move it away and restore again",
  "restore.vault-here": "restore: this place is the vault itself",
  "restore.elsewhere-hint": "restore into another directory",
  "restore.in-the-way": "restore: a {what} stands where this directory should be",
  "restore.in-the-way-hint": "remove it, or restore the directory itself, which replaces it",
  "restore.kept-in-the-way":
    "restore: a {what} stands where this directory should be, and --overwrite {overwrite} keeps it",
  "restore.kept-in-the-way-hint":
    "nothing below it was restored; use --overwrite always, or move it away",
  "restore.vault-now": "restore: a vault lies at this place now",
  "restore.vault-now-hint": "nothing is written into it; restore into another directory",
  "restore.fewer": {
    one: "restore: {n} entry of this directory went out of the vault's history meanwhile",
    other: "restore: {n} entries of this directory went out of the vault's history meanwhile",
  },
  "restore.fewer-hint": "restore again when nothing else is at work in the vault",
  "restore.full-dir": "restore: a directory with something in it is in the way",
  "restore.full-dir-hint": "move it away, or restore the directory that it lies in with --delete",
  "restore.link-damaged": "restore: the link's record in the vault is damaged",
  "restore.link-damaged-hint": "see hikae verify; another snapshot may have it",
  "restore.version-gone":
    "restore: the vault does not have this version any more (removed by cleanup or prune, or lost)",
  "restore.version-gone-hint": "hikae history shows the versions that are there",
  "restore.content-missing": "restore: the content is not in the vault",
  "restore.content-missing-hint": "see hikae verify; another snapshot may have it",
  "restore.no-record": "this vault has no record of a run; its current files are restored",
  "restore.interrupted":
    "run {stamp} was interrupted; what it did not finish is restored as of the run before",
  "restore.unknown-since": {
    one:
      "{n} version may belong to {stamp}, but no record says since when; it is not restored (see hikae history)",
    other:
      "{n} versions may belong to {stamp}, but no record says since when; they are not restored (see hikae history)",
  },
  "restore.partial": "restore: run {stamp} could not back this up",
  "restore.reason-set": "the same content; times or mode are set",
  "restore.reason-same": "already the same",
  "restore.reason-older": "the backup is not newer",
  "restore.reason-never": "--overwrite never",
  "restore.target-gone": "restore: the directory is gone",
  "restore.target-gone-hint": "check what else uses the target, and restore again",
  "restore.in-the-way-of": "restore: a {what} stands where the directory {path} should be",
  "restore.in-the-way-of-hint": "nothing is written through it; remove it and restore again",
  "restore.name-unfit": "restore: this system cannot hold the name, {why}",
  "restore.name-unfit-hint": "restore it on a system that can, or copy it out with hikae cat",
  "restore.name-forged-hint": "the vault's records are damaged or forged; see hikae verify",
  "restore.two-points": 'restore: "{path}" is asked for as of {one} and of {other}',
  "restore.two-points-hint": "restore them one after the other, each into its own directory",
  "restore.near-path":
    "paths are relative to the source; hikae history VAULT PATH shows when it was there and where its versions are, hikae find VAULT NAME looks for a name",
  "restore.stopped-full-hint":
    "make room or choose another place, and restore again; what is restored stays",
  "restore.stopped-hint": "choose another place, and restore again; what is restored stays",
  "restore.preview": {
    one: "restoring into {target}: {n} entry is overwritten, {gone} deleted",
    other: "restoring into {target}: {n} entries are overwritten, {gone} deleted",
  },
  "restore.left-alone": {
    one: "{n} entry that no backup looks at was not deleted",
    other: "{n} entries that no backup looks at were not deleted",
  },
  "restore.no-path": "restore: the vault has no such path",
  "restore.no-path-in": "restore: snapshot {stamp} has no such path",
} as const;
