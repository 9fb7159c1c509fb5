import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import "../helpers/seed.ts";
import {
  clearPeriods,
  type Duration,
  formatDuration,
  isAmbiguousPeriod,
  parseDuration,
  parsePeriod,
} from "../../src/base/duration.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { parseStamp, type Stamp } from "../../src/base/stamp.ts";
import {
  applyPolicy,
  describePolicy,
  type KeepPolicy,
  parseKeepCount,
  stampBefore,
} from "../../src/engine/retention.ts";

const GOLDEN = new URL("../testdata/retention/", import.meta.url);

function length(text: string): Duration {
  return parseDuration(text, "test");
}

function stamps(...texts: string[]): { stamp: Stamp }[] {
  return texts.map((text) => {
    const stamp = parseStamp(text);
    assert(stamp !== undefined, text);
    return { stamp };
  });
}

/** Runs of three years: many a day at the end, gaps, the turns of years, a leap day, a repeated day. */
const RUNS = stamps(
  ...[
    "20240101_000000",
    "20240103_120000",
    "20240228_230000",
    "20240229_120000",
    "20240301_000000",
  ],
  ...[
    "20241229_235959",
    "20241230_000000",
    "20241231_235959",
    "20250101_000000",
    "20250105_100000",
  ],
  ...[
    "20250106_100000",
    "20250331_080000",
    "20250430_200000",
    "20250531_200000",
    "20250630_200000",
  ],
  ...[
    "20250915_061500",
    "20251015_061500",
    "20251115_061500",
    "20251215_061500",
    "20251228_061500",
  ],
  ...[
    "20251229_061500",
    "20260101_061500",
    "20260104_061500",
    "20260105_061500",
    "20260228_061500",
  ],
  ...[
    "20260303_090000",
    "20260310_090000",
    "20260317_090000",
    "20260324_090000",
    "20260327_090000",
  ],
  ...[
    "20260328_090000",
    "20260329_015959",
    "20260329_030000",
    "20260329_180000",
    "20260330_000000",
  ],
  ...[
    "20260330_080000",
    "20260330_081500",
    "20260330_083000",
    "20260330_090000",
    "20260330_235959",
  ],
  ...[
    "20260331_000000",
    "20260331_060000",
    "20260331_065959",
    "20260331_070000",
    "20260331_073000",
  ],
  ...[
    "20260331_080000",
    "20260331_081500",
    "20260331_090000",
    "20260331_100000",
    "20260331_113000",
  ],
);

/**
 * The policies whose outcome is pinned, by the name of their file. `restic forget --dry-run` 0.14 gave the same
 * keeps and reasons for the 20 it can tell; it knows neither `unlimited` nor the rule of the oldest.
 */
const POLICIES: Record<string, KeepPolicy> = {
  last_1: { last: 1 },
  last_10: { last: 10 },
  last_99: { last: 99 },
  last_all: { last: "unlimited" },
  hourly_5: { hourly: 5 },
  hourly_all: { hourly: -1 },
  daily_3: { daily: 3 },
  daily_30: { daily: 30 },
  daily_60: { daily: 60 },
  weekly_6: { weekly: 6 },
  weekly_60: { weekly: 60 },
  monthly_6: { monthly: 6 },
  monthly_60: { monthly: 60 },
  yearly_2: { yearly: 2 },
  yearly_10: { yearly: 10 },
  yearly_all: { yearly: "unlimited" },
  usual: { last: 7, daily: 14, weekly: 8, monthly: 12 },
  all_rules: { last: 2, hourly: 3, daily: 4, weekly: 5, monthly: 6, yearly: 7 },
  within_1h: { within: length("1h") },
  within_1d: { within: length("1d") },
  within_1mo: { within: length("1mo") },
  within_1y2mo3d4h: { within: length("1y2mo3d4h") },
  within_9y: { within: length("9y") },
  within_hourly_2d: { withinHourly: length("2d") },
  within_daily_1mo: { withinDaily: length("1mo") },
  within_weekly_1y: { withinWeekly: length("1y") },
  within_monthly_2y: { withinMonthly: length("2y") },
  within_monthly_9y: { withinMonthly: length("9y") },
  within_yearly_9y: { withinYearly: length("9y") },
  within_steps: {
    withinHourly: length("1d"),
    withinDaily: length("7d"),
    withinWeekly: length("1mo"),
    withinMonthly: length("1y"),
    withinYearly: length("9y"),
  },
  mixed: { last: 1, monthly: 3, within: length("1d"), withinYearly: length("9y") },
};

