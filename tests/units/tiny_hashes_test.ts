/** Hashes of next to nothing: made without the system's own while they are few, and the same whoever makes them. */

import { assertEquals } from "@std/assert";
import { hash } from "node:crypto";
import type { FileHandle } from "../../src/base/fs.ts";
import { hashRest } from "../../src/base/hash_file.ts";
import { hashMuch, sha256, sha256Of } from "../../src/platform/hash.ts";

Deno.test("hash: however many tiny things are hashed, each hash is that of its bytes", () => {
  const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n % 300 }, (_, i) => i * n);
  for (let n = 0; n < 1500; n++) {
    const expected = hash("sha256", bytes(n), "hex");
    const started = sha256();
    started.update(bytes(n));
    assertEquals([sha256Of(bytes(n)), started.hex()], [expected, expected], `${n}`);
  }
});

Deno.test("hash: all files of a thread are read into one buffer", () => {
  const buffers = new Set<ArrayBufferLike>();
  for (const text of ["a", "bc", ""]) {
    let rest = new TextEncoder().encode(text);
    const read = (into: Uint8Array): number => {
      buffers.add(into.buffer);
      into.set(rest);
      const n = rest.length;
      rest = new Uint8Array();
      return n;
    };
    const got = hashRest({ newHash: sha256, cancelled: () => false }, { read } as FileHandle);
    assertEquals(got, hash("sha256", text, "hex"));
  }
  assertEquals(buffers.size, 1);
});

Deno.test("hash: where much is to be hashed each hash is that of its bytes, in one piece or in many", () => {
  hashMuch();
  for (const n of [0, 1, 4095, 4096, 65_535, 65_536, 262_143, 262_144, 262_145, 5_000_000]) {
    const bytes = Uint8Array.from({ length: n }, (_, i) => i * 31 + n);
    const expected = hash("sha256", bytes, "hex");
    const started = sha256();
    for (let at = 0; at < n; at += 100_003) started.update(bytes.subarray(at, at + 100_003));
    assertEquals([sha256Of(bytes), started.hex()], [expected, expected], `${n}`);
    // it may be asked for again, and takes nothing back
    hashMuch();
  }
});
