/** `hikae report` on real vaults, through the command line. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { report } from "../helpers/ask.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { Link, listTree, Place, run, summary } from "../conformance/fixture.ts";
import { dropIndex } from "../helpers/index_helper.ts";

type Line = Record<string, unknown>;

/** A vault with four runs whose numbers are known. */
async function four(place: Place): Promise<string[]> {
  place.put({
    "big.bin": "b".repeat(5000),
    "a.txt": "a".repeat(100),
    d: { "x.txt": "x" },
    l: new Link("a.txt"),
  });
  const stamps = [(await place.backup()).stamp];
  place.put({ "a.txt": "A".repeat(200) });
  stamps.push((await place.backup()).stamp);
  place.put({ "a.txt": "B".repeat(300), "new.txt": "n".repeat(40) });
  place.drop("big.bin");
  stamps.push((await place.backup()).stamp);
  stamps.push((await place.backup()).stamp);
  return stamps;
}

Deno.test("report tells in numbers what the vault holds", async () => {
  using place = new Place();
  const stamps = await four(place);
  const before = listTree(place.vault);
  const r = await run(["report", place.vault, "--json"]);
  assertEquals(r.code, 0, r.stderr);
  const s = summary(r);
  assertEquals([s.command, s.snapshots, s.first, s.last], ["report", 4, stamps[0], stamps[3]]);
  const link = "a.txt".length;
  assertEquals(s.totals, {
    files: 4,
    bytes: 300 + 1 + 40 + link,
    versions: 7,
    stored: 5000 + 100 + 200 + 300 + 1 + 40 + link,
  });
  const largest = (s.largest as Line[]).map((f) => [f.path, f.size, f.current]);
  assertEquals(largest.slice(0, 3), [["big.bin", 5000, false], ["a.txt", 300, true], [
    "new.txt",
    40,
    true,
  ]]);
  assertEquals(s.most_versioned, [
    { path: "a.txt", size: 300, stored: 600, versions: 3, current: true },
  ]);
  assertEquals(s.checked, { share: 0, oldest: null, damaged: 0 });
  assertEquals(s.rules, []);
  assertStringIncludes(String(s.rules_note), "no rules");
  assertEquals(s.html, null);
  assertEquals(listTree(place.vault), before);
});

Deno.test("a report that is told to end ends between its parts", async () => {
  using place = new Place();
  await four(place);
  const asking = { root: place.vault, given: place.vault, windows: false, job: null };
  const request = { ...asking, rules: {}, rulesNote: "" };
  let asked = 0;
  const ports = { ...enginePorts(), cancelled: () => ++asked < 0 };
  await report(ports, { ...request, most: 3, runs: true });
  const all = asked;
  assert(all >= 12, `${all}`);
  for (let n = 1; n <= all; n++) {
    asked = 0;
    const cancelled = (): boolean => ++asked >= n;
    const ended = { ...enginePorts(), cancelled };
    await assertRejects(
      () => report(ended, { ...request, most: 3, runs: true }),
      HikaeError,
      "interrupted",
    );
    assertEquals(asked, n);
  }
});

Deno.test("report and status count the space of a file that moved once, and status tells no growth of it", async () => {
  using place = new Place({ photos: { "a.jpg": "a".repeat(5000), "b.jpg": "b".repeat(6000) } });
  await place.backup();
  Deno.renameSync(`${place.source}/photos`, `${place.source}/pictures`);
  await place.backup();
  const s = summary(await run(["report", place.vault, "--json"]));
  assertEquals(s.totals, { files: 2, bytes: 11_000, versions: 4, stored: 11_000 });
  const largest = (s.largest as Line[]).map((f) => [f.path, f.stored, f.current]);
  assertEquals(largest, [["pictures/b.jpg", 6000, true], ["pictures/a.jpg", 5000, true]]);
  const status = await run(["status", place.vault, "--json"]);
  const line = JSON.parse(status.stdout.trim().split("\n")[0] ?? "") as Line;
  assertEquals([line.size, line.bytes_added, line.trouble], [
    11_000,
    Deno.build.os === "windows" ? 11_000 : 0,
    [],
  ]);
});

Deno.test("report tells people the same in a few lines", async () => {
  using place = new Place({ "a.txt": "a" });
  await place.backup();
  const r = await run(["report", place.vault]);
  assertEquals(r.code, 0, r.stderr);
  assertStringIncludes(r.stdout, "1 snapshot,");
  assertStringIncludes(r.stdout, "a.txt");
});

