/** What is said about extended attributes, ACLs, capabilities and labels (`--attributes`). */
export const attributes = {
  "attributes.all":
    "attributes were not kept before: this run reads those of every file, later runs only of what changed",
  "attributes.more": {
    one: "{n} more file whose attributes could not be read",
    other: "{n} more files whose attributes could not be read",
  },
  "attributes.too-long": {
    one: "{n} attribute is longer than 128 KiB and is not kept ({first})",
    other: "{n} attributes are longer than 128 KiB and are not kept (first: {first})",
  },
  "attributes.broken": "not all attributes could be read; the next run reads all of them",
  "attributes.program-missing":
    "attributes are not {done}: the program {program} was not found ({package})",
  "attributes.program-open":
    "attributes are not {done}: others may write {place}, so {program} is not started",
  "attributes.no-system": "attributes are not {done}: there is no program for them on this system",
  "attributes.no-powershell":
    "PowerShell does not answer: owners, access lists, streams and creation times are left out",
  "attributes.kept": "kept",
  "attributes.restored": "restored",
  "attributes.none": "no attributes were kept in the run {stamp} or before",
  "attributes.older": "the run {stamp} kept no attributes; those of earlier runs are restored",
  "attributes.damaged":
    "the attributes of the run {stamp} are damaged or missing; what they tell is not restored",
  "attributes.damaged-hint": "hikae verify VAULT shows what else is damaged",
  "attributes.owners":
    "security labels, capabilities and trusted attributes are not restored: others than root may write this vault (--owners restores them)",
  "attributes.refused": {
    one: "{n} attribute was not taken by the target's disk or needs other rights ({first})",
    other:
      "{n} attributes were not taken by the target's disk or need other rights (first: {first})",
  },
  "attributes.file-damaged": "the file of the run's attributes is not what the record's seal says",
  "attributes.file-missing": "the file of the run's attributes is missing",
  "attributes.file-hint":
    "put it back from another copy of the vault; without it the attributes of that run cannot be restored",
} as const;
