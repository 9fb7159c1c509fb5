import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { SEPARATOR } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import type { Message } from "../../src/base/event.ts";
import { checkWith, run as check } from "../../src/cli/config/cmd_config_check.ts";
import { run as init } from "../../src/cli/config/cmd_config_init.ts";
import { backupPlans } from "../../src/cli/backup/backup_words.ts";
import { run as schema } from "../../src/cli/config/cmd_config_schema.ts";
import { run as show } from "../../src/cli/config/cmd_config_show.ts";
import type { Context, RunCommand } from "../../src/cli/command.ts";
import { StateDir } from "../../src/cli/state.ts";
import { config as spec } from "../../src/cli/spec/config.ts";
import { jsonSchema } from "../../src/config/schema.ts";
import { run, tempDir } from "../helpers/cli_helper.ts";

interface Call {
  code: number;
  said: string;
  told: string;
  messages: Message[];
  written: string;
}

interface Given {
  cwd: string;
  args?: string[];
  flags?: Record<string, string | true>;
  env?: Record<string, string>;
  json?: boolean;
}

async function call(run: RunCommand, given: Given): Promise<Call> {
  const result: Call = { code: 0, said: "", told: "", messages: [], written: "" };
  const flags = given.flags ?? {};
  const context: Context = {
    parsed: {
      args: given.args ?? [],
      has: (name) => name in flags,
      get: (name) => typeof flags[name] === "string" ? flags[name] : undefined,
      all: () => [],
    },
    command: spec,
    emit: (message) => void result.messages.push(message),
    say: (text) => void (result.said += text + "\n"),
    tell: (text) => void (result.told += text + "\n"),
    write: (data) => void (result.written += new TextDecoder().decode(data)),
    // The config commands ask for no time.
    clock: undefined as unknown as Context["clock"],
    env: (name) => (given.env ?? { HOME: given.cwd })[name === "USERPROFILE" ? "HOME" : name],
    cwd: given.cwd,
    json: given.json ?? false,
    quiet: false,
    verbose: false,
    signal: new AbortController().signal,
  };
  result.code = await run(context);
  return result;
}

