/** Plugins that are too much: of file, of words, of memory, of time. hikae's own process is never held up by them. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import { checkInfo, checkPreBackup } from "../../src/plugins/answers.ts";
import { staticImports } from "../../src/plugins/code_files.ts";
import { errorText } from "../../src/plugins/error_text.ts";
import { Refusal, requireGrants } from "../../src/plugins/grants.ts";
import { FilterTime } from "../../src/cli/plugin/filter_time.ts";
import { codeFilesOf } from "../../src/cli/plugin/plugin_start.ts";
import { isThere, run, spawn, tempDir } from "../helpers/cli_helper.ts";
import { entry, trial } from "./plugins_support.ts";

const UNIX = Deno.build.os !== "windows";

// Each of these took minutes, hours or for ever where the scan went back over what it had read.
Deno.test("a plugin's text is scanned once, whatever it is", () => {
  const n = 1 << 20;
  const texts: [string, number][] = [
    [`import a from ${"\n".repeat(n)}"./a.ts"`, 0],
    ["export ".repeat(n / 7), 0],
    ["import /*".repeat(n / 9), 0],
    ["from /**//**//**/".repeat(n / 17), 0],
    ["/* ".repeat(n / 3) + 'import "./a.ts"', 1],
    ["from '".repeat(n / 6), Math.floor(n / 6) - 1],
    ["import\n".repeat(n / 7), 0],
    ["`${".repeat(n / 3), 0],
    [`from "${"x".repeat(n)}"`, 0],
  ];
  for (const [text, count] of texts) {
    assertEquals(staticImports(text).length, count, text.slice(0, 30));
  }
});

Deno.test({
  name: "a plugin that is, or imports, no plain file of a fair size is refused at once",
  ignore: !UNIX,
  fn: () => {
    using dir = tempDir();
    const fifo = (name: string): void => {
      new Deno.Command("mkfifo", { args: [dir.at(name)] }).outputSync();
    };
    fifo("fifo.ts");
    Deno.symlinkSync("/dev/zero", dir.at("zero.ts"));
    Deno.writeTextFileSync(dir.at("giant.ts"), "");
    Deno.truncateSync(dir.at("giant.ts"), 8 * 2 ** 30);
    Deno.mkdirSync(dir.at("directory.ts"));
    const odd = ["fifo.ts", "giant.ts", "directory.ts", "zero.ts"];
    for (const name of odd) {
      assertThrows(() => codeFilesOf(`./${name}`, dir.path), HikaeError, name);
    }
    for (const name of odd.slice(0, 3)) {
      Deno.writeTextFileSync(dir.at("plugin.ts"), `import "./${name}"; export default {};`);
      assertThrows(() => codeFilesOf("./plugin.ts", dir.path), HikaeError, name);
    }
  },
});

Deno.test({
  name: "a run whose plugin cannot be parsed in time ends on SIGTERM",
  ignore: !UNIX,
  fn: async () => {
    using dir = tempDir();
    Deno.mkdirSync(dir.at("source"));
    Deno.mkdirSync(dir.at("said"));
    Deno.writeTextFileSync(
      dir.at("plugin.ts"),
      `Deno.writeTextFileSync(${JSON.stringify(dir.at("said", "begun"))}, "");
      await new Promise(() => {}); export default {};`,
    );
    const allow = { write: [dir.at("said")] };
    const plugins = [{ path: "./plugin.ts", allow, timeout: "10m" }];
    const jobs = { docs: { source: "source", vaults: ["vault"], plugins } };
    Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
    const child = spawn(["backup", "docs", "--config", "hikae.jsonc"], { cwd: dir.path });
    const ended = child.output();
    let over = false;
    void ended.then(() => over = true);
    while (!over && !isThere(dir.at("said", "begun"))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (!over) child.kill("SIGTERM");
    const { code, stderr } = await ended;
    assertEquals(code, 130, new TextDecoder().decode(stderr));
    assert(!isThere(dir.at("vault", ".$META$", "runs")));
  },
});

Deno.test({
  name: "memory between hooks ends a plugin also while nobody reads what it logs",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    using dir = tempDir();
    Deno.writeTextFileSync(
      dir.at("plugin.ts"),
      `const held = [];
      export default { name: "hog", preBackup(_run, host) {
        host.log("info", "pid " + Deno.pid);
        setTimeout(() => {
          for (let i = 0; i < 40; i++) host.log("info", "x".repeat(9000));
          setInterval(() => held.push(new Uint8Array(32 << 20).fill(1)), 20);
        }, 10);
      }, postBackup() {} };`,
    );
    const t = await trial([entry("./plugin.ts")], {
      baseDir: dir.path,
      settings: { memory: 300 << 20 },
    });
    await t.set.preBackup();
    const pid = /pid (\d+)/.exec(t.logs.join("\n"))?.[1] ?? "0";
    assert(pid !== "0");
    const gone = (): boolean => {
      try {
        return /State:\s+Z/.test(Deno.readTextFileSync(`/proc/${pid}/status`));
      } catch {
        return true;
      }
    };
    for (let n = 0; n < 600 && !gone(); n++) await new Promise((r) => setTimeout(r, 50));
    assert(gone(), "it lives on");
    await t.set.postBackup({ outcome: "done", exitCode: 0, summaries: [], problems: [] });
    await t.set.close();
    assert(t.warnings.join().includes("it takes more memory than 300 MiB"), t.warnings.join());
  },
});

