/** A record that damage made one line (zeros, after the power went): its bytes are gone over once, not once for each piece. */

import { assert, assertEquals } from "@std/assert";
import { readLines } from "../../src/base/io.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { sha256 } from "../../src/platform/hash.ts";
import { readEnd, readLastLine } from "../../src/vault/record_read.ts";
import { tempDir } from "../helpers/cli_helper.ts";

const SIZE = 4 << 20;

/** How many bytes are copied from one array to another, and units of text gone over for line ends, while `work` is done. */
function handled(work: () => void): number {
  const arrays = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
  const { set } = arrays;
  const { split } = String.prototype;
  let count = 0;
  arrays.set = function (this: Uint8Array, from: ArrayLike<number>, at?: number): void {
    count += from.length;
    set.call(this, from, at);
  };
  String.prototype.split = function (this: string, ...by: Parameters<typeof split>): string[] {
    count += this.length;
    return split.apply(this, by);
  } as typeof split;
  try {
    work();
  } finally {
    arrays.set = set;
    String.prototype.split = split;
  }
  return count;
}

Deno.test("a record that is one line of zeros is read in one go", () => {
  using dir = tempDir();
  const path = dir.at("record");
  Deno.writeFileSync(path, new Uint8Array(SIZE));
  const last = handled(() => assertEquals(readLastLine(denoFs, path), undefined));
  const end = handled(() => assertEquals(readEnd(denoFs, sha256, path).bad, 1));
  const lines = handled(() => assertEquals([...readLines(denoFs, path)].length, 1));
  for (const count of [last, end, lines]) assert(count <= 2 * SIZE, `${last} ${end} ${lines}`);
});

Deno.test("what stands before and after a line of zeros is read as it is", () => {
  using dir = tempDir();
  const path = dir.at("record");
  const summary = '{"kind":"summary","time":"2026-01-01T00:00:00.000Z","stamp":"20260101_000000"}';
  const zeros = "\0".repeat(200_000);
  Deno.writeTextFileSync(path, `head\n${zeros}\n${summary}\n`);
  assertEquals(readLastLine(denoFs, path), summary);
  const whole = readEnd(denoFs, sha256, path);
  assertEquals([whole.finished, whole.bad, whole.last], [true, 1, summary]);
  assertEquals([...readLines(denoFs, path)].map((l) => l.text), ["head", zeros, summary]);
  Deno.writeTextFileSync(path, `head\n${summary}\n${zeros}`);
  assertEquals(readLastLine(denoFs, path), undefined);
  const cut = readEnd(denoFs, sha256, path);
  assertEquals([cut.finished, cut.bad, cut.last], [false, 1, undefined]);
});
