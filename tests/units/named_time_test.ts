/** Times in the names of copies that other tools made. */

import { assertEquals } from "@std/assert";
import {
  fileHistoryName,
  isRotation,
  isTime,
  isUnfinished,
  timeInName,
} from "../../src/base/named_time.ts";

/** A local time. */
function at(y: number, mo: number, d: number, h = 0, mi = 0, s = 0): number {
  return new Date(y, mo - 1, d, h, mi, s).getTime();
}

const NAMES: readonly [string, number | undefined][] = [
  // Time Machine, old and new
  ["2024-01-31-120000", at(2024, 1, 31, 12)],
  ["2024-01-31-120000.backup", at(2024, 1, 31, 12)],
  // what people make of date
  ["2024-01-31", at(2024, 1, 31)],
  ["20240131", at(2024, 1, 31)],
  ["backup-2024-01-31", at(2024, 1, 31)],
  ["2024-01-31_12-00-05", at(2024, 1, 31, 12, 0, 5)],
  ["2024-01-31T12:00:05", at(2024, 1, 31, 12, 0, 5)],
  ["2024-01-31 12.00", at(2024, 1, 31, 12)],
  ["2024_01_31-12_30", at(2024, 1, 31, 12, 30)],
  ["2024-01-31_12h30", at(2024, 1, 31, 12, 30)],
  ["home_20240131_120005", at(2024, 1, 31, 12, 0, 5)],
  ["20240131120005", at(2024, 1, 31, 12, 0, 5)],
  ["20240131T120005", at(2024, 1, 31, 12, 0, 5)],
  ["2024-01-31T12:00:05Z", Date.UTC(2024, 0, 31, 12, 0, 5)],
  ["2024-01-31T12:00:05+09:00", Date.UTC(2024, 0, 31, 3, 0, 5)],
  ["2024-01-31T12:00:05-0330", Date.UTC(2024, 0, 31, 15, 30, 5)],
  ["2024-02-29", at(2024, 2, 29)],
  // none
  ["daily.0", undefined],
  ["documents", undefined],
  ["2023-02-29", undefined],
  ["2024-13-01", undefined],
  ["2024-01-31-2561", undefined],
  ["12345678901234567890", undefined],
  ["1.2.3", undefined],
  ["202401", undefined],
];

for (const [name, time] of NAMES) {
  Deno.test(`named time: ${name}`, () => assertEquals(timeInName(name), time));
}

Deno.test("named time: whole names that are a time, and rsnapshot's", () => {
  const times = ["2024-01-31-120000", "2024-01-31", "20240131_120000"];
  assertEquals(times.map(isTime), [true, true, true]);
  assertEquals(["photos 2024-01-31", "daily.0", "x"].map(isTime), [false, false, false]);
  // as Time Machine names them on APFS
  assertEquals(["2024-01-31-120000.backup", "2024-01-31-120000.previous"].map(isTime), [
    true,
    true,
  ]);
  const unfinished = ["2024-01-31-120000.inProgress", "2024-01-31-120000.interrupted"];
  assertEquals([...unfinished, "backup-2024-01-31.partial"].map(isUnfinished), [true, true, true]);
  assertEquals(["2024-01-31", "x.partial"].map(isUnfinished), [false, false]);
  assertEquals(["hourly.0", "daily.12", "alpha.3"].map(isRotation), [true, true, true]);
  assertEquals(["daily", "daily.x", "a.daily.0"].map(isRotation), [false, false, false]);
});

Deno.test("named time: the names of File History", () => {
  const time = Date.UTC(2024, 0, 31, 12, 0, 5);
  assertEquals(fileHistoryName("a (2024_01_31 12_00_05 UTC).txt"), { own: "a.txt", time });
  assertEquals(fileHistoryName("a.tar (2024_01_31 12_00_05 UTC).gz"), { own: "a.tar.gz", time });
  assertEquals(fileHistoryName("Makefile (2024_01_31 12_00_05 UTC)"), { own: "Makefile", time });
  assertEquals(fileHistoryName("a (1) (2024_01_31 12_00_05 UTC).txt"), { own: "a (1).txt", time });
  for (const no of ["a.txt", " (2024_01_31 12_00_05 UTC).txt", "a (2024_02_31 12_00_05 UTC).txt"]) {
    assertEquals(fileHistoryName(no), undefined, no);
  }
});
