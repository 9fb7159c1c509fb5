/** Hostile plugins: each tries its deed for real, in a real process, and must fail. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import type { StartSettings } from "../../src/cli/plugin/plugin_host_client.ts";
import {
  AMPLE,
  asked,
  entry,
  FACTS,
  saidAtLimit,
  SECRET,
  SECRET_DIR,
  target,
  type Trial,
  trial,
} from "./plugins_support.ts";

/** A worker that may read everything, as a compiled binary's loader may: only the guard is left. */
const COMPILED: StartSettings = { openRead: true };

/** Runs the deeds of a plugin; gives what each came to. */
async function deeds(
  file: string,
  options: { settings?: StartSettings; servers?: Record<string, string>; net?: string[] } = {},
): Promise<Trial & { refused: string[] }> {
  const allow = options.net === undefined ? {} : { net: options.net };
  const { settings, servers } = options;
  const plugin = entry(`./${file}.ts`, { allow, options: target("", servers) });
  const t = await trial([plugin], settings === undefined ? {} : { settings });
  const decision = await t.set.preBackup();
  await t.set.close();
  assertEquals(t.warnings, []);
  assert(decision.skip === undefined && decision.source === undefined);
  assert(!t.logs.join("\n").includes(SECRET), t.logs.join("\n"));
  const done = t.logs.filter((line) => line.includes("DEED"));
  return { ...t, refused: t.logs.filter((line) => line.includes("refused")), logs: done };
}

for (
  const [file, count] of [
    ["read_deno", 17],
    ["write", 15],
    ["node_modules", 56],
    ["import_dynamic", 27],
    ["import_eval", 12],
    ["require", 13],
    ["nested_worker", 8],
    ["fetch_file", 7],
    ["run_program", 9],
    ["end_process", 8],
    ["take_over", 11],
    ["storage", 10],
    ["surface", 45],
  ] as const
) {
  Deno.test(`hostile ${file}: every deed is refused`, async () => {
    const result = await deeds(file);
    assertEquals(result.logs, []);
    assertEquals(result.refused.length, count);
    assertEquals(Deno.readTextFileSync(`${SECRET_DIR}/secret.txt`).trim(), SECRET);
  });
}

for (
  const [file, count] of [
    ["node_modules", 56],
    ["import_dynamic", 27],
    ["import_eval", 12],
    ["require", 13],
    ["nested_worker", 8],
  ] as const
) {
  Deno.test(`hostile ${file}: refused by the guard alone, as in a compiled binary`, async () => {
    const result = await deeds(file, { settings: COMPILED });
    assertEquals(result.logs, []);
    assertEquals(result.refused.length, count);
  });
}

for (const file of ["static_text", "static_json", "static_code", "static_reexport"]) {
  for (const settings of [{}, COMPILED]) {
    const how = settings.openRead === true ? "by the guard alone" : "under deno run";
    Deno.test(`hostile ${file}: not loaded, ${how}`, async () => {
      const t = await trial([entry(`./${file}.ts`)], { settings });
      await t.set.close();
      assertEquals(t.set.infos, []);
      assertEquals(t.warnings.length, 1);
      assert(!t.warnings.join().includes(SECRET));
    });
  }
}

Deno.test("hostile network: neither a host that is not granted, nor one that a granted host leads to", async () => {
  let reached = 0;
  const quiet = { hostname: "127.0.0.1", port: 0, onListen: (): void => {} };
  await using denied = Deno.serve(quiet, () => {
    reached++;
    return new Response(SECRET);
  });
  const denyUrl = `http://127.0.0.1:${denied.addr.port}`;
  await using granted = Deno.serve(quiet, (request) => {
    const own = new URL(request.url);
    const to = own.pathname === "/twice" ? `${own.origin}/redirect` : denyUrl;
    return new Response(null, { status: 307, headers: { location: to } });
  });
  const host = `127.0.0.1:${granted.addr.port}`;
  const servers = { granted: `http://${host}`, denied: denyUrl };
  const result = await deeds("network", { servers, net: [host] });
  assertEquals(result.logs, []);
  assertEquals(result.refused.length, 11);
  assertEquals(reached, 0);
});

