/** The bytes of a record as lines: which of them is the first and the last, and how a last line was. @module */

import { fromUtf8, utf8 } from "../base/bytes.ts";
import type { HashOf } from "../base/hash.ts";
import type { Stamp } from "../base/stamp.ts";
import { parseHead, parseLine } from "./record.ts";
import { parseSummary } from "./record_read.ts";

/**
 * The bytes before the last line, and that line; a record that ends in the middle of a line has none. A first or last
 * line that stands elsewhere goes back to its place, and what is there to where it was.
 */
export function parted(bytes: Uint8Array, stamp: Stamp): { body: Uint8Array; last: string } {
  const text = fromUtf8(bytes);
  const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  if (parseHead(lines[0] ?? "") === undefined) {
    exchange(lines, 0, lines.findIndex((l) => parseHead(l)?.stamp === stamp));
  }
  const isEnd = (line: string): boolean => parseSummary(line) !== undefined;
  const end = lines.length - 1;
  if (!isEnd(lines[end] ?? "")) exchange(lines, end, lines.findLastIndex(isEnd));
  const last = lines[end] ?? "";
  // what is no version is the last line, whatever became of it
  if (isEnd(last) || (parseLine(last) === undefined && last.includes('"total_'))) {
    return { body: fromLines(lines.slice(0, -1), bytes), last };
  }
  return { body: fromLines(lines, bytes), last: "" };
}

function exchange(lines: string[], i: number, j: number): void {
  const [one, two] = [lines[i], lines[j]];
  if (one === undefined || two === undefined) return;
  lines[i] = two;
  lines[j] = one;
}

/** Lines as bytes; what is not changed keeps its own, also where they are no text. */
function fromLines(lines: readonly string[], bytes: Uint8Array): Uint8Array {
  const text = lines.map((line) => `${line}\n`).join("");
  return fromUtf8(bytes).startsWith(text) && utf8(text).length <= bytes.length
    ? bytes.subarray(0, lengthOf(bytes, lines.length))
    : utf8(text);
}

function lengthOf(bytes: Uint8Array, lines: number): number {
  let at = 0;
  for (let n = 0; n < lines; n++) {
    const end = bytes.indexOf(10, at);
    if (end < 0) return bytes.length;
    at = end + 1;
  }
  return at;
}

/** A last line as it was, where one byte of it is another; its own hash tells. */
export function lastLineAsItWas(hashOf: HashOf, given: string): string | undefined {
  const parts = /^(.*),"line":"(.{64})"\}$/s.exec(given);
  const [, rest = "", hash = ""] = parts ?? [];
  if (parts === null) return undefined;
  const own = hashOf(`${rest}}`);
  // the hash itself may be what is damaged
  if (distance(own, hash) <= 1) return `${rest},"line":"${own}"}`;
  const bytes = utf8(`${rest}}`);
  for (let i = 0; i < bytes.length - 1; i++) {
    const was = bytes[i] ?? 0;
    for (let byte = 32; byte < 127; byte++) {
      bytes[i] = byte;
      if (hashOf(bytes) === hash) return `${fromUtf8(bytes).slice(0, -1)},"line":"${hash}"}`;
    }
    bytes[i] = was;
  }
  return undefined;
}

function distance(a: string, b: string): number {
  let n = Math.abs(a.length - b.length);
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) n++;
  return n;
}
