/** `status DIR`: every vault one or two levels below, who is in trouble, for people and for monitors. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { prometheusText } from "../../src/report/prometheus.ts";
import { findVaults } from "../../src/cli/places/find_vaults.ts";
import { byTrouble, isLate, troublesOf } from "../../src/cli/status/status_trouble.ts";
import type { VaultStatus } from "../../src/engine/query/status.ts";
import type { Stamp } from "../../src/base/stamp.ts";
import {
  makeTree,
  run,
  type RunOptions,
  type RunResult,
  type TempDir,
  tempDir,
} from "../helpers/cli_helper.ts";

type Line = Record<string, unknown>;

function lines(r: RunResult): Line[] {
  return r.json.filter((m) => m.message_type === "job_status");
}

/** Vaults of several machines: `fresh` at the first level, `office/late` and `office/broken` at the second. */
async function fleet(work: (dir: TempDir, options: RunOptions) => Promise<void>): Promise<void> {
  using dir = tempDir();
  using state = tempDir();
  makeTree(dir.path, { source: { a: "1" }, nas: { office: {}, notes: { "readme.txt": "x" } } });
  const options: RunOptions = { env: { HIKAE_STATE_DIR: state.path }, cwd: dir.path };
  for (const name of ["fresh", "office/late", "office/broken"]) {
    const r = await run(["backup", dir.at("source"), dir.at("nas", name), "--init"], options);
    assertEquals(r.code, 0, r.stderr);
  }
  days(dir.at("nas", "fresh"), [3, 2, 1, 0]);
  days(dir.at("nas", "office/late"), [13, 12, 11, 10]);
  const broken = days(dir.at("nas", "office/broken"), [3, 2, 1, 0]);
  const text = Deno.readTextFileSync(broken);
  Deno.writeTextFileSync(broken, text.split("\n")[0] + "\n");
  await work(dir, options);
}

/** Gives a vault runs of so many days ago, made from the one that it has; gives the newest's record. */
function days(vault: string, ago: readonly number[]): string {
  const runs = join(vault, ".$META$", "runs");
  const [first] = [...Deno.readDirSync(runs)].map((e) => e.name);
  const text = Deno.readTextFileSync(join(runs, first ?? ""));
  Deno.removeSync(join(runs, first ?? ""));
  // who held the vault last names the newest run, which is another one now
  Deno.removeSync(join(vault, ".$META$", "lock.json"));
  let newest = "";
  for (const n of ago) {
    const at = new Date(Date.now() - n * 86_400_000 - 60_000);
    const two = (x: number): string => String(x).padStart(2, "0");
    const stamp = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}_` +
      `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
    const [head, ...rest] = text.split("\n");
    const changed = { ...JSON.parse(head ?? ""), stamp, time: at.toISOString(), job: "docs" };
    newest = join(runs, `${stamp}.jsonl`);
    Deno.writeTextFileSync(newest, [JSON.stringify(changed), ...rest].join("\n"));
  }
  return newest;
}

Deno.test("status DIR finds vaults one or two levels below, the worst first, exit 1 when one is late", () =>
  fleet(async (dir, options) => {
    const r = await run(["status", "nas", "--json"], options);
    assertEquals(r.code, 1);
    assertEquals(
      lines(r).map((l) => [String(l.vault).slice(dir.at("nas").length + 1), l.late, l.trouble]),
      [
        ["office/late", true, ["late"]],
        ["office/broken", false, ["interrupted"]],
        ["fresh", false, []],
      ],
    );
    assertEquals(lines(r).map((l) => l.job), ["docs", "docs", "docs"]);
    assert(lines(r).every((l) => l.host === Deno.hostname()));
    assertEquals(r.json.at(-1)?.code, "max_age");
    assertStringIncludes((await run(["status", "nas"], options)).stdout, "interrupted");
    assertEquals((await run(["status", "nas", "--max-age", "20d"], options)).code, 0);
    assertEquals((await run(["status", "nas/fresh", "nas/office/broken"], options)).code, 0);
    // each by itself is asked as before, and a directory without one is none
    assertEquals((await run(["status", "nas/office/late"], options)).code, 0);
    assertEquals((await run(["status", "nas/notes"], options)).code, 10);
  }));

Deno.test("status DIR asks the records alone: an index is neither opened nor needed", () =>
  fleet(async (dir, options) => {
    const before = lines(await run(["status", "nas", "--json"], options));
    for (const vault of ["fresh", "office/late", "office/broken"]) {
      const index = dir.at("nas", vault, ".$META$", "catalog.db");
      await Deno.remove(index).catch(() => {});
      Deno.writeTextFileSync(index, "no database");
    }
    const after = lines(await run(["status", "nas", "--json"], options));
    const plain = (l: Line): Line => ({ ...l, age: 0 });
    assertEquals(after.map(plain), before.map(plain));
  }));

