/** A CRC-32 over the values of a row of a table: finds rot, not malice. Pure. @module */

import type { SqlValue } from "./sql.ts";

const TABLE = makeTable();

/** The CRC of a byte with that many zeros after it: four or eight bytes are looked up side by side. */
const [, T1, T2, T3, T4, T5, T6, T7] = tables() as [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
];

function makeTable(): Int32Array {
  const table = new Int32Array(256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = (c & 1) === 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    table[n] = c;
  }
  return table;
}

function tables(): Int32Array[] {
  const all = [TABLE];
  for (let last = TABLE; all.length < 8; all.push(last)) last = last.map((c) => ofByte(c, 0));
  return all;
}

/**
 * The CRC-32 of the values before `end`, from `start`, in their order, as a whole number from 0. A value and its
 * neighbour never run together.
 */
export function crcOf(values: readonly SqlValue[], end = values.length, start = 0): number {
  let crc = -1;
  for (let i = start; i < end; i++) {
    const value = values[i] ?? null;
    if (typeof value === "string") crc = ofText(ofByte(crc, 1), value);
    else if (typeof value === "number") crc = ofNumber(ofByte(crc, 2), value);
    else if (value === null) crc = ofByte(crc, 3);
    else for (const byte of value) crc = ofByte(crc, byte);
  }
  return ~crc >>> 0;
}

function ofByte(crc: number, byte: number): number {
  return (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
}

// most threads go over so little that this is interpreted: no list is taken apart in it, and nothing called four times a turn
function ofText(crc: number, text: string): number {
  const end = text.length;
  let i = 0;
  for (; i + 4 <= end; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    if ((a | b | c | d) > 0x7f) break;
    const x = crc ^ (a | b << 8 | c << 16 | d << 24);
    crc = (T3[x & 0xff] as number) ^ (T2[x >>> 8 & 0xff] as number) ^
      (T1[x >>> 16 & 0xff] as number) ^ (TABLE[x >>> 24] as number);
  }
  for (; i < end; i++) {
    const unit = text.charCodeAt(i);
    crc = ofByte(crc, unit);
    if (unit > 0x7f) crc = ofByte(crc, unit >>> 8);
  }
  return crc;
}

/** As eight bytes, the lowest first. */
function ofNumber(crc: number, n: number): number {
  if (!Number.isSafeInteger(n)) return ofText(crc, String(n));
  const low = crc ^ (n | 0);
  const high = Math.floor(n / 0x1_0000_0000) | 0;
  return at(T7, low) ^ at(T6, low >>> 8) ^ at(T5, low >>> 16) ^ at(T4, low >>> 24) ^
    at(T3, high) ^ at(T2, high >>> 8) ^ at(T1, high >>> 16) ^ at(TABLE, high >>> 24);
}

function at(table: Int32Array, byte: number): number {
  return table[byte & 0xff] as number;
}

/** A quick sum over all words behind the first two, signed: finds rot, not malice. */
export function wordSum(bytes: Uint8Array): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  let sum = 0x9e3779b9 | 0;
  for (let i = 2; i < words.length; i++) {
    sum = Math.imul(sum ^ (words[i] as number), 0x85ebca6b);
    sum = (sum << 13) | (sum >>> 19);
  }
  // made positive by who asks: what follows a loop compiled while it runs may be left again at each call
  return sum;
}
