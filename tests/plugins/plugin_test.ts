/** Plugins that keep to the rules: what they are given, what they may answer, in which order, at which cost. */

import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { fromFileUrl, join, toFileUrl } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import { staticImports } from "../../src/plugins/code_files.ts";
import { allowLine, missingGrants, parseGrants, resolveGrants } from "../../src/plugins/grants.ts";
import { codeFilesOf } from "../../src/cli/plugin/plugin_start.ts";
import { childArguments, childEnvironment } from "../../src/cli/plugin/plugin_spawn.ts";
import type { InitLine } from "../../src/plugins/wire.ts";
import { asked, entry, FACTS, saidAtLimit, trial } from "./plugins_support.ts";

const GOOD = fromFileUrl(new URL("./good/", import.meta.url));
const BATCH = {
  dirs: ["", "a"],
  names: [["x.tmp", "y"], ["z.tmp"]],
  types: ["ff", "l"],
  sizes: [[1, 5], [0]],
  mtimes: [[1, 1], [1]],
};

/** Writes plugins of the given code into a directory of their own. */
function written(plugins: Record<string, string>): { dir: string } & Disposable {
  const dir = Deno.makeTempDirSync();
  for (const [name, code] of Object.entries(plugins)) Deno.writeTextFileSync(join(dir, name), code);
  return { dir, [Symbol.dispose]: () => Deno.removeSync(dir, { recursive: true }) };
}

const plugin = (name: string, body: string): string =>
  `export default { name: "${name}", ${body} };`;

Deno.test("a plugin of several files gets its context, its options and its log", async () => {
  Deno.env.set("HIKAE_TEST_GRANTED", "seen");
  Deno.env.set("HIKAE_TEST_SECRET", "hidden");
  const allow = { env: ["HIKAE_TEST_GRANTED"] };
  const t = await trial([entry("./polite.ts", { allow, options: { ext: "tmp" } })], {
    baseDir: GOOD,
  });
  const [info] = t.set.infos;
  assertEquals([info?.name, info?.version, info?.hooks.join(" ")], [
    "polite",
    "1.2.3",
    "preBackup filter postBackup preCleanup",
  ]);
  assertEquals(await t.set.preBackup(), { exclude: ["*.tmp"] });
  assertEquals(await t.set.filter(asked(BATCH)), { leaveOut: [[0], [0]] });
  await t.set.close();
  assertEquals(t.warnings, []);
  assertMatch(t.logs[0] ?? "", /^polite info documents\/2d711642/);
  assertEquals(t.logs.slice(1), [
    "polite info seen undefined",
    "polite info function 61 Odd: odd",
    'polite warn from { the: "console" }',
  ]);
  Deno.env.delete("HIKAE_TEST_GRANTED");
  Deno.env.delete("HIKAE_TEST_SECRET");
});

Deno.test("the signal of a hook aborts before its time is over", async () => {
  const wanted = /^polite info aborted in time after done$/;
  const said = await saidAtLimit(1500, wanted, async (timeout) => {
    const t = await trial([entry("./polite.ts", { timeout })], { baseDir: GOOD });
    await t.set.postBackup({ outcome: "done", exitCode: 0, summaries: [], problems: [] });
    await t.set.close();
    return [...t.logs, ...t.warnings];
  });
  assertMatch(said, wanted);
});

Deno.test("preCleanup protects by id, by path and all below a path", async () => {
  const t = await trial([entry("./polite.ts")], { baseDir: GOOD });
  const version = (id: number, path: string) => ({
    id,
    kind: "version" as const,
    path,
    size: 1,
    reason: "",
  });
  const plan = { command: "prune" as const, vault: "/v" };
  const few = await t.set.preCleanup({ ...plan, entries: [version(1, "a")] });
  assertEquals([...few.protected], [[1, "polite"]]);
  const entries = [version(1, "dear"), version(2, "dear/b"), version(3, "dearer"), version(4, "x")];
  const more = await t.set.preCleanup({ ...plan, entries });
  assertEquals([...more.protected.keys()], [1, 2]);
  await t.set.close();
});

Deno.test("several plugins run in config order; a later one sees the source an earlier one chose", async () => {
  const chosen = Deno.makeTempDirSync();
  using made = written({
    "a.ts": plugin("a", `preBackup: () => ({ source: ${JSON.stringify(chosen)}, exclude: ["a"] })`),
    "b.ts": plugin("b", `preBackup: (run) => ({ exclude: [run.source] })`),
    "c.ts": plugin("c", `preBackup: () => ({ skip: "not today" })`),
    "d.ts": plugin("d", `preBackup: () => ({ exclude: ["never asked"] })`),
  });
  const allow = { source: true } as const;
  const entries = ["a", "b", "c", "d"].map((n) => entry(`./${n}.ts`, n === "a" ? { allow } : {}));
  using source = written({});
  const run = { ...FACTS, source: source.dir };
  const t = await trial(entries, { baseDir: made.dir, run });
  assertEquals(await t.set.preBackup(), {
    exclude: ["a", chosen],
    source: chosen,
    skip: { plugin: "c", reason: "not today" },
  });
  await t.set.close();
  Deno.removeSync(chosen);
});

