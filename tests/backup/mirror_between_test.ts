/** Somebody takes away what is in the mirror while a run is at work: what it did not see for sure the next one looks at. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { type FsCall, tapFs } from "../../src/platform/doubles/tap.ts";
import { makeTree } from "../helpers/cli_helper.ts";
import { backUp } from "../helpers/engine_helper.ts";

/** What a run has to do in a directory beside what somebody takes away. */
const CHANGES: Record<string, (dir: string) => void> = {
  update: (dir) => Deno.writeTextFileSync(join(dir, "a"), "changed"),
  updates: (dir) => ["a", "b"].forEach((f) => Deno.writeTextFileSync(join(dir, f), "changed")),
  add: (dir) => Deno.writeTextFileSync(join(dir, "new"), "new"),
  delete: (dir) => Deno.removeSync(join(dir, "a")),
  mode: (dir) => Deno.chmodSync(join(dir, "a"), 0o600),
  own: (dir) => Deno.chmodSync(dir, 0o700),
};
/** More calls than a run makes for a directory. */
const CALLS = 40;
/**
 * Where a run changes one name alone it lists nothing: between its look, right before that, and the new times of the
 * directory no more calls than this are made, and nobody can tell what somebody else does between them.
 */
const BLIND = 6;

/** One directory for each change and each call of the run before which somebody comes. */
class Between implements Disposable {
  readonly path = Deno.realPathSync(Deno.makeTempDirSync());
  readonly source = join(this.path, "source");
  readonly vault = join(this.path, "vault");
  readonly #taken: string;
  readonly #calls = new Map<string, FsCall[]>();

  /** Somebody takes `taken` in each of them, or the directory itself. */
  constructor(changes: readonly string[], taken = "taken") {
    this.#taken = taken;
    const files = { a: "a", b: "b", taken: "taken" };
    const dirs = changes.flatMap((change) =>
      Array.from({ length: CALLS }, (_, i) => [`${change}-${i}`, files])
    );
    makeTree(this.source, Object.fromEntries(dirs));
    this.age(1e9);
  }

  /** Gives all directories of the source a time long past, as most have. */
  age(seconds: number): void {
    for (const dir of this.dirs) Deno.utimeSync(join(this.source, dir), seconds, seconds);
  }

  /** Changes each of them in its way. */
  change(): void {
    for (const dir of this.dirs) CHANGES[dir.split("-")[0] ?? ""]?.(join(this.source, dir));
    this.age(1e9 + 1);
  }

  get dirs(): string[] {
    return [...Deno.readDirSync(this.source)].map(({ name }) => name).sort();
  }

  /** A run; somebody comes, or nobody does. */
  async run(hours: number, somebody = false): Promise<void> {
    if (somebody) this.#calls.clear();
    const fs = tapFs(denoFs, (call, work) => {
      if (somebody) this.#meet(call);
      return work();
    });
    await backUp(this.source, [this.vault], { allowMassChange: true }, { fs, hours });
  }

  #meet(call: FsCall): void {
    const path = call.to ?? call.path;
    const dir = /[\\/]([a-z]+-\d+)(?:[\\/]|$)/.exec(path)?.[1];
    if (dir === undefined || !path.startsWith(this.vault)) return;
    const calls = this.#calls.get(dir) ?? [];
    this.#calls.set(dir, calls);
    if (dir.endsWith(`-${calls.length}`)) this.#take(join(this.vault, dir, this.#taken));
    assert(calls.push(call) <= CALLS, `more calls: ${dir}`);
  }

  #take(path: string): void {
    try {
      Deno.renameSync(path, join(this.path, crypto.randomUUID()));
    } catch {
      // it is not there yet
    }
  }

  /** Directories whose file the mirror lacks. */
  get lost(): string[] {
    return this.dirs.filter((dir) => {
      try {
        return Deno.readTextFileSync(join(this.vault, dir, "taken")) !== "taken";
      } catch {
        return true;
      }
    });
  }

  /** True where somebody came in the few calls between the look at a directory and its new times. */
  cameUnseen(dir: string): boolean {
    const at = Number(dir.split("-")[1]);
    const calls = this.#calls.get(dir) ?? [];
    const own = (op: string) => ({ op: is, path }: FsCall) =>
      is === op && path === join(this.vault, dir);
    const looked = calls.slice(0, at).findLastIndex(own("lstat"));
    const set = calls.findIndex((call, i) => i >= at && own("utime")(call));
    return looked >= 0 && set >= at && set - looked <= BLIND + 1 &&
      !calls.slice(at, set).some(own("lstat"));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

Deno.test("backup: a file of the mirror that goes while a run is at work is put back by the next, whenever it went", async () => {
  using between = new Between(Object.keys(CHANGES));
  await between.run(1);
  between.change();
  await between.run(2, true);
  assert(between.lost.length > 0);
  await between.run(3);
  assertEquals(between.lost.filter((dir) => !between.cameUnseen(dir)), []);
  assert(between.lost.every((dir) => /^(update|delete|mode|own)-/.test(dir)), `${between.lost}`);
});

Deno.test("backup: a file of the mirror that goes in the first run is put back by the next", async () => {
  using between = new Between(["first"]);
  await between.run(1, true);
  assert(between.lost.length > 0);
  await between.run(2);
  assertEquals(between.lost, []);
});

Deno.test("backup: a directory of the mirror that goes while a run is at work is put back by the next, whole", async () => {
  using between = new Between(["update", "add", "own"], "");
  await between.run(1);
  between.change();
  await between.run(2, true);
  assert(between.lost.length > 0);
  await between.run(3);
  assertEquals(between.lost, []);
});
