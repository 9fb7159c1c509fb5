/** A bundle that is cut at every step, or meets a sick disk: what a manifest names is whole, and the next one goes on. */

import { assert, assertEquals } from "@std/assert";
import { join, SEPARATOR } from "@std/path";
import { newKeyPair } from "../src/bundle/keygen.ts";
import { HikaeError } from "../src/base/errors.ts";
import { bundleCreate, type BundleCreateRequest } from "../src/engine/bundle/create.ts";
import { bundleLook } from "../src/engine/bundle/look.ts";
import { bundleRestore } from "../src/engine/bundle/restore.ts";
import { type Fault, faulty } from "../src/platform/doubles/faulty.ts";
import { stepping } from "../src/platform/doubles/stepping.ts";
import { type Around, tapFs } from "../src/platform/doubles/tap.ts";
import { names } from "./cli_helper.ts";
import { Grown } from "./maintain_helper.ts";

/** A start of the engine takes Wine so long that it tries a step in thirteen. */
const STRIDE = Deno.build.os === "windows" ? 13 : 1;

/** A vault with two runs, a full bundle of the first, and what the bundle of the second is asked for. */
class World implements Disposable {
  readonly g = new Grown();
  identity = "";
  readonly #copy = join(this.g.path, "copy");
  #request: BundleCreateRequest | undefined;

  async make(): Promise<void> {
    const pair = await newKeyPair();
    this.identity = pair.identity;
    for (const dir of ["state", "bundles"]) Deno.mkdirSync(join(this.g.path, dir));
    this.#request = {
      root: this.g.vault,
      given: this.g.vault,
      where: join(this.g.path, "bundles"),
      recipients: [pair.recipient],
      volumeSize: 1 << 20,
      full: false,
      state: join(this.g.path, "state"),
    };
    this.g.put({ a: "1", gone: "1", d: { x: "1" } });
    await this.g.backup();
    await this.bundle();
    this.g.day(1).put({ a: "2", d: { y: "2" } }).drop("gone");
    await this.g.backup();
    for (const dir of ["state", "bundles"]) copyTree(join(this.g.path, dir), join(this.#copy, dir));
  }

  get where(): string {
    return join(this.g.path, "bundles");
  }

  async bundle(around?: Around): Promise<Awaited<ReturnType<typeof bundleCreate>>> {
    if (this.#request === undefined) throw new Error("make comes first");
    const ports = this.g.ports();
    // the vault's index is tried elsewhere
    const fs = around === undefined ? ports.fs : tapFs(ports.fs, around);
    return await bundleCreate({ ...ports, fs }, this.#request);
  }

  reset(): void {
    for (const dir of ["state", "bundles"]) {
      Deno.removeSync(join(this.g.path, dir), { recursive: true });
      copyTree(join(this.#copy, dir), join(this.g.path, dir));
    }
  }

  /** Every manifest's bundle is whole, and the newest state is the source. */
  async check(what: string, bundles: number): Promise<void> {
    const found = await bundleLook(this.g.ports(), { where: this.where, hashes: true });
    assertEquals(found.unreadable, [], what);
    for (const one of found.bundles) assert(one.whole, `${what}: ${one.manifest}`);
    assert(found.bundles.length >= bundles, what);
    if (bundles < 2) return;
    const target = join(this.g.path, "back");
    const done = await bundleRestore(this.g.ports(), {
      where: this.where,
      identities: [this.identity],
      paths: [],
      at: undefined,
      target,
      windows: SEPARATOR === "\\",
    });
    assertEquals(done.errors, 0, what);
    assertEquals(names(target), ["a", "d"], what);
    assertEquals(names(join(target, "d")), ["x", "y"], what);
    assertEquals(Deno.readTextFileSync(join(target, "a")), "2", what);
    Deno.removeSync(target, { recursive: true });
  }

  [Symbol.dispose](): void {
    this.g[Symbol.dispose]();
  }
}

function copyTree(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const e of Deno.readDirSync(from)) {
    if (e.isDirectory) copyTree(join(from, e.name), join(to, e.name));
    else Deno.copyFileSync(join(from, e.name), join(to, e.name));
  }
}

Deno.test("bundle: killed at any step, what a manifest names is whole and the next run makes the bundle", async () => {
  using world = new World();
  await world.make();
  let at = 0;
  for (let more = true; more; at += STRIDE) {
    world.reset();
    const cut = stepping(at, at % 2 === 1);
    try {
      await world.bundle(cut.around);
      more = cut.dead;
    } catch (error) {
      if (!cut.dead) throw error;
    }
    await world.check(`killed at ${at}`, 1);
    await world.bundle();
    await world.check(`after a kill at ${at}`, 2);
    const left = names(join(world.where, names(world.where)[0] ?? ""));
    assertEquals(left.filter((name) => name.startsWith(".new-")), [], `killed at ${at}`);
  }
  assert(at > 8, String(at));
});

Deno.test("bundle: a call of the disk that fails ends it or is told, and the next run makes the bundle", async () => {
  using world = new World();
  await world.make();
  let calls = 0;
  const faults: Fault[] = ["ENOSPC", "EIO", "short"];
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
