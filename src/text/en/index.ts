/** What is said about the index of a vault at home. @module */

/** The texts of this subject. */
export const index = {
  "index.damaged": "read index: {problem}",
  "index.damaged-hint":
    "hikae reindex VAULT rebuilds the index from the plain files; nothing else is lost",
  "index.in-memory":
    "the index of this vault is in memory: the backup works with one thread, and " +
    "the next run builds the index again",
  "index.unseen":
    "part of the vault could not be seen, so what was replaced or deleted there may be told as it was before; nothing is removed for it, and each command looks again until all can be seen",
  "index.remade":
    "the index of this vault had a problem ({cause}); it was rebuilt from the records",
  "index.not-written": "the index could not be written ({cause}); the next run does it",
  "index.reads-again": {
    one: "what the last run saw of the source is not known on this machine: {n} file is read again",
    other:
      "what the last run saw of the source is not known on this machine: {n} files are read again",
  },
  "index.state-is-source":
    "the source is hikae's own state directory, which changes while it is read; nothing of it is needed to restore",
  "index.state-in-source": "hikae's own state directory is inside the source and is left out",
  "index.not-yours":
    "the state directory belongs to another user: nothing is kept there, the index " +
    "is built in memory each time and files are compared with the records alone",
  "index.list-none": "no index is kept on this machine",
  "index.list-head": "      size  last used         vault",
  "index.clean-named": "named",
  "index.clean-unused": "not used for a year",
  "index.none-of": "index clean: no index of this vault is kept on this machine",
  "index.none-of-hint": "hikae index list shows those that are",
  "index.cleaned": { one: "{n} index removed", other: "{n} indexes removed" },
  "index.unproven":
    "snapshot {stamp} cannot be proven: its record is damaged; what is shown may be incomplete",
  "index.unproven-hint": "hikae verify VAULT shows which record is damaged",
  "index.doubtful":
    "the record of {stamp} is damaged: times, modes and owners that it tells stand in {asked} too, and may be wrong",
  "index.out-of-order": "its rows are not in order",
  "index.dirs-missing": "directories are missing in it",
} as const;
