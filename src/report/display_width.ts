/** How many columns of a terminal a text takes. Pure. @module */

/** East Asian wide and full-width characters, and emoji: two columns each. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NONE = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
// what most texts are made of needs no look at each character
// deno-lint-ignore no-control-regex
const PLAIN = /^[\x00-\u02ff]*$/;

/** The columns that a text takes; colours are to be taken out before. */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += columnsOf(char);
  return width;
}

/** The beginning of a text that fits so many columns. */
export function fitting(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let width = 0;
  let end = 0;
  for (const char of text) {
    width += columnsOf(char);
    if (width > columns) break;
    end += char.length;
  }
  return text.slice(0, end);
}

/** A text filled up with blanks to so many columns; one that is longer stays as it is. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}

/** The same with the blanks before it. */
export function paddedBefore(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - displayWidth(text))) + text;
}

function columnsOf(char: string): number {
  return NONE.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
}
