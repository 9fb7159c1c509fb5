/**
 * `--attributes` on macOS: what `xattr` and `ls` print is read, what `xattr`, `chmod` and `chflags` are given is written.
 * Recorded: the dump is what Apple's own xattr.c prints (compiled on Linux, where names begin with `user.`), the lines of
 * `ls` follow Apple's print.c. The round trip at the end runs on a real macOS alone.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import type { AttributeSet } from "../../src/base/attributes.ts";
import { fromUtf8, utf8 } from "../../src/base/bytes.ts";
import { DumpReader } from "../../src/base/getfattr.ts";
import {
  AskedPaths,
  LsReader,
  macosWords,
  xattrName,
  XattrReader,
} from "../../src/base/macos_attributes.ts";
import { MacosHelper } from "../../src/cli/attributes/macos.ts";
import { makeTree, run, summary, tempDir, write } from "../helpers/cli_helper.ts";

const PATHS = ["a", "b: c", "new\nline", "d", "", "l -> x", "é"];

const DUMP = `./a: user.one:
00000000  68 65 6C 6C 6F 20 77 6F 72 6C 64 2C 20 6C 6F 6E  |hello world, lon|
00000010  67 20 65 6E 6F 75 67 68 20 66 6F 72 20 74 77 6F  |g enough for two|
00000020
./b: c: user.bin:
00000000  00 0A 3A FF                                      |..:.|
00000004
./new
line: user.empty:
00000000
./d: user.odd: n=é:
00000000  31                                               |1|
00000001
.: com.apple.provenance:
00000000  01 02 00                                         |...|
00000003
`;

const LIST = `drwxr-xr-x@ 3   -               96 Nov 29 19:23 .
-rw-r--r--@ 1   hidden,uchg      32 Nov 29 19:23 ./a
-rw-r--r--+ 1   compressed        1 Nov 29  2024 ./b: c
 0: user:jane doe deny delete,writeextattr
 1: group:staff inherited allow read,write,append
 2: 1C5D8B3E-4F0A-4B0E-9F51-0E6A2B8C7D90 allow read
-rw-r--r--  1   -                 1 Nov 29 19:23 ./new\\012line
drwxr-xr-x+ 2   -                64 Jan  1 00:00 ./d
 0: group:everyone allow list,search,file_inherit,directory_inherit
lrwxr-xr-x  1   nodump            9 Nov 29 19:23 ./l -> x -> y -> z
-rw-r--r--  1   opaque            9 Nov 29 19:23 ./\\303\\251
`;

interface WhatIsRead {
  found: Record<string, AttributeSet>;
  bad: number;
  tooLong: readonly string[];
}

/** What is read of both, in pieces of `size` bytes. */
function read(dump: string, list: string, size = 1 << 20): WhatIsRead {
  const asked = new AskedPaths();
  asked.add(PATHS);
  const found: Record<string, Record<string, string>> = {};
  const put = (path: string, name: string, value: string): void => {
    (found[path] ??= {})[name] = value;
  };
  const readers = [
    [new XattrReader(asked, put), utf8(dump)],
    [new LsReader(asked, put), utf8(list)],
  ] as const;
  for (const [reader, bytes] of readers) {
    for (let at = 0; at < bytes.length; at += size) reader.take(bytes.subarray(at, at + size));
    reader.end();
  }
  return { found, bad: readers[0][0].bad + readers[1][0].bad, tooLong: readers[0][0].tooLong };
}

const base64 = (text: string): string => utf8(text).toBase64();

const FOUND: Record<string, AttributeSet> = {
  "a": {
    "macos.xattr.user.one": base64("hello world, long enough for two"),
    "macos.flags": base64("hidden,uchg"),
  },
  "b: c": {
    "macos.xattr.user.bin": new Uint8Array([0, 10, 58, 255]).toBase64(),
    "macos.acl": base64(
      "user:jane doe:deny delete,writeextattr\ngroup:staff:allow read,write,append,inherited\n" +
        "1C5D8B3E-4F0A-4B0E-9F51-0E6A2B8C7D90 allow read",
    ),
  },
  "new\nline": { "macos.xattr.user.empty": "" },
  "d": {
    "macos.xattr.user.odd:\\040n\\075\\303\\251": base64("1"),
    "macos.acl": base64("group:everyone:allow list,search,file_inherit,directory_inherit"),
  },
  "l -> x": { "macos.flags": base64("nodump") },
  "é": { "macos.flags": base64("opaque") },
};

Deno.test("attributes of macOS: what xattr and ls print is the same in pieces of any size, odd names and all", () => {
  for (const size of [1, 7, 64, 1 << 20]) {
    assertEquals(read(DUMP, LIST, size), { found: FOUND, bad: 0, tooLong: [] }, String(size));
  }
});

