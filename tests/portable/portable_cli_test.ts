import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import type { Message } from "../../src/base/event.ts";
import type { Command, Context, RunCommand } from "../../src/cli/command.ts";
import { type EngineLine, openEngine } from "../../src/cli/engine.ts";
import { snapshot } from "../../src/cli/spec/snapshot.ts";
import { repeat } from "../../src/portable/repeat.ts";
import { decide } from "../../src/portable/prune.ts";
import { documentOf, fileEntry, inTemp, testContext, treeOf } from "./portable_support.ts";

interface Ran {
  code: number;
  out: string[];
  messages: Message[];
}

async function hikae(
  cwd: string,
  sub: string,
  flags: Record<string, string | true>,
  more: Partial<Context> = {},
): Promise<Ran> {
  const command: Command = snapshot.sub?.find((c) => c.name === sub) ?? snapshot;
  for (const flag of Object.keys(flags)) {
    assert(command.flags.some((f) => f.name === flag), `${sub} has no --${flag}`);
  }
  const { run }: { run: RunCommand } = await (command.load ?? (() => Promise.reject()))();
  const context = testContext(command, cwd, flags, more);
  return { code: await run(context), out: context.out, messages: context.messages };
}

function put(dir: string, day: number, text = JSON.stringify(documentAt(day))): string {
  Deno.mkdirSync(`${dir}/snapshots`, { recursive: true });
  const name = `snapshot_202611${String(day).padStart(2, "0")}_120000.json`;
  Deno.writeTextFileSync(`${dir}/snapshots/${name}`, text);
  return name;
}

function documentAt(day: number): Record<string, unknown> {
  const created = `2026-11-${String(day).padStart(2, "0")}T12:00:00.000Z`;
  return { ...documentOf([fileEntry("f", `day ${day}`)]), created };
}

function names(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map((e) => e.name).sort();
}

Deno.test("take, list and restore as the README has them", async () => {
  await inTemp(async (dir) => {
    Deno.mkdirSync(`${dir}/src/sub`, { recursive: true });
    Deno.writeTextFileSync(`${dir}/src/sub/a`, "a");
    Deno.symlinkSync("sub/a", `${dir}/src/link`);
    Deno.symlinkSync("a", `${dir}/src/sub/again`);
    const taken = await hikae(dir, "", { "target-directory": "src" });
    // a slow machine tells progress too
    const told = taken.messages.filter((m) => m.message_type !== "status");
    assertEquals([taken.code, told], [0, []]);
    assertStringIncludes(taken.out[0] ?? "", "1 file in 1 directory, 2 links, 1 B");
    const listed = await hikae(dir, "list", {}, { json: true });
    const [one] = listed.messages;
    assert(one?.message_type === "snapshot");
    assertEquals([one.state, one.files, one.bytes, one.target], ["complete", 1, 1, `${dir}/src`]);
    const name = String(one.name);
    assertEquals(names(`${dir}/snapshots`), [name]);
    const text = await hikae(dir, "list", {});
    assertStringIncludes(text.out[0] ?? "", name);
    const flags = { "snapshot-file": name, "output-directory": "new/out" };
    const dry = await hikae(dir, "restore", { ...flags, "dry-run": true }, { json: true });
    assertEquals(
      dry.messages.filter((m) => m.message_type !== "status")
        .map((m) => `${m.message_type} ${m.path ?? ""}`),
      ["change link", "change sub", "change sub/a", "change sub/again", "summary "],
    );
    assertEquals(names(dir), ["snapshots", "src"]);
    const restored = await hikae(dir, "restore", flags, { json: true });
    assertEquals(restored.code, 0);
    assertEquals(restored.messages.at(-1)?.message_type, "summary");
    assertEquals(treeOf(`${dir}/new/out`), treeOf(`${dir}/src`));
  });
});

Deno.test("the worker has rights for its directories and nothing else", async () => {
  await inTemp(async (dir) => {
    Deno.mkdirSync(`${dir}/src`);
    Deno.mkdirSync(`${dir}/snapshots`);
    Deno.writeTextFileSync(`${dir}/src/a`, "a");
    const roots = { source: [`${dir}/src`], snapshots: [`${dir}/snapshots`] };
    const engine: EngineLine<"snapshotTake"> | undefined = openEngine(
      testContext(snapshot, dir, {}),
      { command: "snapshotTake", access: "portableTake", roots },
    );
    assert(engine !== undefined);
    try {
      await engine.call({ target: `${dir}/src`, snapshots: `${dir}/snapshots` });
      for (
        const ask of [
          { target: dir, snapshots: `${dir}/snapshots` },
          { target: `${dir}/src`, snapshots: `${dir}/src/evil` },
          { target: `${dir}/src`, snapshots: `${dir}/elsewhere` },
        ]
      ) {
        await assertRejects(() => engine.call(ask), HikaeError);
      }
    } finally {
      engine.end();
    }
    assertEquals(names(dir), ["snapshots", "src"]);
    assertEquals(names(`${dir}/src`), ["a"]);
  });
});

