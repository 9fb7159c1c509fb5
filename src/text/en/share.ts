/** What is said about contents that are shared. */
export const share = {
  "share.damaged":
    "the vault's copy of this content is damaged; the content was stored again from the source",
  "share.moved": {
    one: "{from} → {to}: {n} file moved",
    other: "{from} → {to}: {n} files moved",
  },
  "share.moved-more": {
    one: "{n} more file moved",
    other: "{n} more files moved",
  },
  "share.no-links":
    "this disk takes no hard links: the names of a file that has several are restored as files of their own",
  "share.with": "shared with {path}",
  "share.by-no-way":
    "this disk gives a file no second name and shares no blocks: every copy stays as it is",
  "share.refused": "the disk does not share it",
  "share.from": "from {path}",
  "share.n-moved": "{n} moved",
  "share.lives-on": "it was moved, and lives on as {path}",
} as const;
