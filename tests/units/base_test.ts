/** The small types of src/base: stamps, durations, sizes, bytes, relative paths. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import "../helpers/seed.ts";
import {
  compareUtf8,
  cutUtf8,
  fromUtf8,
  sortUtf8,
  utf8,
  utf8Length,
} from "../../src/base/bytes.ts";
import {
  before,
  formatDuration,
  parseDuration,
  parseSeconds,
  tryParseDuration,
} from "../../src/base/duration.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { dirOf, isWithin, joinRel, nameOf, normalizeRel } from "../../src/base/relpath.ts";
import { formatSize, parseSize, tryParseSize } from "../../src/base/size.ts";
import {
  nextStamp,
  parseStamp,
  runStamp,
  type Stamp,
  stampFromNumber,
  stampOf,
  stampToInstant,
  stampToNumber,
} from "../../src/base/stamp.ts";

const instant = fc.integer({ min: 0, max: 4_102_444_800_000 });
const text = fc.string({ unit: "binary" });

/** A stamp of a test's own making. */
function stamp(value: string): Stamp {
  const s = parseStamp(value);
  if (s === undefined) throw new Error(value);
  return s;
}

Deno.test("stamp: only real dates and times are stamps", () => {
  for (const ok of ["20261121_073816", "20240229_000000", "00010101_235959", "99991231_235959"]) {
    assertEquals(parseStamp(ok), ok as Stamp);
  }
  const bad = [
    "20261321_073816",
    "20260431_000000",
    "20230229_000000",
    "20261121_240000",
    "20261121_006000",
    "20261121_000060",
    "20261121-073816",
    "2026112_073816",
    " 20261121_073816",
    "20261121_073816 ",
    "２0261121_073816",
    "",
  ];
  for (const text of bad) assertEquals(parseStamp(text), undefined, text);
});

Deno.test("stamp: of an instant and back, to the second, in local time", () => {
  fc.assert(fc.property(instant, (ms) => {
    const s = stampOf(ms);
    assertEquals(parseStamp(s), s);
    // the earlier one where an hour repeats
    const back = stampToInstant(s);
    assert(back === Math.floor(ms / 1000) * 1000 || stampOf(back) === s);
    assertEquals(stampFromNumber(stampToNumber(s)), s);
  }));
});

Deno.test("stamp: a run has none after the year 9999, and says so", () => {
  const last = stamp("99991231_235959");
  assertEquals(runStamp(0, stamp("99991231_235958")), last);
  assertThrows(() => runStamp(0, last), HikaeError, "99991231_235959");
  assertThrows(() => runStamp(Date.UTC(12_026, 1, 1), undefined), HikaeError);
});

Deno.test("stamp: ordered like the strings, the next one a second of the calendar later", () => {
  fc.assert(fc.property(instant, (ms) => {
    const s = stampOf(ms);
    const next = nextStamp(s);
    assert(next > s);
    assert(stampToNumber(next) > stampToNumber(s));
    assertEquals(parseStamp(next), next);
  }));
  assertEquals(nextStamp(stamp("20261231_235959")), "20270101_000000");
  assertEquals(nextStamp(stamp("20240228_235959")), "20240229_000000");
  assertEquals(nextStamp(stamp("20230228_235959")), "20230301_000000");
});

Deno.test("decision 2: a run's stamp is max(now, last + 1 s)", () => {
  fc.assert(fc.property(instant, fc.option(instant, { nil: undefined }), (now, last) => {
    const before = last === undefined ? undefined : stampOf(last);
    const s = runStamp(now, before);
    if (before !== undefined) assert(s > before);
    if (before === undefined || stampOf(now) > before) assertEquals(s, stampOf(now));
    else assertEquals(s, nextStamp(before));
  }));
});

Deno.test("duration: 30s 10m 36h 90d 8w 6mo 1y, also joined; a bare number is none (decision 20)", () => {
  const zero = { years: 0, months: 0, days: 0, ms: 0 };
  assertEquals(tryParseDuration("30s"), { ...zero, ms: 30_000 });
  assertEquals(tryParseDuration("10m"), { ...zero, ms: 600_000 });
  assertEquals(tryParseDuration("36h"), { ...zero, ms: 36 * 3_600_000 });
  assertEquals(tryParseDuration("90d"), { ...zero, days: 90 });
  assertEquals(tryParseDuration("8w"), { ...zero, days: 56 });
  assertEquals(tryParseDuration("6mo"), { ...zero, months: 6 });
  assertEquals(tryParseDuration("1y6mo2d"), { years: 1, months: 6, days: 2, ms: 0 });
  for (
    const bad of ["", "5", "d", "-1d", "1.5h", "1 d", "1D", "1d x", "x1d", "9".repeat(20) + "d"]
  ) {
    assertEquals(tryParseDuration(bad), undefined, bad);
  }
  assertEquals(assertThrows(() => parseDuration("soon", "--x"), HikaeError).id, "usage");
  assertEquals([parseSeconds("10", "--interval"), parseSeconds("1m", "--interval")], [
    10_000,
    60_000,
  ]);
});

