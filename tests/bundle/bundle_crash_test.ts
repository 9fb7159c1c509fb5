/** A bundle that is cut at every step, or meets a sick disk: what a manifest names is whole, and the next one goes on. */

import { assert, assertEquals } from "@std/assert";
import { join, SEPARATOR } from "@std/path";
import { newKeyPair } from "../../src/bundle/keygen.ts";
import { HikaeError } from "../../src/base/errors.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import type { RemoteAnswers, RemoteOp, RemoteQuestion } from "../../src/base/remote.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { bundleCreate, type BundleCreateRequest } from "../../src/engine/bundle/create.ts";
import { bundleLook } from "../../src/engine/bundle/look.ts";
import { bundleRestore } from "../../src/engine/bundle/restore.ts";
import { type DiskFault, faulty } from "../../src/platform/doubles/faulty.ts";
import { type PowerLoss, powerLoss } from "../../src/platform/doubles/power_loss.ts";
import { Killed, stepping } from "../../src/platform/doubles/stepping.ts";
import { type Around, tapFs } from "../../src/platform/doubles/tap.ts";
import { chanceFrom } from "../faults/suites.ts";
import { makeTree, names, removeTree } from "../helpers/cli_helper.ts";
import { answering } from "../helpers/engine_helper.ts";
import { Grown } from "../helpers/maintain_helper.ts";
import { SELF } from "../helpers/restore_helper.ts";

/** A start of the engine takes Wine so long that it tries a step in thirteen. */
const STRIDE = Deno.build.os === "windows" ? 13 : 1;

/** A vault with two runs, a full bundle of the first, and what the bundle of the second is asked for. */
class World implements Disposable {
  readonly g = new Grown();
  /** The place away from home; undefined for a directory. */
  readonly #there: Map<string, Uint8Array> | undefined;
  #thereBefore: [string, Uint8Array][] = [];
  identity = "";
  readonly #copy = join(this.g.path, "copy");
  #request: BundleCreateRequest | undefined;

  constructor(away: boolean) {
    this.#there = away ? new Map() : undefined;
  }

  /** `more` are files of the second run. */
  async make(more: Record<string, Uint8Array> = {}): Promise<void> {
    const pair = await newKeyPair();
    this.identity = pair.identity;
    for (const dir of ["state", "bundles", "state/spool"]) Deno.mkdirSync(join(this.g.path, dir));
    this.#request = {
      root: this.g.vault,
      given: this.g.vault,
      where: join(this.g.path, "bundles"),
      recipients: [pair.recipient],
      volumeSize: 1 << 20,
      full: false,
      state: join(this.g.path, "state"),
      ...(this.#there === undefined ? {} : {
        remote: { spool: this.#spool, limit: 1 << 30, parts: true, as: {} },
      }),
    };
    this.g.put({ a: "1", gone: "1", d: { x: "1" } });
    await this.g.backup();
    await this.bundle();
    this.g.day(1).put({ a: "2", d: { y: "2" } }).drop("gone");
    for (const [name, bytes] of Object.entries(more)) {
      Deno.writeFileSync(join(this.g.source, name), bytes);
    }
    await this.g.backup();
    for (const dir of ["state", "bundles"]) copyTree(join(this.g.path, dir), join(this.#copy, dir));
    this.#thereBefore = [...this.#there ?? []];
  }

  get #spool(): string {
    return join(this.g.path, "state", "spool");
  }

  /** What is half done there: files with a temporary name. */
  leftovers(): string[] {
    const dir = this.#there === undefined
      ? join(this.where, names(this.where)[0] ?? "")
      : this.#spool;
    return names(dir).filter((name) => name.startsWith(".new-"));
  }

  /** A server that has all in memory; nobody asks it any more once the process is dead. */
  #ask(isDead: () => boolean): EnginePorts["ask"] {
    const there = this.#there;
    if (there === undefined) return undefined;
    return answering({
      remote: (question) => {
        if (isDead()) return Promise.reject(new Killed());
        const answer = answerFrom(there, this.#spool, question);
        return Promise.resolve({ op: question.op, answer });
      },
    });
  }

