/** The commands `plugin new`, `plugin list` and `plugin test`. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { linuxPrograms } from "../../plugins/lib/snapshot_linux.ts";
import { MACOS_PROGRAMS } from "../../plugins/lib/snapshot_macos.ts";
import { WINDOWS_PROGRAMS } from "../../plugins/lib/snapshot_windows.ts";
import { HikaeError } from "../../src/base/errors.ts";
import type { Message } from "../../src/base/event.ts";
import type { Command, Context, Parsed } from "../../src/cli/command.ts";
import { run as listPlugins } from "../../src/cli/plugin/cmd_plugin_list.ts";
import { run as newPlugin } from "../../src/cli/plugin/cmd_plugin_new.ts";
import { run as testPlugin } from "../../src/cli/plugin/cmd_plugin_try.ts";
import { SHIPPED } from "../../src/cli/shipped_plugins.ts";
import { plugin } from "../../src/cli/spec/plugin.ts";
import { makeTree, run, tempDir } from "../helpers/cli_helper.ts";

const GOOD = fromFileUrl(new URL("./good/polite.ts", import.meta.url));

/** What the snapshot plugin asks for on this system. */
const PROGRAMS = [...linuxPrograms("auto"), ...MACOS_PROGRAMS, ...WINDOWS_PROGRAMS];

interface Ran extends Context {
  said: string[];
  told: string[];
  emitted: Message[];
}

function context(
  args: string[],
  flags: Record<string, string[]> = {},
  rest: Partial<Context> = {},
): Ran {
  const parsed: Parsed = {
    args,
    has: (name) => name in flags,
    get: (name) => flags[name]?.at(-1),
    all: (name) => flags[name] ?? [],
  };
  const ran = { said: [] as string[], told: [] as string[], emitted: [] as Message[] };
  return {
    ...ran,
    parsed,
    command: plugin,
    emit: (message) => ran.emitted.push(message),
    say: (text) => ran.said.push(text),
    tell: (text) => ran.told.push(text),
    write: () => {},
    clock: { now: () => Date.UTC(2026, 10, 21) },
    env: () => undefined,
    cwd: Deno.cwd(),
    json: false,
    quiet: false,
    verbose: false,
    signal: new AbortController().signal,
    ...rest,
  };
}

Deno.test("plugin new: what it writes type-checks with nothing else around, and runs", async () => {
  const dir = Deno.makeTempDirSync();
  assertEquals(await newPlugin(context(["mine.ts"], {}, { cwd: dir })), 0);
  const flags = ["check", "--quiet", "--no-config", "mine.ts"];
  const check = await new Deno.Command(Deno.execPath(), { args: flags, cwd: dir }).output();
  assert(check.success, new TextDecoder().decode(check.stderr));
  const format = ["fmt", "--check", "--no-config", "--line-width", "110", "mine.ts"];
  assert((await new Deno.Command(Deno.execPath(), { args: format, cwd: dir }).output()).success);
  const ran = context(["mine.ts"], { hook: ["filter"] }, { cwd: dir });
  assertEquals(await testPlugin(ran), 0);
  assertStringIncludes(ran.said.join("\n"), "mine: filter answered");
  for (const hook of ["preBackup", "postBackup", "preCleanup", "postCleanup", "onError"]) {
    assertEquals(await testPlugin(context(["mine.ts"], { hook: [hook] }, { cwd: dir })), 0);
  }
  const again = () => newPlugin(context(["mine.ts"], {}, { cwd: dir }));
  assertMatch((await assertRejects(again, HikaeError)).message, /it exists/);
  assertEquals(await newPlugin(context(["mine.ts"], { force: [""] }, { cwd: dir })), 0);
  Deno.removeSync(dir, { recursive: true });
});

/** How a shipped plugin is tried: by which hook, with which options and grants, and what it ends with. */
interface Try {
  hook?: string;
  options?: Record<string, unknown>;
  flags?: Record<string, string[]>;
  code?: number;
  says?: string;
}

