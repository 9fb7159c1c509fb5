/** One form of the names that common file systems take for one another; a first guess, the disk has the last word. @module */

/** A name without regard to letter case and forms of letters. */
export function fold(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
