/** Exclude files. Pure. @module */

/** The patterns of an exclude file: one per line, `\r\n` and a byte-order mark taken off. */
export function patternsOf(text: string): string[] {
  return text.replace(/^\uFEFF/, "").split(/\r?\n/);
}
