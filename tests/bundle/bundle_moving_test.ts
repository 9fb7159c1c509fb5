/** Bundles that are packed while a backup moves what they pack, and of content that is not there for a time. */

import { assert, assertEquals } from "@std/assert";
import { join, SEPARATOR } from "@std/path";
import type { FileSystem } from "../../src/base/fs.ts";
import { newKeyPair } from "../../src/bundle/keygen.ts";
import { bundleCreate, type BundleCreateAnswer } from "../../src/engine/bundle/create.ts";
import { servePackLane } from "../../src/engine/bundle/packers.ts";
import { bundleRestore } from "../../src/engine/bundle/restore.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { read, record } from "../helpers/cli_helper.ts";
import { lanesOf } from "../helpers/lanes_helper.ts";
import { Grown, META } from "../helpers/maintain_helper.ts";
import { SELF } from "../helpers/restore_helper.ts";

const LARGE = "large ".repeat(60_000);

/** A vault, its bundles and their key. */
class Bundled implements Disposable {
  readonly g = new Grown();
  readonly where = join(this.g.path, "bundles");
  readonly #state = join(this.g.path, "state");
  readonly #pair = newKeyPair();
  #restored = 0;

  constructor() {
    for (const dir of [this.where, this.#state]) Deno.mkdirSync(dir);
  }

  [Symbol.dispose](): void {
    this.g[Symbol.dispose]();
  }

  async bundle(fs: FileSystem = denoFs, lanes = 0): Promise<BundleCreateAnswer> {
    const ports = { ...this.g.ports(), fs };
    const others = Array.from({ length: lanes }, () => ({ ...ports }));
    if (lanes > 0) ports.lanes = lanesOf(others, servePackLane);
    return await bundleCreate(ports, {
      ...{ root: this.g.vault, given: this.g.vault, where: this.where, full: false },
      ...{ recipients: [(await this.#pair).recipient], volumeSize: 1 << 20, state: this.#state },
    });
  }

  /** Restores the newest bundle into a new directory. */
  async restored(): Promise<string> {
    const target = join(this.g.path, `back${this.#restored++}`);
    const { errors } = await bundleRestore(this.g.ports(), {
      ...{ where: this.where, identities: [(await this.#pair).identity], paths: [], at: undefined },
      ...{ target, windows: SEPARATOR === "\\", self: SELF },
    });
    assertEquals(errors, 0);
    return target;
  }

  /** A disk on which a run replaces `names` when one of them is opened first, and has not ended. */
  moving(names: readonly string[], by: string | undefined): FileSystem {
    const { g } = this;
    let moved = false;
    const move = (): void => {
      moved = true;
      const meta = join(g.vault, META);
      const head = { ...record(g.vault)[0], stamp: "20990101_000000" };
      Deno.writeTextFileSync(
        join(meta, "runs", "20990101_000000.jsonl"),
        `${JSON.stringify(head)}\n`,
      );
      for (const name of names) {
        Deno.renameSync(join(g.vault, name), `${meta}/$OLD@20990101_000000$${name}`);
        if (by !== undefined) Deno.writeTextFileSync(join(g.vault, name), by);
      }
    };
    return {
      ...denoFs,
      open: (path, options) => {
        if (!moved && names.some((name) => path === join(g.vault, name))) move();
        return denoFs.open(path, options);
      },
    };
  }
}

for (const [what, by] of [["moves away", undefined], ["replaces", "other"]] as const) {
  for (const lanes of [0, 1]) {
    Deno.test(`bundles: content that a backup ${what} while it is packed is followed, ${lanes} lanes`, async () => {
      using b = new Bundled();
      b.g.put({ a: "first", large: LARGE, stays: "s" });
      await b.g.backup();
      const { errors } = await b.bundle(b.moving(["a", "large"], by), lanes);
      assertEquals(errors, 0);
      const back = await b.restored();
      assertEquals(["a", "large", "stays"].map((name) => read(back, name)), ["first", LARGE, "s"]);
    });
  }
}

Deno.test("bundles: what one could not have is in the first one after it is whole again, and told until then", async () => {
  using b = new Bundled();
  b.g.put({ a: "right", b: "b" });
  await b.g.backup();
  const a = join(b.g.vault, "a");
  const { atime, mtime } = Deno.statSync(a);
  const write = (text: string): void => {
    Deno.writeTextFileSync(a, text);
    Deno.utimeSync(a, atime ?? 0, mtime ?? 0);
  };
  write("wrong");
  assertEquals((await b.bundle()).errors, 1);
  await b.g.day(1).put({ c: "c" }).backup();
  assertEquals((await b.bundle()).errors, 1);
  write("right");
  await b.g.day(2).put({ d: "d" }).backup();
  assertEquals((await b.bundle()).errors, 0);
  const back = await b.restored();
  assertEquals(["a", "b", "c", "d"].map((name) => read(back, name)), ["right", "b", "c", "d"]);
  await b.g.day(3).put({ e: "e" }).backup();
  const last = await b.bundle();
  assertEquals([last.errors, last.entries], [0, 2]);
});

Deno.test("bundles: what the newest one lacks is told to whoever asks for it once more, too", async () => {
  using b = new Bundled();
  b.g.put({ a: "right", b: "b" });
  await b.g.backup();
  const failing: FileSystem = {
    ...denoFs,
    open: (path, options) => {
      if (path !== join(b.g.vault, "a")) return denoFs.open(path, options);
      throw Object.assign(new Error("Input/output error (os error 5)"), { code: "EIO" });
    },
  };
  for (const fs of [failing, failing, denoFs]) assertEquals((await b.bundle(fs)).errors, 1);
  await b.g.day(1).put({ c: "c" }).backup();
  assertEquals((await b.bundle()).errors, 0);
  const back = await b.restored();
  assertEquals(["a", "b", "c"].map((name) => read(back, name)), ["right", "b", "c"]);
  assertEquals((await b.bundle()).errors, 0);
});

Deno.test("bundles: where the disk lists the records in part once, one that calls itself whole has all of them", async () => {
  for (let at = 0;; at++) {
    using b = new Bundled();
    b.g.put({ a: "0", d: { x: "0" } });
    await b.g.backup();
    await b.g.day(1).put({ a: "1", e: { y: "1" } }).backup();
    await b.g.day(2).put({ z: "2" }).backup();
    let calls = 0;
    const cut: FileSystem = {
      ...denoFs,
      list: (path) => {
        const all = denoFs.list(path);
        return path.endsWith(`${SEPARATOR}runs`) && calls++ === at ? all.slice(0, 1) : all;
      },
    };
    const { errors } = await b.bundle(cut).catch(() => ({ errors: 1 }));
    if (errors === 0) {
      const back = await b.restored();
      assertEquals(["a", "d/x", "e/y", "z"].map((n) => read(back, n)), ["1", "0", "1", "2"]);
    }
    if (calls > at) continue;
    assert(at > 0, `${at} listings`);
    break;
  }
});
