/** What is said of records. @module */

/** The texts of this subject. */
export const records = {
  "record.end-missing": "the record of run {stamp} is damaged: its end is missing",
  "record.missing": "the record of run {stamp} is missing",
  "record.missing-hint":
    "put it back from another copy of the vault; without it the run is not a snapshot any more",
  "record.damaged": "the record of run {stamp} is damaged: {what}",
  "record.head-unreadable": "its first line cannot be read",
  "record.lines-unreadable": "{count} of its lines cannot be read",
} as const;
