/** Quoting of one argument for the ways in which schedulers and shells take command lines apart. @module */

/** An argument for a POSIX shell. */
export function quoteSh(text: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** An argument for a Windows program (the rules of `CommandLineToArgvW`). */
export function quoteWindows(text: string): string {
  if (text !== "" && !/[\s"&|<>^()]/.test(text)) return text;
  const escaped = text.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1");
  return `"${escaped}"`;
}

/** Text inside an XML element. */
export function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(
    /"/g,
    "&quot;",
  ).replace(/'/g, "&apos;");
}

/** An XML element that holds a text, indented. */
export function element(indent: number, name: string, text: string): string {
  return `${" ".repeat(indent)}<${name}>${escapeXml(text)}</${name}>`;
}

/** A command line to paste: into a POSIX shell, or into both cmd and PowerShell. */
export function pasteLine(words: readonly string[], windows: boolean): string {
  return words.map(windows ? quotePaste : quoteSh).join(" ");
}

/**
 * An argument that cmd and PowerShell both hand over as it is: in quotation marks wherever one of them would read
 * something of it, and no backslash before the last one. `$` and the backtick, which PowerShell reads there too,
 * take single quotes, which cmd does not know: no spelling serves both.
 */
function quotePaste(text: string): string {
  if (/^[A-Za-z0-9_.:\\/+-]+$/.test(text) && !text.endsWith("\\")) return text;
  if (/[$`]/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return `"${text.replaceAll('"', '\\"').replace(/\\+$/, "$&$&")}"`;
}
