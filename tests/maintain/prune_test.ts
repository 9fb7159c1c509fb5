/** `prune`: what stays is whole, what goes is what nothing needs, and why. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import "../helpers/seed.ts";
import { parseDuration } from "../../src/base/duration.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { prune } from "../../src/engine/maintain/prune.ts";
import { run } from "../helpers/cli_helper.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { answering, backupRequest } from "../helpers/engine_helper.ts";
import {
  Grown,
  growRich,
  isThere,
  listTree,
  META,
  names,
  stamps,
} from "../helpers/maintain_helper.ts";
import { indexPlace } from "../helpers/index_helper.ts";
import type { ProtectQuestion } from "../../src/engine/questions.ts";

/** The snapshots that are left, with all that they hold. */
function states(g: Grown): Record<string, Record<string, string>> {
  return Object.fromEntries(g.list().map(({ stamp }) => [stamp, g.snapshot(stamp)]));
}

Deno.test("prune: a version goes exactly when no kept snapshot needs it", async () => {
  using g = new Grown();
  await growRich(g);
  const before = states(g);
  g.day(20);
  const planned = await g.prune({ policy: { last: 3, weekly: 3 }, dryRun: true });
  const told = g.decisions();
  const out = await g.prune({ policy: { last: 3, weekly: 3 } });
  assertEquals(g.decisions(), told);
  assertEquals([planned.versions, planned.bytes, planned.snapshots], [
    out.versions,
    out.bytes,
    out.snapshots,
  ]);
  assert(out.versions > 5 && out.errors === 0);
  const after = states(g);
  assertEquals(Object.keys(after).length, 4);
  for (const [stamp, state] of Object.entries(after)) assertEquals(state, before[stamp], stamp);
  // what is left on the disk is what the kept snapshots need, no more
  const needed = new Set(Object.values(after).flatMap((s) => Object.values(s)));
  const db = g.dump().version as { until: number | null; hash: string; type: number }[];
  for (const v of db) {
    if (v.until === null || v.type === 2) continue;
    assert(needed.has(`${v.type === 1 ? "link" : "file"} ${v.hash}`), JSON.stringify(v));
  }
  g.assertSound();
});

Deno.test("prune: what no run could read since stays in the newest snapshot that lacks nothing", async () => {
  using g = new Grown();
  await g.put({ a: "only here", b: "1" }).day(0).backup();
  await g.put({ b: "2" }).day(1).backup();
  // it moves where nobody may look
  Deno.mkdirSync(`${g.source}/shut`);
  Deno.renameSync(`${g.source}/a`, `${g.source}/shut/a`);
  for (const day of [2, 3]) {
    g.put({ b: `b of ${day}` }).day(day);
    const shut = g.ports((call, work) => {
      if (call.path !== `${g.source}/shut` || !call.op.startsWith("list")) return work();
      throw Object.assign(new Error("Permission denied"), { code: "EACCES" });
    });
    const [run] = await backup(shut, backupRequest(g.source, [g.vault]));
    assertEquals([run?.failed, (run?.errors ?? 0) > 0], [undefined, true]);
  }
  const [, second, , last] = g.list().map(({ stamp }) => stamp);
  assert(second !== undefined && last !== undefined);
  const before = states(g);
  await g.prune({ policy: { last: 1 } });
  assertEquals(states(g), { [second]: before[second], [last]: before[last] });
  assert(Object.keys(before[second] ?? {}).includes("a"));
  // the next one that lacks nothing sets it free
  await g.put({ b: "5" }).day(5).backup();
  await g.prune({ policy: { last: 1 } });
  assertEquals(g.list().length, 1);
  g.assertSound();
});

Deno.test("prune: random histories and rules leave the kept snapshots as they were", async () => {
  const paths = ["a", "b", "d/a", "d/b", "d"] as const;
  const change = fc.record({
    path: fc.constantFrom(...paths),
    to: fc.constantFrom("one", "two", "three", undefined),
  });
  const step = fc.record({
    changes: fc.array(change, { maxLength: 3 }),
    prune: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
      using g = new Grown();
      const expected: Record<string, Record<string, string>> = {};
      for (const [i, s] of steps.entries()) {
        g.day(i);
        for (const { path, to } of s.changes) {
          g.drop(path);
          const [dir, file] = path.split("/") as [string, string | undefined];
          if (to === undefined) continue;
          if (file === undefined) g.put({ [dir]: to });
          else if (isThere(`${g.source}/d`) && Deno.lstatSync(`${g.source}/d`).isFile) continue;
          else g.put({ [dir]: { [file]: to } });
        }
        expected[await g.backup()] = g.sourceState();
        if (s.prune === undefined) continue;
        await g.prune({ policy: { last: s.prune } });
        const rows = g.dump();
        g.reindex();
        assertEquals(g.dump(), rows);
        const left = states(g);
        assertEquals(Object.keys(left), Object.keys(expected).slice(-s.prune));
        for (const stamp of Object.keys(expected)) {
          if (left[stamp] === undefined) delete expected[stamp];
        }
        assertEquals(left, expected);
      }
      g.assertSound();
    }),
    { numRuns: 12 },
  );
});

