/** A CRC-32 over the values of a row of a table: finds rot, not malice. Pure. @module */

import type { SqlValue } from "./sql.ts";

const TABLE = makeTable();

function makeTable(): Int32Array {
  const table = new Int32Array(256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = (c & 1) === 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    table[n] = c;
  }
  return table;
}

/** The CRC-32 of values in their order, as a whole number from 0. A value and its neighbour never run together. */
export function crcOf(values: readonly SqlValue[]): number {
  let crc = -1;
  for (const value of values) {
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

function ofText(crc: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    crc = (TABLE[(crc ^ unit) & 0xff] as number) ^ (crc >>> 8);
    if (unit > 0x7f) crc = (TABLE[(crc ^ (unit >>> 8)) & 0xff] as number) ^ (crc >>> 8);
  }
  return crc;
}

function ofNumber(crc: number, n: number): number {
  if (!Number.isSafeInteger(n)) return ofText(crc, String(n));
  const high = Math.floor(n / 0x1_0000_0000);
  for (const word of [n >>> 0, high >>> 0]) {
    for (let shift = 0; shift < 32; shift += 8) crc = ofByte(crc, (word >>> shift) & 0xff);
  }
  return crc;
}