Deno.test("attributes of macOS: what makes no sense is counted and never becomes an attribute", () => {
  const dumps = [
    "./other: user.a:\n00000000  31                                               |1|\n00000001\n",
    "./a: user.a:\n00000000  31                                               |1|\n00000002\n",
    "./a: user.a:\n00000010  31                                               |1|\n00000011\n",
    "./a: user.a:\n00000000  31                                               |1|\n",
    "./a: \n00000000\n",
    "00000000\n",
  ];
  for (const dump of dumps) {
    const { found, bad } = read(dump, "");
    assertEquals([found, bad > 0], [{}, true], dump);
  }
  const lists = [
    "-rw-r--r--  1   uchg   1 Nov 29 19:23 ./other\n",
    "-rw-r--r--  1   uchg   1 Nov 29 19:23 ./a -> b\n",
    " 0: user:jane allow read\n",
    "ls: ./a: No\n",
    "-rw-r--r--  1   -   1 Nov 29 19:23 ./a\n 0: user:jane allow read;rm\n",
  ];
  for (const list of lists) {
    const { found, bad } = read("", list);
    assertEquals([found, bad > 0], [{}, true], list);
  }
});

Deno.test("attributes of macOS: a value over 128 KiB is named, and the ones after it are read", () => {
  const line = (at: number): string =>
    `${at.toString(16).toUpperCase().padStart(8, "0")}  ${"41 ".repeat(16)} |${"A".repeat(16)}|\n`;
  let long = "./a: com.apple.ResourceFork:\n";
  for (let at = 0; at < (1 << 17) + 16; at += 16) long += line(at);
  long += "00020010\n";
  const { found, bad, tooLong } = read(long + DUMP, "");
  assertEquals([bad, tooLong], [0, ["a: com.apple.ResourceFork"]]);
  assert(found["a"] !== undefined && !("macos.xattr.com.apple.ResourceFork" in found["a"]));
});

const words = (list: readonly Uint8Array[]): string[] => list.map(fromUtf8);

Deno.test("attributes of macOS: words are whole, none is empty, and what makes no sense becomes none", () => {
  const all = macosWords("-r", {
    "macos.xattr.-w": "",
    "macos.xattr.user.bin": "AAo=",
    "macos.acl": base64("user:jane doe:deny delete\ngroup:staff:allow read,inherited"),
    "macos.flags": base64("uchg"),
  });
  assertEquals(words(all.xattr), ["-w", " ", "./-r", "user.bin", "000a", "./-r"]);
  assertEquals(words(all.aclClear), ["./-r"]);
  assertEquals(words(all.acl), [
    ...["0", "user:jane doe:deny delete", "./-r"],
    ...["1", "group:staff:allow read,inherited", "./-r"],
  ]);
  assertEquals(words(all.flags), ["uchg,nouappnd,nohidden,dump,noopaque", "./-r"]);
  for (
    const wrong of [
      { "user.a": "MQ==" },
      { "macos.flags": base64("schg") },
      { "macos.flags": base64("constructor") },
      { "macos.acl": base64("-R allow read") },
      { "macos.acl": base64("user:jane:allow read\n") },
      { "macos.acl": base64("user:jane:allow read/etc") },
    ]
  ) assertThrows(() => macosWords("a", wrong), RangeError, undefined, JSON.stringify(wrong));
  assertEquals(fromUtf8(xattrName("macos.xattr.odd:\\040n\\075\\303\\251")), "odd: n=é");
});

/** Stand-ins that print what is there to be printed, and write down what they were given. */
function standIns(
  dir: ReturnType<typeof tempDir>,
): Record<"xattr" | "ls" | "chmod" | "chflags", string> {
  const log = dir.at("log");
  write(dir.at("dump"), DUMP);
  write(dir.at("list"), LIST);
  const script = (name: string, body: string): string => {
    const path = dir.at(name);
    write(path, `#!/bin/sh\n${body}\n`);
    Deno.chmodSync(path, 0o755);
    return path;
  };
  const note = (name: string): string => `printf '%s|' ${name} "$@" >> '${log}'; echo >> '${log}'`;
  return {
    xattr: script(
      "xattr",
      `if [ "$1" = -l ]; then [ $# -gt 4 ] && cat '${dir.at("dump")}'; exit 0; fi\n${
        note("xattr")
      }`,
    ),
    ls: script("ls", `[ $# -gt 1 ] && cat '${dir.at("list")}'; exit 0`),
    chmod: script("chmod", note("chmod")),
    chflags: script("chflags", note("chflags")),
  };
}