Deno.test("hostile change_globals: frozen, and the guard stands", async () => {
  for (const settings of [{}, COMPILED]) {
    const t = await trial([entry("./change_globals.ts", { options: target() })], { settings });
    const decision = await t.set.preBackup();
    await t.set.close();
    assertEquals(t.logs.filter((line) => line.includes("DEED")), []);
    assertEquals(t.logs.length, 27);
    assertEquals(decision, { exclude: ["mine"] });
  }
});

Deno.test("hostile forge: what it writes is no protocol", async () => {
  const t = await trial([entry("./forge.ts", { options: target() })]);
  assertEquals(await t.set.preBackup(), { exclude: [] });
  await t.set.close();
  assertEquals(t.logs.filter((line) => line.includes("DEED")), []);
  assertEquals(t.warnings, []);
  assert(!t.logs.join("").includes("\u001b"));
});

Deno.test({
  name: "hostile forge_program: what a granted program writes is no protocol either",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const t = await trial([entry("./forge_program.ts", { allow: { run: ["sh"] } })]);
    assertEquals(await t.set.preBackup(), { exclude: [] });
    await t.set.close();
    assertEquals(t.warnings, []);
  },
});

for (const kind of ["sync", "regex", "wait", "timers", "microtasks", "thenable", "promise"]) {
  Deno.test(`hostile loop (${kind}): ended at its time limit`, async () => {
    const wanted = kind === "sync"
      ? /^plugin loop, preBackup: it blocks .*time limit of [\d.]+ s is over/
      : /^plugin loop, preBackup: it .*time limit of [\d.]+ s is over/;
    const said = await saidAtLimit(1500, wanted, async (timeout) => {
      const t = await trial([entry("./loop.ts", { options: target(kind), timeout })]);
      assertEquals(await t.set.preBackup(), { exclude: [] });
      assertEquals(t.set.infos, []);
      await t.set.close();
      return t.warnings;
    });
    assertMatch(said, wanted);
  });
}

for (
  const [kind, why] of [
    ["logs", /time limit/],
    ["deaf", /time limit/],
    ["waitAsync", /time limit/],
    ["spin", /time limit/],
    ["stream", /time limit/],
    ["segments", /time limit/],
    ["dates", /time limit/],
    ["inspect", /time limit/],
    ["recursion", /RangeError/],
    ["clone", /RangeError/],
    ["shared", /memory/],
    ["blobs", /memory/],
    ["marks", /memory/],
    ["huge", /RangeError|memory/],
  ] as const
) {
  Deno.test(`hostile stubborn (${kind}): ended, and nothing else is`, async () => {
    const timeout = `${why}`.includes("time") ? 1000 : AMPLE;
    const settings = { memory: 300 * 1024 * 1024 };
    const plugin = entry("./stubborn.ts", { options: target(kind), timeout });
    const t = await trial([plugin], { settings });
    assertEquals(await t.set.preBackup(), { exclude: [] });
    await t.set.close();
    assertMatch(t.warnings.join("\n"), why);
  });
}

const OBJECTS: Record<string, RegExp | undefined> = {
  proxy: /bitten/,
  silentProxy: undefined,
  revoked: /TypeError/,
  getter: /bitten/,
  slowGetter: /time limit/,
  toJson: /unknown key "more"/,
  toJsonBites: /bitten/,
  thenable: /not an object/,
  thenBites: /bitten/,
  thenTwice: /unknown key/,
  generator: undefined,
  symbolKeys: undefined,
  bigint: /BigInt/,
  bigintInside: /BigInt/,
  cycle: /circular/,
  deep: /not a string/,
  deepObject: /not a string/,
  map: undefined,
  sparse: /RangeError|memory|more than/,
  lyingArray: /RangeError|memory|more than/,
  typed: /not a list/,
  proto: /__proto__/,
  constructorKey: /unknown key/,
  number: undefined,
};

for (const [kind, why] of Object.entries(OBJECTS)) {
  Deno.test(`hostile objects (${kind}): a failure of the plugin, or no answer`, async () => {
    const timeout = kind === "slowGetter" ? 1000 : AMPLE;
    const t = await trial([entry("./objects.ts", { options: target(kind), timeout })]);
    assertEquals(await t.set.preBackup(), { exclude: [] });
    await t.set.close();
    assertEquals(t.warnings.length, why === undefined ? 0 : 1, t.warnings.join("\n"));
    assertMatch(t.warnings.join("\n"), why ?? /^$/);
  });
}

