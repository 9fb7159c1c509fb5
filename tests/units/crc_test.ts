/** The CRC of a row of the index: indexes of years ago hold it, so it is the same for ever. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { crcOf } from "../../src/base/crc.ts";
import type { SqlValue } from "../../src/base/sql.ts";
import { crc32 } from "../../src/platform/crc32.ts";

/** The bytes that a value stands for: its kind, then a text by its units (one byte below 0x80), a number as eight. */
function bytesOf(value: SqlValue): number[] {
  if (value === null) return [3];
  if (typeof value === "string") {
    const units = Array.from(value, (_, i) => i).flatMap((i) => unitsAt(value, i));
    return [1, ...units];
  }
  if (typeof value !== "number") return [...value];
  const eight = new DataView(new ArrayBuffer(8));
  eight.setBigInt64(0, BigInt(value), true);
  return [2, ...new Uint8Array(eight.buffer)];
}

function unitsAt(text: string, i: number): number[] {
  const unit = text.charCodeAt(i);
  return unit > 0x7f ? [unit & 0xff, unit >>> 8] : [unit];
}

Deno.test("crc: a row's is the CRC-32 of its values' bytes, whatever way it is reckoned", () => {
  const rows: SqlValue[][] = [
    [],
    ["wide/a0", "file009999.dat", 20261128141553, null, 0, 8, "a".repeat(64)],
    ["abcé", "éabc", "abcdé123", "ab", "\u0000", "日本語"],
    [0, 1, -1, 2 ** 32, -(2 ** 32), 2 ** 31, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
    [new Uint8Array([1, 2, 3]), null, ""],
  ];
  for (const row of rows) {
    assertEquals(crcOf(row), crc32(new Uint8Array(row.flatMap(bytesOf)), 0), JSON.stringify(row));
  }
});

Deno.test("crc: only the first values count where that is asked for, and no two run together", () => {
  assertEquals(crcOf(["a", 1, 99], 2), crcOf(["a", 1]));
  assertNotEquals(crcOf(["ab", "c"]), crcOf(["a", "bc"]));
});