Deno.test("what a plugin logs in a run is bounded in lines and in size", async () => {
  using dir = tempDir();
  const code = (name: string, line: string): string =>
    `export default { name: "${name}", preBackup(_run, host) {
      for (let i = 0; i < 990; i++) host.log("info", ${line});
    }, filter(_batch, _run, host) { for (let i = 0; i < 990; i++) host.log("info", ${line}); } };`;
  Deno.writeTextFileSync(dir.at("many.ts"), code("many", '"short"'));
  Deno.writeTextFileSync(dir.at("long.ts"), code("long", '"x".repeat(9999)'));
  const t = await trial([entry("./many.ts"), entry("./long.ts")], { baseDir: dir.path });
  await t.set.preBackup();
  for (let n = 0; n < 2; n++) await t.set.filter({ counts: [], batch: '{"dirs":[],"names":[]}' });
  await t.set.close();
  const many = t.logs.filter((line) => line.startsWith("many "));
  assertEquals(many.length, 1001);
  assert(many.at(-1)?.includes("the rest is left out"));
  const long = t.logs.filter((line) => line.startsWith("long "));
  assert(long.join("").length < 300 * 1024, `${long.join("").length}`);
  assertEquals(t.warnings, []);
});

Deno.test("a filter that answers in time, each time, has a limit over the whole run", () => {
  const time = new FilterTime(100, 0);
  let now = 0;
  let answers = 0;
  for (;; answers++) {
    time.ask(now, 1000);
    now += 9;
    if (time.answered(now)) break;
    now += 1000; // nothing is asked meanwhile
  }
  assertEquals(answers, 11);
});

Deno.test("a filter that is asked about more may take longer", () => {
  const time = new FilterTime(100, 0.004);
  for (let n = 0; n < 1000; n++) time.ask(0, 100_000);
  assertEquals(time.limitSeconds, 400);
});

Deno.test("what a plugin wants is refused when it is more than can be shown", () => {
  const info = (wants: object): unknown => ({ name: "p", hooks: [], wants });
  const words = Array.from({ length: 1000 }, (_, i) => `host${i}.${"x".repeat(4000)}.com`);
  assertThrows(() => checkInfo(info({ net: words })), Error, "more than can be shown");
  const many = Array.from({ length: 1001 }, (_, i) => `/d${i}`);
  assertThrows(() => checkInfo(info({ read: many })), Error, "more than 1,000 things");
  assertThrows(() => checkInfo(info({ net: ["a\x1b[2Jb"] })), Error, "control characters");
  assertThrows(() => checkInfo(info({ run: ["a\u202eb"] })), Error, "control characters");
  assertEquals(checkInfo(info({ net: ["a.com"] })).wants, { net: ["a.com"] });
});

Deno.test("a refusal is short, however much was wanted", () => {
  const wants = { net: Array.from({ length: 1000 }, (_, i) => `host${i}.example.com`) };
  const places = { source: "/s", vaults: [], absolute: (p: string) => p, windows: false };
  const refusal = assertThrows(() => requireGrants("p", wants, {}, places), Refusal);
  assert(refusal.message.length < 1200 && (refusal.hint ?? "").length < 4500);
});

Deno.test("what a plugin says of itself drives no terminal and stays in its line", () => {
  const info = checkInfo({
    name: "p\x1b[31m",
    version: "1\u009b2J\n2",
    description: "one\n\ttwo\u202e",
    options: { "a\x07": "b\r\nc" },
    wants: {},
    hooks: [],
  });
  const text = JSON.stringify(info);
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x1f\x7f-\x9f\u202e]|\\u00|\\[nrt]/.test(text), text);
  assertEquals(info.description, "one two\ufffd");
});

Deno.test("a plugin's patterns leave out, and take nothing in again", () => {
  for (const pattern of ["!keep.me", "\ufeff!keep.me"]) {
    assertThrows(() => checkPreBackup({ exclude: ["*.tmp", pattern] }), Error, "bring back");
  }
  assertEquals(checkPreBackup({ exclude: ["\\!literal", "a!b"] }).exclude, ["\\!literal", "a!b"]);
  const many = Array.from({ length: 900 }, () => "x".repeat(4000));
  assertThrows(() => checkPreBackup({ exclude: many }), Error, "256 KiB");
});