Deno.test("hostile objects (control): what a terminal would obey is taken out of its reason", async () => {
  const t = await trial([entry("./objects.ts", { options: target("control") })]);
  const { skip } = await t.set.preBackup();
  await t.set.close();
  // deno-lint-ignore no-control-regex
  assert(skip !== undefined && !/[\x00-\x1f]/.test(skip.reason), skip?.reason);
});

Deno.test("hostile loop_at_load: ended at its time limit", async () => {
  const t = await trial([entry("./loop_at_load.ts", { timeout: 500 })]);
  await t.set.close();
  assertMatch(t.warnings.join("\n"), /time limit of 0.5 s is over/);
});

Deno.test("hostile background: a block between the calls costs the next call, not the run", async () => {
  const wanted = /postBackup: it .*time limit/;
  const said = await saidAtLimit(500, wanted, async (timeout) => {
    const t = await trial([entry("./background.ts", { timeout })]);
    await t.set.preBackup();
    await new Promise((go) => setTimeout(go, timeout / 25));
    await t.set.postBackup({ outcome: "done", exitCode: 0, summaries: [], problems: [] });
    await t.set.close();
    return t.warnings;
  });
  assertMatch(said, wanted);
});

for (const kind of ["objects", "buffers", "strings"]) {
  Deno.test(`hostile memory (${kind}): its process ends, nothing else does`, async () => {
    const settings = { memory: 300 * 1024 * 1024 };
    const t = await trial([entry("./memory.ts", { options: target(kind) })], { settings });
    assertEquals(await t.set.preBackup(), { exclude: [] });
    await t.set.close();
    assertMatch(t.warnings.join("\n"), /memory/);
  });
}

for (const kind of ["sync", "slow", "huge", "wide", "long"]) {
  Deno.test(`hostile flood (${kind}): ended`, async () => {
    const t = await trial([entry("./flood.ts", { options: target(kind) })]);
    assertEquals(await t.set.preBackup(), { exclude: [] });
    await t.set.close();
    assertMatch(t.warnings.join("\n"), /floods|memory|more than/);
    assert(t.logs.length <= 1000, `${t.logs.length} lines`);
  });
}

for (const kind of ["error", "null", "proxy", "getter", "cycle"]) {
  Deno.test(`hostile throws (${kind}): a warning, or the end of the run, as the config says`, async () => {
    const plugin = entry("./throws.ts", { options: target(kind) });
    const t = await trial([plugin]);
    assertEquals(await t.set.preBackup(), { exclude: [] });
    await t.set.close();
    assertEquals(t.warnings.length, 1);
    assert(!t.warnings.join().includes("\u001b"));
    const strict = await trial([{ ...plugin, onError: "abort" }]);
    const error = await assertRejects(() => strict.set.preBackup(), HikaeError);
    assertEquals(error.id, "plugin");
    await strict.set.close();
  });
}

Deno.test("hostile throws (later): what nobody catches is a log line", async () => {
  const t = await trial([entry("./throws.ts", { options: target("later") })]);
  assertEquals(await t.set.preBackup(), { exclude: ["still-there"] });
  await t.set.close();
  assertEquals(t.logs.map((l) => l.replace(/.*uncaught/, "uncaught")), [
    "uncaught: nobody catches this",
    "uncaught: from a timer",
  ]);
});

for (const file of ["throws_at_load", "no_plugin", "wrong_info", "not_there"]) {
  Deno.test(`hostile ${file}: not loaded, the run goes on or ends as the config says`, async () => {
    const t = await trial([entry(`./${file}.ts`)]);
    await t.set.close();
    assertEquals(t.warnings.length, 1, t.warnings.join("\n"));
    const abort = entry(`./${file}.ts`, { onError: "abort" });
    await assertRejects(() => trial([abort]), HikaeError);
  });
}

