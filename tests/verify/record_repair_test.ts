/**
 * `verify --repair` of damaged records: as they were where a seal proves it, with the index of before and without one;
 * else written again from what is left, and then nothing calls them proven.
 */

import { assert, assertEquals } from "@std/assert";
import { Reader } from "../../src/engine/reader.ts";
import { list } from "../helpers/ask.ts";
import { dedupe } from "../../src/engine/maintain/dedupe.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import { ls } from "../helpers/ask.ts";
import { names, read } from "../helpers/cli_helper.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";
import { dropIndex, forgetIndex } from "../helpers/index_helper.ts";
import { Grown, growRich, META } from "../helpers/maintain_helper.ts";
import { copyTree } from "../faults/world.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import type { Message } from "../../src/base/event.ts";

/** The vault of all trials, how it was, and how it is put back. */
class Trials implements Disposable {
  readonly g = new Grown();
  stamps: readonly string[] = [];
  #whole = new Map<string, string>();

  static async make(): Promise<Trials> {
    const trials = new Trials();
    trials.stamps = await growRich(trials.g);
    trials.g.day(12);
    for (const name of names(trials.runs)) trials.#whole.set(name, read(trials.runs, name));
    return trials;
  }

  get runs(): string {
    return this.g.in(META, "runs");
  }

  file(i: number): string {
    return this.g.in(META, "runs", `${this.stamps[i]}.jsonl`);
  }

  text(i: number): string {
    return this.#whole.get(`${this.stamps[i]}.jsonl`) ?? "";
  }

