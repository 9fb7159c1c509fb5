/** A large file that changes a little: on disks that share blocks only the pieces that differ are written. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { FileHandle, FileSystem } from "../../src/base/fs.ts";
import { PIECE } from "../../src/engine/backup/copy/block_wise.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tempDir } from "../helpers/cli_helper.ts";
import { backUp } from "../helpers/engine_helper.ts";
import { noise, ShareWorld } from "./world.ts";

const LARGE = 9 << 20;

/** A disk that tells how many bytes were written into files of a megabyte and more. */
function counting(): { fs: FileSystem; bytes: () => number } {
  let bytes = 0;
  const counted = (file: FileHandle): FileHandle => {
    const write = file.write.bind(file);
    file.write = (data) => {
      const n = write(data);
      if (file.stat().size >= 1 << 20) bytes += n;
      return n;
    };
    return file;
  };
  return {
    fs: { ...denoFs, open: (path, o) => counted(denoFs.open(path, o)) },
    bytes: () => bytes,
  };
}

interface Edit {
  name: string;
  /** What the file becomes. */
  make: (old: Uint8Array) => Uint8Array;
  /** Pieces that differ. */
  pieces: number;
}

function changed(old: Uint8Array, ...at: number[]): Uint8Array {
  const next = old.slice();
  for (const i of at) next[i] = (next[i] ?? 0) ^ 0x5a;
  return next;
}

const EDITS: readonly Edit[] = [
  { name: "one byte at its start", make: (o) => changed(o, 0), pieces: 1 },
  { name: "one byte at its end", make: (o) => changed(o, o.length - 1), pieces: 1 },
  {
    name: "both sides of the limit of a piece, and of what is read at once",
    make: (o) => changed(o, PIECE - 1, PIECE, (1 << 20) - 1, 1 << 20, (4 << 20) - 1, 4 << 20),
    pieces: 6,
  },
  {
    name: "a little is added",
    make: (o) => new Uint8Array([...o.subarray(), ...noise(77, 1000)]),
    pieces: 1,
  },
  { name: "it becomes shorter", make: (o) => o.slice(0, o.length - 3 * PIECE - 5), pieces: 1 },
  {
    name: "a stretch becomes zeros",
    make: (o) => {
      const next = o.slice();
      next.fill(0, 2 * PIECE, 5 * PIECE);
      return next;
    },
    pieces: 3,
  },
  { name: "nothing but its time", make: (o) => o, pieces: 0 },
];

for (const size of [LARGE, 2 << 20]) {
  Deno.test({
    name: `block-wise: of a file of ${size >> 20} MiB only the pieces that differ are written`,
    ignore: Deno.build.os === "windows",
    async fn(): Promise<void> {
      using w = new ShareWorld({ reflink: true });
      let content = noise(1, size);
      w.put("disk.img", content);
      Deno.chmodSync(join(w.source, "disk.img"), 0o440);
      await w.backup();
      let time = 1_600_000_100;
      for (const { name, make, pieces } of EDITS) {
        content = make(content);
        Deno.chmodSync(join(w.source, "disk.img"), 0o640);
        w.put("disk.img", content, time += 100);
        Deno.chmodSync(join(w.source, "disk.img"), 0o440);
        const { fs, bytes } = counting();
        const { summary, errors } = await w.backup({}, fs);
        assertEquals(errors, [], name);
        assert(bytes() <= pieces * PIECE, `${name}: ${bytes()} bytes for ${pieces} pieces`);
        assertEquals(summary.bytes_added, bytes(), name);
        assertEquals(summary.bytes_shared, pieces === 0 ? 0 : content.length - bytes(), name);
        assertEquals(summary.files_changed, pieces === 0 ? 0 : 1, name);
        const there = Deno.lstatSync(join(w.vault, "disk.img"));
        assertEquals([(there.mode ?? 0) & 0o777, there.mtime?.getTime()], [0o440, time * 1000]);
      }
      assertEquals(await w.wrongStates(), []);
    },
  });
}

Deno.test({
  name: "block-wise: a copy in the vault that rotted is no part of the new version",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    using w = new ShareWorld({ reflink: true });
    const content = noise(2, LARGE);
    w.put("f", content);
    await w.backup();
    const copy = join(w.vault, "f");
    const { mtime } = Deno.lstatSync(copy);
    Deno.writeFileSync(copy, changed(content, 3 * PIECE));
    Deno.utimeSync(copy, mtime ?? 0, mtime ?? 0);
    const next = changed(content, 10);
    w.put("f", next, 1_600_000_100);
    const { summary } = await w.backup();
    assertEquals(summary.bytes_added, 2 * PIECE);
    assertEquals(Deno.readFileSync(copy), next);
  },
});

Deno.test({
  name: "block-wise: what stands in the copy's place, or fails to be copied, is written whole",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    using w = new ShareWorld({ reflink: true });
    const content = noise(3, LARGE);
    w.put("f", content);
    await w.backup();
    const next = changed(content, 10);
    w.put("f", next, 1_600_000_100);
    const fs: FileSystem = {
      ...denoFs,
      copyFile: () => {
        throw Object.assign(new Error("not here"), { code: "ENOTSUP" });
      },
    };
    const { summary, errors } = await w.backup({}, fs);
    assertEquals([errors, summary.bytes_added], [[], LARGE]);
    assertEquals(await w.wrongStates(), []);
  },
});

function sh(command: string): string {
  const { success, stdout, stderr } = new Deno.Command("sh", { args: ["-c", command] })
    .outputSync();
  if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

Deno.test({
  name: "block-wise: on a real btrfs a large file takes what differs and no more",
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  async fn(t): Promise<void> {
    using dir = tempDir();
    const [image, disk] = [dir.at("image"), dir.at("disk")];
    Deno.mkdirSync(disk);
    try {
      sh(`truncate -s 600M ${image} && mkfs.btrfs -q ${image} && mount -o loop ${image} ${disk}`);
    } catch (error) {
      await t.step({ name: `no btrfs can be mounted here: ${error}`, ignore: true, fn: () => {} });
      return;
    }
    try {
      const [source, vault] = [dir.at("s"), join(disk, "v")];
      Deno.mkdirSync(source);
      const size = 64 << 20;
      const content = noise(4, size);
      const put = (bytes: Uint8Array, time: number): void => {
        Deno.writeFileSync(join(source, "vm.img"), bytes);
        Deno.utimeSync(join(source, "vm.img"), time, time);
      };
      put(content, 1_600_000_000);
      await backUp(source, [vault], { reflink: true }, { hours: 1 });
      const places = Array.from({ length: 40 }, (_, i) => i * 1_600_000 + 17);
      const next = changed(content, ...places);
      put(next, 1_600_000_100);
      const { messages } = await backUp(source, [vault], { reflink: true }, { hours: 2 });
      const pieces = new Set(places.map((p) => Math.floor(p / PIECE))).size * PIECE;
      const summary = messages.findLast((m) => m.message_type === "summary");
      assert(Number(summary?.["bytes_added"]) <= pieces, JSON.stringify(summary));
      assertEquals(Deno.readFileSync(join(vault, "vm.img")), next);
      sh(`sync -f ${disk}`);
      // what this version alone has on the disk
      const used = sh(`btrfs filesystem du --raw -s ${vault}/vm.img`).trim().split("\n").at(-1) ??
        "";
      const own = Number(used.trim().split(/\s+/)[1]);
      assert(own <= pieces * 1.1, `${own} bytes for ${pieces}`);
      assert(own > 0, used);
    } finally {
      sh(`umount ${disk}`);
    }
  },
});