const NOWHERE = { on: [], url: "http://127.0.0.1:9/", retries: 0 };
/** One that is not here is tried by `postBackup`, without options; all are granted the programs that some run. */
const TRIES: Readonly<Partial<Record<(typeof SHIPPED)[number], Try>>> = {
  command: { options: NOWHERE },
  healthcheck: { options: NOWHERE, code: 1, says: "no answer" },
  mail: { options: NOWHERE },
  ransom_guard: { hook: "filter", options: { content: false } },
  // on Windows rclone has its config below it
  replicate: { options: NOWHERE, flags: { "allow-env": ["APPDATA"] } },
  restic: { options: NOWHERE },
  skip_rules: { hook: "filter" },
  snapshot_source: { flags: { "allow-source": ["all"] } },
  webhook: { options: NOWHERE },
};

Deno.test("plugin new --from: each shipped plugin type-checks where it is written, and runs", async () => {
  const dir = Deno.makeTempDirSync();
  for (const name of SHIPPED) {
    const ran = context([`my_${name}`], { from: [name] }, { cwd: dir, json: true });
    assertEquals(await newPlugin(ran), 0);
    const [answer] = ran.emitted as { written?: string[] }[];
    assertEquals(answer?.written?.at(0), join(dir, `my_${name}.ts`));
    for (const file of answer?.written ?? []) assert(Deno.statSync(file).isFile);
  }
  const files = SHIPPED.map((name) => `my_${name}.ts`);
  const args = ["check", "--quiet", "--no-config", ...files];
  const check = await new Deno.Command(Deno.execPath(), { args, cwd: dir }).output();
  assert(check.success, new TextDecoder().decode(check.stderr));
  // a notification would be shown
  for (const name of SHIPPED.filter((n) => n !== "desktop_notify")) {
    const { hook = "postBackup", options = {}, flags = {}, code = 0, says = "" } = TRIES[name] ??
      {};
    const allowed = {
      hook: [hook],
      options: [JSON.stringify(options)],
      "allow-run": ["rclone", "restic", ...PROGRAMS],
      "allow-net": ["127.0.0.1:9"],
      ...flags,
    };
    const tried = context([`my_${name}.ts`], allowed, { cwd: dir });
    const ended = await testPlugin(tried);
    const said = JSON.stringify(tried.emitted);
    assertEquals(ended, code, `${name} said ${said}; how it is tried stands in TRIES`);
    assertStringIncludes(said, says);
  }
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("plugin new --from: a part that somebody changed is kept unless --force", async () => {
  const dir = Deno.makeTempDirSync();
  const part = join(dir, "lib", "send.ts");
  assertEquals(await newPlugin(context(["a.ts"], { from: ["hikae:webhook"] }, { cwd: dir })), 0);
  const text = Deno.readTextFileSync(part);
  Deno.writeTextFileSync(part, "// mine");
  const again = (flags: Record<string, string[]>): Promise<number> =>
    Promise.resolve(newPlugin(context(["b.ts"], { from: ["webhook"], ...flags }, { cwd: dir })));
  assertMatch((await assertRejects(() => again({}), HikaeError)).message, /send\.ts: it exists/);
  assertEquals(Deno.readTextFileSync(part), "// mine");
  assertEquals(await again({ force: [""] }), 0);
  assertEquals(Deno.readTextFileSync(part), text);
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("plugin list --shipped: each with its hooks, grants and options", async () => {
  const ran = context([], { shipped: [""] });
  assertEquals(await listPlugins(ran), 0);
  const text = ran.said.join("\n");
  for (const name of SHIPPED) assertStringIncludes(text, `${name} 1.0.0 (hikae:${name})`);
  assertMatch(text, /asks {3}(env APPDATA; )?run rclone/);
  assertStringIncludes(text, "option urlEnv: ");
});

Deno.test("plugin new: makes the directory that the file is to lie in", async () => {
  const dir = Deno.makeTempDirSync();
  const file = join(dir, "not", "yet", "mine.ts");
  await newPlugin(context([file]));
  assertMatch(Deno.readTextFileSync(file), /satisfies Plugin/);
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("plugin new: wrong usage", async () => {
  for (const args of [[], ["a.ts", "b.ts"], ["a.json"], ["a.js"], ["a.mjs"]]) {
    const error = await assertRejects(() => newPlugin(context(args)), HikaeError);
    assertEquals(error.id, "usage");
  }
  const error = await assertRejects(
    () => newPlugin(context(["a.ts"], { from: ["nothing"] })),
    HikaeError,
  );
  assertMatch(error.hint ?? "", /hikae:webhook/);
});

Deno.test("plugin test: the answer, as text and as JSON, with options and grants", async () => {
  const flags = {
    hook: ["preBackup"],
    options: ['{"ext":"bak","host":"h:1"}'],
    "allow-net": ["a,h:1"],
  };
  const ran = context([GOOD], flags);
  assertEquals(await testPlugin(ran), 0);
  assertStringIncludes(ran.said.join("\n"), '"*.bak"');
  assertMatch(ran.told.join("\n"), /polite: warn: from/);
  const json = context([GOOD], { hook: ["preCleanup"] }, { json: true });
  assertEquals(await testPlugin(json), 0);
  assertEquals(json.emitted.map((m) => (m as { answer?: unknown }).answer), [{
    protect: ["dear"],
  }]);
});

Deno.test("plugin test: what goes wrong is said", async () => {
  const fails = async (args: string[], flags: Record<string, string[]>): Promise<HikaeError> =>
    await assertRejects(() => testPlugin(context(args, flags)), HikaeError);
  assertEquals((await fails([GOOD], {})).id, "usage");
  assertEquals((await fails([], { hook: ["filter"] })).id, "usage");
  assertEquals((await fails([GOOD], { hook: ["filter"], options: ["{"] })).id, "usage");
  assertMatch((await fails([GOOD], { hook: ["onError"] })).message, /has no hook onError/);
  const refused = await fails([GOOD], { hook: ["filter"], options: ['{"host":"h"}'] });
  assertEquals(refused.id, "plugin_refused");
});

Deno.test("plugin test: what a plugin throws is told in three lines: what, where, and that line of its code", async () => {
  using dir = tempDir();
  const throwing = [
    "interface Away {",
    "  x: string;",
    "}",
    "export default {",
    '  name: "p",',
    "  postBackup(run: Away) { run.x.at(1); },",
    "};",
  ];
  makeTree(dir.path, {
    "throws.ts": throwing.join("\n"),
    "wrong.ts": 'export default {\n  name: "p",\n  postBackup() { (1 },\n};\n',
  });
  const lines = async (file: string): Promise<string[]> => {
    const done = await run(["plugin", "test", file, "--hook", "postBackup"], { cwd: dir.path });
    assertEquals(done.code, 1);
    return done.stderr.trimEnd().split("\n");
  };
  const [what = "", where = "", code = "", mark = ""] = await lines("throws.ts");
  assertMatch(what, /^error: plugin p, postBackup: TypeError: /);
  assertMatch(where, /throws\.ts, line 6, column \d+$/);
  assertStringIncludes(code, `6 | ${throwing[5]}`);
  // the mark stands below what threw
  assertStringIncludes("at", code.charAt(mark.indexOf("^")));
  const wrong = await lines("wrong.ts");
  assertMatch(wrong[0] ?? "", /^error: plugin wrong\.ts: SyntaxError: /);
  assertMatch(wrong[1] ?? "", /wrong\.ts, line 3, column \d+$/);
  assertStringIncludes(wrong[2] ?? "", "postBackup() { (1 },");
});

Deno.test("plugin test: a real past run, and real directories", async () => {
  const dir = Deno.makeTempDirSync();
  const runs = join(dir, ".$META$", "runs");
  Deno.mkdirSync(runs, { recursive: true });
  const head = {
    kind: "run",
    format: 1,
    stamp: "20261120_210000",
    time: "2026-11-20T20:00:00.000Z",
  };
  const lines = [
    { ...head, source: "/home/me", host: "here", options: {} },
    { kind: "error", path: "a", during: "read", code: "EACCES", message: "no" },
    { kind: "summary", time: "2026-11-20T20:00:05.000Z", files_new: 12, errors: 1 },
  ];
  const text = lines.map((line) => JSON.stringify(line)).join("\n");
  Deno.writeTextFileSync(join(runs, "20261120_210000.jsonl"), `${text}\n`);
  const teller = join(dir, "teller.ts");
  Deno.writeTextFileSync(
    teller,
    `export default { name: "teller",
      filter: (b) => ({ leaveOut: b.map((d) => d.entries.filter((e) => e.name === "teller.ts").map((e) => e.name)) }),
      postBackup: (r, host) => host.log("info", [r.source, r.stamp, r.outcome, r.summaries[0].files_new, r.problems[0].code].join()) };`,
  );
  const ran = context([teller], { hook: ["postBackup"], vault: [dir] });
  assertEquals(await testPlugin(ran), 0);
  assertEquals(ran.told, ["teller: info: /home/me,20261120_210000,incomplete,12,EACCES"]);
  const filtered = context([teller], { hook: ["filter"], source: [dir] }, { json: true });
  assertEquals(await testPlugin(filtered), 0);
  assertMatch(JSON.stringify(filtered.emitted), /\[\[\d\],\[\],\[\]\]/);
  const none = context([teller], { hook: ["postBackup"], vault: [dir], at: ["20200101_000000"] });
  assertEquals((await assertRejects(() => testPlugin(none), HikaeError)).id, "no_such_snapshot");
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("plugin test: a refusal tells the flags that grant it here, and the line for a config", async () => {
  const asks = context([GOOD], { hook: ["postBackup"], options: ['{"host": "h"}'] });
  const refused = await assertRejects(() => testPlugin(asks), HikaeError);
  assertEquals(refused.id, "plugin_refused");
  assertStringIncludes(refused.hint ?? "", "to try it, add --allow-net h; for a job, ");
  assertStringIncludes(refused.hint ?? "", '"allow": { "net": ["h"] }');
});

Deno.test("plugin list: what is asked and given, and what is wrong", async () => {
  const dir = Deno.makeTempDirSync();
  const plugins = [
    { path: GOOD, options: { host: "h" }, allow: { net: ["h"] } },
    { path: GOOD, options: { host: "h" } },
    { path: "./gone.ts" },
  ];
  const jobs = { docs: { source: "/src", vaults: ["/vault"], plugins } };
  Deno.writeTextFileSync(join(dir, "hikae.jsonc"), JSON.stringify({ jobs }));
  const flags = { config: [join(dir, "hikae.jsonc")] };
  const ran = context([], flags, { cwd: dir });
  assertEquals(await listPlugins(ran), 1);
  const text = ran.said.join("\n");
  assertStringIncludes(text, "docs: polite 1.2.3");
  assertStringIncludes(text, "asks   net h");
  assertStringIncludes(text, "given  net h");
  assertMatch(text, /needs net h, which is not granted/);
  assertMatch(text, /gone\.ts: there is no such file/);
  await assertRejects(() => listPlugins(context(["nobody"], {}, { cwd: dir })), HikaeError);
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("plugin: every subcommand of the table loads", async () => {
  const subs: readonly Command[] = plugin.sub ?? [];
  for (const sub of subs) assertEquals(typeof (await sub.load?.())?.run, "function");
});

Deno.test("plugin test: an option that the plugin does not tell of is named, with the one that was meant", async () => {
  const line = ["plugin", "test", "hikae:skip_rules", "--hook", "filter"];
  const odd = await run([...line, "--options", '{"patters": ["*.tmp"], "colour": 1}']);
  assertStringIncludes(odd.stderr, 'does not know the option "colour"; it knows largerThan');
  assertStringIncludes(odd.stderr, 'does not know the option "patters", did you mean "patterns"?');
  const right = await run([...line, "--options", '{"patterns": ["*.tmp"]}']);
  assert(!right.stderr.includes("does not know"), right.stderr);
});
