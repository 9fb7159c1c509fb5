/** The tar of bundles against GNU tar, bsdtar and Python's, and the reader against what is no tar. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import "../helpers/seed.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { padding, type TarEntry } from "../../src/bundle/tar.ts";
import { TarReader } from "../../src/bundle/tar_read.ts";
import { headerLength, headerOf, TAR_END } from "../../src/bundle/tar_write.ts";
import { tempDir } from "../helpers/cli_helper.ts";

const entry = (path: string, type: TarEntry["type"], more: Partial<TarEntry> = {}): TarEntry => ({
  path,
  type,
  size: 0,
  mtime: 1_795_000_000_123,
  mode: type === "dir" ? 0o755 : 0o644,
  uid: 0,
  gid: 0,
  target: "",
  ...more,
});

/** An archive; the content of a file is its path over and over. */
function archive(entries: readonly TarEntry[]): Uint8Array<ArrayBuffer> {
  const parts = entries.flatMap((e) => [
    headerOf(e),
    contentOf(e),
    new Uint8Array(padding(e.size)),
  ]);
  return new Uint8Array(
    [...parts, TAR_END].reduce<number[]>((all, p) => (all.push(...p), all), []),
  );
}

function contentOf({ path, size }: TarEntry): Uint8Array {
  const bytes = new TextEncoder().encode(path);
  return Uint8Array.from({ length: size }, (_, i) => bytes[i % bytes.length] ?? 0);
}

/** What the reader finds, fed in pieces. */
function read(bytes: Uint8Array, piece: number): { entries: TarEntry[]; contents: number[][] } {
  const entries: TarEntry[] = [];
  const contents: number[][] = [];
  const reader = new TarReader({
    begin: () => void contents.push([]),
    data: (part) => void contents.at(-1)?.push(...part),
    end: (e) => void entries.push(e),
  });
  for (let at = 0; at < bytes.length; at += piece) reader.feed(bytes.subarray(at, at + piece));
  reader.finish();
  return { entries, contents };
}

const LONG = "d".repeat(90);
const ODD: TarEntry[] = [
  entry(".", "dir", { mode: 0o700 }),
  entry("plain.txt", "file", { size: 9 }),
  entry("-rf", "file", { size: 1 }),
  entry("a b\tc\nd", "file", { size: 5 }),
  entry("back\\slash", "file"),
  entry("dir", "dir", { mtime: 1_600_000_000_999, mode: 0o750 }),
  entry("dir/é😀", "file", { size: 513, mtime: 1000 }),
  entry("dir/before 1970", "file", { mtime: -86_400_000 }),
  entry("dir/link", "link", { target: "../plain.txt" }),
  entry("dir/long link", "link", { target: "x/".repeat(150) + "é" }),
  entry("dir/twin", "hardlink", { target: "plain.txt" }),
  entry(LONG, "dir"),
  entry(`${LONG}/${LONG}`, "dir"),
  entry(`${LONG}/${LONG}/${"f".repeat(255)}`, "file", { size: 512 }),
  entry("ids", "file", { uid: 3_000_000, gid: 4_000_000_000 }),
  entry("mode", "file", { mode: 0o4751 }),
  entry("x".repeat(99), "dir"),
  entry("y".repeat(100), "file"),
  entry("z".repeat(101), "file"),
  entry("100%\u007f\u0001", "file"),
];

