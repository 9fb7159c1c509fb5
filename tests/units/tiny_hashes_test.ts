/** Hashes of next to nothing: made without the system's own while they are few, and the same whoever makes them. */

import { assertEquals } from "@std/assert";
import { hash } from "node:crypto";
import { sha256, sha256Of } from "../../src/platform/hash.ts";

Deno.test("hash: however many tiny things are hashed, each hash is that of its bytes", () => {
  const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n % 300 }, (_, i) => i * n);
  for (let n = 0; n < 1500; n++) {
    const expected = hash("sha256", bytes(n), "hex");
    const started = sha256();
    started.update(bytes(n));
    assertEquals([sha256Of(bytes(n)), started.hex()], [expected, expected], `${n}`);
  }
});