Deno.test({
  name:
    "attributes of macOS: the programs are handed names by xargs, and work in the order that keeps all",
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    using dir = tempDir();
    makeTree(dir.at("t"), { "a": "1" });
    const programs = { xargs: "/usr/bin/xargs", ...standIns(dir) };
    const reading = MacosHelper.reading(programs, dir.at("t"), 1);
    await reading.answer({ do: "read", feed: 0, paths: PATHS });
    const { bytes, ...told } = await reading.answer({ do: "readEnd", feed: 0 });
    assertEquals(told, { complaints: [], broken: false, tooLong: [] });
    const dump = new DumpReader();
    const entries = [...dump.take(bytes ?? new Uint8Array()), ...dump.end()];
    assertEquals(Object.fromEntries(entries.map((e) => [e.path, e.attributes])), FOUND);
    assertEquals(dump.bad, 0);

    const writing = MacosHelper.writing(programs, dir.at("t"));
    await writing.answer({ do: "set", entries });
    await writing.answer({
      do: "remove",
      entries: [
        { path: "a", name: "macos.xattr.gone" },
        { path: "é", name: "macos.acl" },
        { path: "new\nline", name: "macos.flags" },
      ],
    });
    assertEquals(await writing.answer({ do: "setEnd" }), { complaints: [], broken: false });
    await writing.answer({ do: "readEnd", feed: 0 });
    await writing.finish([], []);
    // GNU's xargs starts a program once for no words at all, which macOS' does not
    const lines = Deno.readTextFileSync(dir.at("log")).split("\n").filter((l) => l.includes("./"));
    const clear = "nouchg,nouappnd,nohidden,dump,noopaque";
    assertEquals(lines.filter((l) => !l.startsWith("line")), [
      "xattr|-d|-s|--|gone|./a|",
      `xattr|-w|-s|-x|--|user.one|${utf8("hello world, long enough for two").toHex()}|./a|`,
      "xattr|-w|-s|-x|--|user.bin|000a3aff|./b: c|",
      "xattr|-w|-s|-x|--|user.empty| |./new",
      "xattr|-w|-s|-x|--|user.odd: n=é|31|./d|",
      "chmod|-h|-N|./b: c|",
      "chmod|-h|-N|./d|",
      "chmod|-h|-N|./é|",
      "chmod|-h|+a#|0|user:jane doe:deny delete,writeextattr|./b: c|",
      "chmod|-h|+a#|1|group:staff:allow read,write,append,inherited|./b: c|",
      "chmod|-h|+a#|2|1C5D8B3E-4F0A-4B0E-9F51-0E6A2B8C7D90 allow read|./b: c|",
      "chmod|-h|+a#|0|group:everyone:allow list,search,file_inherit,directory_inherit|./d|",
      "chflags|-h|uchg,nouappnd,hidden,dump,noopaque|./a|",
      "chflags|-h|nouchg,nouappnd,nohidden,nodump,noopaque|./l -> x|",
      "chflags|-h|nouchg,nouappnd,nohidden,dump,opaque|./é|",
      `chflags|-h|${clear}|./new`,
    ]);
  },
});

Deno.test({
  name: "attributes of macOS: a backup keeps them, and a restore gives them back (a real macOS)",
  ignore: Deno.build.os !== "darwin",
  async fn(): Promise<void> {
    using dir = tempDir();
    const [source, vault, target] = [dir.at("s"), dir.at("v"), dir.at("t")];
    makeTree(source, { "plain.txt": "1", "sub dir": { "ü & b": "2", "new\nline": "3" } });
    const sh = (script: string, cwd = source): string => {
      const { success, stdout, stderr } = new Deno.Command("/bin/sh", {
        args: ["-c", script],
        cwd,
        env: { LC_ALL: "C" },
      }).outputSync();
      if (!success) throw new Error(`${script}: ${fromUtf8(stderr)}`);
      return fromUtf8(stdout);
    };
    sh(`
      xattr -w -x user.bin "00 0a 3a ff" plain.txt && xattr -w 'odd name=x' 1 'sub dir/ü & b'
      xattr -w user.empty '' 'sub dir/new
line' && xattr -w user.dir d 'sub dir'
      chmod +a 'everyone deny chown' plain.txt && chmod +a 'group:staff allow read' plain.txt
      chmod +a 'everyone allow list,search,file_inherit,directory_inherit' 'sub dir'
      chflags hidden plain.txt && chflags nodump 'sub dir/ü & b' && ln -s plain.txt link
      xattr -w -s user.link l link`);
    const told = (root: string): string =>
      sh(
        "find . -print0 | sort -z | xargs -0 xattr -l -v -x -s | grep -v provenance; " +
          "find . -print0 | sort -z | xargs -0 ls -ldgoBeO | sed 's/[A-Z][a-z][a-z] .* \\.//'",
        root,
      );
    const kept = await run(["backup", source, vault, "--attributes", "--json"]);
    assertEquals([kept.code, summary(kept).attributes_failed], [0, 0], kept.stderr);
    const again = await run(["backup", source, vault, "--attributes", "--json"]);
    assertEquals(again.code, 0, again.stderr);
    const done = await run(["restore", vault, "--to", target, "--attributes", "--json"]);
    assertEquals([done.code, summary(done).attributes_refused], [0, 0], done.stderr);
    assertEquals(told(target), told(source));
    // in place: what the state did not have goes, what it had comes back
    sh("xattr -w user.new n plain.txt; xattr -d user.bin plain.txt; chmod -N plain.txt", target);
    const back = ["restore", vault, "--to", target, "--attributes", "--overwrite", "if-changed"];
    assertEquals((await run([...back, "--json"])).code, 0);
    assertEquals(told(target), told(join(source)));
  },
});
