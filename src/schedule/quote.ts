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
