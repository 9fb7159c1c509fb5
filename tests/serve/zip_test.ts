/** The zip of a folder: what readers of the format find in it. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromUtf8, utf8 } from "../../src/base/bytes.ts";
import type { PathEntry } from "../../src/base/vault_questions.ts";
import { crc32 } from "../../src/platform/crc32.ts";
import { centralHeader, descriptor, localHeader, zipEnd } from "../../src/serve/zip_format.ts";
import { type ZipInput, zipStream } from "../../src/serve/zip_stream.ts";
import { serverOf, visitor } from "./fake_vault.ts";

const MTIME = new Date("2026-11-20T10:00:07Z");
const GIB = 2 ** 30;

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const text of texts) yield utf8(text);
}

async function zipOf(...inputs: ZipInput[]): Promise<Uint8Array<ArrayBuffer>> {
  const entries = (async function* (): AsyncGenerator<ZipInput> {
    yield* inputs;
  })();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of zipStream(entries, crc32)) parts.push(part);
  return await new Response(new Blob(parts)).bytes();
}

/** The entries of a zip as its directory at the end tells of them. */
function read(zip: Uint8Array<ArrayBuffer>): { name: string; text: string; time: number }[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  const end = zip.length - 22;
  assertEquals(view.getUint32(end, true), 0x06054b50);
  let at = view.getUint32(end + 16, true);
  return Array.from({ length: view.getUint16(end + 10, true) }, () => {
    assertEquals(view.getUint32(at, true), 0x02014b50);
    const [nameLength, extra] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
    const name = fromUtf8(zip.subarray(at + 46, at + 46 + nameLength));
    const time = view.getUint32(at + 46 + nameLength + 5, true);
    const [crc, size] = [view.getUint32(at + 16, true), view.getUint32(at + 24, true)];
    const local = view.getUint32(at + 42, true);
    assertEquals(view.getUint32(local, true), 0x04034b50);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const content = zip.subarray(start, start + size);
    assertEquals(crc32(content, 0), crc, `the CRC of ${name}`);
    at += 46 + nameLength + extra;
    return { name, text: fromUtf8(content), time };
  });
}

Deno.test("zip: names, contents, empty files and directories are read back with their times", async () => {
  const seconds = MTIME.getTime() / 1000;
  const long = "x".repeat(300_000);
  const zip = await zipOf(
    { name: "d/", mtime: MTIME, size: 0 },
    { name: "d/ä.txt", mtime: MTIME, size: 5, content: pieces("he", "llo") },
    { name: "d/empty", mtime: MTIME, size: 0, content: pieces() },
    { name: "long", mtime: MTIME, size: long.length + 1, content: pieces("y", long) },
  );
  assertEquals(read(zip), [
    { name: "d/", text: "", time: seconds },
    { name: "d/ä.txt", text: "hello", time: seconds },
    { name: "d/empty", text: "", time: seconds },
    { name: "long", text: `y${long}`, time: seconds },
  ]);
});

Deno.test("zip: a content that is shorter or longer than told breaks it off before its directory", async () => {
  for (const size of [4, 6]) {
    const entry = { name: "a", mtime: MTIME, size, content: pieces("hello") };
    await assertRejects(() => zipOf(entry), Error, "shorter");
  }
});

Deno.test("zip: sizes, places and counts too large for the old fields stand in the new ones", () => {
  const head = { name: "big", mtime: MTIME, size: 5 * GIB };
  const local = new DataView(localHeader(head).buffer);
  assertEquals([local.getUint16(4, true), local.getUint32(22, true)], [45, 0xffffffff]);
  const after = new DataView(descriptor({ size: 5 * GIB, crc: 7 }).buffer);
  assertEquals([after.byteLength, after.getBigUint64(8, true)], [24, BigInt(5 * GIB)]);
  const central = new DataView(centralHeader({ ...head, crc: 7, offset: 6 * GIB }).buffer);
  const extra = 46 + head.name.length;
  assertEquals([central.getUint16(extra, true), central.getUint16(extra + 2, true)], [1, 24]);
  const numbers = [4, 12, 20].map((at) => Number(central.getBigUint64(extra + at, true)));
  assertEquals(numbers, [5 * GIB, 5 * GIB, 6 * GIB]);
  const small = new DataView(zipEnd(3, 10, 20).buffer);
  assertEquals([small.byteLength, small.getUint32(16, true)], [22, 10]);
  const end = new DataView(zipEnd(70_000, 6 * GIB, 20).buffer);
  assertEquals(end.getUint32(0, true), 0x06064b50);
  const told = [24, 32, 40, 48, 56 + 8].map((at) => Number(end.getBigUint64(at, true)));
  assertEquals(told, [70_000, 70_000, 20, 6 * GIB, 6 * GIB + 20]);
  assertEquals(end.getUint16(end.byteLength - 12, true), 0xffff);
});

Deno.test("zip: what is older or newer than the format knows gets its nearest time", () => {
  const day = (time: string): number =>
    new DataView(localHeader({ name: "a", mtime: new Date(time), size: 1 }).buffer)
      .getUint16(12, true);
  assertEquals(day("1969-01-01T00:00:00Z"), 0x21);
  assert(day("2107-12-30T12:00:00Z") < day("2300-01-01T00:00:00Z"));
});

Deno.test("zip: files whose names would be one when unpacked have one each", async () => {
  const files = {
    "C:/f": utf8("drive"),
    "C_/f": utf8("plain"),
    "a\\b": utf8("one"),
    "a_b": utf8("two"),
    "a_b_": utf8("three"),
    "d/x\\y/z": utf8("four"),
    "d/x_y": utf8("five"),
  };
  const visit = await visitor(serverOf({ files }));
  const zip = read(await (await visit("/v/0/zip/latest")).bytes());
  assertEquals(zip.map(({ name, text }) => `${name}=${text}`), [
    "C_/=",
    "C_/f=drive",
    "C__/=",
    "C__/f=plain",
    "a_b=one",
    "a_b_=two",
    "a_b__=three",
    "d/=",
    "d/x_y/=",
    "d/x_y/z=four",
    "d/x_y_=five",
  ]);
});

Deno.test("zip: what it cannot hold is named in a file that drives no terminal and has a line each", async () => {
  const server = serverOf({ files: { "a": utf8("x") } });
  const ask: typeof server.ask = async (vault, question, asked) => {
    const answer = await server.ask(vault, question, asked);
    if (question !== "tree") return answer;
    const { entries } = answer as { entries: PathEntry[] };
    const links = ["l\x1b[31m", "m\nn"].flatMap((path) =>
      entries.map((e) => ({ ...e, path, name: path, type: "link" as const }))
    );
    return { entries: [...entries, ...links] } as typeof answer;
  };
  const visit = await visitor({ ...server, ask });
  const zip = read(await (await visit("/v/0/zip/latest")).bytes());
  assertEquals(zip.map(({ name, text }) => `${name}=${text}`), [
    "a=x",
    "hikae-left-out.txt=l\\e[31m (link)\nm\\nn (link)\n",
  ]);
});