Deno.test("a damaged snapshot is listed as such, and never counted or removed by prune", async () => {
  await inTemp(async (dir) => {
    const old = [1, 2, 3].map((day) => put(dir, day));
    const cut = put(dir, 4, JSON.stringify(documentAt(4)).slice(0, -30));
    const spaced = put(dir, 5, JSON.stringify(documentAt(5), undefined, 400) + " ".repeat(9000));
    const alien = put(dir, 6, "{}");
    Deno.writeTextFileSync(`${dir}/snapshots/other.json`, "{}");
    Deno.writeTextFileSync(`${dir}/snapshots/notes.txt`, "x");
    Deno.copyFileSync(`${dir}/snapshots/${old[0]}`, `${dir}/snapshots/before-upgrade.json`);
    Deno.writeTextFileSync(`${dir}/snapshots/snapshot_20261101_120000.json.part`, "half");
    Deno.utimeSync(`${dir}/snapshots/snapshot_20261101_120000.json.part`, 1, 1);
    const before = names(`${dir}/snapshots`);
    const listed = await hikae(dir, "list", {}, { json: true });
    assertEquals(listed.code, 3);
    const states = listed.messages.flatMap((m) =>
      m.message_type === "snapshot" ? [`${m.name} ${m.state}`] : []
    );
    assertEquals(states.length, 7);
    assert(states.includes(`${spaced} complete`) && states.includes(`${cut} damaged`));
    assert(states.includes(`${alien} damaged`));
    const flags = { "snapshot-number": "2" };
    const dry = await hikae(dir, "prune", { ...flags, "dry-run": true });
    assertEquals(names(`${dir}/snapshots`), before);
    const pruned = await hikae(dir, "prune", flags, { json: true });
    assertEquals(pruned.code, 0);
    const decisions = pruned.messages.filter((m) => m.message_type === "decision");
    assertEquals(decisions, dry.messages);
    assert(decisions.every((d) => d.reason !== ""));
    const gone = [old[0], old[1], "snapshot_20261101_120000.json.part"];
    assertEquals(names(`${dir}/snapshots`), before.filter((name) => !gone.includes(name)));
  });
});

Deno.test("prune wants a number from 1 up, and finds no directory no failure", async () => {
  await inTemp(async (dir) => {
    for (const bad of ["0", "-1", "two", "1.5", ""]) {
      const error = await assertRejects(
        () => hikae(dir, "prune", { "snapshot-number": bad }),
        HikaeError,
      );
      assertEquals(error.exit, 2);
    }
    assertEquals((await hikae(dir, "prune", { "snapshot-number": "1" })).code, 0);
    assertEquals((await hikae(dir, "list", {})).code, 0);
    assertEquals(names(dir), []);
    assertEquals(decide([], 3), []);
  });
});

Deno.test("prune: the newest snapshot that lacks nothing stays", () => {
  const found = (["complete", "complete", "partial", "partial"] as const).map((state, i) => ({
    name: `snapshot_2026110${i + 1}_120000.json`,
    state,
    problem: "",
    created: 0,
    target: "",
    totals: undefined,
    size: 1,
  }));
  const kept = (of: typeof found): number[] =>
    decide(of, 1).flatMap((d, i) => d.keep ? [of.length - 1 - i] : []);
  assertEquals(kept(found), [3, 1]);
  assertEquals(kept(found.slice(0, 2)), [1]);
  assertEquals(kept(found.slice(2)), [1]);
});