Deno.test("prune to the newest leaves the mirror alone, without a mark or a past directory", async () => {
  using g = new Grown();
  await growRich(g);
  g.day(20);
  await g.prune({ policy: { last: 1 } });
  const left = listTree(g.vault).filter((p) => /\$(OLD|DEL)/.test(p));
  assertEquals(left, []);
  assertEquals(
    listTree(g.vault).filter((p) => !p.includes(META)),
    listTree(g.source).filter((p) => !p.includes(" -> ")),
  );
  // forgotten records that no version needs are gone, the others hold nothing else
  for (const stamp of stamps(g.vault)) {
    const text = Deno.readTextFileSync(g.in(META, "runs", `${stamp}.jsonl`));
    const [head, ...lines] = text.trimEnd().split("\n").map((l) => JSON.parse(l));
    if (head.kind !== "run" || head.forgotten !== true) continue;
    assert(lines.some((l) => l.kind === "version" || l.kind === "attr"), text);
    assert(lines.every((l) => l.to === undefined), text);
  }
  g.assertSound();
});

Deno.test("prune: --keep-min-versions and --keep-deleted hold versions per file", async () => {
  using g = new Grown();
  for (let i = 0; i < 6; i++) {
    g.day(i).put({ f: `${i}` });
    if (i === 1) g.put({ early: "e" });
    if (i === 2) g.drop("early").put({ late: "l" });
    if (i === 4) g.drop("late");
    await g.backup();
  }
  g.day(6);
  const out = await g.prune({
    policy: { last: 1 },
    keepMinVersions: 3,
    keepDeleted: parseDuration("3d", "test"),
  });
  assertEquals(
    g.decisions().filter((d) => !/^\d/.test(d.what)).map((d) => [d.what, d.reason]),
    [0, 1, 2].map(() => ["f", "no kept snapshot needs it"]),
  );
  assertEquals(out.versions, 3);
  assertEquals(names(g.in(META)).filter((n) => n.includes("@")).length, 4);
  const rows = g.dump();
  g.reindex();
  assertEquals(g.dump(), rows);
  // the next prune without the rules takes them
  assertEquals((await g.prune({ policy: { last: 1 } })).versions, 4);
});

Deno.test("prune: interrupted runs are no snapshots, the newest of all stays", async () => {
  using g = new Grown();
  g.put({ f: "0" });
  const first = await g.backup();
  g.day(1).put({ f: "1" });
  const broken = await g.backup();
  const path = g.in(META, "runs", `${broken}.jsonl`);
  const text = Deno.readTextFileSync(path);
  Deno.writeTextFileSync(path, text.slice(0, text.lastIndexOf('{"kind":"summary"')));
  g.day(2);
  assertEquals(g.list().map((s) => s.state), ["complete", "interrupted"]);
  await g.prune({ policy: { last: 1 }, dryRun: true });
  const planned = g.decisions();
  assertEquals(planned.map((d) => d.what), [first, broken]);
  assertEquals((await g.delete([broken], { dryRun: true })).snapshots, 1);
  await g.prune({ policy: { last: 1 } });
  assertEquals(g.decisions(), planned, "what the dry run said");
  assertEquals(g.list().map((s) => [s.stamp, s.state]), [[first, "complete"], [
    broken,
    "interrupted",
  ]]);
  g.put({ f: "2" });
  const last = await g.backup();
  const out = await g.prune({ policy: { last: 2 } });
  assertEquals(g.list().map((s) => s.stamp), [first, last]);
  assertEquals([out.versions, out.snapshots], [1, 1]);
  g.assertSound();
});

Deno.test("prune: nothing to do leaves no record; a snapshot that lost files before is forgotten whole", async () => {
  using g = new Grown();
  g.put({ f: "0", g: "0" });
  await g.backup();
  g.day(1).drop("f");
  await g.backup();
  assertEquals((await g.prune({ policy: { last: 5 } })).stamp, undefined);
  g.day(2);
  await g.cleanupDays(0);
  assertEquals(g.list().map((s) => s.state), ["partial", "complete"]);
  await g.prune({ policy: { last: 1 } });
  assertEquals(g.list().map((s) => s.state), ["complete"]);
  const rows = g.dump();
  assertEquals((rows.version as unknown[]).length, 2);
  g.reindex();
  assertEquals(g.dump(), rows);
});

Deno.test("prune keeps what a lost living copy can come back from", async () => {
  using g = new Grown();
  g.put({ f: "precious" });
  await g.backup();
  g.day(1).put({ f: "other" });
  await g.backup();
  g.day(2).put({ f: "precious" });
  await g.backup();
  Deno.removeSync(g.in("f"));
  assertEquals((await g.prune({ policy: { last: 1 } })).versions, 1);
  assertEquals(names(g.in(META)).filter((n) => n.startsWith("$OLD@")).length, 1);
  const counts = g.verify({ repair: true, source: g.path });
  assertEquals([counts.missing, counts.repaired, counts.errors], [1, 1, 0]);
  assertEquals(Deno.readTextFileSync(g.in("f")), "precious");
});

