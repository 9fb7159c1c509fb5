/** Files with several names, and with holes, in bundles: their content is there once, and they come back as they were. */

import { assert, assertEquals } from "@std/assert";
import { join, SEPARATOR } from "@std/path";
import type { FileSystem } from "../../src/base/fs.ts";
import { newKeyPair } from "../../src/bundle/keygen.ts";
import { bundleCreate } from "../../src/engine/bundle/create.ts";
import { bundleLook } from "../../src/engine/bundle/look.ts";
import { bundleRestore, type BundleRestoreAnswer } from "../../src/engine/bundle/restore.ts";
import { Grown } from "../helpers/maintain_helper.ts";
import { SELF } from "../helpers/restore_helper.ts";

const SIZE = 300_000;

/** A vault and its bundles. */
class Bundled implements Disposable {
  readonly g = new Grown();
  readonly where = join(this.g.path, "bundles");
  readonly target = join(this.g.path, "back");
  readonly #state = join(this.g.path, "state");
  #pair: { recipient: string; identity: string } | undefined;
  #day = 0;

  constructor() {
    for (const dir of [this.where, this.#state]) Deno.mkdirSync(dir);
  }

  [Symbol.dispose](): void {
    this.g[Symbol.dispose]();
  }

  file(path: string): void {
    const content = new Uint8Array(SIZE);
    for (let at = 0; at < SIZE; at += 50_000) {
      crypto.getRandomValues(content.subarray(at, at + 50_000));
    }
    Deno.mkdirSync(join(this.g.source, path, ".."), { recursive: true });
    Deno.writeFileSync(join(this.g.source, path), content);
  }

  link(from: string, to: string): void {
    Deno.mkdirSync(join(this.g.source, to, ".."), { recursive: true });
    Deno.linkSync(join(this.g.source, from), join(this.g.source, to));
  }

  /** A backup and a bundle of it; gives the bytes of the bundle. */
  async bundle(): Promise<number> {
    this.g.day(this.#day++);
    await this.g.backup();
    this.#pair ??= await newKeyPair();
    const made = await bundleCreate(this.g.ports(), {
      ...{ root: this.g.vault, given: this.g.vault, where: this.where, full: false },
      ...{ recipients: [this.#pair.recipient], volumeSize: 1 << 20, state: this.#state },
    });
    assertEquals(made.errors, 0);
    return made.bytes;
  }

  async restore(
    paths: string[] = [],
    around: (fs: FileSystem) => FileSystem = (fs) => fs,
  ): Promise<BundleRestoreAnswer> {
    const ports = this.g.ports();
    return await bundleRestore({ ...ports, fs: around(ports.fs) }, {
      ...{ where: this.where, identities: [this.#pair?.identity ?? ""], paths, at: undefined },
      ...{ target: this.target, windows: SEPARATOR === "\\", self: SELF },
    });
  }

  /** Which names are one file, in what was restored. */
  names(...paths: string[]): number {
    return new Set(paths.map((path) => Deno.lstatSync(join(this.target, path)).ino)).size;
  }

  /** What was restored under these names is what the source has. */
  same(...paths: string[]): void {
    for (const path of paths) {
      const [is, was] = [this.target, this.g.source].map((d) => Deno.readFileSync(join(d, path)));
      assertEquals(is, was, path);
    }
  }

  async wrong(): Promise<unknown[]> {
    const look = { where: this.where, hashes: true, identities: [this.#pair?.identity ?? ""] };
    return (await bundleLook(this.g.ports(), look)).wrong;
  }
}

function test(name: string, work: (b: Bundled) => Promise<void>): void {
  Deno.test({
    name: `bundles: ${name}`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      using b = new Bundled();
      await work(b);
    },
  });
}

test("a file with three names is packed once, and is one file again", async (b) => {
  b.file("a/one");
  b.link("a/one", "b/two");
  b.link("a/one", "three");
  const bytes = await b.bundle();
  assert(bytes < 1.1 * SIZE, String(bytes));
  const done = await b.restore();
  assertEquals([done.errors, done.files], [0, 3]);
  b.same("a/one", "b/two", "three");
  assertEquals(b.names("a/one", "b/two", "three"), 1);
  assertEquals(await b.wrong(), []);
});

test("one name alone comes out of the volume that has the content, as a copy", async (b) => {
  b.file("a/one");
  for (let i = 0; i < 4; i++) b.file(`b/f${i}`);
  b.link("a/one", "c/two");
  await b.bundle();
  const done = await b.restore(["c/two"]);
  assertEquals([done.errors, done.files], [0, 1]);
  b.same("c/two");
});

test("a name that comes later is one with the file that was sent before", async (b) => {
  b.file("a/one");
  await b.bundle();
  b.link("a/one", "b/two");
  await b.bundle();
  assertEquals((await b.restore()).errors, 0);
  b.same("a/one", "b/two");
  assertEquals(b.names("a/one", "b/two"), 1);
});

test("a disk without hard links gets copies", async (b) => {
  b.file("a/one");
  b.link("a/one", "b/two");
  await b.bundle();
  const refuse = (): never => {
    throw Object.assign(new Error("no links here"), { code: "EPERM" });
  };
  assertEquals((await b.restore([], (fs) => ({ ...fs, link: refuse }))).errors, 0);
  b.same("a/one", "b/two");
  assertEquals(b.names("a/one", "b/two"), 2);
});

test("holes are holes again", async (b) => {
  b.file("start");
  using file = Deno.openSync(join(b.g.source, "start"), { write: true });
  file.truncateSync(8 << 20);
  const bytes = await b.bundle();
  assert(bytes < 1.1 * SIZE, String(bytes));
  assertEquals((await b.restore()).errors, 0);
  b.same("start");
  const { blocks, size } = Deno.lstatSync(join(b.target, "start"));
  assertEquals(size, 8 << 20);
  assert((blocks ?? 0) * 512 < 1 << 20, `${blocks} blocks`);
});
