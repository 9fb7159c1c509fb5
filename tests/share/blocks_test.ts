/**
 * Disks that share blocks, real ones: btrfs and XFS in a file, mounted for the test. Skipped where they cannot be made or
 * mounted (no mkfs, no loop device, not root).
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { statfsSync } from "node:fs";
import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { sharesBlocks } from "../../src/engine/share/reflink.ts";
import { dedupe } from "../../src/engine/maintain/dedupe.ts";
import { BackupRun } from "../../src/engine/backup/backup_run.ts";
import { VaultTally } from "../../src/engine/backup/counts.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { tempDir } from "../helpers/cli_helper.ts";
import { KINDS, Shuffle } from "./shuffle.ts";
import { noise, ShareWorld } from "./world.ts";

const MIB = 1 << 20;

function run(program: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** A file system in a file, mounted while it is in scope; undefined where that is not possible. */
function mounted(kind: string): Disposable & { path: string } | undefined {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return undefined;
  const dir = tempDir();
  const path = dir.at("disk");
  Deno.mkdirSync(path);
  Deno.writeFileSync(dir.at("image"), new Uint8Array());
  Deno.truncateSync(dir.at("image"), 400 * MIB);
  if (
    run(`mkfs.${kind}`, "-q", dir.at("image")) && run("mount", "-o", "loop", dir.at("image"), path)
  ) {
    return {
      path,
      [Symbol.dispose]: () => {
        run("umount", path) || run("umount", "-l", path);
        dir[Symbol.dispose]();
      },
    };
  }
  dir[Symbol.dispose]();
  return undefined;
}

function canMount(kind: string): boolean {
  using disk = mounted(kind);
  return disk !== undefined;
}

/** Bytes that a disk has given away. */
function taken(path: string): number {
  run("sync", "-f", path);
  const { blocks, bfree, bsize } = statfsSync(path);
  return (blocks - bfree) * bsize;
}

for (const kind of ["btrfs", "xfs"]) {
  const ignore = !canMount(kind);
  Deno.test({
    name: `blocks: ${kind} is found to share blocks; what moved or was copied takes nothing`,
    ignore,
    fn: async () => {
      using disk = mounted(kind);
      if (disk === undefined) return;
      using w = new ShareWorld({ reflink: undefined } as never, disk.path);
      const path = join(disk.path, "probe");
      assert(sharesBlocks({ fs: denoFs, monotonic: () => performance.now(), path }));
      for (let i = 0; i < 20; i++) w.put(`photos/${i}`, noise(i, MIB));
      await w.backup();
      const before = taken(disk.path);
      w.move("photos", "pictures");
      const moved = await w.backup();
      assertEquals([
        moved.summary.files_moved,
        moved.summary.bytes_added,
        moved.summary.bytes_shared,
      ], [20, 0, 20 * MIB]);
      for (let i = 0; i < 10; i++) {
        Deno.copyFileSync(join(w.source, `pictures/${i}`), join(w.source, `copy ${i}`));
      }
      const copied = await w.backup();
      assertEquals(copied.summary.bytes_added, 0);
      assertEquals(w.nlink("pictures/0"), 1);
      const grown = taken(disk.path) - before;
      assert(grown < 4 * MIB, `the disk took ${grown} bytes`);
      assertEquals(await w.wrongStates(), []);
    },
  });

  Deno.test({
    name: `blocks: ${kind}, trees shuffled at random, and dedupe of what was stored twice`,
    ignore,
    fn: async () => {
      using disk = mounted(kind);
      if (disk === undefined) return;
      for (const tree of KINDS) {
        using w = new ShareWorld({ reflink: undefined } as never, disk.path);
        const shuffle = new Shuffle(w, tree, 5, true);
        shuffle.plant(25);
        for (let i = 0; i < 5; i++) {
          shuffle.shuffle();
          await w.backup(i < 2 ? { share: "never" } : {});
        }
        const { errors } = dedupe(enginePorts(), {
          root: w.vault,
          given: w.vault,
          host: "test",
          pid: Deno.pid,
          dryRun: false,
          mode: "auto",
        });
        assertEquals(errors, 0);
        assertEquals(await w.wrongStates(), []);
      }
    },
  });
}

