/** Filters of plugins in runs that several lanes share: a tree wide enough, and a first run, which always has lanes. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  makeTree,
  run,
  type RunResult,
  summary,
  tempDir,
  type TreeSpec,
} from "../helpers/cli_helper.ts";
import { asked, entry, trial } from "../plugins/plugins_support.ts";

type Place = ReturnType<typeof tempDir>;

const DIRS = 80;

function wide(): TreeSpec {
  const tree: Record<string, TreeSpec> = {};
  for (let d = 0; d < DIRS; d++) {
    const dir: Record<string, TreeSpec | string> = { low: { deep: "deep", "no.tmp": "no" } };
    for (let f = 0; f < 40; f++) dir[`f${f}`] = `${d} ${f}`;
    dir["no.tmp"] = "no";
    tree[`d${d}`] = dir as TreeSpec;
  }
  return tree;
}

/** Backs `source` up with a plugin of this filter. */
function backUp(
  place: Place,
  filter: string,
  onError = "warn",
  ...flags: string[]
): Promise<RunResult> {
  Deno.writeTextFileSync(
    place.at("p.ts"),
    `export default { name: "mine", filter(batch: { dir: string; entries: { name: string }[] }[]) { ${filter} } };`,
  );
  const job = {
    source: place.at("source"),
    vaults: [place.at("vault")],
    plugins: [{ path: place.at("p.ts"), onError }],
  };
  Deno.writeTextFileSync(place.at("hikae.jsonc"), JSON.stringify({ jobs: { j: job } }));
  return run(["backup", "j", "--json", "--config", place.at("hikae.jsonc"), ...flags]);
}

const NO_TMP =
  `return { leaveOut: batch.map((d) => d.entries.flatMap((e, i) => e.name === "no.tmp" || (d.dir === "d7" && e.name === "low") ? [i] : [])) };`;

Deno.test("what a filter leaves out is left out in every lane, in a first run and in one without a change", async () => {
  using place = tempDir();
  makeTree(place.at("source"), wide());
  const planned = await backUp(place, NO_TMP, "warn", "--dry-run");
  const first = await backUp(place, NO_TMP);
  assertEquals([first.code, first.stderr], [0, ""]);
  const counts = (r: RunResult): unknown[] => {
    const s = summary(r);
    return [s["files_new"], s["files_unmodified"]];
  };
  const kept = DIRS * 41 - 1;
  assertEquals(counts(planned), [kept, 0]);
  assertEquals(counts(first), [kept, 0]);
  for (let d = 0; d < DIRS; d++) {
    const names = [...Deno.readDirSync(place.at("vault", `d${d}`))].map((e) => e.name);
    assert(!names.includes("no.tmp") && names.includes("f39"));
    assertEquals(names.includes("low"), d !== 7);
  }
  assertEquals(counts(await backUp(place, NO_TMP)), [0, kept]);
});

Deno.test("a filter that holds the run ends all lanes, whichever asked", async () => {
  using place = tempDir();
  makeTree(place.at("source"), wide());
  for (const d of [3, 41, 79]) {
    const held = await backUp(
      place,
      `if (batch.some((b) => b.dir === "d${d}/low")) return { hold: "odd" };`,
    );
    assertEquals(held.code, 4);
    assertStringIncludes(held.stdout + held.stderr, "plugin mine holds the run: odd");
  }
});

Deno.test("a filter that fails ends the run in order where the config says so, and else is a warning", async () => {
  using place = tempDir();
  makeTree(place.at("source"), wide());
  const boom = `if (batch.some((b) => b.dir === "d50")) throw new Error("boom");`;
  const ended = await backUp(place, boom, "abort");
  assertEquals(ended.code, 1);
  assertMatch(ended.stdout + ended.stderr, /plugin mine, filter: .*boom/);
  assert(!ended.stderr.includes("Uncaught"), ended.stderr);
  const warned = await backUp(place, boom);
  assertEquals(warned.code, 3);
  assertMatch(
    warned.stdout + warned.stderr,
    /plugin mine, filter: .*boom.*; the run goes on without it/,
  );
  assert(Deno.lstatSync(place.at("vault", "d50", "low", "no.tmp")).isFile);
});

Deno.test("a directory of very many entries is asked about like any other", async () => {
  using place = tempDir();
  Deno.writeTextFileSync(
    place.at("p.ts"),
    `export default { name: "mine", filter: (b) => ({ leaveOut: [[b[0].entries.length - 1]] }) };`,
  );
  // a busy machine takes its time for so many
  const t = await trial([entry("./p.ts", { timeout: 600_000 })], { baseDir: place.path });
  const n = 250_000;
  const names = Array.from({ length: n }, (_, i) => `${"a long name of a file ".repeat(3)}${i}`);
  const answer = await t.set.filter(
    asked({ dirs: ["d"], names: [names], types: ["f".repeat(n)], sizes: [[]], mtimes: [[]] }),
  );
  assertEquals(answer, { leaveOut: [[n - 1]] });
  await t.set.close();
  assertEquals(t.warnings, []);
});