Deno.test("filters: what any leaves out is left out, by index or name; a hold ends the run", async () => {
  using made = written({
    "a.ts": plugin("a", `filter: (b) => ({ leaveOut: [[0]] })`),
    "b.ts": plugin("b", `filter: (b) => ({ leaveOut: [["y"], null] })`),
    "c.ts": plugin("c", `filter: (b) => b.length > 2 ? { hold: "odd" } : undefined`),
  });
  const t = await trial(["a", "b", "c"].map((n) => entry(`./${n}.ts`)), { baseDir: made.dir });
  assertEquals(await t.set.filter(asked(BATCH)), { leaveOut: [[0, 1], []] });
  const more = {
    ...BATCH,
    dirs: ["", "a", "b"],
    names: [...BATCH.names, []],
    types: ["ff", "l", ""],
  };
  assertEquals((await t.set.filter(asked({ ...more, sizes: [], mtimes: [] }))).hold, {
    plugin: "c",
    reason: "odd",
  });
  await t.set.close();
});

Deno.test("filter batches may be asked ahead, and each gets its own answer", async () => {
  using made = written({
    "a.ts": plugin("a", `filter: (b) => ({ leaveOut: b.map((d) => [Number(d.dir)]) })`),
  });
  const t = await trial([entry("./a.ts")], { baseDir: made.dir });
  const names = Array.from({ length: 40 }, (_, i) => `f${i}`);
  const answers = names.map((_, i) =>
    t.set.filter(asked({
      dirs: [`${i}`],
      names: [names],
      types: ["f".repeat(40)],
      sizes: [[]],
      mtimes: [[]],
    }))
  );
  assertEquals((await Promise.all(answers)).map((d) => d.leaveOut[0]?.[0]), names.map((_, i) => i));
  await t.set.close();
});

Deno.test("a filter that must not fail: all that is asked, then and later, ends for the reason of the failure", async () => {
  using made = written({
    "a.ts": plugin(
      "a",
      `filter: (b) => b[0].dir === "bad" ? Promise.reject(new Error("boom")) : new Promise(() => {})`,
    ),
    "b.ts": plugin("b", `filter: () => undefined`),
  });
  const entries = [entry("./a.ts", { onError: "abort" }), entry("./b.ts")];
  const t = await trial(entries, { baseDir: made.dir });
  const ask = (dir: string): Promise<unknown> =>
    assertRejects(
      () =>
        t.set.filter(
          asked({ dirs: [dir], names: [[]], types: [""], sizes: [[]], mtimes: [[]] }),
        ),
      HikaeError,
      "plugin a, filter: Error: boom",
    );
  // other lanes wait for answers while one is told of the failure
  await Promise.all(["one", "bad", "two"].map(ask));
  // and go on asking until the engine has ended them: nothing may pass without the filter
  await ask("late");
  assertEquals(t.warnings, []);
  await t.set.close();
});

Deno.test("a plugin that wants more than it is granted is refused, with the line to add", async () => {
  const wants = entry("./polite.ts", {
    options: { host: "hooks.example.com" },
    allow: { env: ["X"] },
  });
  const error = await assertRejects(() => trial([wants], { baseDir: GOOD }), HikaeError);
  assertEquals(error.id, "plugin_refused");
  assertMatch(error.message, /polite.*needs net hooks\.example\.com/);
  assertMatch(error.hint ?? "", /"allow": \{ "net": \["hooks\.example\.com"\], "env": \["X"\] \}/);
  const granted = { ...wants, allow: { net: ["hooks.example.com"] } };
  const t = await trial([granted], { baseDir: GOOD });
  assertEquals(t.set.infos.length, 1);
  await t.set.close();
});

Deno.test("ffi and import are refused, whatever asks for them", async () => {
  for (const kind of ["ffi", "import", "hrtime"]) {
    const allow = { [kind]: true };
    const error = await assertRejects(() =>
      trial([entry("./polite.ts", { allow })], { baseDir: GOOD })
    );
    assert(error instanceof HikaeError && error.id === "plugin_refused");
  }
});

