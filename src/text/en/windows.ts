/** What is said about Windows alone. */
export const windows = {
  "windows.lost-letters": "{program}: its answer is not in UTF-8, and letters of it are lost",
  "windows.lost-letters-hint": "write shares by their names (//nas/backup) in the config",
  "windows.lost-share": "the share of the mapped drive {letter} is {path}, with letters lost",
  "windows.quote": "leave out the backslash before the closing quotation mark: it came as {given}",
} as const;
