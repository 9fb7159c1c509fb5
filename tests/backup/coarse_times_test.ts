/** Disks that tell times of whole even seconds, as FAT does, or none of a directory: what these times tell is believed no longer than it is true. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { FileInfo, FileSystem } from "../../src/base/fs.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { makeTree } from "../helpers/cli_helper.ts";
import { withHabits } from "../helpers/disk_habits.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { dropIndex } from "../helpers/index_helper.ts";

/** A tick of FAT: two seconds that begin with this. */
const TICK = Date.UTC(2031, 5, 1, 3, 0, 0);
const HOUR = 3_600_000;

/** A source with a file in a directory, and a vault. */
class CoarseDisk implements Disposable {
  readonly path = Deno.realPathSync(Deno.makeTempDirSync());
  readonly source = join(this.path, "source");
  readonly vault = join(this.path, "vault");
  readonly file = join(this.source, "d", "f");
  readonly copy = join(this.vault, "d", "f");

  constructor() {
    makeTree(this.source, { d: { f: "one", g: "g" } });
  }

  /** A run at some time, on disks of which the one with `root` tells times of its own. */
  async run(
    at: number,
    root: string,
    tells: (path: string, info: FileInfo) => Partial<FileInfo>,
    over: Partial<FileSystem> = {},
  ): Promise<void> {
    const fs = { ...withHabits(root, { tells }), ...over };
    const ports = { ...enginePorts([], fs), clock: { now: () => at } };
    const outcomes = await backup(ports, backupRequest(this.source, [this.vault]));
    assertEquals(outcomes.map(({ failed }) => failed), [undefined]);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

for (const index of ["there", "lost"]) {
  Deno.test(`backup: a file that changes again within the two seconds that FAT tells is copied again, the index ${index}`, async () => {
    using disk = new CoarseDisk();
    const tells = (): Partial<FileInfo> => ({ mtime: TICK, ctime: TICK });
    await disk.run(TICK + 1500, disk.source, tells);
    Deno.writeTextFileSync(disk.file, "two");
    if (index === "lost") dropIndex(disk.vault);
    await disk.run(TICK + HOUR, disk.source, tells);
    assertEquals(Deno.readTextFileSync(disk.copy), "two");
  });
}

Deno.test("backup: a file that goes from the mirror within the two seconds in which FAT has its directory's time is put back", async () => {
  using disk = new CoarseDisk();
  Deno.utimeSync(join(disk.source, "d"), TICK / 1000, TICK / 1000);
  const tells = (path: string, { type }: FileInfo): Partial<FileInfo> =>
    type === "dir" && path.endsWith("d") ? { mtime: TICK, ctime: TICK } : {};
  await disk.run(TICK + 500, disk.vault, tells);
  Deno.removeSync(disk.copy);
  await disk.run(TICK + HOUR, disk.vault, tells);
  assertEquals(Deno.readTextFileSync(disk.copy), "one");
});

for (const ctime of [0, Date.UTC(1601, 0, 1), 8.64e15]) {
  Deno.test(`backup: a file that goes from the mirror is put back where the times of directories tell of nothing, as FAT's on Windows (${ctime})`, async () => {
    using disk = new CoarseDisk();
    const times = new Map<string, number>();
    const tells = (path: string, { type, mtime }: FileInfo): Partial<FileInfo> =>
      type === "dir" ? { mtime: times.get(path) ?? mtime, ctime } : {};
    const { utime } = withHabits(disk.vault, {});
    const over: Partial<FileSystem> = {
      utime: (path, accessed, mtime) => {
        utime(path, accessed, mtime);
        times.set(path, mtime);
      },
    };
    await disk.run(TICK, disk.vault, tells, over);
    Deno.removeSync(disk.copy);
    await disk.run(TICK + HOUR, disk.vault, tells, over);
    assertEquals(Deno.readTextFileSync(disk.copy), "one");
    // what is taken away while it is written in, too
    Deno.writeTextFileSync(disk.file, "two");
    Deno.removeSync(join(disk.vault, "d", "g"));
    await disk.run(TICK + 2 * HOUR, disk.vault, tells, over);
    assertEquals(Deno.readTextFileSync(join(disk.vault, "d", "g")), "g");
  });
}