Deno.test("nothing is restored into a vault, but a snapshot of one", async () => {
  await inTemp(async (dir) => {
    const vault = (at: string): void => {
      Deno.mkdirSync(`${dir}/${at}/.$META$`, { recursive: true });
      Deno.writeTextFileSync(`${dir}/${at}/.$META$/vault.json`, "{}");
      Deno.writeTextFileSync(`${dir}/${at}/a`, "kept");
    };
    vault("v");
    vault("out/w");
    Deno.mkdirSync(`${dir}/plain/w`, { recursive: true });
    Deno.writeTextFileSync(`${dir}/plain/a`, "1");
    Deno.writeTextFileSync(`${dir}/plain/w/a`, "1");
    const take = async (what: string): Promise<string> => {
      const places = { "target-directory": what, "snapshots-directory": `of ${what}` };
      assertEquals((await hikae(dir, "take", places)).code, 0);
      return `of ${what}/${names(`${dir}/of ${what}`)[0]}`;
    };
    const plain = await take("plain");
    for (const inside of ["v", "v/snapshots"]) {
      const places = { "target-directory": "plain", "snapshots-directory": inside };
      const error = await assertRejects(() => hikae(dir, "take", places), HikaeError);
      assertEquals([error.id, names(`${dir}/v`)], ["usage", [".$META$", "a"]]);
    }
    for (const dry of [{ "dry-run": true }, {}] as const) {
      const restore = (file: string, to: string): Promise<Ran> =>
        hikae(dir, "restore", { "snapshot-file": file, "output-directory": to, ...dry });
      for (const to of ["v", "v/new", "out/w/new"]) {
        const error = await assertRejects(() => restore(plain, to), HikaeError);
        assertEquals(error.id, "usage");
      }
      const { code, messages } = await restore(plain, "out");
      const paths = messages.flatMap((m) => m.message_type === "error" ? [m.path] : []);
      assertEquals([code, paths], [3, ["w"]]);
    }
    assertEquals([names(`${dir}/v`), names(`${dir}/out/w`)], [[".$META$", "a"], [".$META$", "a"]]);
    assertEquals(Deno.readTextFileSync(`${dir}/out/w/a`), "kept");
    const itself = { "snapshot-file": await take("v"), "output-directory": "v" };
    Deno.removeSync(`${dir}/v/a`);
    assertEquals((await hikae(dir, "restore", itself)).code, 0);
    assertEquals(Deno.readTextFileSync(`${dir}/v/a`), "kept");
  });
});

Deno.test("what is missing is said before anything is made", async () => {
  await inTemp(async (dir) => {
    const cases: [string, Record<string, string>, string][] = [
      ["take", {}, "usage"],
      ["take", { "target-directory": "none" }, "source_missing"],
      ["restore", { "snapshot-file": "none", "output-directory": "out" }, "no_such_snapshot"],
      // wrong usage is told whatever is on the disk
      ["restore", { "snapshot-file": "none" }, "usage"],
      ["restore", { "output-directory": "out" }, "usage"],
      ["job", { "target-directory": ".", "interval": "0" }, "usage"],
      ["job", { "target-directory": ".", "interval": "soon" }, "usage"],
    ];
    for (const [sub, flags, id] of cases) {
      const error = await assertRejects(() => hikae(dir, sub, flags), HikaeError);
      assertEquals(error.id, id);
      assert(error.hint !== undefined, `${sub}: ${error.message}: says what to do next`);
    }
    assertEquals(names(dir), []);
    Deno.writeTextFileSync(`${dir}/snapshots`, "a file");
    for (const sub of ["list", "prune"]) {
      const error = await assertRejects(
        () => hikae(dir, sub, sub === "list" ? {} : { "snapshot-number": "1" }),
        HikaeError,
        "open snapshots: it is not a directory",
      );
      assertEquals(error.exit, 1);
    }
  });
});

Deno.test("a bare snapshot name is looked for in snapshots first", async () => {
  await inTemp(async (dir) => {
    const name = put(dir, 7);
    Deno.writeTextFileSync(`${dir}/${name}`, JSON.stringify(documentAt(8)));
    const content = async (file: string): Promise<string> => {
      await hikae(dir, "restore", { "snapshot-file": file, "output-directory": "out" });
      return Deno.readTextFileSync(`${dir}/out/f`);
    };
    assertEquals(await content(name), "day 7");
    assertEquals(await content(`./${name}`), "day 8");
    assertEquals(await content(name.replace(".json", "")), "day 7");
    Deno.removeSync(`${dir}/snapshots/${name}`);
    assertEquals(await content(name), "day 8");
  });
});

Deno.test("job takes at once, survives a failure, says so and ends with a summary", async () => {
  await inTemp(async (dir) => {
    Deno.mkdirSync(`${dir}/src`);
    const flags = { "target-directory": "src", "interval": "1", "duration": "1" };
    const ran = await hikae(dir, "job", flags, { json: true });
    assertEquals(ran.code, 0);
    assertEquals(ran.messages.map((m) => m.message_type), ["snapshot", "summary"]);
    Deno.removeSync(`${dir}/snapshots`, { recursive: true });
    Deno.writeTextFileSync(`${dir}/snapshots`, "in the way");
    const failed = await hikae(dir, "job", flags, { json: true });
    assertEquals(failed.code, 1);
    assertEquals(failed.messages.map((m) => m.message_type), ["error", "summary"]);
  });
});