async function inTemp(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "hikae-config-" });
  try {
    await body(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("config init: writes this machine's folders, once, and check and show take it", async () => {
  await inTemp(async (dir) => {
    const env = { HOME: `${dir}${SEPARATOR}o'me $x %y%` };
    for (const name of ["Documents", "Desktop"]) {
      await Deno.mkdir(`${env.HOME}/${name}`, { recursive: true });
    }
    const first = await call(init, { cwd: dir, env });
    assertEquals([first.code, first.said], [0, `wrote ${dir}${SEPARATOR}hikae.jsonc\n`]);
    assertEquals(await Deno.readTextFile(`${dir}${SEPARATOR}hikae.schema.json`), jsonSchema());
    const text = await Deno.readTextFile(`${dir}${SEPARATOR}hikae.jsonc`);

    const checked = await call(check, { cwd: dir, env });
    assertEquals(checked.messages.map((m) => m.message_type), ["note", "note"]);
    assertEquals([checked.code, checked.said], [
      0,
      `${dir}${SEPARATOR}hikae.jsonc: 2 jobs, no problems\n`,
    ]);

    const again = await assertRejects(() => call(init, { cwd: dir, env }), HikaeError, "exists");
    assertEquals([again.exit, again.hint], [2, "--force replaces it"]);
    await Deno.writeTextFile(`${dir}${SEPARATOR}hikae.jsonc`, "mine");
    await assertRejects(() => call(init, { cwd: dir, env }), HikaeError);
    assertEquals(await Deno.readTextFile(`${dir}${SEPARATOR}hikae.jsonc`), "mine");
    await call(init, { cwd: dir, env, flags: { force: true } });
    assertEquals(await Deno.readTextFile(`${dir}${SEPARATOR}hikae.jsonc`), text);
    assertEquals([...Deno.readDirSync(dir)].length, 3);
  });
});

Deno.test("config init: FILE, --config, a directory, the home where no folder is known", async () => {
  await inTemp(async (dir) => {
    const env = { HOME: `${dir}${SEPARATOR}home` };
    await Deno.mkdir(env.HOME);
    await call(init, { cwd: dir, env, args: ["sub/my.jsonc"] });
    const far = await call(init, { cwd: dir, env, flags: { config: "b.jsonc" } });
    assertStringIncludes(far.told, `hikae config check --config ${dir}${SEPARATOR}b.jsonc`);
    await call(init, { cwd: dir, env, args: ["sub"] });
    await call(init, { cwd: dir, env, args: ["new/dir/"] });
    assert(Deno.statSync(`${dir}/new/dir/hikae.jsonc`).isFile);
    const shown = await call(show, { cwd: `${dir}${SEPARATOR}sub`, env });
    assertStringIncludes(shown.said, `# ${dir}${SEPARATOR}sub${SEPARATOR}hikae.jsonc`);
    assertStringIncludes(shown.said, JSON.stringify(env.HOME));
    assertEquals((await call(check, { cwd: dir, env, flags: { config: "sub/my.jsonc" } })).code, 0);
    await assertRejects(
      () => call(init, { cwd: dir, env, args: ["a", "b"] }),
      HikaeError,
      "one FILE",
    );
    await assertRejects(() => call(init, { cwd: dir, env: {} }), HikaeError, "home directory");
  });
});

Deno.test("config init: a file that only has the schema's name stays", async () => {
  await inTemp(async (dir) => {
    await Deno.writeTextFile(`${dir}${SEPARATOR}hikae.schema.json`, "mine");
    const { told } = await call(init, { cwd: dir });
    assertStringIncludes(told, "stays as it is");
    assertEquals(await Deno.readTextFile(`${dir}${SEPARATOR}hikae.schema.json`), "mine");
  });
});

Deno.test("config init: a place that cannot be written to is an error that names it", async () => {
  await inTemp(async (dir) => {
    await Deno.writeTextFile(`${dir}${SEPARATOR}file`, "");
    const args = [`file${SEPARATOR}below${SEPARATOR}hikae.jsonc`];
    const error = await assertRejects(() => call(init, { cwd: dir, args }), HikaeError);
    assertEquals(error.id, "failed");
    assertStringIncludes(error.message, "write config");
  });
});

Deno.test("config init --force: a config that is a link stays one", async () => {
  await inTemp(async (dir) => {
    await Deno.mkdir(`${dir}${SEPARATOR}dotfiles`);
    await Deno.writeTextFile(`${dir}${SEPARATOR}dotfiles/h.jsonc`, "old");
    await Deno.symlink("dotfiles/h.jsonc", `${dir}${SEPARATOR}hikae.jsonc`);
    await call(init, { cwd: dir, flags: { force: true } });
    assert(Deno.lstatSync(`${dir}${SEPARATOR}hikae.jsonc`).isSymlink);
    assertStringIncludes(await Deno.readTextFile(`${dir}${SEPARATOR}dotfiles/h.jsonc`), '"jobs"');
  });
});

Deno.test("config show: every value with the line that says so, or default", async () => {
  await inTemp(async (dir) => {
    const text = `{ "defaults": {\n"checksum": true, "keep": {"last": 3, "within": "8w"} },
"jobs": { "my job": {\n"source": "s",\n"vaults": ["$HOME/v"],\n"maxRetention": "1y6mo",
"verifyShare": "0.7%", "excludeLargerThan": "1K",
"plugins": [{"path": "hikae:webhook", "timeout": "2m"}] } } }`;
    await Deno.writeTextFile(`${dir}${SEPARATOR}hikae.jsonc`, text);
    const { messages } = await call(show, { cwd: dir, json: true });
    const at = (line: number): string => `${dir}${SEPARATOR}hikae.jsonc:${line}`;
    const rows = messages.map((m) => {
      const { job, key, value, from } = m as unknown as Record<string, unknown>;
      return [job, key, value, from];
    });
    const plugin = { path: "hikae:webhook", allow: {}, options: {}, onError: "warn" };
    assertEquals(rows, [
      ["my job", "source", `${dir}${SEPARATOR}s`, at(4)],
      ["my job", "vaults", [`${dir}${SEPARATOR}v`], at(5)],
      ["my job", "exclude", [], "default"],
      ["my job", "excludeFrom", [], "default"],
      ["my job", "excludeIfPresent", [], "default"],
      ["my job", "excludeLargerThan", 1024, at(7)],
      ["my job", "oneFileSystem", false, "default"],
      ["my job", "maxGenerations", null, "default"],
      ["my job", "maxRetention", "1y6mo", at(6)],
      ["my job", "checksum", true, at(2)],
      ["my job", "attributes", false, "default"],
      ["my job", "keep", { last: 3, within: "56d" }, at(2)],
      ["my job", "share", "auto", "default"],
      ["my job", "verifyShare", "0.7%", at(7)],
      ["my job", "snapshotSource", false, "default"],
      ["my job", "bundle", null, "default"],
      ["my job", "onError", "warn", "default"],
      ["my job", "plugins", [{ ...plugin, timeout: "120s" }], at(8)],
      [null, "log.keep", 100, "default"],
    ]);
    const { said } = await call(show, { cwd: dir });
    assertStringIncludes(said, '  maxRetention       line 6    "1y6mo"\n');
    assertStringIncludes(said, "  maxGenerations     default   not set\n");
  });
});

Deno.test("config show and check: a job of several sources is one job, and its lines are those of the file", async () => {
  await inTemp(async (dir) => {
    for (const name of ["a", "b"]) await Deno.mkdir(`${dir}${SEPARATOR}${name}`);
    const text = `{ "jobs": { "all": {\n"sources": ["a", "b"],\n"vaults": ["v"]\n} } }`;
    await Deno.writeTextFile(`${dir}${SEPARATOR}hikae.jsonc`, text);
    const { messages } = await call(show, { cwd: dir, json: true });
    const rows = messages.map((m) => m as unknown as Record<string, unknown>);
    const from = (key: string): unknown[] =>
      rows.filter((row) => row.key === key).map((row) => `${row.job} ${row.from}`);
    const line = (n: number): string => `${dir}${SEPARATOR}hikae.jsonc:${n}`;
    assertEquals(from("source"), [`all/a ${line(2)}`, `all/b ${line(2)}`]);
    assertEquals(from("vaults"), [`all/a ${line(3)}`, `all/b ${line(3)}`]);
    const { said } = await call(checkWith(() => Promise.resolve(undefined)), { cwd: dir });
    assertStringIncludes(said, ": 1 job, ");
  });
});

Deno.test("config check: each thing that is not there is a problem, and exit 1", async () => {
  await inTemp(async (dir) => {
    await Deno.mkdir(`${dir}${SEPARATOR}src`);
    await Deno.mkdir(`${dir}${SEPARATOR}full`);
    await Deno.mkdir(`${dir}${SEPARATOR}empty`);
    await Deno.mkdir(`${dir}${SEPARATOR}vault/.$META$`, { recursive: true });
    await Deno.writeTextFile(`${dir}${SEPARATOR}vault/.$META$/vault.json`, "{}");
    await Deno.writeTextFile(`${dir}${SEPARATOR}full/file`, "");
    const text = JSON.stringify({
      jobs: {
        good: {
          source: "src",
          vaults: ["vault", "empty", "new"],
          plugins: [{ path: "hikae:webhook" }],
        },
        bad: {
          source: "gone",
          vaults: ["full", "no/where", "full/file"],
          excludeFrom: "nolist",
          plugins: [{ path: "none.ts" }, { path: "hikae:webhok" }],
        },
      },
    });
    await Deno.writeTextFile(`${dir}${SEPARATOR}hikae.jsonc`, text);
    // the directory is no part of anybody's home
    const env = { HOME: `${dir}${SEPARATOR}nobody` };
    const flags = { config: `${dir}${SEPARATOR}hikae.jsonc` };
    const result = await call(check, { cwd: dir, json: true, env, flags });
    assertEquals(result.code, 1);
    const seen = result.messages.map((m) => `${m.message_type} ${m["message" as keyof Message]}`);
    assertEquals(seen.slice(0, -1), [
      `note job good: vault ${dir}${SEPARATOR}new does not exist yet; the first backup makes it`,
      "error job bad: source does not exist",
      "error job bad: vault is a directory that is neither empty nor a vault",
      `error job bad: make vault: ${dir}${SEPARATOR}no does not exist; is the drive there?`,
      "error job bad: vault is not a directory",
      "error job bad: excludeFrom does not exist",
      "error job bad: plugin: does not exist",
      "error job bad: plugin: no such plugin comes with hikae (did you mean hikae:webhook? hikae plugin list --shipped shows all)",
    ]);
    assertEquals(result.messages.at(-1), {
      message_type: "summary",
      action: "config check",
      file: `${dir}${SEPARATOR}hikae.jsonc`,
      jobs: 2,
      errors: 7,
    });
    const hooked = await call(checkWith((entry) => Promise.resolve(`no ${entry.path}`)), {
      cwd: dir,
      flags,
    });
    assertStringIncludes(JSON.stringify(hooked.messages), "job good: plugin: no hikae:webhook");
    assertStringIncludes(hooked.said, "2 jobs, 8 problems");
  });
});

Deno.test({
  name: "config check: what cannot be looked at says why in words",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await inTemp(async (dir) => {
      Deno.symlinkSync("round", `${dir}/round`);
      const jobs = { docs: { source: `${dir}/round`, vaults: [`${dir}/v`] } };
      Deno.writeTextFileSync(`${dir}/hikae.jsonc`, JSON.stringify({ jobs }));
      const { code, messages } = await call(check, { cwd: dir });
      assertEquals(code, 1);
      const [problem] = messages.filter((m) => m.message_type === "error");
      assertStringIncludes(
        String(problem?.message),
        "cannot be looked at: too many symbolic links",
      );
    });
  },
});

Deno.test("config check: a vault that was here and is gone is a drive that is not there, and no new vault", async () => {
  await inTemp(async (dir) => {
    const at = `${Deno.realPathSync(dir)}${SEPARATOR}`;
    for (const name of ["source", "emptied", "state"]) Deno.mkdirSync(at + name);
    const known = Object.fromEntries(
      ["emptied", "gone"].map((name) => [at + name, { source: "s", seen: "t" }]),
    );
    Deno.writeTextFileSync(`${at}state${SEPARATOR}vaults.json`, JSON.stringify(known));
    const config = { jobs: { j: { source: "source", vaults: ["emptied", "gone"] } } };
    Deno.writeTextFileSync(`${at}hikae.jsonc`, JSON.stringify(config));
    const env = { HIKAE_STATE_DIR: `${at}state` };
    const result = await call(check, { cwd: dir, env });
    assertEquals([result.code, ...result.messages.map((m) => m["message" as keyof Message])], [
      1,
      "job j: vault was here before, and now there is an empty directory (is the drive there?)",
      "job j: vault was here before, and now there is nothing (is the drive there?)",
    ] as unknown[]);
  });
});

Deno.test("config check: a plugin that does not load, or wants more than it is granted, is a problem", async () => {
  await inTemp(async (dir) => {
    for (const name of ["source", "vault"]) Deno.mkdirSync(`${dir}/${name}`);
    Deno.writeTextFileSync(`${dir}/broken.ts`, "throw new Error('not today');");
    Deno.writeTextFileSync(`${dir}/well.ts`, "export default { name: 'well' };");
    const hook = { path: "hikae:webhook", options: { url: "https://hooks.example.com/x" } };
    const allow = { net: ["hooks.example.com"] };
    const slip = { path: "hikae:skip_rules", options: { largerThen: "2G" } };
    const plugins = [hook, { ...hook, allow }, { path: "broken.ts" }, { path: "well.ts" }, slip];
    const config = { jobs: { j: { source: "source", vaults: ["vault"], plugins } } };
    Deno.writeTextFileSync(`${dir}/hikae.jsonc`, JSON.stringify(config));
    const flags = { config: `${dir}${SEPARATOR}hikae.jsonc` };
    const result = await call(check, { cwd: dir, flags });
    const said = result.messages.map((m) => `${m["message" as keyof Message]}`);
    assertEquals([result.code, said.length], [1, 3]);
    assertStringIncludes(said[2] ?? "", 'unknown option "largerThen", did you mean "largerThan"?');
    assertStringIncludes(said[0] ?? "", `"allow": { "net": ["hooks.example.com:443"] }`);
    assertStringIncludes(said[1] ?? "", "not today");
  });
});

Deno.test("config check and show: without a config, exit 2 and where it was looked for", async () => {
  await inTemp(async (dir) => {
    for (const run of [check, show]) {
      const error = await assertRejects(() => call(run, { cwd: dir }), HikaeError);
      assertEquals([error.id, error.exit], ["config", 2]);
      assertStringIncludes(error.message, `${dir}${SEPARATOR}hikae.jsonc`);
    }
  });
});

Deno.test("config schema: prints the schema as it is", async () => {
  assertEquals((await call(schema, { cwd: "/" })).written, jsonSchema());
});

Deno.test("config: every subcommand of the table loads", async () => {
  for (const sub of spec.sub ?? []) {
    assertEquals(typeof (await sub.load?.())?.run, "function", sub.name);
  }
});

Deno.test("config check: all that is wrong is told, each with its line and a mark below the place", async () => {
  using dir = tempDir();
  const text = `{
  "jobs": {
    "a": { "source": "s", "vaults": ["v"], "exlude": ["x"], "checksum": 1 },
    "b": { "vaults": [] }
  }
}`;
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), text);
  const r = await run(["config", "check"], { cwd: dir.path });
  assertEquals(r.code, 2);
  const said = r.stderr.replace(/\n {7}(?=\S)/g, " ");
  assertStringIncludes(said, 'unknown key "exlude", did you mean "exclude"?');
  assertStringIncludes(said, "expected true or false, got 1");
  assertStringIncludes(said, "at least one vault");
  const lines = r.stderr.split("\n");
  const mark = lines.findIndex((l) => l.trim() === "| ^" || /^\s+\|\s+\^$/.test(l));
  const column = (lines[mark] ?? "").indexOf("^");
  assertStringIncludes(lines[mark - 1] ?? "", '3 |     "a": {');
  assertEquals((lines[mark - 1] ?? "").slice(column, column + 8), '"exlude"');
  const json = await run(["config", "check", "--json"], { cwd: dir.path });
  assertEquals(json.json.filter((m) => m.message_type === "error").length >= 3, true);
  assertEquals([json.json[0]?.line, json.json.at(-1)?.action], [3, "config check"]);
  // a secret key in the place of a public one is told and not repeated
  const bundle = { to: "b", recipients: ["AGE-SECRET-KEY-1QQQQ"] };
  const secret = JSON.stringify({ jobs: { a: { source: "s", vaults: ["v"], bundle } } });
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), secret);
  const kept = await run(["config", "check"], { cwd: dir.path });
  assertEquals([kept.code, kept.stderr.includes("QQQQ")], [2, false]);
  assertStringIncludes(kept.stderr, '"AGE-SECRET-KEY-*');
  // what only the whole of a config shows is told together too
  const two = {
    a: { source: "s", vaults: ["v", "./v", "s"] },
    b: { source: "$NO_SUCH_X", vaults: ["w"] },
  };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs: two }));
  const whole = await run(["config", "check", "--json"], { cwd: dir.path });
  assertEquals(whole.json.filter((m) => m.message_type === "error").length, 3);
});

