/** A mirror whose directories have other times than the last run left them with: each is listed once, and no more then. */

import { assertEquals } from "@std/assert";
import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { makeTree, tempDir, type TreeSpec } from "../helpers/cli_helper.ts";
import { backUp } from "../helpers/engine_helper.ts";

/** What a run into the vault `v` came to: its counts, and the directories of the mirror that it listed. */
interface Ran {
  listed: string[];
  unmodified: number;
  repaired: number;
}

class Room implements Disposable {
  readonly dir = tempDir();
  readonly source = this.dir.at("s");
  readonly vault = this.dir.at("v");

  /** A source of this tree, and a vault that has it. */
  static async of(tree: TreeSpec): Promise<Room> {
    const room = new Room();
    makeTree(room.source, tree);
    // what changed just before the first run is hashed by the second
    for (const hours of [0, 1]) await room.run(hours);
    return room;
  }

  /** A run so many hours from now; `changed`: when the mirror of `a` changed as the disk tells it, ms. */
  async run(hours: number, changed?: number): Promise<Ran> {
    const listed: string[] = [];
    const lstat: FileSystem["lstat"] = (path) => ({
      ...denoFs.lstat(path),
      ...(changed === undefined || path !== `${this.vault}/a` ? {} : { ctime: changed }),
    });
    const fs = tapFs({ ...denoFs, lstat }, ({ op, path }, work) => {
      const isIn = path.startsWith(this.vault) && !path.includes(".$META$");
      if (isIn && (op === "list" || op === "listWhole")) {
        listed.push(path.slice(this.vault.length + 1));
      }
      return work();
    });
    const { outcomes, messages } = await backUp(this.source, [this.vault], {}, { hours, fs });
    assertEquals(outcomes.map((o) => o.failed), [undefined]);
    const told = new Map(
      Object.entries(messages.find((m) => m.message_type === "summary") ?? {}),
    );
    return {
      listed: listed.sort(),
      unmodified: Number(told.get("files_unmodified")),
      repaired: Number(told.get("files_repaired")),
    };
  }

  /** Directories of the mirror get other times, as when the vault is copied to another disk. */
  touch(...dirs: string[]): void {
    for (const dir of dirs) Deno.utimeSync(`${this.vault}/${dir}`, 1_000_000_000, 1_000_000_000);
  }

  [Symbol.dispose](): void {
    this.dir[Symbol.dispose]();
  }
}

Deno.test("backup: a mirror with other times than those of the last run is listed once, not by each run", async () => {
  using room = await Room.of({ a: { f: "1", g: "2" }, b: { c: { f: "3" } } });
  room.touch("a", "b", "b/c");
  assertEquals(await room.run(2), { listed: ["a", "b", "b/c"], unmodified: 3, repaired: 0 });
  assertEquals(await room.run(3), { listed: [], unmodified: 3, repaired: 0 });
  // what goes then is noticed as ever
  Deno.removeSync(`${room.vault}/b/c/f`);
  assertEquals((await room.run(4)).repaired, 1);
});

Deno.test("backup: a mirror that changed just before it was listed is listed again by the next run", async () => {
  using room = await Room.of({ a: { f: "1" } });
  const changed = Date.now() + 2 * 3_600_000 - 1000;
  assertEquals((await room.run(2, changed)).listed, ["a"]);
  assertEquals((await room.run(3, changed)).listed, ["a"]);
  assertEquals((await room.run(4, changed)).listed, []);
});

Deno.test("backup: a mirror that lacks something when it is listed is not taken for whole", async () => {
  using room = await Room.of({ a: { f: "1", sub: { g: "2" } } });
  Deno.removeSync(`${room.vault}/a/f`);
  assertEquals((await room.run(2)).repaired, 1);
  Deno.removeSync(`${room.vault}/a/sub`, { recursive: true });
  Deno.writeTextFileSync(`${room.vault}/a/sub`, "a file where a directory was");
  assertEquals((await room.run(3)).repaired, 1);
  assertEquals(Deno.readTextFileSync(`${room.vault}/a/sub/g`), "2");
});

Deno.test("backup: what is left out does not have its directory listed by each run", async () => {
  using room = await Room.of({ a: { f: "1", "x.tmp": "2" } });
  const listed = async (hours: number): Promise<string[]> => {
    const lists: string[] = [];
    const fs = tapFs(denoFs, ({ op, path }, work) => {
      if (op === "list" && path === `${room.vault}/a`) lists.push("a");
      return work();
    });
    const rules = { exclude: ["*.tmp"] };
    await backUp(room.source, [room.vault], { rules }, { hours, fs });
    return lists;
  };
  room.touch("a");
  assertEquals(await listed(2), ["a"]);
  assertEquals(await listed(3), []);
});
