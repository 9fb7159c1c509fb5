/** A line of a text with a mark below a place in it, for the terminal. Pure. @module */

import { displayWidth, fitting } from "../report/display_width.ts";

/** The most columns that are shown of a line, and those before it that a line's number takes. */
const [SHOWN, NUMBER] = [70, 8];

/** Both from 1; of a long line what is near the place, in at most `width` columns. */
export function excerpt(text: string, line: number, column: number, width = 80): string {
  const shown = (text.split(/\r\n|\n|\r/)[line - 1] ?? "").replace(/^\ufeff/, "").replaceAll(
    "\t",
    " ",
  );
  const room = Math.min(SHOWN, width - NUMBER);
  const before = Math.floor((room * 5) / 7);
  const at = column - 1;
  let from = Math.max(0, at - before);
  // a wide character is two columns
  while (displayWidth(shown.slice(from, at)) > before) from++;
  const number = String(line).padStart(5);
  const blanks = " ".repeat(displayWidth(shown.slice(from, at)) + Math.max(0, at - shown.length));
  return `${number} | ${fitting(shown.slice(from), room)}\n${" ".repeat(5)} | ${blanks}^`;
}
