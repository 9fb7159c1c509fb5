/** A record that damage made one line (zeros, after the power went): its bytes are gone over once, not once for each piece. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { LONGEST_LINE, readLines, readTextIfAny } from "../../src/base/io.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { vaultPorts } from "../../src/engine/ports.ts";
import { sha256, sha256Of } from "../../src/platform/hash.ts";
import { readEnd, readLastLine } from "../../src/vault/record_read.ts";
import { MOST_OF_INFO } from "../../src/vault/vault_json.ts";
import { openVault } from "../../src/vault/vault.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";
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

Deno.test("a line longer than any is none, and is not kept in memory", () => {
  using dir = tempDir();
  const path = dir.at("record");
  const head = new TextEncoder().encode("head\n");
  const summary = (pad: number): Uint8Array<ArrayBuffer> =>
    new TextEncoder().encode(`{"kind":"summary","pad":"${"x".repeat(pad)}"}\n`);
  const whole = new Uint8Array([...head, ...summary(100_000)]);
  Deno.writeFileSync(path, whole);
  assertEquals(readEnd(denoFs, sha256, path).finished, true);
  const long = summary(LONGEST_LINE + (1 << 19));
  Deno.writeFileSync(path, head);
  Deno.writeFileSync(path, long, { append: true });
  const end = readEnd(denoFs, sha256, path);
  assertEquals([end.finished, end.bytes], [false, head.length + long.length]);
  assertEquals(end.sha256, sha256Of(Deno.readFileSync(path)));
  assertEquals(readLastLine(denoFs, path), undefined);
  const lines = [...readLines(denoFs, path)].map((l) => l.text.length);
  assert(lines.every((length) => length < LONGEST_LINE), `${lines}`);
  assertEquals(readTextIfAny(denoFs, path, 10)?.startsWith("head\n"), true);
  assert((readTextIfAny(denoFs, path, 10)?.length ?? 0) < 20);
});

Deno.test("a vault.json that is larger than any is damaged, and is not read whole", async () => {
  using dir = tempDir();
  Deno.mkdirSync(dir.at("source"));
  const vault = dir.at("vault");
  await backUp(dir.at("source"), [vault]);
  const path = `${vault}/.$META$/vault.json`;
  const info = Deno.readTextFileSync(path);
  openVault(vaultPorts(enginePorts()), vault);
  Deno.writeTextFileSync(path, `${" ".repeat(MOST_OF_INFO)}${info}`);
  const error = assertThrows(() => openVault(vaultPorts(enginePorts()), vault), HikaeError);
  assertEquals(error.id, "bad_vault");
});
