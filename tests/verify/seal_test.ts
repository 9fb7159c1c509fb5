/** Seals: what a record's last line proves, and what of a rotted record is found by it. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { names, read, run } from "../helpers/cli_helper.ts";
import type { Message } from "../../src/base/event.ts";
import { cat, list } from "../helpers/ask.ts";
import { ls } from "../helpers/ask.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { Grown, growRich, META } from "../helpers/maintain_helper.ts";
import { dropIndex } from "../helpers/index_helper.ts";

/** The Python of docs/format.md. */
function python(): string {
  const page = Deno.readTextFileSync(new URL("../../docs/format.md", import.meta.url));
  return /```python\n([^]*?)```/.exec(page)?.[1] ?? "";
}

async function checked(vault: string): Promise<string> {
  const { stdout, stderr } = await new Deno.Command("python3", { args: ["-c", python(), vault] })
    .output();
  return new TextDecoder().decode(stdout).trim() || new TextDecoder().decode(stderr);
}

Deno.test({
  name: "ten lines of Python check a seal",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using g = new Grown();
    g.put({ a: "1", d: { "\u{1F600}": "x", "\uFF21": "y", e: {} }, gone: "1" });
    await g.backup();
    assertEquals(await checked(g.vault), "True");
    g.day(1).put({ a: "2" }).drop("gone");
    await g.backup();
    assertEquals(await checked(g.vault), "True");
    // the newest record is of no run, and has no tree
    await g.prune({ policy: { last: 1 } });
    assertEquals(await checked(g.vault), "True");
    assertEquals(python().trim().split("\n").length, 10);
    const record = g.in(META, "runs", (await g.day(2).put({ b: "3" }).backup()) + ".jsonl");
    Deno.writeTextFileSync(record, read(record).replace('"path":"b"', '"path":"c"'));
    assertEquals(await checked(g.vault), "False");
  },
});