Deno.test("status --prometheus writes gauges with their labels, whole or not at all", () =>
  fleet(async (dir, options) => {
    const r = await run(["status", "nas", "--json", "--prometheus", "x.prom"], options);
    assertEquals([r.code, lines(r).length], [1, 3]);
    const text = Deno.readTextFileSync(dir.at("x.prom"));
    assertEquals(text.split("\n").slice(-2), ["# EOF", ""]);
    const label = `vault="${dir.at("nas", "office/late")}",host="${Deno.hostname()}",job="docs"`;
    assertStringIncludes(text, `\nhikae_late{${label}} 1\n`);
    assertStringIncludes(text, "\n# TYPE hikae_last_good_run_timestamp_seconds gauge\n");
    assertEquals((Deno.statSync(dir.at("x.prom")).mode ?? 0o644) & 0o777, 0o644);
    assertEquals([...Deno.readDirSync(dir.path)].filter((e) => e.name.startsWith(".")), []);
    const none = await run(["status", "nas", "--prometheus", "gone/x.prom"], options);
    assertEquals(none.code, 1);
    assertStringIncludes(none.stderr.replace(/\s+/g, " "), "name a file in a directory");
  }));

Deno.test("prometheus: values of labels cannot break out of their line", () => {
  const text = prometheusText([
    { vault: 'a"b\\c\nd', host: null, job: "j", result: "ok", trouble: ["late"], size: 5 },
  ]);
  assertStringIncludes(text, 'hikae_late{vault="a\\"b\\\\c\\nd",host="",job="j"} 1');
  assertStringIncludes(text, 'hikae_failing{vault="a\\"b\\\\c\\nd",host="",job="j"} 0');
  for (const line of text.trimEnd().split("\n")) {
    assert(
      /^(# (HELP|TYPE) hikae_[a-z_]+ .+|# EOF|hikae_[a-z_]+(\{.*\})? [\d.e+-]+)$/.test(line),
      line,
    );
  }
});

Deno.test("prometheus: a vault that was named twice is told once", () => {
  const line = { vault: "/v", host: "h", job: null, result: "ok", trouble: [] };
  const text = prometheusText([line, { ...line, vault: "/w" }, line]);
  assertEquals(text.match(/^hikae_reachable\{vault="\/v"/gm)?.length, 1);
  assertStringIncludes(text, "\nhikae_vaults 2\n");
});

const promtool = has("promtool");

function has(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

Deno.test({
  name: `prometheus: promtool has nothing to say${promtool ? "" : " (not installed)"}`,
  ignore: !promtool,
  fn: async () => {
    const child = new Deno.Command("promtool", {
      args: ["check", "metrics"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    const line = { vault: "v", host: "h", job: "j", result: "ok", time: "2026-11-29T00:00:00Z" };
    const all = { ...line, trouble: [], size: 1, bytes_added: 2, errors: 0, verified_share: 0.5 };
    await writer.write(new TextEncoder().encode(prometheusText([all])));
    await writer.close();
    const { success, stdout, stderr } = await child.output();
    assertEquals([new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)], ["", ""]);
    assert(success);
  },
});

Deno.test("status --notify tells a plugin of the config, then only what has changed", () =>
  fleet(async (dir, options) => {
    const told: Record<string, unknown>[] = [];
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      async (request) => {
        told.push(await request.json());
        return new Response("");
      },
    );
    const host = `127.0.0.1:${server.addr.port}`;
    const webhook = {
      path: "hikae:webhook",
      allow: { net: [host] },
      options: { url: `http://${host}/`, on: ["done", "failed"] },
    };
    const job = { source: dir.at("source"), vaults: [dir.at("v")], plugins: [webhook] };
    Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs: { docs: job } }));
    const notify = ["status", "nas", "--notify", "webhook"];
    assertEquals((await run(notify, options)).code, 2); // not allowed yet
    assertEquals((await run(["config", "trust"], options)).code, 0);
    const first = await run(notify, options);
    assertEquals(first.code, 1, first.stderr);
    assertEquals(told.length, 1);
    assertStringIncludes(JSON.stringify(told[0]), "office/late");
    assertEquals((await run(notify, options)).code, 1);
    assertEquals(told.length, 1);
    // a week later it is told although nothing has changed
    const book = join(options.env?.HIKAE_STATE_DIR ?? "", "notified.json");
    const week = new Date(Date.now() - 7 * 86_400_000).toISOString();
    const kept = Deno.readTextFileSync(book);
    Deno.writeTextFileSync(book, kept.replace(/"time":"[^"]*"/, `"time":"${week}"`));
    assertEquals((await run(notify, options)).code, 1);
    assertEquals(told.splice(1).length, 1);
    const runs = dir.at("nas", "office/broken", ".$META$", "runs");
    const newest = [...Deno.readDirSync(runs)].map((e) => e.name).sort().at(-1) ?? "";
    Deno.removeSync(join(runs, newest));
    const changed = await run(notify, options);
    assertEquals(told.length, 2, changed.stderr);
    const wrong = await run(["status", "nas", "--notify", "pigeon"], options);
    assertEquals(wrong.code, 2);
    assertStringIncludes(wrong.stderr, "the config has: webhook");
  }));

Deno.test("troubles are told by records, the worst first", () => {
  const now = Date.parse("2026-11-29T00:00:00Z");
  const day = 86_400_000;
  const at = (days: number): string => new Date(now - days * day).toISOString();
  const runAt = (days: number, more: Record<string, unknown> = {}): VaultStatus["last"] => ({
    stamp: "20261129_000000" as Stamp,
    time: at(days),
    host: "h",
    summary: { kind: "summary", time: at(days), ...more },
  });
  const sound: VaultStatus = { root: "/v", source: "/s", running: false, interval: day };
  const facts = { now, result: "ok", good: now - day, oldest: undefined };
  assertEquals(troublesOf(sound, facts), []);
  assertEquals(troublesOf({ ...sound, interval: 1000 }, { ...facts, good: now - 3_600_000 }), []);
  assert(isLate(sound, { ...facts, good: now - 3.1 * day }));
  assert(!isLate(sound, { ...facts, good: now - 2.9 * day }));
  assert(isLate(sound, { ...facts, oldest: now - day / 2 }));
  assert(isLate(sound, { ...facts, good: undefined, oldest: now - day }));
  const cases: [Partial<VaultStatus>, Partial<typeof facts>, string[]][] = [
    [{}, { result: "stopped" }, ["failing"]],
    [{}, { result: "incomplete" }, ["failing"]],
    [{}, { result: "interrupted" }, ["interrupted"]],
    [{ problem: "its format is newer", problemId: "bad_vault", newer: true }, {}, ["newer"]],
    [{ problem: "vault.json is damaged", problemId: "bad_vault" }, {}, ["damaged"]],
    [{ unproven: true }, {}, ["unproven"]],
    [{ running: true, ...with_({ last: runAt(2) }) }, {}, ["locked"]],
    [{ running: true, ...with_({ last: runAt(0.5) }) }, {}, []],
    [{ checked: { share: 1, oldest: now - 500 * day, damaged: 0 } as never }, {}, ["unchecked"]],
    [{ checked: { share: 1, oldest: now, damaged: 2 } as never }, {}, ["damaged"]],
    [
      { ...with_({ good: runAt(1, { bytes_added: 50e9 }) }), added: [1e9, 1e9, 2e9, 1e9] },
      { result: "failed" },
      ["failing", "growing"],
    ],
  ];
  for (const [status, more, expected] of cases) {
    assertEquals<string[]>(troublesOf({ ...sound, ...status }, { ...facts, ...more }), expected);
  }
  const order = [
    { trouble: [], good: 1, reached: true },
    { trouble: ["interrupted" as const], good: 5, reached: true },
    { trouble: ["late" as const], good: 9, reached: true },
    { trouble: [], good: 2, reached: false },
    { trouble: ["late" as const, "failing" as const], good: 9, reached: true },
    { trouble: ["damaged" as const], good: 9, reached: true },
  ].sort(byTrouble);
  assertEquals(order.map((o) => o.reached ? o.trouble.join() : "unreachable"), [
    "damaged",
    "unreachable",
    "late,failing",
    "late",
    "interrupted",
    "",
  ]);
});

Deno.test("a vault of a newer format, one whose vault.json or records are gone: each is told, in any language", () =>
  fleet(async (dir, options) => {
    const meta = (vault: string, ...more: string[]): string =>
      dir.at("nas", vault, ".$META$", ...more);
    const identity = meta("fresh", "vault.json");
    const text = Deno.readTextFileSync(identity);
    Deno.writeTextFileSync(identity, text.replace(/"format": \d+/, '"format": 99'));
    Deno.removeSync(meta("office/late", "vault.json"));
    Deno.removeSync(meta("office/broken", "runs"), { recursive: true });
    for (const lang of ["en", "ja"]) {
      const r = await run(["status", "nas", "--json", "--lang", lang], options);
      assertEquals(r.code, 3, r.stderr);
      assertEquals(
        lines(r).map((l) => [String(l.vault).slice(dir.at("nas").length + 1), l.trouble]),
        [
          ["office/late", ["damaged"]],
          ["fresh", ["newer"]],
          ["office/broken", ["unproven"]],
        ],
      );
    }
  }));

Deno.test("a directory that cannot be read is named: a vault in it is not missing in silence", () => {
  using dir = tempDir();
  makeTree(dir.path, { open: { v: { ".$META$": { "vault.json": "" } } }, closed: {} });
  const read = Deno.readDirSync;
  // root reads everything
  Deno.readDirSync = (path) => {
    if (path === dir.at("closed")) throw new Deno.errors.PermissionDenied("no");
    return read(path);
  };
  try {
    const closed: string[] = [];
    assertEquals(findVaults(dir.path, (path) => closed.push(path)), [dir.at("open", "v")]);
    assertEquals(closed, [dir.at("closed")]);
  } finally {
    Deno.readDirSync = read;
  }
});

function with_(
  part: { last?: VaultStatus["last"]; good?: VaultStatus["last"] },
): Partial<VaultStatus> {
  return part as Partial<VaultStatus>;
}
