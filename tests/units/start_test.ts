/** What a call reads before it begins: Deno reads all that a file's imports name, also those that are never met. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { createHash } from "node:crypto";
import { compiledSha256, SHA256_CODE, sha256Small } from "../../src/base/sha256.ts";
import { oneCommand, SPECS } from "../../src/cli/one_command.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { sha256, sha256Of } from "../../src/platform/hash.ts";
import { sha256Code } from "../../tools/lib/sha256_code.ts";

const ROOT = new URL("../../", import.meta.url);

/** What `deno info` says of a module. */
interface Told {
  specifier: string;
  /** With `code` where it is read to run, also where that is put off; types are not. */
  dependencies?: { code?: { specifier: string } }[];
}

/** The modules of hikae that Deno reads for a file, as paths below the checkout. */
async function readFor(file: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", fromFileUrl(new URL(file, ROOT))],
    cwd: fromFileUrl(ROOT),
    env: { NO_COLOR: "1" },
  }).output();
  const { modules }: { modules: Told[] } = JSON.parse(new TextDecoder().decode(stdout));
  const told = new Map(modules.map((m) => [m.specifier, m]));
  const read = new Set([new URL(file, ROOT).href]);
  // a set goes on to what is added while it is gone through
  for (const specifier of read) {
    for (const { code } of told.get(specifier)?.dependencies ?? []) {
      if (code?.specifier.startsWith(ROOT.href)) read.add(code.specifier);
    }
  }
  return [...read].map((s) => s.slice(ROOT.href.length));
}

Deno.test("a call reads next to nothing but its command, and a thread no text and no other command", async () => {
  const main = await readFor("src/cli/main.ts");
  assert(main.length < 70, `main: ${main.length}`);
  assertEquals(main.filter((m) => /^src\/(engine|vault|text\/(en|ja)\/|cli\/vault)/.test(m)), []);
  const threads = {
    "engine/list": 118,
    "engine/backup": 208,
    "lane/backup": 161,
    "lane/scout": 161,
  };
  for (const [entry, most] of Object.entries(threads)) {
    const read = await readFor(`src/workers/${entry}.ts`);
    assert(read.length < most, `${entry}: ${read.length}`);
    assertEquals(read.filter((m) => m.startsWith("src/text/en/")), []);
    // what other commands do
    assertEquals(read.filter((m) => /engine\/(adopt|import|restore|maintain)\//.test(m)), []);
  }
  const backup = await readFor("src/cli/backup/cmd_backup.ts");
  assert(backup.length < 100, `backup: ${backup.length}`);
  assertEquals(backup.filter((m) => /^src\/plugins|\/config_load.ts$/.test(m)), []);
  const state = await readFor("src/workers/state.ts");
  assert(state.length < 40, `state: ${state.length}`);
});

Deno.test("each command is found without the table, as it stands in it", async () => {
  assertEquals(Object.keys(SPECS).sort(), COMMANDS.map((c) => c.name).sort());
  for (const command of COMMANDS) {
    assertEquals((await oneCommand(command.name)) === command, true, command.name);
  }
  assertEquals(await oneCommand("toString"), undefined);
});

Deno.test("the hash of a little data is the system's, in one piece and in several", () => {
  const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * 37) >> 1);
  for (const n of [...Array(140).keys(), 1000, 4095, 4096, 20_000, 70_000]) {
    const data = bytes(n);
    const expected = createHash("sha256").update(data).digest("hex");
    assertEquals(sha256Small(data), expected, `${n}`);
    assertEquals(sha256Of(data), expected, `${n}`);
    const pieces = sha256();
    for (let at = 0; at < n; at += 999) pieces.update(data.subarray(at, at + 999));
    assertEquals(pieces.hex(), expected, `${n}`);
  }
  assertEquals(sha256Of("å"), createHash("sha256").update("å").digest("hex"));
});

Deno.test("the machine code of SHA-256 is what its source says, and hashes as the system does", () => {
  assertEquals(SHA256_CODE, sha256Code().toBase64());
  const hashed = compiledSha256();
  assert(hashed !== undefined);
  const edges = [64, 128, 65_536, 131_072].flatMap((n) => [n - 9, n - 8, n - 1, n, n + 1]);
  for (const n of [...Array(140).keys(), ...edges, 1_000_000]) {
    const data = Uint8Array.from({ length: n }, (_, i) => (i * 61) >> 2);
    assertEquals(hashed(data), createHash("sha256").update(data).digest("hex"), `${n}`);
  }
});

Deno.test("a thread hashes the same by each of the three ways, and where the system has no memory for the second", async () => {
  const told = new URL("../helpers/hash_ways.ts", import.meta.url).href;
  const ways = async (memory: boolean): Promise<string[]> => {
    const code = `
      ${memory ? "" : "WebAssembly.Instance = class { constructor() { throw new RangeError(); } };"}
      const { hashedByAll } = await import(${JSON.stringify(told)});
      console.log(JSON.stringify(hashedByAll()));`;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", code],
      cwd: fromFileUrl(ROOT),
      env: { NO_COLOR: "1" },
    }).output();
    return JSON.parse(new TextDecoder().decode(stdout));
  };
  const piece = Uint8Array.from({ length: 1000 }, (_, i) => i >> 1);
  const expected = Array(6000).fill(createHash("sha256").update(piece).digest("hex"));
  assertEquals(await ways(true), expected);
  assertEquals(await ways(false), expected);
});
