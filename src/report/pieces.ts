/** Where a word may be broken: nowhere in most scripts, between characters in those that write no blanks. Pure. @module */

import { displayWidth } from "./display_width.ts";

/** Marks that begin no line: closing ones, and small letters that belong to the one before. */
const NOT_FIRST =
  /^[、。，．・：；？！」』）】〉》］｝ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ…)\]}>,.:;?!%'"]/;
/** Marks that end no line. */
const NOT_LAST = /[「『（【〈《［｛(\[{<'"]$/;
const KATAKANA = /^[\u30a1-\u30fa\u30fc]$/;

/** The parts of a word between which a line may end; a word of other scripts is one. */
export function piecesOf(word: string): string[] {
  if (displayWidth(word) === word.length) return [word];
  const pieces: string[] = [];
  let last = "";
  for (const char of word) {
    if (last !== "" && mayBreak(last, char)) {
      pieces.push(last);
      last = "";
    }
    last += char;
  }
  return [...pieces, last];
}

function mayBreak(before: string, char: string): boolean {
  if (NOT_FIRST.test(char) || NOT_LAST.test(before)) return false;
  const end = [...before].at(-1) ?? "";
  if (KATAKANA.test(end) && KATAKANA.test(char)) return false;
  return displayWidth(end) === 2 || displayWidth(char) === 2;
}