Deno.test("a granted file can be read, one beside it cannot; writing is another grant", async () => {
  const code = (hook: string): string =>
    plugin("reader", `preBackup: (run) => ({ exclude: [${hook}] })`);
  using made = written({
    "a.ts": code("Deno.readTextFileSync(run.source + '/in.txt')"),
    "b.ts": code("Deno.readTextFileSync(run.source + '/../c.ts')"),
    "c.ts": code("Deno.writeTextFileSync(run.source + '/in.txt', 'x')"),
  });
  const source = join(made.dir, "source");
  Deno.mkdirSync(source);
  Deno.writeTextFileSync(join(source, "in.txt"), "inside");
  const run = { ...FACTS, source };
  const allow = { read: ["{source}"] };
  const entries = ["a", "b", "c"].map((n) => entry(`./${n}.ts`, { allow }));
  const t = await trial(entries, { baseDir: made.dir, run });
  assertEquals(await t.set.preBackup(), { exclude: ["inside"] });
  await t.set.close();
  assertEquals(t.warnings.length, 2);
});

Deno.test("a granted program runs, and its output is the plugin's", async () => {
  using made = written({
    "a.ts": plugin(
      "runs",
      `async preBackup() {
        const { stdout } = await new Deno.Command(${
        JSON.stringify(Deno.execPath())
      }, { args: ["--version"] }).output();
        return { exclude: [new TextDecoder().decode(stdout).slice(0, 4)] };
      }`,
    ),
  });
  const t = await trial([entry("./a.ts", { allow: { run: [Deno.execPath()] } })], {
    baseDir: made.dir,
  });
  assertEquals(await t.set.preBackup(), { exclude: ["deno"] });
  await t.set.close();
});

Deno.test("code files: static relative imports below the plugin's directory, and no others", () => {
  using made = written({
    "plugin.ts": `
      // import "./comment.ts";
      /* import "./block.ts"; */
      import type { A } from "./gone.ts";
      import { a,
        b } from "./b.ts"; import c from './c.mts';
      export * from "./d.js";
      import data from "./data.json" with { type: "json" };
      import "../outside.ts"; import "./link.ts"; import "./b.ts?x"; import "./%2e%2e%2foutside.ts";
      const text = "import './string.ts'"; import("./dynamic.ts");
    `,
    "b.ts": `import "./plugin.ts"; import "./e.ts"`,
  });
  for (
    const n of [
      "c.mts",
      "d.js",
      "e.ts",
      "data.json",
      "comment.ts",
      "block.ts",
      "string.ts",
      "dynamic.ts",
    ]
  ) {
    Deno.writeTextFileSync(join(made.dir, n), "");
  }
  Deno.writeTextFileSync(join(made.dir, "..", "outside.ts"), "");
  if (Deno.build.os !== "windows") Deno.symlinkSync("../outside.ts", join(made.dir, "link.ts"));
  const found = codeFilesOf("./plugin.ts", made.dir).map((f) => f.path.slice(made.dir.length + 1));
  // what stands in comments and strings is listed too: it is code of the plugin's own
  const own = ["b.ts", "block.ts", "c.mts", "comment.ts", "d.js", "e.ts", "string.ts"];
  assertEquals([found[0], ...found.slice(1).sort()], ["plugin.ts", ...own]);
  assertThrows(() => codeFilesOf("./data.json", made.dir), HikaeError, "not a TypeScript file");
  assertThrows(() => codeFilesOf("hikae:nothing", made.dir), HikaeError, "no such plugin");
});

Deno.test("static imports are found in every way of writing one", () => {
  const code = `import a from "1";import{b}from'2'
export { c } from "3"; export const d = "no"; import * as e from "4" with { type: "text" };
import "5"; const f = () => { import("no"); }; export default "no";`;
  assertEquals(staticImports(code).filter((s) => s !== "no"), ["1", "2", "3", "4", "5"]);
});

Deno.test("grants: what covers what", () => {
  const check = (kind: string, granted: string[], wanted: string[], windows = false): boolean =>
    Object.keys(missingGrants({ [kind]: wanted }, { [kind]: granted }, windows)).length === 0;
  assert(check("read", ["/a"], ["/a", "/a/b"]));
  assert(!check("read", ["/a"], ["/ab"]));
  assert(!check("read", ["/a"], ["/a/../b"]));
  assert(check("read", ["C:\\A"], ["c:/a/b"], true));
  assert(check("net", ["x.org"], ["x.org", "x.org:80"]));
  assert(!check("net", ["x.org:443"], ["x.org"]));
  assert(!check("net", ["x.org"], ["evil-x.org"]));
  assert(check("env", ["AWS_*"], ["AWS_KEY"]));
  assert(!check("env", ["path"], ["PATH"]));
  assert(check("run", ["rclone"], ["rclone"]));
  assertEquals(missingGrants({ net: true }, { net: ["x"] }, false), { net: true });
  assertEquals(missingGrants({ net: ["x"] }, { net: true }, false), {});
});