  /** Each record as it was, and an index that knows them, or none. */
  reset(index: boolean): void {
    Deno.removeSync(this.runs, { recursive: true });
    Deno.mkdirSync(this.runs);
    for (const [name, text] of this.#whole) Deno.writeTextFileSync(`${this.runs}/${name}`, text);
    dropIndex(this.g.vault);
    if (index) Reader.open(enginePorts(), this.g.vault).close();
  }

  /** The names of records that are not as they were. */
  changed(): string[] {
    return [...this.#whole].filter(([name, text]) => readIfAny(this.runs, name) !== text)
      .map(([name]) => name);
  }

  /** What is left to be told after a repair. */
  verify(
    repair: boolean,
    fs: FileSystem = denoFs,
  ): { errors: number; damaged: number; repaired: number; told: string[] } {
    const messages: Message[] = [];
    const ports = { ...enginePorts(messages, fs), clock: { now: () => this.g.now } };
    const { errors, damaged, repaired } = verify(ports, {
      root: this.g.vault,
      given: "v",
      host: "test",
      pid: 1,
      windows: false,
      repair,
      source: this.g.source,
    });
    const told = messages.flatMap((m) =>
      m.message_type === "error" || m.message_type === "note" ? [String(m.message)] : []
    );
    return { errors, damaged, repaired, told };
  }

  proven(i: number): unknown {
    const messages: Message[] = [];
    list(enginePorts(messages), { root: this.g.vault, windows: false });
    return (messages as { stamp?: unknown; proven?: unknown }[])
      .find((m) => m.stamp === this.stamps[i])?.proven;
  }

  /** What the fourth snapshot had. */
  async entries(): Promise<unknown[]> {
    const messages: Message[] = [];
    const at = this.stamps[3] ?? "";
    await ls(enginePorts(messages), { root: this.g.vault, windows: false, at });
    return messages.filter((m) => m.message_type === "entry");
  }

  [Symbol.dispose](): void {
    this.g[Symbol.dispose]();
  }
}

function readIfAny(dir: string, name: string): string | undefined {
  return names(dir).includes(name) ? read(dir, name) : undefined;
}

function linesOf(text: string): string[] {
  return text.split("\n").slice(0, -1);
}

function put(path: string, lines: readonly string[]): void {
  Deno.writeTextFileSync(path, lines.map((l) => `${l}\n`).join(""));
}

/** A damage of the records by its name; `own` lines are those of the fourth record. */
type DamageOf = (t: Trials, path: string, own: string[]) => void;

const flip = (text: string, at: number, bit = 1): string =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ bit) + text.slice(at + 1);

/** What is put back byte for byte with nothing but the vault. */
const PROVEN: Readonly<Record<string, DamageOf>> = {
  "a bit of a hash": (t, path) =>
    Deno.writeTextFileSync(path, flip(t.text(3), t.text(3).indexOf('"hash":"') + 12)),
  "a bit of a key": (t, path) =>
    Deno.writeTextFileSync(path, flip(t.text(3), t.text(3).indexOf('"path"') + 2)),
  "a bit of the end of a line": (t, path) =>
    Deno.writeTextFileSync(path, flip(t.text(3), t.text(3).indexOf('}\n{"kind":"version"') + 1, 4)),
  "the run's own time": (t, path) =>
    Deno.writeTextFileSync(path, t.text(3).replace('"stamp":"2', '"stamp":"7')),
  "the id of the vault": (t, path) =>
    Deno.writeTextFileSync(path, flip(t.text(3), t.text(3).indexOf('"vault":"') + 9)),
  "a digit of the counts": (t, path) =>
    Deno.writeTextFileSync(path, t.text(3).replace(/"errors":0/, '"errors":4')),
  "a digit of the seal": (t, path) =>
    Deno.writeTextFileSync(path, flip(t.text(3), t.text(3).indexOf('"sha256":"') + 15)),
  "a line lost": (_t, path, own) => put(path, own.toSpliced(2, 1)),
  "a line twice": (_t, path, own) => put(path, own.toSpliced(4, 0, own[1] ?? "")),
  "lines exchanged": (_t, path, own) => put(path, own.with(1, own[3] ?? "").with(3, own[1] ?? "")),
  "the last line elsewhere": (_t, path, own) =>
    put(path, own.with(2, own.at(-1) ?? "").with(-1, own[2] ?? "")),
  "two records exchanged": (t, path) => {
    Deno.writeTextFileSync(path, t.text(5));
    Deno.writeTextFileSync(t.file(5), t.text(3));
  },
};

/** What only the index of before can prove. */
const BY_INDEX: Readonly<Record<string, DamageOf>> = {
  "the last line lost": (_t, path, own) => put(path, own.slice(0, -1)),
  "the last three lines lost": (_t, path, own) => put(path, own.slice(0, -3)),
  "a page of zeros": (t, path) =>
    Deno.writeTextFileSync(path, t.text(3).slice(0, 400) + "\0".repeat(500) + t.text(3).slice(900)),
};

Deno.test("a record that is damaged in some way is put back as it was, and its seal proves it", async () => {
  using t = await Trials.make();
  for (const index of [true, false]) {
    const kinds = index ? { ...PROVEN, ...BY_INDEX } : PROVEN;
    for (const [kind, damage] of Object.entries(kinds)) {
      t.reset(index);
      damage(t, t.file(3), linesOf(t.text(3)));
      const what = `${kind}${index ? "" : ", no index"}`;
      assert(t.changed().length > 0, what);
      const mended = t.verify(true);
      assertEquals(t.changed(), [], `${what}: ${mended.told.join("; ")}`);
      assert(mended.damaged > 0 && mended.damaged === mended.repaired, what);
      assertEquals([mended.errors, t.verify(false).errors], [0, 0], what);
      assertEquals(t.proven(3), true, what);
    }
  }
});

Deno.test("a lost record is written again by the index, and nothing calls it proven that is not", async () => {
  using t = await Trials.make();
  const before = await t.entries();
  for (const how of ["lost", "another's in its place", "of another vault"]) {
    t.reset(true);
    if (how === "lost") Deno.removeSync(t.file(3));
    else if (how === "another's in its place") Deno.writeTextFileSync(t.file(3), t.text(5));
    else {
      const other = crypto.randomUUID();
      const text = t.text(3).replace(/"vault":"[^"]*"/, `"vault":"${other}"`);
      const end = text.indexOf('{"kind":"summary"');
      const { sha256Of } = await import("../../src/platform/hash.ts");
      const sum = `"sha256":"${sha256Of(text.slice(0, end))}"`;
      Deno.writeTextFileSync(t.file(3), text.replace(/"sha256":"[^"]*"/, sum));
    }
    const mended = t.verify(true);
    assertEquals(mended.errors, 0, `${how}: ${mended.told.join("; ")}`);
    assertEquals(t.verify(false).errors, 0, how);
    const isAsItWas = read(t.file(3)) === t.text(3);
    assertEquals(t.proven(3), isAsItWas, how);
    assertEquals(await t.entries(), before, how);
  }
});

Deno.test("a writer that finds another run's record in the place of one takes no line of it for this run's", async () => {
  using t = await Trials.make();
  for (const [i, stamp] of t.stamps.entries()) {
    for (const other of [0, 1, 2].filter((o) => o !== i)) {
      t.reset(false);
      // of another vault with the same days, in which other things happened
      const foreign = t.text(other).replace(/"vault":"[^"]*"/, `"vault":"${crypto.randomUUID()}"`)
        .replaceAll(/"path":"([^"]+)"/g, '"path":"$1 elsewhere"');
      Deno.writeTextFileSync(t.file(i), foreign);
      const shown = await t.entries();
      dropIndex(t.g.vault);
      const ports = { ...enginePorts(), clock: { now: () => t.g.now } };
      const rest = { given: "v", host: "test", pid: 1, dryRun: false as const, askPlugins: false };
      await dedupe(ports, { ...rest, root: t.g.vault, mode: "link" });
      dropIndex(t.g.vault);
      const what = `${t.stamps[other]} in the place of ${stamp}`;
      assertEquals(await t.entries(), shown, what);
      const strange = linesOf(read(t.file(i))).slice(1).filter((l) => l.includes("elsewhere"));
      assertEquals(strange, [], what);
    }
  }
});

Deno.test("a record of which too much is lost says so for good, and what the vault still tells is given", async () => {
  using t = await Trials.make();
  t.reset(false);
  const own = linesOf(t.text(3));
  put(t.file(3), [
    ...own.slice(0, 1),
    ...own.slice(3).map((l) => l.replace('"mode":420', '"mode":421')),
  ]);
  const mended = t.verify(true);
  assertEquals([mended.damaged, mended.repaired, mended.errors], [1, 1, 0], mended.told.join("; "));
  assert(mended.told.some((m) => m.includes("cannot be proven")), mended.told.join("; "));
  assertEquals(t.proven(3), false);
  assert(read(t.file(3)).includes('"sealed":false'));
  // the damaged file stays beside it
  assert(names(t.runs).some((n) => n.startsWith(`${t.stamps[3]}.jsonl.damaged`)));
  assertEquals(t.verify(false).errors, 0);
});

/** A disk on which, from the `n`th on, each file of a record that is made or renamed ends the process. */
function cutAt(n: number): FileSystem {
  let left = n;
  const step = (path: string): void => {
    if (/runs|\$TMP@record/.test(path) && left-- <= 0) {
      throw Object.assign(new Error("cut off"), { code: "EIO" });
    }
  };
  return {
    ...denoFs,
    open: (path, options) => {
      if (options.write === true) step(path);
      return denoFs.open(path, options);
    },
    rename: (from, to) => (step(to), denoFs.rename(from, to)),
    remove: (path) => (step(path), denoFs.remove(path)),
  };
}

Deno.test("a repair that is cut off at any change leaves no run without what told of it", async () => {
  using t = await Trials.make();
  const own = linesOf(t.text(3));
  const far = own.slice(3).map((l) => l.replace('"mode":420', '"mode":421'));
  for (const how of ["exchanged", "too much lost"]) {
    for (let n = 0, ended = false; !ended; n++) {
      t.reset(false);
      if (how === "exchanged") {
        Deno.writeTextFileSync(t.file(3), t.text(5));
        Deno.writeTextFileSync(t.file(5), t.text(3));
      } else put(t.file(3), [...own.slice(0, 1), ...far]);
      try {
        t.verify(true, cutAt(n));
        ended = true;
      } catch {
        assert(n < 40);
      }
      assert([3, 5].every((i) => names(t.runs).includes(`${t.stamps[i]}.jsonl`)), `${how} ${n}`);
      const after = t.verify(true);
      assertEquals(after.errors, 0, `${how} ${n}: ${after.told.join("; ")}`);
      if (how === "exchanged") assertEquals(t.changed(), [], `${how} ${n}`);
      else assert(read(t.file(3)).includes(own.at(-2) ?? "?"), `${how} ${n}`);
    }
  }
});

Deno.test("a record that is lost without an index to tell of it is named, and none is made up", async () => {
  using t = await Trials.make();
  t.reset(false);
  Deno.removeSync(t.file(3));
  assert(t.verify(true).errors > 0);
  const left = t.verify(false);
  assert(left.told.some((m) => m.includes(t.stamps[3] ?? "?")), left.told.join("; "));
  assert(!names(t.runs).includes(`${t.stamps[3]}.jsonl`));
});

Deno.test("an older copy of the vault that lies where a newer one lay gets no record of what it never had", async () => {
  using g = new Grown();
  g.put({ a: "one", same: "s" });
  await g.backup();
  const older = `${g.path}/older`;
  copyTree(g.vault, older);
  g.put({ a: "two", b: "new" });
  await g.day(1).backup();
  // the index at home knows of the run that the other copy has
  Deno.renameSync(g.vault, `${g.path}/newer`);
  Deno.renameSync(older, g.vault);
  const counts = g.verify({ repair: true });
  assertEquals([counts.errors > 0, counts.repaired, counts.missing], [true, 0, 0]);
  assertEquals(names(g.in(META, "runs")).length, 1);
  assertEquals(Deno.readTextFileSync(g.in("a")), "one");
  assertEquals(g.verify({}).errors, 0);
});

Deno.test("a record that is damaged in a copy of the vault is put back by what another copy's index knows", async () => {
  using g = new Grown();
  for (const a of ["one", "two", "three"]) {
    g.put({ a });
    await g.day(a.length).backup();
  }
  Reader.open(enginePorts(), g.vault).close();
  const copy = `${g.path}/copy`;
  copyTree(g.vault, copy);
  const records = names(`${copy}/${META}/runs`).map((n) => `${copy}/${META}/runs/${n}`);
  const [, second = "", third = ""] = records;
  const whole = Deno.readTextFileSync(second);
  Deno.writeTextFileSync(second, Deno.readTextFileSync(third));
  const request = { root: copy, given: "v", host: "test", pid: 1, windows: false, repair: true };
  assertEquals(verify(enginePorts(), request).errors, 0);
  assertEquals(Deno.readTextFileSync(second), whole);
  forgetIndex(copy);
});

Deno.test("copies of a vault that went apart make up no runs of each other's", async () => {
  using g = new Grown();
  for (const a of ["one", "two"]) {
    g.put({ a });
    await g.day(a.length).backup();
  }
  const copy = `${g.path}/copy`;
  copyTree(g.vault, copy);
  g.put({ a: "three", b: "b" });
  // each has the same files of a run that the other one lacks
  const own = await g.day(5).backup();
  const { outcomes } = await backUp(g.source, [copy]);
  assert(outcomes[0]?.stamp !== undefined && outcomes[0].stamp !== own);
  forgetIndex(copy);
  const runs = `${copy}/${META}/runs`;
  const [first = ""] = names(runs);
  Deno.removeSync(`${runs}/${first}`);
  const left = names(runs);
  const request = { root: copy, given: "v", host: "test", pid: 1, windows: false, repair: true };
  assert(verify(enginePorts(), request).errors > 0);
  assertEquals(names(runs), left);
  forgetIndex(copy);
});