Deno.test("config check: bundles in the source, which each run would back up, are a problem", async () => {
  using dir = tempDir();
  const recipients = ["age1jt7f3a2kyy6svvsx8j80js2pj2dsa3csjj0l0fltkyl6d9hc8d4q2ja0ng"];
  const config = { a: { source: "s", vaults: ["v"], bundle: { to: "s/bundles", recipients } } };
  Deno.mkdirSync(dir.at("s"));
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs: config }));
  const r = await run(["config", "check", "--json"], { cwd: dir.path });
  assertEquals(r.code, 1);
  assertStringIncludes(String(r.json.find((m) => m.message_type === "error")?.message), "bundles");
  // those that the job leaves out are none
  Deno.writeTextFileSync(dir.at("not.txt"), "bundles\n");
  for (const rule of [{ exclude: ["/bundles/"] }, { excludeFrom: "not.txt" }]) {
    const left = { jobs: { a: { ...config.a, ...rule } } };
    Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify(left));
    const none = await run(["config", "check", "--json"], { cwd: dir.path });
    const told = none.json.filter((m) => m.message_type === "error").map((m) => String(m.message));
    assertEquals(told.filter((m) => m.includes("bundles")), []);
  }
});

Deno.test("two words are places where there is no config, and a config that cannot be read stops them", async () => {
  using dir = tempDir();
  const cwd = dir.path;
  Deno.mkdirSync(dir.at("photos"));
  const planned: Record<string, unknown>[] = [];
  const plan: RunCommand = async (context) => {
    planned.push({ ...await backupPlans(context, new StateDir(context.env)) });
    return 0;
  };
  const args = ["photos", "copy"];
  const jobs = (words: object): string => JSON.stringify({ jobs: words });
  const job = { photos: { source: dir.at("photos"), vaults: [dir.at("copy")] } };
  await call(plan, { cwd, args });
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), jobs({}));
  await call(plan, { cwd, args });
  assertEquals(planned.map((p) => Object.keys(p)), [["plan"], ["plan"]]);
  // one of them is a job's now
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), jobs(job));
  await assertRejects(() => call(plan, { cwd, args }), HikaeError, "copy");
  Deno.removeSync(dir.at("hikae.jsonc"));
  Deno.mkdirSync(dir.at("hikae.jsonc"));
  const error = await assertRejects(() => call(plan, { cwd, args }), HikaeError);
  assertEquals(error.id, "config");
});