Deno.test("grants: places, the config line, and what is no grant", () => {
  const places = {
    source: "/s",
    vaults: ["/v", "/w"],
    absolute: (path: string): string => path.startsWith("/") ? path : `/config/${path}`,
    windows: false,
  };
  const grants = { read: ["{source}", "/config/{vaults}/x", "near"], net: ["h"] };
  assertEquals(resolveGrants(grants, places), {
    read: ["/s", "/v/x", "/w/x", "/config/near"],
    net: ["h"],
  });
  assertEquals(
    allowLine({ net: ["a"] }, { net: ["b"], run: ["c"] }),
    '"allow": { "net": ["a", "b"], "run": ["c"] }',
  );
  for (
    const value of [1, [], { read: 1 }, { read: [1] }, { read: [""] }, { import: true }, {
      red: [],
    }]
  ) {
    assertThrows(() => parseGrants(value, "x"), HikaeError);
  }
});

Deno.test("the process gets the basics and the granted variables, nothing else", () => {
  Deno.env.set("HIKAE_TEST_A", "1");
  Deno.env.set("HIKAE_TEST_B", "2");
  const names = Object.keys(childEnvironment({ env: ["HIKAE_TEST_A"] }));
  assert(names.includes("HIKAE_TEST_A") && !names.includes("HIKAE_TEST_B"));
  assert(names.some((name) => name.toUpperCase() === "PATH"));
  Deno.env.delete("HIKAE_TEST_A");
  Deno.env.delete("HIKAE_TEST_B");
});

Deno.test("a plugin under a path with odd characters, with types from a file that is not there", async () => {
  using made = written({});
  const dir = join(made.dir, "ö #1 %41 [x]");
  Deno.mkdirSync(dir);
  Deno.writeTextFileSync(
    join(dir, "p.ts"),
    `import type { T } from "./gone.ts"; import { n } from "./n ö.ts"; export default { name: n };`,
  );
  Deno.writeTextFileSync(join(dir, "n ö.ts"), `export const n: string = "odd path";`);
  const t = await trial([entry("./p.ts")], { baseDir: dir });
  assertEquals(t.warnings, []);
  assertEquals(t.set.infos[0]?.name, "odd path");
  await t.set.close();
});

Deno.test("an interrupted run aborts the signal of the hook that runs", async () => {
  const t = await trial([entry("./polite.ts")], { baseDir: GOOD });
  const done = t.set.postBackup({
    outcome: "interrupted",
    exitCode: 130,
    summaries: [],
    problems: [],
  });
  t.set.abort();
  await done;
  await t.set.close();
  assertEquals(t.logs, ["polite info aborted in time after interrupted"]);
});

Deno.test("a plugin's process ends with hikae's, even when its thread is stuck", async () => {
  const file = fromFileUrl(new URL("./hostile/loop_at_load.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: childArguments({}),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const init: InitLine = {
    token: "t",
    files: [{ url: toFileUrl(file).href, path: file }],
    permissions: { read: [file] },
    options: {},
    remembered: {},
    memory: 1e9,
    programs: {},
    lang: "en",
  };
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${JSON.stringify(init)}\n`));
  const reader = child.stdout.getReader();
  const ready = await reader.read();
  assertMatch(new TextDecoder().decode(ready.value), /^\nt c \{"state":"ready"\}/);
  await reader.cancel();
  await writer.close(); // what the system does when hikae dies
  assertEquals((await child.status).code, 0);
});

Deno.test("a plugin can be ended by a process that has given up its rights", async () => {
  const script = `
    import { entry, target, trial } from ${
    JSON.stringify(new URL("./plugins_support.ts", import.meta.url).href)
  };
    const t = await trial([entry("./loop.ts", { options: target("sync"), timeout: 300 })]);
    for (const name of ["run", "env", "net", "ffi", "sys", "write", "read"]) Deno.permissions.revokeSync({ name });
    await t.set.preBackup();
    await t.set.close();
    console.log(t.warnings.length);
    Deno.exit();
  `;
  const dir = Deno.makeTempDirSync();
  const file = join(dir, "script.ts");
  Deno.writeTextFileSync(file, script);
  const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
  const args = ["run", "--quiet", "-A", "--no-prompt", "--config", config, file];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  assertEquals(new TextDecoder().decode(stdout), "1\n", new TextDecoder().decode(stderr));
  Deno.removeSync(dir, { recursive: true });
});