Deno.test("prune asks who wants something kept, and keeps it", async () => {
  using g = new Grown();
  g.put({ f: "0", h: "0" });
  const first = await g.backup();
  g.day(1).put({ f: "1", h: "1" });
  const second = await g.backup();
  g.day(2).put({ f: "2" });
  await g.backup();
  const request = {
    root: g.vault,
    given: g.vault,
    host: "",
    pid: 1,
    dryRun: false,
    askPlugins: true,
    policy: { last: 1 },
  };
  const asked: ProtectQuestion[] = [];
  const ask = (keep: (q: ProtectQuestion) => number[]) =>
    answering({
      protect: (q) => {
        asked.push(q);
        return Promise.resolve(keep(q).map((id): [number, string] => [id, "keeper"]));
      },
    });
  const snapshot = ask((q) =>
    q.entries.filter((e) => e.from === second && e.kind === "snapshot").map((e) => e.id)
  );
  const out = await prune({ ...g.ports(), ask: snapshot }, request);
  assert(g.decisions().some((d) => d.keep && d.reason === "protected by keeper"));
  assertEquals(asked[0]?.entries.map((e) => [e.kind, e.path, e.from, e.to]), [
    ["snapshot", "", first, undefined],
    ["snapshot", "", second, undefined],
    ["version", "f", first, second],
    ["version", "f", second, g.list()[2]?.stamp ?? g.list().at(-1)?.stamp],
    ["version", "h", first, second],
  ]);
  assertEquals([out.snapshots, out.versions, out.protected], [1, 2, 1]);
  const version = ask((q) => q.entries.filter((e) => e.path === "f").map((e) => e.id));
  const next = await prune({ ...g.ports(), ask: version }, request);
  assertEquals([next.snapshots, next.versions, next.protected], [1, 0, 1]);
  g.assertSound();
  const rows = g.dump();
  g.reindex();
  assertEquals(g.dump(), rows);
});

Deno.test("prune: an empty policy is refused, and the vault is free again", async () => {
  using g = new Grown();
  g.put({ f: "0" });
  await g.backup();
  await assertRejects(() => g.prune({ policy: {} }), HikaeError, "no rule");
  await g.backup();
});

Deno.test("prune on the command line: rules, reasons, summary, exit codes", async () => {
  using g = new Grown();
  for (let i = 0; i < 4; i++) {
    g.day(i).put({ f: `${i}` });
    await g.backup();
  }
  const refused = await run(["prune", g.vault]);
  assertEquals(refused.code, 2);
  assert(refused.stderr.includes("--keep-last"), refused.stderr);
  assertEquals((await run(["prune", g.vault, "--keep-last", "many"])).code, 2);
  assertEquals(
    (await run(["prune", g.vault, "--keep-last", "1", "--snapshot-number", "2"])).code,
    2,
  );
  const before = listTree(g.vault).join("\n");
  const dry = await run(["prune", g.vault, "--keep-within", "1d12h", "--dry-run"]);
  assertEquals(dry.code, 0, dry.stderr);
  assert(dry.stdout.includes("keep   20260503_120000  (within 1d12h)"), dry.stdout);
  assert(dry.stdout.includes("remove 20260502_120000  (no rule keeps it)"), dry.stdout);
  assert(
    dry.stdout.includes("remove f@20260501_120000  (1 B, no kept snapshot needs it)"),
    dry.stdout,
  );
  assert(dry.stdout.includes("2 versions to remove, would free 2 B"), dry.stdout);
  assertEquals(listTree(g.vault).join("\n"), before);
  const minutes = await run(["prune", g.vault, "--keep-within", "6m", "--dry-run"]);
  assert(minutes.stderr.includes("--keep-within 6m is 6 minutes"), minutes.stderr);
  const done = await run(["prune", g.vault, "--snapshot-number", "2", "--json"]);
  const s = done.json.at(-1);
  assertEquals([s?.command, s?.snapshots_removed, s?.snapshots_kept, s?.versions_removed], [
    "prune",
    2,
    2,
    2,
  ]);
  assertEquals([s?.bytes_freed, s?.errors], [2, 0]);
  assertEquals(g.list().length, 2);
  const sets = await run(["prune", g.vault, "--keep-last", "1", "--explain-permissions", "--json"]);
  assertEquals(sets.json.find((p) => p.thread === "engine")?.write, [
    g.vault,
    indexPlace(g.vault)?.dir,
  ]);
  const look = await run([
    ...["prune", g.vault, "--keep-last", "1", "--dry-run", "--explain-permissions", "--json"],
  ]);
  assertEquals(look.json.find((p) => p.thread === "engine")?.write, [indexPlace(g.vault)?.dir]);
});