Deno.test("duration: written and read again", () => {
  const n = fc.nat(5000);
  fc.assert(
    fc.property(fc.record({ years: n, months: n, days: n, seconds: fc.nat(10_000_000) }), (d) => {
      const duration = { years: d.years, months: d.months, days: d.days, ms: d.seconds * 1000 };
      assertEquals(tryParseDuration(formatDuration(duration)), duration);
    }),
  );
});

Deno.test("duration: months and years go by the calendar, to the month's end where it is shorter", () => {
  const at = (s: string): number => stampToInstant(stamp(s));
  const back = (from: string, d: string): string =>
    stampOf(before(at(from), parseDuration(d, "x")));
  assertEquals(back("20260331_120000", "1mo"), "20260228_120000");
  assertEquals(back("20240229_120000", "1y"), "20230228_120000");
  assertEquals(back("20260115_000000", "13mo"), "20241215_000000");
  assertEquals(back("20260301_060000", "1w"), "20260222_060000");
  assertEquals(back("20260301_000005", "10s"), "20260228_235955");
});

Deno.test("size: bytes, K to P, powers of 1024", () => {
  assertEquals(["500", "10K", "10KB", "10kib", "1.5M", "2 G", "0"].map((t) => tryParseSize(t)), [
    500,
    10240,
    10240,
    10240,
    1.5 * 1024 ** 2,
    2 * 1024 ** 3,
    0,
  ]);
  for (const bad of ["", "x", "-1", "1X", "1..5K", "99999999P"]) {
    assertEquals(tryParseSize(bad), undefined, bad);
  }
  assertEquals(assertThrows(() => parseSize("huge", "--x"), HikaeError).id, "usage");
});

Deno.test("size: what is written for people is read again, near enough", () => {
  fc.assert(fc.property(fc.nat(2 ** 31 - 1), fc.nat(2 ** 20), (a, b) => {
    const n = a * b;
    const again = tryParseSize(formatSize(n)) ?? NaN;
    assert(Math.abs(again - n) <= Math.max(n * 0.01, 0), `${n} ${formatSize(n)} ${again}`);
  }));
  assertEquals([formatSize(0), formatSize(1023), formatSize(1024)], ["0 B", "1023 B", "1.00 KiB"]);
});

Deno.test("bytes: lengths, order and round trips are those of UTF-8", () => {
  fc.assert(fc.property(text, text, (a, b) => {
    if (!a.isWellFormed() || !b.isWellFormed()) return;
    assertEquals(utf8Length(a), utf8(a).length);
    assertEquals(fromUtf8(utf8(`x${a}`)), `x${a}`);
    const [x, y] = [utf8(a), utf8(b)];
    let order = x.length - y.length;
    for (let i = 0; i < Math.min(x.length, y.length); i++) {
      if (x[i] !== y[i]) {
        order = (x[i] ?? 0) - (y[i] ?? 0);
        break;
      }
    }
    assertEquals(Math.sign(compareUtf8(a, b)), Math.sign(order));
  }));
});

Deno.test("bytes: texts are put in the order of their bytes, with pairs and without", () => {
  const plain = ["\uffff", "b", "é", "", "\ue000", "a", "ab", "日本"];
  for (const texts of [plain, [...plain, "😀", "\ud83d"]]) {
    assertEquals(sortUtf8([...texts]), [...texts].sort(compareUtf8));
  }
});

Deno.test("bytes: half of a pair is as long as what is written for it", () => {
  for (const text of ["\ud800", "a\udfffb", "\ud800\ud800\udc00", "\udc00\ud800é", "😀\ud83d"]) {
    assertEquals(utf8Length(text), utf8(text).length, JSON.stringify(text));
  }
});

Deno.test("bytes: a cut ends between characters and is as long as it can be", () => {
  fc.assert(fc.property(text, fc.nat(40), (a, max) => {
    if (!a.isWellFormed()) return;
    const cut = cutUtf8(a, max);
    assert(a.startsWith(cut) && cut.isWellFormed() && utf8Length(cut) <= max);
    const next = [...a.slice(cut.length)][0];
    if (next !== undefined) assert(utf8Length(cut + next) > max);
  }));
});

const part = fc.string({ minLength: 1 }).filter((s) =>
  !/[/\0\\]/.test(s) && s !== "." && s !== ".."
);
const rel = fc.array(part, { minLength: 1, maxLength: 5 }).map((p) => p.join("/"));

Deno.test("relpath: split and joined again", () => {
  fc.assert(fc.property(rel, (p) => {
    assertEquals(joinRel(dirOf(p), nameOf(p)), p);
    assertEquals(normalizeRel(`./${p.replaceAll("/", "//")}/`, false), p);
    assertEquals(normalizeRel(p.replaceAll("/", "\\"), true), p);
    assertEquals(normalizeRel(`x/../${p}`, false), p);
    assert(isWithin(p, "") && isWithin(p, p) && isWithin(`${p}/x`, p) && !isWithin(`${p}x`, p));
  }));
  assertEquals([normalizeRel("..", false), normalizeRel("a/../../b", false)], [
    undefined,
    undefined,
  ]);
  assertEquals([normalizeRel("", false), normalizeRel("a/..", false), normalizeRel("/", false)], [
    "",
    "",
    "",
  ]);
});