const OUTSIDE = `${SECRET_DIR}/../hostile/loop.ts`;
for (
  const answer of [
    1,
    "skip",
    [],
    { unknown: 1 },
    { skip: 1 },
    { skip: {} },
    { exclude: "*.tmp" },
    { exclude: [1] },
    { exclude: ["a\nb"] },
    { exclude: [""] },
    { exclude: new Array(1001).fill("x") },
    { exclude: ["x".repeat(5000)] },
    { source: "relative" },
    { source: "../.." },
    { source: "/does/not/exist" },
    { source: OUTSIDE },
    { source: ["/"] },
  ]
) {
  const shown = JSON.stringify(answer).slice(0, 40);
  Deno.test(`hostile wrong_shape: preBackup answers ${shown}`, async () => {
    const options = target(JSON.stringify(answer));
    const t = await trial([entry("./wrong_shape.ts", { options })]);
    assertEquals(await t.set.preBackup(), { exclude: [] });
    await t.set.close();
    assertEquals(t.warnings.length, 1);
  });
}

for (
  const answer of [
    { leaveOut: "all" },
    { leaveOut: [[2]] },
    { leaveOut: [[-1]] },
    { leaveOut: [[0.5]] },
    { leaveOut: [["../x"]] },
    { leaveOut: [["nobody"]] },
    { leaveOut: [[0, 0, 0]] },
    { leaveOut: [[], []] },
    { leaveOut: [{ length: 1 }] },
    { hold: 1 },
    true,
  ]
) {
  Deno.test(`hostile wrong_shape: filter answers ${JSON.stringify(answer)}`, async () => {
    const options = target(JSON.stringify(answer));
    const t = await trial([entry("./wrong_shape.ts", { options })]);
    const batch = {
      dirs: [""],
      names: [["a", "b"]],
      types: ["ff"],
      sizes: [[1, 1]],
      mtimes: [[1, 1]],
    };
    assertEquals(await t.set.filter(asked(batch)), { leaveOut: [[]] });
    await t.set.close();
    assertEquals(t.warnings.length, 1);
  });
}

for (
  const answer of [
    { protect: "x" },
    { protect: [7] },
    { protect: [1.5] },
    { protect: ["../x"] },
    {
      protect: ["/etc"],
    },
    { protect: ["C:/x"] },
    { protect: [""] },
    { protect: [null] },
    { keep: [1] },
  ]
) {
  Deno.test(`hostile wrong_shape: preCleanup answers ${JSON.stringify(answer)}`, async () => {
    const options = target(JSON.stringify(answer));
    const t = await trial([entry("./wrong_shape.ts", { options })]);
    const entries = [{ id: 1, kind: "version" as const, path: "a", size: 1, reason: "old" }];
    const decision = await t.set.preCleanup({ command: "prune", vault: "/vault", entries });
    // what it would have protected is not known, so nothing goes
    assertEquals([...decision.protected.keys()], [1]);
    await t.set.close();
    // which one message says
    assertEquals(t.warnings.length, 1);
  });
}

Deno.test("hostile patch_host: what it is handed is a copy", async () => {
  const t = await trial([entry("./patch_host.ts", { options: target() })]);
  assertEquals(await t.set.preBackup(), { exclude: [] });
  const batch = { dirs: [""], names: [["a"]], types: ["f"], sizes: [[1]], mtimes: [[1]] };
  assertEquals(await t.set.filter(asked(batch)), { leaveOut: [[]] });
  assertEquals(batch.dirs, [""]);
  await t.set.postBackup({ outcome: "done", exitCode: 0, summaries: [], problems: [] });
  await t.set.close();
  assertEquals(t.logs, [`patch-host info sees ${FACTS.source} ${SECRET_DIR}`]);
});

Deno.test("hostile package.json: code that is taken for CommonJS gets no require", async () => {
  const dir = Deno.makeTempDirSync();
  const secret = JSON.stringify(`${SECRET_DIR}/secret.json`);
  for (const type of ["commonjs", "module"]) {
    Deno.writeTextFileSync(`${dir}/package.json`, `{ "type": "${type}" }`);
    for (const ext of ["js", "ts", "mjs", "mts"]) {
      const file = `${dir}/${type}.${ext}`;
      const code =
        `const s = require(${secret}); module.exports = { default: { name: s.secret } };`;
      Deno.writeTextFileSync(file, code);
      for (const settings of [{}, COMPILED]) {
        const t = await trial([entry(file)], { settings });
        await t.set.close();
        assertEquals(t.set.infos, [], file);
        assert(!t.warnings.join().includes(SECRET));
      }
    }
  }
  Deno.removeSync(dir, { recursive: true });
});
