import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import "../helpers/seed.ts";
import { parseDuration } from "../../src/base/duration.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { type Stamp, stampFromNumber } from "../../src/base/stamp.ts";
import {
  decideVersions,
  type FileRules,
  type VersionSpan,
} from "../../src/engine/version_retention.ts";

/** The stamp of a day of May 2026. */
const day = (n: number): Stamp => stampFromNumber(20260500120000 + n * 1_000_000);
const days = (...list: number[]): Stamp[] => list.map(day);

function span(
  path: string,
  since: number | null,
  until: number | null,
  deleted = false,
): VersionSpan {
  return {
    path,
    since: since === null ? null : day(since),
    until: until === null ? null : day(until),
    deleted,
  };
}

function reasons(versions: VersionSpan[], kept: Stamp[], rules: FileRules = {}): string[] {
  return [...decideVersions(versions, kept, rules)]
    .map((d) => `${d.keep ? "keep" : "go"}: ${d.reasons.join(", ")}`);
}

Deno.test("a version stays while a kept snapshot lies in it", () => {
  const versions = [span("a", 1, 3), span("a", 3, 5), span("a", 5, 6), span("a", 6, null)];
  assertEquals(reasons(versions, days(3, 4, 7)), [
    "go: no kept snapshot needs it",
    `keep: needed by 2 snapshots up to ${day(4)}`,
    "go: no kept snapshot needs it",
    "keep: current version",
  ]);
  assertEquals(reasons([span("a", 2, 3)], days(2)), [`keep: needed by ${day(2)}`]);
  assertEquals(reasons([span("a", 2, 3)], days(1, 3)), ["go: no kept snapshot needs it"]);
  assertEquals(reasons([span("a", 2, null)], []), ["keep: current version"]);
});

Deno.test("a version of unknown beginning may be needed by all snapshots before its end", () => {
  const needed = `keep: needed by ${day(1)}`;
  assertEquals(reasons([span("a", null, 3)], days(1, 3)), [needed]);
  assertEquals(reasons([span("a", null, 3)], days(3)), ["go: no kept snapshot needs it"]);
});

Deno.test("the newest N versions of each path stay, the current one counted", () => {
  const versions = [
    span("a", 1, 2),
    span("a", 2, 3),
    span("a", 3, null),
    span("b", 1, 2),
    span("b", 2, 3),
    span("b", 3, 4, true),
  ];
  assertEquals(reasons(versions, [], { keepMinVersions: 2 }), [
    "go: no kept snapshot needs it",
    "keep: one of the 2 newest versions",
    "keep: current version, one of the 2 newest versions",
    "go: no kept snapshot needs it",
    "keep: one of the 2 newest versions",
    "keep: one of the 2 newest versions",
  ]);
  assertEquals(
    reasons(versions.slice(3), [], { keepMinVersions: 1 }).at(-1),
    "keep: newest version",
  );
});

Deno.test("the last version of a file stays while its deletion is young", () => {
  const keepDeleted = { age: parseDuration("7d", "test"), from: day(20) };
  const versions = [
    span("a", 1, 14), // superseded, not deleted
    span("a", 14, 15, true),
    span("b", 1, 13, true), // deleted exactly 7 days ago
    span("c", 1, 16, true), // deleted, come again, deleted
    span("c", 17, 18, true),
  ];
  assertEquals(reasons(versions, [], { keepDeleted }), [
    "go: no kept snapshot needs it",
    "keep: deleted within 7d",
    "go: no kept snapshot needs it",
    "keep: deleted within 7d",
    "keep: deleted within 7d",
  ]);
});

Deno.test("a number of versions that is none is refused", () => {
  for (const keepMinVersions of [-1, 1.5, NaN]) {
    assertThrows(() => reasons([span("a", 1, 2)], [], { keepMinVersions }), HikaeError);
  }
});

Deno.test("versions are taken from the stream one path at a time", () => {
  let read = 0;
  function* many(): Generator<VersionSpan> {
    for (let i = 0; i < 1000; i++) {
      read++;
      yield span(`p${i >> 1}`, i % 2 + 1, i % 2 === 1 ? null : 2);
    }
  }
  const decisions = decideVersions(many(), days(1));
  decisions.next();
  assert(read <= 3, `${read} were read for one answer`);
  assertEquals([...decisions].length, 999);
});

/** A history: what each path held at each run (0 for nothing), and the versions that it makes. */
function history(states: readonly (readonly number[])[]): { spans: VersionSpan[]; at: number[][] } {
  const spans: VersionSpan[] = [];
  const at: number[][] = [];
  for (const [p, contents] of states.entries()) {
    const mine: number[] = [];
    let begun: number | undefined;
    for (const [r, content] of contents.entries()) {
      if (r > 0 && content === contents[r - 1]) continue;
      if (begun !== undefined) {
        mine.push(spans.length);
        spans.push(span(`p${p}`, begun + 1, r + 1, content === 0));
      }
      begun = content === 0 ? undefined : r;
    }
    if (begun !== undefined) {
      mine.push(spans.length);
      spans.push(span(`p${p}`, begun + 1, null));
    }
    at.push(mine);
  }
  return { spans, at };
}

Deno.test("a version goes exactly when no kept snapshot and no rule needs it (against a model)", () => {
  const states = fc.integer({ min: 1, max: 10 }).chain((runs) =>
    fc.record({
      contents: fc.array(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: runs, maxLength: runs }),
        { minLength: 1, maxLength: 4 },
      ),
      keep: fc.array(fc.boolean(), { minLength: runs, maxLength: runs }),
      min: fc.integer({ min: 0, max: 3 }),
      age: fc.integer({ min: 0, max: 10 }),
    })
  );
  fc.assert(
    fc.property(states, ({ contents, keep, min, age }) => {
      const { spans, at } = history(contents);
      const wanted = new Set<VersionSpan>();
      // Walk over every kept snapshot and take what it shows.
      for (const [r, keeps] of keep.entries()) {
        for (const [p, row] of contents.entries()) {
          if (!keeps || row[r] === 0) continue;
          for (const i of at[p] ?? []) {
            const s = spans[i];
            if (s === undefined) continue;
            const [since, until] = [s.since ?? "", s.until ?? "99999999_999999"];
            if (since <= day(r + 1) && day(r + 1) < until) wanted.add(s);
          }
        }
      }
      const last = contents[0]?.length ?? 0;
      for (const mine of at) {
        for (const i of mine.slice(Math.max(0, mine.length - min))) {
          const s = spans[i];
          if (s !== undefined) wanted.add(s);
        }
      }
      for (const s of spans) {
        if (s.until === null) wanted.add(s);
        for (let d = last; d > last - age && d > 0; d--) {
          if (s.deleted && s.until === day(d)) wanted.add(s);
        }
      }
      const kept = keep.flatMap((keeps, r) => keeps ? [day(r + 1)] : []);
      const rules: FileRules = {
        keepMinVersions: min,
        keepDeleted: { age: { years: 0, months: 0, days: age, ms: 0 }, from: day(last) },
      };
      for (const { version, keep: stays } of decideVersions(spans, kept, rules)) {
        assertEquals(stays, wanted.has(version), JSON.stringify({ version, kept, rules }));
      }
    }),
    { numRuns: 1000 },
  );
});
