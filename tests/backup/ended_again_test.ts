/** A directory in which a run writes nothing is not ended again: no times are set in it, and nothing is flushed. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { type FsCall, tapFs } from "../../src/platform/doubles/tap.ts";
import { backUp, type BackupOptions } from "../helpers/engine_helper.ts";
import { META } from "../helpers/maintain_helper.ts";
import { makeTree } from "../helpers/cli_helper.ts";

const DIRS = ["d0", "d1", "d2", "d3"];

/** Runs by a clock that is behind: each file changed after their start, so the next run hashes it again. */
class Distrusted implements Disposable {
  readonly path = Deno.realPathSync(Deno.makeTempDirSync());
  readonly source = join(this.path, "source");
  readonly vault = join(this.path, "vault");
  #hours = -100;

  constructor() {
    makeTree(
      this.source,
      Object.fromEntries(DIRS.map((name) => [name, { f: `of ${name}`, g: "g" }])),
    );
    for (const dir of DIRS) Deno.utimeSync(join(this.source, dir), 1e9, 1e9);
  }

  /** A run; gives the directories in which something was written or flushed. `dies` tells of the last call that is done. */
  async run(options: BackupOptions = {}, dies?: (call: FsCall) => boolean): Promise<string[]> {
    const ended = new Set<string>();
    let dead = false;
    const fs = tapFs(denoFs, (call, work) => {
      if (dead) throw new Error("the program is gone");
      const done = work();
      dead = dies?.(call) === true;
      for (const path of call.effect === "read" ? [] : call.paths ?? [call.path]) {
        const dir = path.startsWith(join(this.vault, "d")) ? path.slice(this.vault.length + 1) : "";
        if (dir !== "") ended.add(dir.split(/[\\/]/)[0] ?? "");
      }
      return done;
    });
    const { outcomes } = await backUp(this.source, [this.vault], { flush: true, ...options }, {
      fs,
      hours: this.#hours++,
    }).catch((error) => {
      assert(dead, error);
      return { outcomes: [] };
    });
    assertEquals(dead, dies !== undefined);
    if (dies === undefined) assertEquals(outcomes.map(({ failed }) => failed), [undefined]);
    return [...ended].sort();
  }

  /** What the vault has under a name. */
  copy(dir: string): string {
    return Deno.readTextFileSync(join(this.vault, dir, "f"));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** Change times tell it. */
const ignore = Deno.build.os === "windows";

Deno.test({
  name:
    "backup: directories whose files are hashed again and are the same are neither written nor flushed",
  ignore,
  fn: async () => {
    using tree = new Distrusted();
    assertEquals(await tree.run(), DIRS);
    assertEquals(await tree.run(), []);
    Deno.writeTextFileSync(join(tree.source, "d1", "f"), "OF d1");
    assertEquals(await tree.run(), ["d1"]);
    assertEquals([await tree.run(), tree.copy("d1")], [[], "OF d1"]);
    Deno.chmodSync(join(tree.source, "d2", "f"), 0o600);
    Deno.removeSync(join(tree.source, "d3", "g"));
    assertEquals(await tree.run(), ["d2", "d3"]);
    assertEquals(await tree.run(), []);
  },
});

Deno.test({
  name:
    "backup: a directory that is not as the last run left it is ended again, its metadata file too",
  ignore,
  fn: async () => {
    using tree = new Distrusted();
    await tree.run();
    // as a run leaves it that was killed before it set the times
    Deno.utimeSync(join(tree.vault, "d0"), 1, 1);
    Deno.removeSync(join(tree.vault, "d2", META, "metadata.txt"));
    assertEquals(await tree.run(), ["d0", "d2"]);
    assertEquals(
      Deno.statSync(join(tree.vault, "d0")).mtime,
      Deno.statSync(join(tree.source, "d0")).mtime,
    );
    assertEquals(await tree.run(), []);
  },
});

Deno.test({
  name:
    "backup: what a killed run renamed and did not flush is flushed by the next, wherever it was killed",
  ignore,
  fn: async () => {
    for (const [op, last] of [["rename", "f"], ["utime", "d1"], ["file.sync", META]] as const) {
      using tree = new Distrusted();
      await tree.run();
      Deno.writeTextFileSync(join(tree.source, "d1", "f"), "OF d1");
      const killed = await tree.run(
        {},
        (call) =>
          call.op === op &&
          (call.to ?? call.path) === join(tree.vault, "d1", ...(last === "d1" ? [] : [last])),
      );
      assertEquals([killed, tree.copy("d1")], [["d1"], "OF d1"], op);
      const next = await tree.run();
      assert(next.includes("d1"), `${op}: ${next}`);
      assertEquals([await tree.run(), tree.copy("d1")], [[], "OF d1"]);
    }
  },
});
