import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import "../helpers/seed.ts";
import { splitAtPoint } from "../../src/base/at_path.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { choosePoint, parsePoint, resolvePoint, type RunMark } from "../../src/base/point.ts";
import type { Stamp } from "../../src/base/stamp.ts";

const stamp = (text: string): Stamp => text as Stamp;
const run = (text: string, complete = true): RunMark => ({ stamp: stamp(text), complete });

const RUNS: RunMark[] = [
  run("20261118_090000"),
  run("20261119_090000"),
  run("20261120_175959"),
  run("20261120_180000"),
  run("20261120_180001"),
  run("20261121_000000"),
  run("20261121_120000", false),
];
const NOW = new Date(2026, 10, 21, 13, 0, 0).getTime();

const CHOICES: [text: string, chosen: string | undefined][] = [
  ["20261119_090000", "20261119_090000"],
  ["20261119_090001", undefined],
  ["20261121_120000", "20261121_120000"],
  ["latest", "20261121_000000"],
  ["latest~0", "20261121_000000"],
  ["latest~2", "20261120_180000"],
  ["latest~5", "20261118_090000"],
  ["latest~6", undefined],
  ["2026-11-20", "20261120_180001"],
  ["2026-11-21", "20261121_000000"],
  ["2026-11-17", undefined],
  ["2026-11-20 18:00", "20261120_180000"],
  ["2026-11-20T18:00", "20261120_180000"],
  ["2026-11-20 17:59", "20261119_090000"],
  ["2026-11-20 17:59:59", "20261120_175959"],
  ["2026-11-20T18:00:01.999", "20261120_180001"],
  ["9999-12-31", "20261121_000000"],
  ["0s", "20261121_000000"],
  ["1d", "20261119_090000"],
  ["12h", "20261121_000000"],
  ["18h", "20261120_180001"],
  ["3d", "20261118_090000"],
  ["4d", undefined],
  ["1y6mo", undefined],
  ["9007199254740991y", undefined],
  ["3000y", undefined],
  [" latest ", "20261121_000000"],
  ["now", "20261121_000000"],
  ["today", "20261121_000000"],
  ["today 09:00", "20261121_000000"],
  ["yesterday", "20261120_180001"],
  ["Yesterday 18:00", "20261120_180000"],
  ["yesterday 9:00", "20261119_090000"],
  ["yesterday 17:59:59", "20261120_175959"],
  ["2 days ago", "20261119_090000"],
  ["1 day ago", "20261119_090000"],
  ["a day ago", "20261119_090000"],
  ["18 hours ago", "20261120_180001"],
  ["1 week ago", undefined],
  // 2026-11-21 is a Saturday
  ["last friday", "20261120_180001"],
  ["last Thu", "20261119_090000"],
  ["last wednesday 09:00", "20261118_090000"],
  ["last saturday", undefined],
];

Deno.test("a point in time chooses the newest finished run not after it", () => {
  for (const [text, chosen] of CHOICES) {
    assertEquals(choosePoint(parsePoint(text), RUNS, NOW), chosen as Stamp | undefined, text);
  }
});

Deno.test("a time with an offset is that instant, whatever the time zone here", () => {
  const instant = new Date(2026, 10, 20, 18, 0, 0);
  const utc = instant.toISOString();
  const [date, time] = [utc.slice(0, 10), utc.slice(11, 19)];
  const east = new Date(instant.getTime() + 9.5 * 3_600_000).toISOString().slice(0, 19);
  for (const text of [utc, `${date} ${time}Z`, `${date}t${time}z`, `${east}+09:30`]) {
    assertEquals(choosePoint(parsePoint(text), RUNS, NOW), stamp("20261120_180000"), text);
  }
});

Deno.test("an instant is compared with when a run began, not with a stamp of another time zone", () => {
  const at = (text: string, time: string): RunMark => ({ ...run(text), time });
  // written in Tokyo, then in Berlin in the hour that comes twice
  const runs = [
    at("20261020_090000", "2026-10-20T00:00:00.642Z"),
    at("20261025_023000", "2026-10-25T00:30:00.000Z"),
    at("20261025_023001", "2026-10-25T01:10:00.000Z"),
  ];
  const choose = (text: string, now = NOW): string | undefined =>
    choosePoint(parsePoint(text), runs, now);
  assertEquals(choose("2026-10-20T00:00:00Z"), "20261020_090000");
  assertEquals(choose("2026-10-19T23:59:59Z"), undefined);
  assertEquals(choose("2026-10-25T00:45:00Z"), "20261025_023000");
  assertEquals(choose("2026-10-25T01:15:00Z"), "20261025_023001");
  assertEquals(choose("1h", Date.parse("2026-10-20T01:00:00Z")), "20261020_090000");
  assertEquals(choose("2h", Date.parse("2026-10-20T01:00:00Z")), undefined);
  assertEquals(choose("2026-10-20"), "20261020_090000");
});