function has(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"], stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

async function unpack(program: string, args: string[], bytes: Uint8Array): Promise<void> {
  const child = new Deno.Command(program, { args, stdin: "piped", stderr: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  const done = child.output();
  await writer.write(bytes);
  await writer.close();
  const { success, stderr } = await done;
  assert(success, new TextDecoder().decode(stderr));
}

/** What lies in `dir` is what the entries say, times within `near` ms. */
function holds(dir: string, entries: readonly TarEntry[], near: number): void {
  for (const e of entries) {
    const info = Deno.lstatSync(`${dir}/${e.path}`);
    if (e.type === "link") {
      assertEquals(Deno.readLinkSync(`${dir}/${e.path}`), e.target);
      continue;
    }
    if (e.type === "hardlink") {
      assertEquals(info.ino, Deno.lstatSync(`${dir}/${e.target}`).ino);
      continue;
    }
    assertEquals(info.isDirectory, e.type === "dir", e.path);
    assert(Math.abs((info.mtime?.getTime() ?? NaN) - e.mtime) <= near, e.path);
    assertEquals((info.mode ?? 0) & 0o777, e.mode & 0o777, e.path);
    if (e.type === "file") {
      assertEquals(Deno.readFileSync(`${dir}/${e.path}`), contentOf(e), e.path);
    }
  }
}

const PYTHON = "import sys,tarfile\n" +
  "with tarfile.open(fileobj=sys.stdin.buffer,mode='r|') as t:\n" +
  "  t.extractall(sys.argv[1],numeric_owner=True)\n";

for (
  const [program, args] of [
    ["tar", (dir: string) => ["-x", "-p", "--no-same-owner", "-f", "-", "-C", dir]],
    ["bsdtar", (dir: string) => ["-x", "-p", "-o", "-f", "-", "-C", dir]],
    ["python3", (dir: string) => ["-c", PYTHON, dir]],
  ] as const
) {
  Deno.test({
    name: `bundle tar: ${program} unpacks names, links, modes and times as they were`,
    ignore: Deno.build.os === "windows" || !has(program),
    fn: async () => {
      using dir = tempDir();
      // Python sets owners where it runs as root, within the system's bounds; bsdtar leaves "." as it is
      const entries = ODD.filter(({ path }) =>
        path !== (program === "python3" ? "ids" : program === "bsdtar" ? "." : "")
      );
      await unpack(program, args(dir.path), archive(entries));
      // Python takes times through a fraction of two, which may cut the last millisecond
      holds(dir.path, entries, program === "python3" ? 1 : 0);
    },
  });
}

Deno.test("bundle tar: what is written is read, however the bytes arrive", () => {
  const bytes = archive(ODD);
  assertEquals(bytes.length % 512, 0);
  for (const piece of [1, 511, 512, 700, 1 << 20]) {
    const { entries, contents } = read(bytes, piece);
    assertEquals(entries, ODD);
    assertEquals(contents, ODD.map((e) => [...contentOf(e)]));
  }
});

Deno.test("bundle tar: any names, times, sizes and ids come back", () => {
  const name = fc.string({ unit: "binary", minLength: 1, maxLength: 200 })
    .map((s) => s.replaceAll(/[/\0]/g, "_")).filter((s) => s.isWellFormed());
  const any = fc.record({
    path: fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/")),
    size: fc.nat(2000),
    mtime: fc.integer({ min: -(8 ** 13), max: 8 ** 15 }),
    mode: fc.nat(0o7777),
    uid: fc.nat(2 ** 31),
    gid: fc.nat(2 ** 31),
  }).map((e): TarEntry => ({ ...e, type: "file", target: "" }));
  fc.assert(
    fc.property(any, (e) => assertEquals(read(archive([e]), 4096).entries, [e])),
    { numRuns: 500 },
  );
});

Deno.test("bundle tar: sizes from 8 GiB on stand in the extended header", () => {
  const large = entry("large", "file", { size: 8 ** 11 + 5 });
  const found: TarEntry[] = [];
  const reader = new TarReader({ begin: (e) => void found.push(e), data: () => {}, end: () => {} });
  reader.feed(headerOf(large));
  assertEquals(found, [large]);
});

Deno.test("bundle tar: what is cut or is no tar is damaged, and nothing is read past its end", () => {
  const bytes = archive(ODD.slice(0, 7));
  for (let cut = 0; cut < bytes.length - 512; cut += 257) {
    assertThrows(() => read(bytes.subarray(0, cut), 4096), HikaeError);
  }
  const more = new Uint8Array(bytes.length + 512).fill(7);
  more.set(bytes);
  assertEquals(read(more, 4096).entries.length, 7);
  for (const at of [0, 124, 148, 156]) {
    const other = bytes.slice();
    other[at] = (other[at] ?? 0) ^ 1;
    assertEquals(assertThrows(() => read(other, 4096), HikaeError).id, "damaged");
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(bytes.length - 1), (noise, at) => {
      const other = bytes.slice();
      other.set(noise.subarray(0, other.length - at), at);
      try {
        read(other, 700);
      } catch (error) {
        assert(error instanceof HikaeError, String(error));
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("bundles: the length of a header is known before it is written", () => {
  const more = [{ key: "SCHILY.xattr.user.a", value: Uint8Array.of(0, 255, 10) }];
  for (const e of [...ODD, entry("attributes", "file", { more })]) {
    assertEquals(headerLength(e), headerOf(e).length, e.path);
  }
});

Deno.test("bundle tar: a name with half of a pair leaves a header that can be read", () => {
  const { entries } = read(archive([entry("a\ud800b", "file"), entry("after", "file")]), 512);
  assertEquals(entries.map((e) => e.path), ["a\ufffdb", "after"]);
});
