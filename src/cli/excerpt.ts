/** A line of a text with a mark below a place in it, for the terminal. Pure. @module */

/** Both from 1; of a long line what is near the place. */
export function excerpt(text: string, line: number, column: number): string {
  const shown = (text.split(/\r\n|\n|\r/)[line - 1] ?? "").replace(/^\ufeff/, "").replaceAll(
    "\t",
    " ",
  );
  const from = Math.max(0, column - 1 - 50);
  const number = String(line).padStart(5);
  return `${number} | ${shown.slice(from, from + 70)}\n${" ".repeat(5)} | ${
    " ".repeat(column - 1 - from)
  }^`;
}
