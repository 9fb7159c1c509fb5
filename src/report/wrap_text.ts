/** Text broken into lines that fit a terminal. Pure. @module */

import { displayWidth } from "./display_width.ts";
import { piecesOf } from "./pieces.ts";

// deno-lint-ignore no-control-regex
const PAINT = /\x1b\[[\d;]*m/g;

/** What goes before the second and further lines of a broken one: a message hangs below its own words. */
function hangOf(line: string): string {
  const bare = line.replace(PAINT, "");
  const label = /^(?:# )?(?:error|note|エラー|注意): /.exec(bare)?.[0];
  if (label === undefined) return /^ */.exec(bare)?.[0] ?? "";
  const columns = displayWidth(label);
  return label.startsWith("# ") ? "#" + " ".repeat(columns - 1) : " ".repeat(columns);
}

/** The words of a line; what stands in backquotes is one, since it is there to be copied. */
function wordsOf(text: string): string[] {
  return text.match(/(?:`[^`]*`|[^ `]|`)+/g) ?? [];
}

/** Breaks lines at blanks so that none is longer than `width`; a longer word (a path) stays whole. */
export function fold(text: string, width: number): string {
  return text.split("\n").map((line) => foldLine(line, width)).join("\n");
}

function foldLine(line: string, width: number): string {
  if (displayWidth(line.replace(PAINT, "")) <= width) return line;
  const hang = hangOf(line);
  const indent = /^ */.exec(line)?.[0] ?? "";
  const lines: string[] = [];
  let at = indent;
  let empty = true;
  for (const word of wordsOf(line.slice(indent.length))) {
    // what stands in quotes is there to be copied, and colours are no letters
    const whole = /`|^"[^"]+"$/.test(word) || PAINT.test(word);
    for (const [n, piece] of (whole ? [word] : piecesOf(word)).entries()) {
      const blank = n === 0 && !empty ? " " : "";
      if (!empty && displayWidth(`${at}${blank}${piece}`.replace(PAINT, "")) > width) {
        lines.push(at);
        at = hang + piece;
      } else at += blank + piece;
      empty = false;
    }
  }
  return [...lines, at].join("\n");
}