Deno.test("a part of a second counts: a run that began after it is not chosen", () => {
  const at = (text: string, time: string): RunMark => ({ ...run(text), time });
  const runs = [
    at("20261120_180019", new Date(2026, 10, 20, 18, 0, 19, 900).toISOString()),
    at("20261120_180020", new Date(2026, 10, 20, 18, 0, 20, 700).toISOString()),
  ];
  const instant = (ms: number): string => new Date(2026, 10, 20, 18, 0, 20, ms).toISOString();
  const cases: [string, string][] = [
    [instant(500), "20261120_180019"],
    [instant(700), "20261120_180020"],
    [instant(0).replace(".000Z", "Z"), "20261120_180020"],
    ["2026-11-20 18:00:20.5", "20261120_180019"],
    ["2026-11-20 18:00:20.7", "20261120_180020"],
    ["2026-11-20 18:00:20", "20261120_180020"],
    ["20261120_180020", "20261120_180020"],
  ];
  for (const [text, chosen] of cases) {
    assertEquals(choosePoint(parsePoint(text), runs, NOW), stamp(chosen), text);
  }
});

Deno.test("last monday on a Monday is a week ago, also over a change of the clocks", () => {
  const monday = new Date(2026, 10, 23, 0, 30).getTime();
  const runs = [run("20261116_120000"), run("20261123_000000")];
  assertEquals(choosePoint(parsePoint("last monday"), runs, monday), stamp("20261116_120000"));
  assertEquals(choosePoint(parsePoint("today 00:10"), runs, monday), stamp("20261123_000000"));
});

Deno.test("what is no point in time is refused with examples", () => {
  const wrong = [
    "",
    "3",
    "-3d",
    "3 d",
    "last",
    "Latest",
    "latest~",
    "latest~-1",
    "latest~9999999999",
    "tomorrow",
    "yesterday 24:00",
    "yesterday 18",
    "last",
    "last month",
    "last mo",
    "monday",
    "days ago",
    "2 days",
    "20261120",
    "20261320_000000",
    "2026-02-29",
    "2026-11-31",
    "2026-11-20 24:00",
    "2026-11-20 18",
    "2026-11-20 18:60",
    "2026-11-20  18:00",
    "2026-11-20Z",
    "2026-11-20T18:00:00+25:00",
    "26-11-20",
  ];
  for (const text of wrong) {
    const error = assertThrows(() => parsePoint(text), HikaeError, `"${text}"`);
    assertEquals(error.id, "usage", text);
    assertStringIncludes(error.hint ?? "", "latest~2");
  }
});

Deno.test("a point that no run answers names the runs that are near", () => {
  const miss = (text: string, runs: RunMark[]): string => {
    const error = assertThrows(() => resolvePoint(text, runs, NOW), HikaeError);
    assertEquals(error.id, "no_such_snapshot");
    return `${error.message} | ${error.hint}`;
  };
  assertEquals(resolvePoint("latest", RUNS, NOW), stamp("20261121_000000"));
  assertEquals(
    miss("4d", RUNS),
    'choose snapshot "4d": no snapshot at or before 2026-11-17 13:00:00 | ' +
      "the oldest is 20261118_090000, the newest 20261121_000000",
  );
  const near = "nearest: 20261119_090000, 20261120_175959";
  assertStringIncludes(miss("20261119_120000", RUNS), `no run has this stamp | ${near}`);
  assertStringIncludes(miss("latest~6", RUNS), "there are 6 snapshots | the oldest is 2026");
  assertStringIncludes(miss("latest~1", RUNS.slice(0, 1)), "there is 1 snapshot | the only one is");
  assertStringIncludes(miss("latest", []), "no finished backup | make one");
  assertStringIncludes(miss("20261119_120000", []), "no finished backup | make one");
  assertStringIncludes(miss("2026-11-20", RUNS.slice(-1)), "by its stamp, 20261121_120000");
});

Deno.test("any wall-clock time chooses what a walk over the runs would", () => {
  const second = fc.integer({ min: 0, max: 400_000 });
  const base = Date.UTC(2026, 10, 18);
  const civil = (s: number): string => new Date(base + s * 1000).toISOString().slice(0, 19);
  const asStamp = (s: number): Stamp => stamp(civil(s).replaceAll(/[-:]/g, "").replace("T", "_"));
  const runs = fc.uniqueArray(second, { maxLength: 8 }).chain((seconds) =>
    fc.tuple(...seconds.sort((a, b) => a - b).map((s) => fc.tuple(fc.constant(s), fc.boolean())))
  );
  fc.assert(fc.property(runs, second, (marks, at) => {
    let expected: Stamp | undefined;
    for (const [s, complete] of marks) if (complete && s <= at) expected = asStamp(s);
    const list = marks.map(([s, complete]) => ({ stamp: asStamp(s), complete }));
    assertEquals(choosePoint(parsePoint(civil(at)), list, NOW), expected);
  }));
});

Deno.test("PATH@POINT is read as a name first, then split at the last @", () => {
  const cases: [text: string, split: [path: string, point: string] | undefined][] = [
    ["notes/todo.txt@3d", ["notes/todo.txt", "3d"]],
    ["notes/todo.txt@latest~2", ["notes/todo.txt", "latest~2"]],
    ["a b@2026-11-20 18:00", ["a b", "2026-11-20 18:00"]],
    ["a@20261120_180000", ["a", "20261120_180000"]],
    ["icon@2x.png@2w", ["icon@2x.png", "2w"]],
    ["a@3d@latest", ["a@3d", "latest"]],
    ["@3d", ["", "3d"]],
    ["icon@2x.png", undefined],
    ["me@example.org", undefined],
    ["dir@3d/file", undefined],
    ["a@", undefined],
    ["a", undefined],
  ];
  for (const [text, split] of cases) {
    const literal = { path: text, point: undefined };
    const more = split === undefined ? [] : [{ path: split[0], point: split[1] }];
    assertEquals(splitAtPoint(text), [literal, ...more], text);
  }
});