Deno.test("an exclude of the user's stands against a plugin that takes it back", async () => {
  using dir = tempDir();
  Deno.mkdirSync(dir.at("source"));
  Deno.writeTextFileSync(dir.at("source", "keep.me"), "secret");
  Deno.writeTextFileSync(
    dir.at("plugin.ts"),
    'export default { name: "p", preBackup: () => ({ exclude: ["!keep.me"] }) };',
  );
  const jobs = {
    docs: {
      source: "source",
      vaults: ["vault"],
      exclude: ["keep.me"],
      plugins: [{ path: "./plugin.ts" }],
    },
  };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
  const { stderr } = await run(["backup", "docs", "--config", "hikae.jsonc"], { cwd: dir.path });
  assert(stderr.includes("would bring back what is left out"), stderr);
  assert(!isThere(join(dir.at("vault"), "keep.me")));
});

Deno.test("what the runtime says of a plugin's error is told without its colours, stack and advice", () => {
  const texts: [string, string][] = [
    [
      'NotCapable: Requires net access to "x.org:443", run again with the --allow-net flag',
      'it needs net access to "x.org:443", which is not granted',
    ],
    [
      'NotCapable: Requires read access to "/x", specify the required permissions during compilation using `deno compile --allow-read`',
      'it needs read access to "/x", which is not granted',
    ],
    [
      "SyntaxError: The module's source code could not be parsed: Expected ';' at file:///p.ts:3:7\n\n  \x1b[31mconst = 3;\x1b[0m\n        ~",
      "SyntaxError: The module's source code could not be parsed: Expected ';' at file:///p.ts:3:7",
    ],
    [
      '\x1b[0m\x1b[1m\x1b[31merror\x1b[0m: Uncaught (in worker "plugin") (in promise) TypeError: TypeError: no\n    at \x1b[36mfile:///p.ts\x1b[0m:1:2',
      "TypeError: no",
    ],
    ["Error: boom", "Error: boom"],
    ["one\ntwo", "one two"],
  ];
  for (const [raw, said] of texts) assertEquals(errorText(raw), said);
});

Deno.test("an import that is not allowed is told as that", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.at("plugin.ts"), 'import "node:fs"; export default { name: "p" };');
  const error = await assertRejects(
    () => trial([entry("./plugin.ts", { onError: "abort" })], { baseDir: dir.path }),
    HikaeError,
  );
  assertEquals(
    error.message,
    "plugin ./plugin.ts: TypeError: a plugin may import its own code files and harmless node: modules only, not node:fs",
  );
});

Deno.test("what a plugin keeps from run to run is bounded in number and in sum", async () => {
  for (const body of ["h.remember('n' + i, i)", "h.remember('n' + i, 'x'.repeat(14e6))"]) {
    using dir = tempDir();
    Deno.mkdirSync(dir.at("source"));
    const many = body.includes("repeat") ? 2 : 200;
    Deno.writeTextFileSync(
      dir.at("plugin.ts"),
      `export default { name: "keeps", preBackup(run, h) {
        const from = Object.keys(run.remembered).length;
        for (let i = from; i < from + ${many}; i++) ${body};
      } };`,
    );
    const jobs = { docs: { source: "source", vaults: ["v"], plugins: [{ path: "./plugin.ts" }] } };
    Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
    const codes: number[] = [];
    let last = "";
    for (let n = 0; n < 3 && !codes.includes(3); n++) {
      const { code, stderr } = await run(["backup", "docs", "--config", "hikae.jsonc"], {
        cwd: dir.path,
        env: { HIKAE_STATE_DIR: dir.at("state") },
      });
      codes.push(code);
      last = stderr;
    }
    assertEquals(codes.at(-1), 3, codes.join());
    assert(last.includes("it keeps more than"), last);
  }
});

Deno.test("a plugin's process that does not come up in its time: that time is told, not the plugin's own", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(
    dir.at("plugin.ts"),
    `export default { name: "late", preBackup() {} };`,
  );
  const t = await trial([entry("./plugin.ts", { timeout: 3_600_000 })], {
    baseDir: dir.path,
    settings: { startMs: 0 },
  });
  await t.set.close();
  assert(t.warnings.join().includes("its time limit of 0 s is over"), t.warnings.join());
});

Deno.test("plugins: a run is skipped for a reason, and never for none", () => {
  assertEquals(checkPreBackup({ skip: "on battery" }), { skip: "on battery" });
  for (const skip of ["", " ", "\n"]) {
    assertThrows(() => checkPreBackup({ skip }), Error, "skip: no reason");
  }
});
