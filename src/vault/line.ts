/** Names on lines of text files: escaped as GNU `sha256sum` does (decision 5). Pure. @module */

/** Escapes `\n`, `\r` and `\` in a name (and a tab when `tab`). */
export function escapeName(name: string, tab = false): string {
  const text = name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return tab ? text.replaceAll("\t", "\\t") : text;
}

/** True when a name cannot stand on a line as it is. */
export function needsEscape(name: string, tab = false): boolean {
  return name.includes("\\") || name.includes("\n") || name.includes("\r") ||
    (tab && name.includes("\t"));
}

/** Undoes {@link escapeName}; undefined when there is an escape that it never writes. */
export function unescapeName(text: string): string | undefined {
  if (!text.includes("\\")) return text;
  let bad = false;
  const name = text.replace(/\\(.?)/gs, (_all, c: string) => {
    if (c === "n") return "\n";
    if (c === "r") return "\r";
    if (c === "t") return "\t";
    if (c === "\\") return "\\";
    bad = true;
    return "";
  });
  return bad ? undefined : name;
}
