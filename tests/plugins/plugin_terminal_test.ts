/**
 * More hostile plugins, each through the whole program: whatever they are and say, the backup is made, nothing of theirs
 * drives a terminal, and the exit code tells.
 */

import { assert, assertEquals } from "@std/assert";
import { isThere, listTree, makeTree, read, run, tempDir } from "../helpers/cli_helper.ts";

const NASTY = "\\u001b[2J\\u001b]0;t\\u0007\\u009b31m\\u202eevil\\r";

interface Deed {
  code: string;
  /** The exit code of the backup. */
  exit: number;
  /** What has to be said. */
  says?: RegExp;
  /** Its time limit, where it is to come to it; else one that nothing comes to, however slow the machine is. */
  timeout?: string;
  /** False where the plugin has the right to keep the run from being made. */
  made?: boolean;
}

const DEEDS: Readonly<Record<string, Deed>> = {
  "imports a module of the runtime's, deferred": {
    code: `import defer * as fs from "node:fs";
      export default { name: "p", preBackup() { fs.readFileSync("/etc/passwd"); } };`,
    exit: 3,
    says: /harmless node: modules only, not node:fs/,
  },
  "imports the module loader and would hook it": {
    code:
      `import { registerHooks } from "node:module"; registerHooks({}); export default { name: "p" };`,
    exit: 3,
    says: /not node:module/,
  },
  "has a name that is another each time, and permissions that never end": {
    code:
      `export default { get name() { return "${NASTY}" + Math.random(); }, permissions() { for (;;); } };`,
    exit: 3,
    timeout: "3s",
    says: /its time limit of 3 s is over/,
  },
  "throws an error of megabytes with a name full of controls": {
    code: `const e = new Error("${NASTY}".repeat(1e5)); e.name = "${NASTY}\\n\\n";
      export default { name: "p", preBackup() { throw e; } };`,
    exit: 3,
  },
  "throws what loops when it is shown": {
    code: `export default { name: "p", preBackup() { throw { toString() { for (;;); } }; } };`,
    exit: 3,
    timeout: "3s",
    says: /its time limit of 3 s is over/,
  },
  "answers by toJSON": {
    code:
      `export default { name: "p", preBackup: () => ({ toJSON: () => ({ source: "/etc" }) }) };`,
    exit: 3,
    says: /points the run to \/etc, which is not granted/,
  },
  "answers with a prototype": {
    code:
      `export default { name: "p", preBackup: () => JSON.parse('{"__proto__": {"skip": "yes"}}') };`,
    exit: 3,
    says: /unknown key "__proto__"/,
  },
  "logs at a level that there is not, and no text": {
    code: `export default { name: "p", preBackup(_r, h) {
      h.log("info", { toString: () => "${NASTY}" }); h.log("loud", "x"); } };`,
    exit: 3,
    says: /a log line has no level/,
  },
  "logs controls and line ends": {
    code:
      `export default { name: "p", preBackup(_r, h) { h.log("warn", "a\\nerror: forged${NASTY}"); } };`,
    exit: 0,
    says: /note: p: a error: forged/,
  },
  "floods the log from a timer, between its hooks": {
    code: `export default { name: "p", preBackup() {
        setInterval(() => { for (let i = 0; i < 900; i++) console.log("${NASTY}".repeat(100)); }, 1);
      }, postBackup: () => new Promise(() => {}) };`,
    exit: 3,
    says: /it floods/,
  },
  "never comes to be loaded": {
    code: `await new Promise(() => {}); export default { name: "p" };`,
    exit: 3,
    timeout: "3s",
    says: /its time limit of 3 s is over/,
  },
  "answers a tree thousands of levels deep": {
    code: `export default { name: "p", preBackup() {
      const top = {}; let at = top; for (let i = 0; i < 5000; i++) at = at.x = {};
      return { exclude: [top] }; } };`,
    exit: 3,
    says: /exclude: not a string/,
  },
  "holds the run with a reason of many lines": {
    code:
      `export default { name: "p", preBackup: () => ({ hold: "one\\ntwo${NASTY}" + "z".repeat(4000) }) };`,
    exit: 4,
    says: /holds the run: one two/,
    made: false,
  },
  "spins in promises after its last answer": {
    code:
      `export default { name: "p", postBackup() { (function f() { Promise.resolve().then(f); })(); } };`,
    exit: 0,
  },
};

/** The controls that no text for people may hold. */
// deno-lint-ignore no-control-regex
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

for (const [what, { code, exit, says, timeout = "5m", made = true }] of Object.entries(DEEDS)) {
  Deno.test(`hostile, through the program: a plugin that ${what}`, async () => {
    using dir = tempDir();
    makeTree(dir.path, { source: { a: "1", b: "2" }, "plugin.ts": code });
    const plugins = [{ path: "./plugin.ts", timeout }];
    const jobs = { docs: { source: "source", vaults: ["vault"], plugins } };
    Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
    const state = dir.at("state");
    const ran = await run(["backup", "docs", "--config", "hikae.jsonc", "--log"], {
      cwd: dir.path,
      env: { HIKAE_STATE_DIR: state },
    });
    const said = ran.stdout + ran.stderr;
    assertEquals(ran.code, exit, said.slice(0, 2000));
    if (says !== undefined) assert(says.test(said), said.slice(0, 2000));
    assertEquals(isThere(dir.at("vault", "a")), made);
    const logs = listTree(state).filter((path) => path.endsWith(".log"));
    for (const text of [said, ...logs.map((path) => read(state, path))]) {
      assert(!CONTROLS.test(text), JSON.stringify(CONTROLS.exec(text)));
      assert(text.length < 1 << 20, `${text.length}`);
    }
  });
}

Deno.test("what a plugin says of itself is shown by list, test and --json without a control", async () => {
  using dir = tempDir();
  makeTree(dir.path, {
    source: { a: "1" },
    "plugin.ts": `export default {
      name: "p${NASTY}".replace("\\r", ""), version: "${NASTY}", description: "${NASTY}\\nerror: forged",
      options: { "o${NASTY}": "${NASTY}" },
      preBackup: () => ({ exclude: ["${NASTY}".replace("\\r", "") + "x".repeat(1000)] }),
    };`,
  });
  const jobs = { docs: { source: "source", vaults: ["v"], plugins: [{ path: "./plugin.ts" }] } };
  Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs }));
  const lines = [
    ["plugin", "list", "--config", "hikae.jsonc"],
    ["plugin", "test", "./plugin.ts", "--hook", "preBackup"],
  ];
  for (const line of lines.flatMap((words) => [words, [...words, "--json"]])) {
    const { code, stdout, stderr } = await run(line, { cwd: dir.path });
    assertEquals(code, 0, stderr);
    assert(!CONTROLS.test(stdout + stderr), line.join(" "));
    assert(!/^error: forged/m.test(stdout + stderr));
  }
});
