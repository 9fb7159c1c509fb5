/** Holes of the source are holes in the vault, in what is restored and repaired, and in what a portable snapshot brings back. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { writeWithHoles } from "../../src/base/sparse.ts";
import { run } from "../helpers/cli_helper.ts";
import { chanceFrom } from "../faults/suites.ts";
import { restoreHere } from "../helpers/restore_helper.ts";
import { noise, ShareWorld } from "./world.ts";

const MIB = 1 << 20;

/** A file of 64 MiB with three pieces of data in it. */
function putSparse(w: ShareWorld, name: string): void {
  const at = w.put(name, "");
  using file = Deno.openSync(at, { write: true });
  for (const [piece, position] of [[1, 0], [2, 20 * MIB + 4096], [3, 40 * MIB + 123]] as const) {
    file.seekSync(position, Deno.SeekMode.Start);
    file.writeSync(noise(piece, 9000));
  }
  file.truncateSync(64 * MIB + 5);
  file.utimeSync(1_600_000_000, 1_600_000_000);
}

function taken(path: string): number {
  return (Deno.lstatSync(path).blocks ?? 0) * 512;
}

function assertSparse(path: string): void {
  assertEquals(Deno.lstatSync(path).size, 64 * MIB + 5);
  assert(taken(path) < MIB, `${path} takes ${taken(path)} bytes`);
}

Deno.test({
  name: "holes: a file with holes keeps them in the vault, restored, and repaired",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using w = new ShareWorld();
    putSparse(w, "sparse");
    // one that is read whole into memory
    Deno.truncateSync(w.put("small", noise(1, 100)), 3 * MIB);
    Deno.utimeSync(join(w.source, "small"), 1_600_000_000, 1_600_000_000);
    const { summary } = await w.backup();
    // what the disk took: the four blocks or fewer that each piece touches
    assert(Number(summary.bytes_added) < 100_000, `${summary.bytes_added}`);
    assertEquals(Number(summary.bytes_added) + Number(summary.bytes_shared), 67 * MIB + 5);
    assertSparse(join(w.vault, "sparse"));
    assert(taken(join(w.vault, "small")) < 100_000);
    await restoreHere(w.vault, w.dir.at("r"), {});
    assertSparse(w.dir.at("r", "sparse"));
    assert(taken(w.dir.at("r", "small")) < 100_000);
    assertEquals(await w.wrongStates(), []);
    Deno.removeSync(join(w.vault, "sparse"));
    const { code } = await run(["verify", w.vault, "--repair"]);
    assertEquals(code, 0);
    assertSparse(join(w.vault, "sparse"));
    assertEquals(await w.wrongStates(), []);
  },
});

Deno.test({
  name: "holes: a portable snapshot brings them back",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using w = new ShareWorld();
    putSparse(w, "sparse");
    const snapshots = w.dir.at("snapshots");
    const take = [
      "snapshot",
      "take",
      "--target-directory",
      w.source,
      "--snapshots-directory",
      snapshots,
    ];
    assertEquals((await run(take)).code, 0);
    const [file] = [...Deno.readDirSync(snapshots)];
    const restore = [
      "snapshot",
      "restore",
      "--snapshot-file",
      join(snapshots, file?.name ?? ""),
      "--output-directory",
      w.dir.at("r"),
    ];
    assertEquals((await run(restore)).code, 0);
    assertSparse(w.dir.at("r", "sparse"));
    assertEquals(
      Deno.readFileSync(w.dir.at("r", "sparse")),
      Deno.readFileSync(join(w.source, "sparse")),
    );
  },
});

Deno.test("holes: what is written in pieces with holes reads as it was, whatever the pieces are", () => {
  const chance = chanceFrom(7);
  for (let trial = 0; trial < 500; trial++) {
    const data = new Uint8Array(chance(60_000));
    for (let at = 0; at < data.length; at += chance(12_000)) {
      if (chance(2) === 0) data.set(noise(trial, Math.min(chance(9000), data.length - at)), at);
      if (at === 0) at++;
    }
    const got = new Uint8Array(data.length);
    let position = 0;
    const file = {
      write: (b: Uint8Array): number => (got.set(b, position), position += b.length, b.length),
      seek: (to: number): void => void (position = to),
    };
    for (let at = 0; at < data.length;) {
      const piece = data.subarray(at, at + 1 + chance(20_000));
      writeWithHoles(file, piece, at);
      position = at += piece.length;
    }
    assertEquals(got, data);
  }
});

Deno.test("holes: zeros take no room wherever the pieces that they come in begin and end", () => {
  const size = 1 << 20;
  for (const piece of [1000, 4097, 131_000]) {
    let wrote = 0;
    const file = { write: (b: Uint8Array): number => b.length, seek: (): void => {} };
    for (let at = 0; at < size; at += piece) {
      wrote += writeWithHoles(file, new Uint8Array(Math.min(piece, size - at)), at);
    }
    // what is not a whole block of the file's first one
    assert(wrote <= 4096, `${wrote} bytes written in pieces of ${piece}`);
  }
});