Deno.test("job ends on Ctrl-C with a summary", async () => {
  await inTemp(async (dir) => {
    Deno.mkdirSync(`${dir}/src`);
    const controller = new AbortController();
    const said: Message[] = [];
    const ran = await hikae(dir, "job", { "target-directory": "src", "interval": "1h" }, {
      json: true,
      signal: controller.signal,
      emit: (message) => {
        said.push(message);
        if (message.message_type === "snapshot") controller.abort();
      },
    });
    assertEquals(ran.code, 130);
    const last = said.at(-1);
    assert(last?.message_type === "summary");
    assertEquals([last.taken, last.failed, last.interrupted], [1, 0, true]);
  });
});

Deno.test("beats that come while one is under way are left out", async () => {
  const run = async (duration: number | undefined, costs: number[]): Promise<unknown> => {
    let now = 1000;
    const at: number[] = [];
    const left: number[] = [];
    const controller = new AbortController();
    const counts = await repeat({
      interval: 10,
      duration,
      clock: { now: () => now },
      signal: controller.signal,
      sleep: (ms) => Promise.resolve(void (now += Math.min(ms, 7))),
      beat: () => {
        at.push(now - 1000);
        now += costs.shift() ?? 0;
        if (duration === undefined && at.length === 3) controller.abort();
        return Promise.resolve();
      },
      skipped: (n) => void left.push(n),
    });
    return [at, left, counts.beats, counts.skipped];
  };
  assertEquals(await run(60, []), [[0, 10, 20, 30, 40, 50], [], 6, 0]);
  assertEquals(await run(60, [10, 25, 9]), [[0, 10, 40, 50], [2], 4, 2]);
  assertEquals(await run(60, [1000]), [[0], [5], 1, 5]);
  assertEquals(await run(0, []), [[0], [], 1, 0]);
  assertEquals(await run(15, []), [[0, 10], [], 2, 0]);
  assertEquals(await run(undefined, []), [[0, 10, 20], [], 3, 0]);
});

Deno.test("main keeps what --explain-permissions tells, and has given up the rest when the command ends", async () => {
  await inTemp(async (dir) => {
    Deno.mkdirSync(`${dir}/src`);
    Deno.writeTextFileSync(`${dir}/src/a`, "1");
    const snapshots = ["--snapshots-directory", `${dir}/snapshots`];
    const file = `${dir}/snapshots/${put(dir, 1)}`;
    const out = ["--snapshot-file", file, "--output-directory", `${dir}/out`];
    const calls: [string[], string[]][] = [
      [["take", "--target-directory", `${dir}/src`, ...snapshots], []],
      [["list", ...snapshots], []],
      [["prune", "--snapshot-number", "5", ...snapshots], []],
      [["restore", ...out], ["read", "write"]],
    ];
    for (const [words, keep] of calls) {
      const explained = await held(["snapshot", ...words, "--explain-permissions", "--json"]);
      const main = JSON.parse(explained.split("\n")[0] ?? "") as Record<string, unknown>;
      const told = Object.keys(main).filter((kind) => main[kind] === true);
      assertEquals(told.sort(), keep.toSorted(), words[0]);
      const after = (await held(["snapshot", ...words, "--json"])).trimEnd().split("\n").at(-1);
      assertEquals(JSON.parse(after ?? "").sort(), keep.toSorted(), words[0]);
    }
  });
});

Deno.test("snapshot list and prune: --explain-permissions prints the sets where there are no snapshots yet too", async () => {
  await inTemp(async (dir) => {
    const snapshots = ["--snapshots-directory", `${dir}/snapshots`];
    for (const words of [["list"], ["prune", "--snapshot-number", "1"]]) {
      const explained = await held([
        "snapshot",
        ...words,
        ...snapshots,
        "--explain-permissions",
        "--json",
      ]);
      assertEquals(explained.match(/"message_type":"permissions"/g)?.length, 2, words[0]);
    }
  });
});

/** What a command prints, and after it the rights that its process still has. */
async function held(words: readonly string[]): Promise<string> {
  const main = new URL("../../src/cli/main.ts", import.meta.url).href;
  const code = `const { main } = await import(${JSON.stringify(main)});
    await main(${JSON.stringify(words)});
    const kinds = ["read", "write", "net", "env", "run", "sys", "ffi"];
    const has = (name) => Deno.permissions.querySync({ name }).state === "granted";
    console.log(JSON.stringify(kinds.filter(has)));`;
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  const config = new URL("../../deno.json", import.meta.url).href;
  const args = [
    "run",
    "--allow-all",
    "--no-prompt",
    "--quiet",
    "--config",
    fromFileUrl(config),
    url,
  ];
  const done = await new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" } }).output();
  assertEquals(new TextDecoder().decode(done.stderr), "");
  return new TextDecoder().decode(done.stdout);
}