Deno.test("blocks: a disk without them is found to have none", () => {
  using dir = tempDir();
  const fs = {
    ...denoFs,
    copyFile: (from: string, to: string) => Deno.writeFileSync(to, Deno.readFileSync(from)),
  };
  assertEquals(
    sharesBlocks({ fs, monotonic: () => performance.now(), path: dir.at("probe") }),
    false,
  );
  assertEquals([...Deno.readDirSync(dir.path)], []);
});

/**
 * A disk on which each call takes its time: `copyMiB` for each MiB that is copied, and `call` for the rest of a copy. The
 * first copy of what was written waits until that is flushed, `flushMiB` for each MiB.
 */
function timedDisk(
  { writeMiB, copyMiB, call, look = 0, flushMiB = 0 }:
    & Record<"writeMiB" | "copyMiB" | "call", number>
    & { look?: number; flushMiB?: number },
): { fs: FileSystem; monotonic: () => number; brought: () => number } {
  let now = 0;
  let bytes = 0;
  let waiting = 0;
  const fs: FileSystem = {
    ...denoFs,
    lstat: (path) => {
      now += look;
      return denoFs.lstat(path);
    },
    open: (path, options) => {
      const file = denoFs.open(path, options);
      const write = (piece: Uint8Array): number => {
        now += writeMiB * piece.length / MIB;
        bytes += piece.length;
        waiting += piece.length;
        return file.write(piece);
      };
      return new Proxy(file, {
        get: (on, key) => {
          if (key === "write") return write;
          const value: unknown = Reflect.get(on, key);
          return typeof value === "function" ? value.bind(on) : value;
        },
      });
    },
    copyFile: (from, to) => {
      denoFs.copyFile(from, to);
      const { size } = denoFs.lstat(from);
      now += call + copyMiB * size / MIB + flushMiB * waiting / MIB;
      waiting = 0;
      bytes += size;
    },
  };
  return { fs, monotonic: () => now, brought: () => bytes };
}

for (
  const [what, times, shares] of [
    ["a disk that copies, on a machine that is kept from writing", {
      writeMiB: 40,
      copyMiB: 0.6,
      call: 0.06,
    }, false],
    ["a disk that copies", { writeMiB: 0.6, copyMiB: 0.5, call: 0.06 }, false],
    ["a disk that shares", { writeMiB: 0.6, copyMiB: 0, call: 0.04 }, true],
    ["a disk that shares and compresses, on a busy machine", {
      writeMiB: 25,
      copyMiB: 0.02,
      call: 0.05,
    }, true],
    ["a share of the network whose server copies by itself", {
      writeMiB: 9,
      copyMiB: 1,
      call: 8,
    }, false],
    ["a disk far away that copies", { writeMiB: 80, copyMiB: 160, call: 20, look: 5 }, false],
    ["a slow disk that shares, on a machine that is busy just then", {
      writeMiB: 0.6,
      copyMiB: 0,
      call: 0.04,
      look: 2,
      flushMiB: 30,
    }, true],
    ["a disk far away that shares", { writeMiB: 80, copyMiB: 0, call: 30, look: 5 }, true],
  ] as const
) {
  Deno.test(`blocks: ${what} is ${shares ? "" : "not "}taken for one that shares blocks`, () => {
    using dir = tempDir();
    assertEquals(sharesBlocks({ ...timedDisk(times), path: dir.at("probe") }), shares);
    assertEquals([...Deno.readDirSync(dir.path)], []);
  });
}

Deno.test("blocks: a disk far away that copies is told by one MiB, copied twice", () => {
  using dir = tempDir();
  const disk = timedDisk({ writeMiB: 80, copyMiB: 160, call: 20, look: 5 });
  assertEquals(sharesBlocks({ ...disk, path: dir.at("probe") }), false);
  assertEquals(disk.brought(), 3 * MIB);
});

Deno.test("blocks: what a lane of another thread found out is the run's", () => {
  const { vaults: [vault] } = backupRequest("/s", ["/v"]);
  assert(vault !== undefined);
  const run = new BackupRun(enginePorts(), backupRequest("/s", ["/v"]), vault);
  for (const blocks of [undefined, false, true]) {
    run.add(Object.assign(new VaultTally(), { blocks }));
  }
  assertEquals(run.blocks, false);
});
