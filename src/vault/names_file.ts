/** `names.txt`: the own names of entries whose marks were shortened (decision 16). Pure. @module */

import { escapeName, needsEscape, unescapeName } from "./line.ts";

/** Writes a names file from shortened marks and own names. */
export function formatNames(names: ReadonlyMap<string, string>): string {
  let text = "";
  for (const [stored, own] of names) {
    text += needsEscape(stored, true) || needsEscape(own, true)
      ? `\\${escapeName(stored, true)}\t${escapeName(own, true)}\n`
      : `${stored}\t${own}\n`;
  }
  return text;
}

/** Reads a names file; lines that make no sense are passed over (their marks keep what is left of the name). */
export function parseNames(text: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const line of text.split("\n")) {
    const escaped = line.startsWith("\\");
    const fields = (escaped ? line.slice(1) : line).split("\t");
    const [stored, own] = escaped ? fields.map(unescapeName) : fields;
    if (fields.length === 2 && stored && own) names.set(stored, own);
  }
  return names;
}