function render(policy: KeepPolicy): string {
  const lines = applyPolicy(RUNS, policy).map((decision) => `    ${JSON.stringify(decision)}`);
  return `{\n  "policy": ${JSON.stringify(describePolicy(policy))},\n  "decisions": [\n${
    lines.join(",\n")
  }\n  ]\n}\n`;
}

Deno.test("the keep rules decide as pinned (UPDATE_GOLDEN=1 pins anew)", async () => {
  const update = Deno.env.get("UPDATE_GOLDEN") === "1";
  for (const [name, policy] of Object.entries(POLICIES)) {
    const file = new URL(`${name}.json`, GOLDEN);
    const text = render(policy);
    if (update) await Deno.writeTextFile(file, text);
    assertEquals(text, await Deno.readTextFile(file), name);
  }
});

Deno.test("every pinned file belongs to a policy", async () => {
  const files: string[] = [];
  for await (const entry of Deno.readDir(GOLDEN)) files.push(entry.name);
  assertEquals(files.sort(), Object.keys(POLICIES).map((name) => `${name}.json`).sort());
});

Deno.test("a policy without a rule is refused", () => {
  for (const policy of [{}, { last: 0 }, { daily: 0, within: length("0d") }]) {
    const error = assertThrows(() => applyPolicy(RUNS, policy), HikaeError);
    assertEquals(error.id, "usage");
    assertStringIncludes(error.hint ?? "", "--keep-last");
  }
  assertThrows(() => applyPolicy(RUNS, { last: -2 }), HikaeError, "--keep-last");
  assertThrows(() => applyPolicy(RUNS, { last: 1, daily: 1.5 }), HikaeError, "--keep-daily");
  assertEquals(applyPolicy([], { last: 1 }), []);
});

Deno.test("a stamp from a wrong clock does not count as the newest for within", () => {
  const runs = stamps("20260301_000000", "20260330_000000", "20990101_000000");
  const now = parseStamp("20260331_000000");
  const kept = (at?: Stamp): boolean[] =>
    applyPolicy(runs, { within: length("7d") }, at).map((d) => d.keep);
  assertEquals(kept(now), [false, true, true]);
  assertEquals(kept(), [false, false, true]);
  assertEquals(kept(parseStamp("20200101_000000")), [true, true, true]);
});

Deno.test("a time before a stamp goes by the calendar and runs over as restic's does", () => {
  const at = parseStamp("20260331_113000");
  assert(at !== undefined);
  const cases: [string, string][] = [
    ["1mo", "20260303_113000"],
    ["1y", "20250331_113000"],
    ["25mo", "20240302_113000"],
    ["31d", "20260228_113000"],
    ["12h", "20260330_233000"],
    ["1y1mo1d1h", "20250302_103000"],
    ["2026y", "00000331_113000"],
    ["2027y", ""],
    ["9007199254740991y", ""],
  ];
  for (const [text, expected] of cases) assertEquals(stampBefore(at, length(text)), expected, text);
});

Deno.test("months as restic writes them are months, minutes stay minutes", () => {
  const cases: [string, string][] = [
    ["1y5m7d2h", "1y5mo7d2h"],
    ["6m14d", "6mo14d"],
    ["5m2h", "5mo2h"],
    ["1y6m", "1y6mo"],
    ["6m", "6m"],
    ["2h5m", "2h5m"],
    ["1d6m", "1d0h6m"],
    ["1y0h5m", "1y0h5m"],
    ["1mo5m", "1mo5m"],
  ];
  for (const [written, read] of cases) {
    assertEquals(formatDuration(length(written)), read);
    assertEquals(length(read), length(written), "what is written is read as the same");
  }
});