Deno.test("a flipped byte, a lost line and a swapped record are found by the seals", async () => {
  for (const kind of ["flipped", "lost line", "swapped", "of another vault"]) {
    using g = new Grown();
    const stamps = await growRich(g);
    const [one, two] = [2, 3].map((i) => g.in(META, "runs", `${stamps[i]}.jsonl`));
    const text = read(one ?? "");
    if (kind === "flipped") {
      Deno.writeTextFileSync(one ?? "", text.replace(/"size":\d/, '"size":7'));
    } else if (kind === "lost line") {
      const lines = text.split("\n");
      lines.splice(1, 1);
      Deno.writeTextFileSync(one ?? "", lines.join("\n"));
    } else if (kind === "of another vault") {
      Deno.writeTextFileSync(
        one ?? "",
        text.replace(/"vault":"(.)/, (_, c) => `"vault":"${c === "0" ? "1" : "0"}`),
      );
    } else {
      Deno.writeTextFileSync(one ?? "", read(two ?? ""));
    }
    dropIndex(g.vault);
    const counts = g.verify();
    assert(counts.errors > 0, kind);
    const told = g.messages.flatMap((m) => m.message_type === "error" ? [String(m.path)] : []);
    assert(told.some((path) => path.includes(String(stamps[2]))), `${kind}: ${told}`);
  }
});

Deno.test("a time that a damaged record tells is in later snapshots with a word, until all that it told has other times", async () => {
  using g = new Grown();
  const one = await g.put({ a: "1", d: { b: "1" } }).backup();
  const two = await g.day(1).put({ d: { b: "2" } }).backup();
  g.drop("a", "d");
  const three = await g.day(2).put({ c: "3" }).backup();
  const record = g.in(META, "runs", `${one}.jsonl`);
  const lines = read(record).split("\n").map((line) =>
    line.includes('"path":"a"') ? line.replace(/"mtime":"\d/, '"mtime":"6') : line
  );
  Deno.writeTextFileSync(record, lines.join("\n"));
  dropIndex(g.vault);
  for (const first of [true, false]) {
    for (const at of [one, two, three]) {
      const messages: Message[] = [];
      await ls(enginePorts(messages), { root: g.vault, windows: false, at });
      const a = messages.find((m) => m.message_type === "entry" && m.path === "a");
      assertEquals(/"mtime":"6/.test(JSON.stringify(a) ?? ""), at !== three);
      assertEquals(
        messages.some((m) => m.message_type === "error" && m.proven === false),
        at === one,
      );
      const notes = messages.filter((m) => m.message_type === "note").map((m) => String(m.message));
      const doubts = notes.filter((n) => n.includes(one) && n.includes(two));
      assertEquals(doubts.length, at === two ? 1 : 0, `${at} ${first}: ${notes}`);
      if (at === three) assertEquals(notes, []);
    }
  }
});

Deno.test("a record in the middle that lost its last line is no run that broke off, with an index and without", async () => {
  for (const index of ["with", "without"]) {
    using g = new Grown();
    const stamps = await growRich(g);
    const record = g.in(META, "runs", `${stamps[3]}.jsonl`);
    const lines = read(record).split("\n");
    Deno.writeTextFileSync(record, lines.toSpliced(-2, 1).join("\n"));
    if (index === "without") dropIndex(g.vault);
    assert(g.verify().errors + g.verify().damaged > 0, index);
  }
});

Deno.test("attributes in the record of another run are no run's, and a file of unknown age is given with a word", async () => {
  using g = new Grown();
  const stamps = await growRich(g);
  const [one, ten] = [1, 9].map((i) => g.in(META, "runs", `${stamps[i]}.jsonl`));
  const time = (): unknown => {
    const messages: Message[] = [];
    return ls(enginePorts(messages), { root: g.vault, windows: false, at: stamps[3] ?? "" })
      .then(() => messages.find((m) => m.message_type === "entry" && m.path === "swap"));
  };
  const before = await time();
  const kept = read(one ?? "");
  Deno.writeTextFileSync(one ?? "", read(ten ?? ""));
  dropIndex(g.vault);
  assertEquals(await time(), before);
  Deno.writeTextFileSync(one ?? "", kept);
  Deno.removeSync(g.in(META, "runs", `${stamps[0]}.jsonl`));
  dropIndex(g.vault);
  const messages: Message[] = [];
  const bytes: number[] = [];
  const ports = { ...enginePorts(messages), data: (b: Uint8Array) => void bytes.push(...b) };
  await cat(ports, { root: g.vault, windows: false, path: "stays", at: stamps[8] ?? "" });
  assertEquals(new TextDecoder().decode(Uint8Array.from(bytes)), "same for ever");
  assert(messages.some((m) => m.message_type === "note" && m.path === "stays"));
});

Deno.test("a vault without damage is proven, whole and in every snapshot", async () => {
  using g = new Grown();
  await growRich(g);
  const counts = g.verify();
  assertEquals([counts.errors, counts.seals_broken, counts.unsealed], [0, 0, 0]);
  assert(counts.seals_checked > 5);
  assert(g.list().every((s) => (s as { proven?: unknown }).proven !== false));
  assert(join(g.vault, META) !== "");
});

Deno.test("what cannot be held against its seal is given, named and ends with 3", async () => {
  using g = new Grown();
  g.put({ a: "1", d: { b: "1" } });
  const first = await g.backup();
  g.day(1).put({ a: "2", d: { c: "lost" } });
  const second = await g.backup();
  g.day(2).put({ a: "3" });
  const third = await g.backup();
  const record = g.in(META, "runs", `${second}.jsonl`);
  const whole = read(record);
  const lines = whole.split("\n").filter((l) => !l.includes('"path":"d/c"'));
  Deno.writeTextFileSync(record, lines.join("\n"));
  dropIndex(g.vault);
  const target = `${g.path}/target`;
  const at = (stamp: string): Record<string, string[]> => ({
    ls: ["ls", g.vault, "--at", stamp],
    cat: ["cat", g.vault, "a", "--at", stamp],
    diff: ["diff", g.vault, stamp],
    restore: ["restore", g.vault, "--at", stamp, "--to", `${target}-${stamp}`],
  });
  for (const stamp of [second, third]) {
    for (const [name, args] of Object.entries(at(stamp))) {
      const r = await run([...args, "--json"]);
      assertEquals(r.code, 3, `${name} ${stamp}: ${r.stdout}${r.stderr}`);
      if (name === "cat") continue;
      const named = r.json.filter((m) => m.code === "unproven");
      assert(named.some((m) => m.stamp === stamp && m.proven === false), r.stdout);
      assertEquals(r.json.at(-1)?.proven, false, r.stdout);
    }
  }
  assertEquals(read(`${target}-${third}/a`), "3");
  // of what was over time each run tells
  assertEquals((await run(["history", g.vault, "a"])).code, 3);
  assertEquals((await run(["find", g.vault, "a"])).code, 3);
  const states = async (): Promise<unknown[]> =>
    (await run(["list", g.vault, "--json"])).json.map((m) => m.proven);
  assertEquals(await states(), [true, false, false]);
  // nothing gainsays the one before
  const before = await run(["ls", g.vault, "--at", first, "--json"]);
  assertEquals([before.code, before.json.at(-1)?.proven], [0, undefined], before.stdout);
  // a record that is put back is believed at once
  Deno.writeTextFileSync(record, whole);
  assertEquals((await run(["ls", g.vault, "--at", second])).code, 0);
  assertEquals(await states(), [true, true, true]);
});

/** What each snapshot that is listed holds, and whether something was said against it. */
async function statesOf(vault: string): Promise<Map<string, { held: string; told: boolean }>> {
  const messages: Message[] = [];
  list(enginePorts(messages), { root: vault, windows: false });
  const states = new Map<string, { held: string; told: boolean }>();
  for (const s of messages) {
    if (s.message_type !== "snapshot") continue;
    const said: Message[] = [];
    const at = String(s.stamp);
    await ls(enginePorts(said), { root: vault, windows: false, at });
    const entries = said.flatMap((m) => m.message_type === "entry" ? [m] : []);
    states.set(at, {
      held: JSON.stringify(entries.map(({ path, type, size, hash }) => [path, type, size, hash])),
      told: said.some((m) => m.message_type === "error"),
    });
  }
  return states;
}

/** Does something to the bytes of a record, as rot and careless hands do it. */
function rotted(text: string, other: string, chance: (n: number) => number): string | undefined {
  const kind = chance(7);
  const lines = text.split("\n");
  const at = chance(text.length);
  if (kind === 0) return undefined;
  if (kind === 1) return text.slice(0, at);
  if (kind === 2) {
    return text.slice(0, at) + String.fromCharCode(33 + chance(90)) + text.slice(at + 1);
  }
  if (kind === 3) {
    return text.slice(0, at) + "\0".repeat(Math.min(64, text.length - at)) + text.slice(at + 64);
  }
  if (kind === 4) return lines.toSpliced(chance(lines.length - 1), 1).join("\n");
  if (kind === 5) {
    return lines.toSpliced(chance(lines.length - 1), 0, lines[chance(lines.length - 1)] ?? "").join(
      "\n",
    );
  }
  return other;
}

const DAMAGES = Number(Deno.env.get("HIKAE_DAMAGES") ?? 40);

Deno.test("random damages of the records: what is answered wrongly is named as not proven, and nothing is given up", async () => {
  using g = new Grown();
  await growRich(g);
  const truth = await statesOf(g.vault);
  const runs = g.in(META, "runs");
  const all = names(runs).sort().map((name) => ({ name, text: read(join(runs, name)) }));
  let seed = 2014;
  const chance = (n: number): number => {
    seed = (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return Math.floor((seed / 0x1_0000_0000) * n);
  };
  const silent: string[] = [];
  for (let i = 0; i < DAMAGES; i++) {
    const one = all[chance(all.length)];
    const now = rotted(one?.text ?? "", all[chance(all.length)]?.text ?? "", chance);
    const path = join(runs, one?.name ?? "");
    if (now === undefined) Deno.removeSync(path);
    else Deno.writeTextFileSync(path, now);
    dropIndex(g.vault);
    // the first look makes the index and the second one only asks it
    for (const look of ["first", "second"]) {
      for (const [stamp, { held, told }] of await statesOf(g.vault)) {
        if (!told && held !== truth.get(stamp)?.held) {
          silent.push(`${i}, ${look}: ${one?.name}: ${stamp}`);
        }
      }
    }
    Deno.writeTextFileSync(path, one?.text ?? "");
  }
  assertEquals(silent, []);
});
