/** The design's words on jobs: what holds for a source and a vault holds for a job. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { listTree, makeTree, run, type RunResult, stamps, tempDir } from "../helpers/cli_helper.ts";
import type { TempDir } from "../helpers/cli_helper.ts";

/** A directory with a source of three files and a config whose job `docs` has two vaults. */
function place(job: Record<string, unknown> = {}): TempDir {
  const dir = tempDir();
  makeTree(dir.path, {
    source: {
      "a.txt": "a",
      "b.log": "b",
      "large.bin": "l".repeat(2000),
      tagged: { TAG: "", t: "t" },
    },
    "hikae.jsonc": JSON.stringify({
      jobs: { docs: { source: "source", vaults: ["v1", "v2"], ...job } },
    }),
  });
  return dir;
}

function hikae(dir: TempDir, ...words: string[]): Promise<RunResult> {
  return run(words, { cwd: dir.path });
}

function files(vault: string): string[] {
  return listTree(vault).filter((p) => !p.includes(".$META$") && !p.endsWith("/"));
}

Deno.test("backup JOB: the flags of backup hold for a job too, also where rules follow the run", async () => {
  for (const job of [{}, { keep: { last: 9 } }]) {
    using dir = place(job);
    Deno.writeTextFileSync(dir.at("rules"), "*.log\n");
    const flags = ["--exclude-from", "rules", "--exclude-larger-than", "1K"];
    const b = await hikae(dir, "backup", "docs", ...flags, "--exclude-if-present", "TAG", "--json");
    assertEquals(b.code, 0, b.stderr + b.stdout);
    assertEquals(files(dir.at("v1")), ["a.txt"]);
  }
});

Deno.test("backup JOB --max-generations takes the place of the job's number", async () => {
  using dir = place({ maxGenerations: 10 });
  await hikae(dir, "backup", "docs", "-q");
  Deno.writeTextFileSync(dir.at("source", "a.txt"), "other");
  assertEquals((await hikae(dir, "backup", "docs", "--max-generations", "0", "-q")).code, 0);
  assertEquals(listTree(dir.at("v1")).filter((p) => p.includes("$OLD@")), []);
});

Deno.test("backup JOB --explain-permissions does nothing: no rule of the job runs either", async () => {
  using dir = place({ keep: { last: 1 }, maxRetention: "0s" });
  await hikae(dir, "backup", "docs", "--only-backup", "-q");
  await hikae(dir, "backup", "docs", "--only-backup", "-q");
  const before = stamps(dir.at("v1"));
  assertEquals(before.length, 2);
  const e = await hikae(dir, "backup", "docs", "--explain-permissions", "--json");
  assertEquals(e.code, 0);
  const told = e.json.filter((m) => m.message_type !== "status");
  assert(told.every((m) => m.message_type === "permissions"), e.stdout);
  assertEquals(stamps(dir.at("v1")), before);
});

Deno.test("backup JOB --vault: the job's rules run on that vault alone", async () => {
  using dir = place({ keep: { last: 1 } });
  await hikae(dir, "backup", "docs", "--only-backup", "-q");
  await hikae(dir, "backup", "docs", "--only-backup", "-q");
  const other = Deno.readDirSync(join(dir.path, "v2", ".$META$", "runs")).toArray().length;
  assertEquals((await hikae(dir, "backup", "docs", "--vault", "v1", "-q")).code, 0);
  const l = await hikae(dir, "list", "docs", "--json");
  // a slow machine tells its progress too
  assertEquals(l.json.filter((m) => m.message_type === "snapshot").length, 1);
  assertEquals(Deno.readDirSync(join(dir.path, "v2", ".$META$", "runs")).toArray().length, other);
});

Deno.test("backup --all with a name or with paths beside it: exit 2, nothing is backed up", async () => {
  using dir = place();
  for (const more of [["docs"], ["./source", "v3"]]) {
    const b = await hikae(dir, "backup", "--all", ...more);
    assertEquals(b.code, 2);
    assertStringIncludes(b.stderr, "--all");
    assertEquals(b.stdout, "");
  }
  assertEquals(Deno.readDirSync(dir.path).toArray().map((e) => e.name).sort(), [
    "hikae.jsonc",
    "source",
  ]);
});

Deno.test("backup JOB JOB: a job that is named twice runs once, in the place of its first mention", async () => {
  using dir = place();
  const source = dir.at("source");
  const jobs = { docs: { source, vaults: ["v1"] }, more: { source, vaults: ["v2"] } };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
  for (const [line, vaults] of [["docs docs", ["v1"]], ["more docs more", ["v2", "v1"]]] as const) {
    const b = await hikae(dir, "backup", ...line.split(" "), "--json");
    assertEquals(b.code, 0, b.stderr);
    const runs = b.json.filter((m) => m.message_type === "summary");
    assertEquals(runs.map((m) => m.vault), vaults.map((v) => dir.at(v)));
  }
  assertEquals([stamps(dir.at("v1")).length, stamps(dir.at("v2")).length], [2, 1]);
});

Deno.test("backup JOB: where the run failed in one vault, the job's rules run in the others alone", async () => {
  using dir = place({ keep: { last: 1 } });
  const both = ["v1", "v2"].map((v) => dir.at(v));
  const runs = (): number[] => both.map((v) => stamps(v).length);
  await hikae(dir, "backup", "docs", "--only-backup", "-q");
  await hikae(dir, "backup", "docs", "--only-backup", "-q");
  assertEquals(runs(), [2, 2]);
  // what a mass change is held back for in v2 is new to v1
  const many = Array.from({ length: 150 }, (_, i) => [`f${i}`, "1"]);
  makeTree(dir.at("source"), Object.fromEntries(many));
  await hikae(dir, "backup", dir.at("source"), "v2", "-q");
  for (const [name] of many) Deno.writeTextFileSync(dir.at("source", String(name)), "22");
  const held = await hikae(dir, "backup", "docs");
  assertEquals(held.code, 3, held.stderr);
  assertStringIncludes(held.stderr, `${dir.at("v2")}: prune and cleanup wait`);
  const l = (vault: string): Promise<RunResult> => hikae(dir, "list", vault, "--json");
  const count = async (vault: string): Promise<number> =>
    (await l(vault)).json.filter((m) => m.message_type === "snapshot").length;
  assertEquals([await count("v1"), await count("v2")], [1, 3]);
  const sure = await hikae(dir, "backup", "docs", "--allow-mass-change");
  assertEquals([sure.code, await count("v1"), await count("v2")], [0, 1, 1]);
});

Deno.test("backup JOB: trouble with the source (exit 3) keeps the job's rules from no vault", async () => {
  using dir = place({ keep: { last: 1 } });
  for (let i = 0; i < 2; i++) {
    // one byte too long for the name that it gets in a vault
    makeTree(dir.at("source"), { [".$META$" + "$".repeat(248)]: "1" });
    const b = await hikae(dir, "backup", "docs");
    assertEquals(b.code, 3, b.stderr);
    assert(!b.stderr.includes("wait"), b.stderr);
  }
  const l = await hikae(dir, "list", "v1", "--json");
  assertEquals(l.json.filter((m) => m.message_type === "snapshot").length, 1);
});
