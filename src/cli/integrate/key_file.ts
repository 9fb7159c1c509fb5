/** Values of desktop entries and the files that are like them. Pure. @module */

/** A value whose backslashes are read as such. Control characters are refused before. */
export function escapeKeyFile(value: string): string {
  return value.replaceAll("\\", "\\\\").replace(/^ /, "\\s");
}