Deno.test("report writes a page for its owner alone, and replaces what was there", async () => {
  using place = new Place({ "<script>alert(1)<∕script>": "x", "a&b.txt": "y" });
  await place.backup();
  const file = `${place.path}/page.html`;
  Deno.writeTextFileSync(file, "old");
  const r = await run(["report", place.vault, "--html", file, "--json"]);
  assertEquals(r.code, 0, r.stderr + r.stdout);
  assertEquals(summary(r).html, file);
  const page = Deno.readTextFileSync(file);
  assertStringIncludes(page, "&lt;script&gt;alert(1)&lt;∕script&gt;");
  assertStringIncludes(page, "a&amp;b.txt");
  assert(!page.includes("<script"));
  assertEquals((Deno.statSync(file).mode ?? 0) & 0o777, 0o600);
  assertEquals([...Deno.readDirSync(place.path)].map((e) => e.name).sort(), [
    "page.html",
    "source",
    "vault",
  ]);
});

Deno.test("report draws what came and went in each run, and the vault's growth", async () => {
  using place = new Place();
  await four(place);
  await run(["report", place.vault, "--html", `${place.path}/p.html`]);
  const page = Deno.readTextFileSync(`${place.path}/p.html`);
  const titles = [...page.matchAll(/<title>([^<]*)<\/title>/g)].map((m) =>
    m[1]?.replace(/^.*?\d\d:\d\d: /, "")
  );
  assertEquals(titles.slice(1), [
    "new 4, changed 0, deleted 0",
    "new 0, changed 1, deleted 0",
    "new 1, changed 1, deleted 1",
    "new 0, changed 0, deleted 0",
    "new 4.99 KiB, changed 0 B, deleted 0 B",
    "new 0 B, changed 200 B, deleted 0 B",
    "new 40 B, changed 300 B, deleted 4.88 KiB",
    "new 0 B, changed 0 B, deleted 0 B",
  ]);
});

Deno.test("report of a job tells what its rules would drop, and drops nothing", async () => {
  using place = new Place();
  await four(place);
  const config = `${place.path}/hikae.jsonc`;
  const write = (rules: Line): void =>
    Deno.writeTextFileSync(
      config,
      JSON.stringify({ jobs: { docs: { source: place.source, vaults: [place.vault], ...rules } } }),
    );
  const report = async (): Promise<Line> => {
    const r = await run(["report", "docs", "--config", config, "--json"]);
    assertEquals(r.code, 0, r.stderr + r.stdout);
    return summary(r);
  };
  const before = listTree(place.vault);
  write({ keep: { last: 1 }, maxRetention: "30d", maxGenerations: 3 });
  const s = await report();
  const dry = await run(["prune", "docs", "--config", config, "--dry-run", "--json"]);
  const planned = summary(dry);
  assertStringIncludes((await run(["report", "docs", "--config", config])).stdout, "drop 3 snap");
  const [prune, cleanup] = s.rules as Line[];
  assertEquals(s.job, "docs");
  assertEquals(prune?.command, "prune");
  assertEquals((prune?.snapshots as string[]).length, 3);
  assertEquals([prune?.versions, prune?.bytes], [planned.versions_removed, planned.bytes_freed]);
  assertEquals([cleanup?.command, cleanup?.versions], ["cleanup", 0]);
  assertStringIncludes(String(s.rules_note), "at most 3 older versions");
  write({ keep: { last: 1, minVersions: 9 } });
  assertEquals(((await report()).rules as Line[])[0]?.versions, 0);
  write({});
  const none = await report();
  assertEquals(none.rules, []);
  assertStringIncludes(String(none.rules_note), "neither keep nor maxRetention");
  assertEquals(listTree(place.vault), before);
});

Deno.test("report refuses a page in the vault, and one that cannot be written", async () => {
  using place = new Place({ "a.txt": "a" });
  await place.backup();
  const before = listTree(place.vault);
  const inside = await run(["report", place.vault, "--html", place.in("r.html"), "--json"]);
  assertEquals(inside.code, 2, inside.stdout);
  const missing = await run(["report", place.vault, "--html", `${place.path}/no/r.html`, "--json"]);
  assertEquals(missing.code, 1, missing.stdout);
  const dir = await run(["report", place.vault, "--html", place.path, "--json"]);
  assertEquals(dir.code, 1, dir.stdout);
  assertEquals((await run(["report", `${place.path}/none`, "--json"])).code, 10);
  assertEquals(listTree(place.vault), before);
});

Deno.test("report answers for a vault whose records are lost", async () => {
  using place = new Place({ "a.txt": "a" });
  await place.backup();
  Deno.removeSync(place.meta("runs"), { recursive: true });
  dropIndex(place.vault);
  const r = await run(["report", place.vault, "--html", `${place.path}/p.html`, "--json"]);
  assertEquals(r.code, 0, r.stderr + r.stdout);
  assertEquals([summary(r).snapshots, (summary(r).totals as Line).files], [0, 1]);
});