  get where(): string {
    return join(this.g.path, "bundles");
  }

  async bundle(
    around?: Around,
    isDead: () => boolean = () => false,
  ): Promise<Awaited<ReturnType<typeof bundleCreate>>> {
    // the vault's index is tried elsewhere
    return await this.bundleOn((fs) => around === undefined ? fs : tapFs(fs, around), isDead);
  }

  async bundleOn(
    disk: (fs: FileSystem) => FileSystem,
    isDead: () => boolean = () => false,
  ): Promise<Awaited<ReturnType<typeof bundleCreate>>> {
    if (this.#request === undefined) throw new Error("make comes first");
    const ports = this.#ports(isDead);
    return await bundleCreate({ ...ports, fs: disk(ports.fs) }, this.#request);
  }

  #ports(isDead: () => boolean = () => false): EnginePorts {
    const ask = this.#ask(isDead);
    return { ...this.g.ports(), ...(ask === undefined ? {} : { ask }) };
  }

  reset(): void {
    this.#there?.clear();
    for (const [name, bytes] of this.#thereBefore) this.#there?.set(name, bytes);
    for (const dir of ["state", "bundles"]) {
      Deno.removeSync(join(this.g.path, dir), { recursive: true });
      copyTree(join(this.#copy, dir), join(this.g.path, dir));
    }
  }

  /** Brings the newest state back into `target`. */
  async restore(
    target: string,
    disk: (fs: FileSystem) => FileSystem = (fs) => fs,
  ): Promise<number> {
    const ports = this.#ports();
    const done = await bundleRestore({ ...ports, fs: disk(ports.fs) }, {
      where: this.where,
      away: this.#there !== undefined,
      identities: [this.identity],
      paths: [],
      at: undefined,
      target,
      windows: SEPARATOR === "\\",
      self: SELF,
    });
    return done.errors;
  }

  /** Every manifest's bundle is whole, and the newest state is the source. */
  async check(what: string, bundles: number): Promise<void> {
    const away = this.#there !== undefined;
    const found = await bundleLook(this.#ports(), { where: this.where, away, hashes: true });
    assertEquals(found.unreadable, [], what);
    for (const one of found.bundles) assert(one.whole, `${what}: ${one.manifest}`);
    assert(found.bundles.length >= bundles, what);
    if (bundles < 2) return;
    const target = join(this.g.path, "back");
    assertEquals(await this.restore(target), 0, what);
    assertEquals(names(target), names(this.g.source), what);
    for (const name of names(target).filter((n) => n !== "d")) {
      const [is, was] = [target, this.g.source].map((d) => Deno.readFileSync(join(d, name)));
      assertEquals(is, was, what);
    }
    assertEquals(names(join(target, "d")), ["x", "y"], what);
    Deno.removeSync(target, { recursive: true });
  }

  [Symbol.dispose](): void {
    this.g[Symbol.dispose]();
  }
}

/** What a server answers that stores what it is given, and writes over nothing. */
function answerFrom(
  there: Map<string, Uint8Array>,
  spool: string,
  question: RemoteQuestion,
): RemoteAnswers[RemoteOp] {
  const { op } = question;
  if (op === "vaults") {
    return [...new Set([...there.keys()].map((name) => name.split("/")[0] ?? ""))];
  }
  if (op === "list") {
    const below = `${question.vault}/`;
    return [...there].filter(([name]) => name.startsWith(below)).map((
      [name, { length: size }],
    ) => ({
      name: name.slice(below.length),
      versions: [{ id: undefined, size, time: 0, marker: false, latest: true }],
    }));
  }
  if (op === "sizes") {
    const below = `${question.vault}/`;
    return [...there].filter(([name]) => name.startsWith(below))
      .map(([name, { length: size }]) => ({ name: name.slice(below.length), size }));
  }
  if (op === "read") {
    const { name, from, length } = question;
    return there.get(name)?.slice(from, from + length) ?? new Uint8Array();
  }
  if (op === "look") {
    const bytes = there.get(question.name);
    if (bytes === undefined) return { is: "missing" };
    return { is: "there", size: bytes.length, differs: question.size !== bytes.length };
  }
  if (op !== "put") throw new Error(op);
  const isThere = there.has(question.name);
  if (!isThere) there.set(question.name, Deno.readFileSync(join(spool, question.file)));
  return { there: isThere, proven: true };
}

function copyTree(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const e of Deno.readDirSync(from)) {
    if (e.isDirectory) copyTree(join(from, e.name), join(to, e.name));
    else Deno.copyFileSync(join(from, e.name), join(to, e.name));
  }
}

Deno.test("bundle restore: when the power goes, what it replaces is there, or what replaces it", async () => {
  using world = new World(false);
  await world.make();
  await world.bundle();
  const to = join(world.g.path, "to");
  for (let at = 0, more = true; more; at++) {
    for (let chance = 0; chance < 3; chance++) {
      makeTree(to, { a: "old", d: { x: "old", y: "old" } });
      let disk: PowerLoss | undefined;
      await world.restore(to, (fs) => (disk = powerLoss(fs, at)).fs).catch((error) => {
        if (disk?.dead !== true) throw error;
      });
      more = disk?.dead === true;
      disk?.cut(chanceFrom(31 * at + chance));
      for (const path of ["a", "d/x", "d/y"]) {
        const is = Deno.readTextFileSync(join(to, path));
        const wanted = Deno.readTextFileSync(join(world.g.source, path));
        assert(["old", wanted].includes(is), `power cut before ${at}: ${path} is "${is}"`);
      }
      removeTree(to);
    }
  }
});

for (const away of [false, true]) {
  const place = away ? ", away from home" : "";
  Deno.test(`bundle${place}: killed at any step, what a manifest names is whole and the next run makes the bundle`, async () => {
    using world = new World(away);
    await world.make();
    let at = 0;
    for (let more = true; more; at += STRIDE) {
      world.reset();
      const cut = stepping(at, at % 2 === 1);
      try {
        await world.bundle(cut.around, () => cut.dead);
        more = cut.dead;
      } catch (error) {
        if (!cut.dead) throw error;
      }
      await world.check(`killed at ${at}`, 1);
      await world.bundle();
      await world.check(`after a kill at ${at}`, 2);
      assertEquals(world.leftovers(), [], `killed at ${at}`);
    }
    assert(at > 8, String(at));
  });

  Deno.test(`bundle${place}: when the power goes at any step, what a manifest names is whole and the next run makes the bundle`, async () => {
    using world = new World(away);
    await world.make();
    let at = 0;
    for (let more = true; more; at += 3 * STRIDE) {
      world.reset();
      let disk: PowerLoss | undefined;
      const where = `power cut before ${at}`;
      try {
        await world.bundleOn((fs) => (disk = powerLoss(fs, at)).fs, () => disk?.dead === true);
        more = disk?.dead === true;
      } catch (error) {
        if (disk?.dead !== true) throw error;
      }
      disk?.cut(chanceFrom(at));
      // what was said to be done is
      await world.check(where, more ? 1 : 2);
      await world.bundle();
      await world.check(`after a ${where}`, 2);
      assertEquals(world.leftovers(), [], where);
    }
    assert(at > 20, String(at));
    // as much is undone as can be
    world.reset();
    let disk: PowerLoss | undefined;
    await world.bundleOn((fs) => (disk = powerLoss(fs, Infinity)).fs);
    disk?.cut((n) => n - 1);
    await world.check("power cut after it was done", 2);
  });

  Deno.test(`bundle${place}: a call of the disk that fails ends it or is told, and the next run makes the bundle`, async () => {
    using world = new World(away);
    await world.make();
    let calls = 0;
    const faults: DiskFault[] = ["ENOSPC", "EIO", "short"];
    for (const [first, fault] of faults.entries()) {
      // together they meet every call
      for (let at = first, more = true; more; at += faults.length * STRIDE) {
        world.reset();
        const sick = faulty(at, fault);
        let answer: Awaited<ReturnType<typeof bundleCreate>> | undefined;
        try {
          answer = await world.bundle(sick.around);
        } catch (error) {
          const typed = error instanceof HikaeError || (error as { code?: string }).code === fault;
          assert(typed, `${fault} at ${at}: ${error}`);
        }
        // a call that a short write cannot befall is no end
        more = sick.hit !== undefined || fault === "short" && at < calls;
        calls = Math.max(calls, at);
        await world.check(`${fault} at ${at}`, 1);
        // an error that was told leaves a bundle that lacks what was told
        if (answer === undefined || answer.errors === 0) {
          await world.bundle();
          await world.check(`after ${fault} at ${at}`, 2);
        }
      }
    }
  });

  Deno.test(`bundle${place}: killed between the volumes of one file, the next run makes only the rest`, async () => {
    using world = new World(away);
    // four volumes, one before them and one after
    await world.make({ big: noise(3_600_000) });
    for (const killedAfter of [1, 3, 5]) {
      world.reset();
      const killed = new Volumes(killedAfter);
      const dead = await world.bundle(killed.around, () => killed.dead).catch((error) => error);
      assert(dead instanceof Killed, `killed after ${killedAfter}: ${dead}`);
      const rest = new Volumes();
      assertEquals((await world.bundle(rest.around)).volumes, 7);
      // volumes are made by one thread here, and the one of the bundle's own directory comes last
      assertEquals(rest.made, 7 - killedAfter);
      await world.check(`killed after ${killedAfter}`, 2);
    }
  });

  Deno.test(`bundle${place}: where a file has other content by now, all of its volumes are made again`, async () => {
    using world = new World(away);
    await world.make({ big: noise(3_600_000) });
    const killed = new Volumes(3);
    await world.bundle(killed.around, () => killed.dead).catch(() => {});
    const stored = join(world.g.vault, "big");
    const other = noise(3_600_000);
    other[500_000] = (other[500_000] ?? 0) ^ 1;
    const { mtime } = Deno.statSync(stored);
    Deno.writeFileSync(stored, other);
    Deno.utimeSync(stored, mtime ?? 0, mtime ?? 0);
    const rest = new Volumes();
    const done = await world.bundle(rest.around);
    // that it is not what the record says is told, which the first ones alone could not know
    assertEquals([rest.made, done.errors], [6, 1]);
    await world.check("other content", 1);
  });
}

/** Bytes that no compression makes smaller. */
function noise(bytes: number): Uint8Array {
  let x = 1;
  return Uint8Array.from(
    { length: bytes },
    () => (x = Math.imul(x, 1_103_515_245) + 12_345) >>> 16,
  );
}

/** Counts the volumes that are made; dies before the one after so many. */
class Volumes {
  made = 0;
  readonly #most: number;
  dead = false;

  constructor(most = Infinity) {
    this.#most = most;
  }

  readonly around: Around = (call, work) => {
    const begins = call.op === "open" && call.effect === "change" &&
      /[.]new-.*-\d+$/.test(call.path);
    if (begins && this.made === this.#most) this.dead = true;
    if (this.dead && call.effect === "change") throw new Killed();
    if (begins) this.made++;
    return work();
  };
}

Deno.test("bundle: a directory of bundles that the quick listing tells in part has all of them", async () => {
  using world = new World(false);
  await world.make();
  await world.bundle();
  const store = join(world.where, names(world.where)[0] ?? "");
  for (let left = 0; left < names(store).length; left++) {
    const target = join(world.g.path, `back ${left}`);
    const cut = (fs: FileSystem): FileSystem => ({
      ...fs,
      list: (path) => path === store ? fs.list(path).slice(0, left) : fs.list(path),
    });
    assertEquals(await world.restore(target, cut), 0, String(left));
    assertEquals(Deno.readTextFileSync(join(target, "a")), "2", String(left));
  }
});
