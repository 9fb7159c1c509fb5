/**
 * Windows' own flags of files (hidden, system, archive, not indexed), which Deno does not tell: `dir /s /b` lists each;
 * where there is no PowerShell, `attrib` sets them. Pure.
 * @module
 */

import { type Attributed, FLAGS } from "./attributes.ts";

/** The flags by the letters that `dir /a:` and `attrib` have for them. */
export const FLAG_LETTERS = ["a", "h", "i", "s"] as const;

/** What `dir` printed of each flag. */
export type Listings = Readonly<Record<string, string>>;

/** Parts what was printed, in UTF-16: each list comes behind a line with a star and its letter, which is no path. */
export function listingsOf(bytes: Uint8Array): Listings {
  const parts = new TextDecoder("utf-16le").decode(bytes).split(/^\*([a-z])\r?$/m);
  const listings: Record<string, string> = {};
  for (let i = 1; i < parts.length; i += 2) listings[parts[i] ?? ""] = parts[i + 1] ?? "";
  return listings;
}

/** The flags of everything below `root`, by paths with `/`; what lies elsewhere is passed over. */
export function flagsOf(listings: Listings, root: string): Map<string, string> {
  const flags = new Map<string, string>();
  const above = `${root.replace(/\\+$/, "")}\\`.toLowerCase();
  for (const letter of FLAG_LETTERS) {
    for (const line of (listings[letter] ?? "").split(/\r?\n/)) {
      if (!line.toLowerCase().startsWith(above)) continue;
      const path = line.slice(above.length).replaceAll("\\", "/");
      if (path !== "") flags.set(path, (flags.get(path) ?? "") + letter);
    }
  }
  return flags;
}

/** The entries of those that were asked for and have a flag. */
export function flagged(flags: ReadonlyMap<string, string>, paths: Iterable<string>): Attributed[] {
  const found: Attributed[] = [];
  for (const path of paths) {
    const set = flags.get(path);
    if (set !== undefined) found.push({ path, attributes: { [FLAGS]: btoa(set) } });
  }
  return found;
}

/**
 * The words for `attrib`, a call each, that give an entry these flags and no others: as long as it is a system file,
 * nothing else of it can be changed. A value that makes no sense gives none.
 */
export function attribWords(value: string): string[] | undefined {
  const wanted = decoded(value);
  if (wanted === undefined) return undefined;
  const word = (letter: string): string => `${wanted.includes(letter) ? "+" : "-"}${letter}`;
  const others = FLAG_LETTERS.filter((l) => l !== "s").map(word);
  return ["-s", ...others, ...(wanted.includes("s") ? ["+s"] : [])];
}

function decoded(value: string): string | undefined {
  try {
    const letters = atob(value);
    return /^[ahis]*$/.test(letters) ? letters : undefined;
  } catch {
    return undefined;
  }
}