Deno.test("a period that others read as another length is refused where a rule removes", () => {
  for (const text of ["7d6m", "1w6m", "1y7d6m", "7d6m2h", "2h7d6m", "7d6m2h5m"]) {
    const error = assertThrows(() => parsePeriod(text, "--keep-within"), HikaeError, text);
    assertEquals(error.id, "usage");
    for (const written of Object.values(clearPeriods(text))) {
      assert(!isAmbiguousPeriod(written), written);
      assert((error.hint ?? "").includes(written));
    }
  }
  for (
    const text of ["6m", "1y6m", "6m14d", "2h5m", "1mo5m", "7d6mo", "7d0h6m", "7d6m30s", "90d"]
  ) {
    assertEquals(parsePeriod(text, "--keep-within"), length(text));
  }
});

Deno.test("a policy and a count are said in words", () => {
  assertEquals(
    describePolicy({ last: 7, daily: -1, within: length("90d"), withinHourly: length("2d") }),
    "keep 7 last, all daily, hourly within 2d, all within 90d",
  );
  assertEquals(parseKeepCount("7", "--keep-last"), 7);
  assertEquals(parseKeepCount("unlimited", "--keep-last"), "unlimited");
  assertEquals(parseKeepCount("-1", "--keep-last"), "unlimited");
  for (const text of ["", "-2", "1.5", "7d", "all", "99999999999999999999"]) {
    assertThrows(() => parseKeepCount(text, "--keep-last"), HikaeError, "--keep-last");
  }
});

const anyRuns = fc.uniqueArray(fc.integer({ min: 0, max: 1100 * 24 }), { maxLength: 60 })
  .map((hours) =>
    hours.sort((a, b) => a - b).map((hour) => {
      const iso = new Date(Date.UTC(2023, 0, 1, hour)).toISOString();
      return iso.slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_");
    })
  ).map((texts) => stamps(...texts));
const anyCount = fc.oneof(fc.nat(12), fc.constant(-1));
const anyPolicy: fc.Arbitrary<KeepPolicy> = fc.record({
  last: fc.nat(5),
  hourly: anyCount,
  daily: anyCount,
  weekly: anyCount,
  monthly: anyCount,
  yearly: anyCount,
  within: fc.nat(400).map((days) => ({ years: 0, months: 0, days, ms: 0 })),
}, { requiredKeys: ["last"] }).map((policy) => ({ ...policy, last: policy.last + 1 }));

Deno.test("whatever the rules, the newest stays, order is kept, and more quota never keeps less", () => {
  fc.assert(fc.property(anyRuns, anyPolicy, fc.nat(20), (runs, policy, more) => {
    const decisions = applyPolicy(runs, policy);
    assertEquals(decisions.map((d) => d.stamp), runs.map((r) => r.stamp));
    assert(decisions.at(-1)?.keep ?? true);
    for (const d of decisions) assert(d.reasons.length > 0);
    const last = typeof policy.last === "number" ? policy.last + more : 1;
    const wider = applyPolicy(runs, { ...policy, last });
    for (const [i, d] of decisions.entries()) assert(!d.keep || wider[i]?.keep);
  }));
});

Deno.test("rules are OR-ed: together they keep what each keeps alone", () => {
  fc.assert(fc.property(anyRuns, anyPolicy, (runs, policy) => {
    const alone = new Set<Stamp>();
    for (const [rule, value] of Object.entries(policy)) {
      const one = { [rule]: value } as KeepPolicy;
      if (describePolicy(one) === "keep nothing") continue;
      for (const d of applyPolicy(runs, one)) if (d.keep) alone.add(d.stamp);
    }
    for (const d of applyPolicy(runs, policy)) assertEquals(d.keep, alone.has(d.stamp), d.stamp);
  }));
});

Deno.test("what was kept is kept again when nothing new came", () => {
  const counted = anyPolicy.map(({ within: _, ...policy }) => policy);
  fc.assert(fc.property(anyRuns, counted, (runs, policy) => {
    const kept = applyPolicy(runs, policy).filter((d) => d.keep);
    for (const d of applyPolicy(kept, policy)) assert(d.keep, d.stamp);
  }));
});
