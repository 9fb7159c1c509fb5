import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import {
  dirEntry,
  documentOf,
  fileEntry,
  inTemp,
  linkEntry,
  restore,
  testPorts,
  treeOf,
} from "./portable_support.ts";

type Json = Record<string, unknown>;

async function refused(
  dir: string,
  text: string | Uint8Array,
  says: string,
): Promise<void> {
  if (typeof text === "string") Deno.writeTextFileSync(`${dir}/s.json`, text);
  else Deno.writeFileSync(`${dir}/s.json`, text);
  const error = await assertRejects(
    () => restore(testPorts(), `${dir}/s.json`, `${dir}/out`),
    HikaeError,
  );
  assertEquals([error.id, error.exit], ["damaged", 1]);
  assertStringIncludes(error.message, says);
  assertEquals(error.message.startsWith("read s.json: "), true);
  assertEquals([...Deno.readDirSync(dir)].map((e) => e.name), ["s.json"]);
}

const good = fileEntry("good", "good");

const HOSTILE_PATHS: [string, string][] = [
  ["../up", '".."'],
  ["a/../../up", '".."'],
  ["..", '".."'],
  [".", '"."'],
  ["a/./b", '"."'],
  ["/etc/passwd", "absolute"],
  ["//server/share", "absolute"],
  ["", "empty"],
  ["a//b", "empty component"],
  ["a/", "empty component"],
  ["C:/Windows/x", "drive letter"],
  ["c:x", "drive letter"],
  ["C:\\Windows\\x", "drive letter"],
  ["\\Windows\\x", "absolute on Windows"],
  ["\\\\server\\share\\x", "absolute on Windows"],
  ["..\\up", '".." on Windows'],
  ["a\\..\\..\\up", '".." on Windows'],
  ["nul\0byte", "NUL"],
  ["lone\ud800", "Unicode"],
  ["x".repeat(40_000), "too long"],
];

Deno.test("a path that leads elsewhere is refused and nothing is written", async () => {
  await inTemp(async (dir) => {
    for (const [path, says] of HOSTILE_PATHS) {
      await refused(dir, JSON.stringify(documentOf([good, fileEntry(path, "evil")])), says);
      await refused(dir, JSON.stringify(documentOf([good, linkEntry(path, "good")])), says);
    }
  });
});

Deno.test("entries that contradict each other are refused", async () => {
  const cases: [Json[], string][] = [
    [[good, good], "there twice"],
    [[dirEntry("a"), fileEntry("a", "")], "there twice"],
    [[dirEntry("a"), fileEntry("a/x", ""), dirEntry("a")], "there twice"],
    [[dirEntry("a"), fileEntry("a/x", ""), fileEntry("a/x", "y")], "there twice"],
    [[fileEntry("a", ""), fileEntry("a/x", "")], "not a directory"],
    [[linkEntry("a", "/etc"), fileEntry("a/x", "")], "not a directory"],
    [[fileEntry("a/x", "")], "its directory"],
    [[dirEntry("a"), dirEntry("b"), fileEntry("a/x", "")], "its directory"],
    [[fileEntry("b", ""), fileEntry("a", "")], "out of order"],
  ];
  await inTemp(async (dir) => {
    for (const [entries, says] of cases) {
      await refused(dir, JSON.stringify(documentOf(entries)), says);
    }
  });
});

Deno.test("an entry of the wrong shape is refused", async () => {
  const without = (key: string): Json =>
    Object.fromEntries(Object.entries(good).filter(([k]) => k !== key));
  const cases: [Json, string][] = [
    [{ ...good, hash: "0".repeat(64) }, "does not match its hash"],
    [{ ...good, hash: String(good.hash).toUpperCase() }, "does not match its hash"],
    [{ ...good, content: "Z29vZA" }, "not Base64"],
    [{ ...good, content: "Z29vZB==" }, "not Base64"],
    [{ ...good, content: "Z29v ZA==" }, "not Base64"],
    [{ ...good, content: "Z29v\nZA==" }, "not Base64"],
    [{ ...good, content: "Z2==vZA=" }, "not Base64"],
    [{ ...good, content: "Z29_ZA==" }, "not Base64"],
    [{ ...good, content: 7 }, "expected"],
    [{ ...good, size: 5 }, "another size"],
    [{ ...good, size: -4 }, "not a count"],
    [{ ...good, size: 4.5 }, "not a count"],
    [{ ...good, size: 1e300 }, "not a count"],
    [{ ...good, size: "4" }, "expected"],
    [{ ...good, mode: "rwx" }, "octal"],
    [{ ...good, mode: 420 }, "expected"],
    [{ ...good, mtime: "yesterday" }, "RFC 3339"],
    [{ ...good, mtime: "2026-13-45T00:00:00Z" }, "RFC 3339"],
    [{ ...good, type: "device" }, "not a type"],
    [{ ...good, type: "dir" }, "has content"],
    [{ ...good, type: "link", target: "x" }, "has content"],
    [{ ...good, target: "x" }, "link target"],
    [{ ...linkEntry("l", "x"), target: "" }, "leads nowhere"],
    [{ ...linkEntry("l", "x"), target: "a\0b" }, "leads nowhere"],
    [{ path: "l", type: "link" }, "leads nowhere"],
    [without("path"), "must precede"],
    [without("type"), "must precede"],
    [without("size"), "must precede"],
    [{ ...without("size"), size: 4 }, "must precede"],
    [{ path: "f", type: "file", hash: "" }, '"content" is missing'],
    [without("content"), '"content" is missing'],
    [without("hash"), '"hash" is missing'],
    [{ content: good.content, ...without("content") }, "must precede"],
  ];
  await inTemp(async (dir) => {
    for (const [entry, says] of cases) {
      await refused(dir, JSON.stringify(documentOf([entry])), says);
    }
  });
});

Deno.test("a document of the wrong shape is refused", async () => {
  const whole = documentOf([good]);
  const text = JSON.stringify(whole);
  const summary = whole.summary as Json;
  const cases: [string, string][] = [
    ["", "ends too early"],
    ["null", '"{" expected'],
    ["[]", '"{" expected'],
    ["{}", "not a portable snapshot"],
    ["\ufeff" + text, '"{" expected'],
    [text + "{}", "follows the end"],
    [text.slice(0, -1), "ends too early"],
    [JSON.stringify({ ...whole, format: "other" }), "not a portable"],
    [JSON.stringify({ ...whole, version: 0 }), "version"],
    [JSON.stringify({ ...whole, hash: "md5" }), "sha256"],
    [JSON.stringify({ ...whole, created: 7 }), "expected"],
    [JSON.stringify({ ...whole, entries: {} }), '"[" expected'],
    [JSON.stringify({ ...whole, entries: [7] }), '"{" expected'],
    [JSON.stringify({ ...whole, summary: undefined }), '"summary" is missing'],
    [JSON.stringify({ ...whole, entries: undefined }), '"entries" is missing'],
    [JSON.stringify({ ...whole, summary: { ...summary, files: 2 } }), "there are 1"],
    [JSON.stringify({ ...whole, summary: { ...summary, bytes: 5 } }), "there are 4"],
    [JSON.stringify({ ...whole, summary: { ...summary, links: undefined } }), 'no "links"'],
    [text.replace('"type"', '"path":"other","type"'), "is there twice"],
    [text.replace('"entries":[', '"x":' + "[".repeat(100) + ',"entries":['), "nested too deeply"],
    [text.replace('"mode"', `"${"x".repeat(300_000)}":1,"mode"`), "too long"],
    [text.replace('"good"', '"go\nod"'), "not valid JSON"],
    [text.replace('"good"', '"go\\xod"'), "not valid JSON"],
    [text.replace("[{", "[,{"), '"{" expected'],
    [text.replace("}]", "},]"), '"{" expected'],
  ];
  await inTemp(async (dir) => {
    for (const [text, says] of cases) await refused(dir, text, says);
    const bytes = new TextEncoder().encode(text.replace("good", "g\u00e9od"));
    bytes[bytes.indexOf(0xc3)] = 0xff;
    await refused(dir, bytes, "not valid JSON");
  });
});

Deno.test("a newer version is refused with the advice to update", async () => {
  await inTemp(async (dir) => {
    Deno.writeTextFileSync(`${dir}/s.json`, JSON.stringify({ ...documentOf([good]), version: 2 }));
    const error = await assertRejects(
      () => restore(testPorts(), `${dir}/s.json`, `${dir}/out`),
      HikaeError,
      "newer",
    );
    assertEquals(error.hint, "use a newer hikae");
  });
});

Deno.test("white space, other orders of keys and unknown keys are no obstacle", async () => {
  await inTemp(async (dir) => {
    const { entries, summary, ...head } = documentOf([
      dirEntry("d"),
      { x: { y: [null, true, -1.5e3, "z"] }, ...fileEntry("d/f", "f") },
      linkEntry("d/l", "f"),
    ]);
    const turned = { note: ["by hand"], summary, ...head, entries };
    Deno.writeTextFileSync(`${dir}/s.json`, JSON.stringify(turned, undefined, "\t\r\n "));
    const result = await restore(testPorts(), `${dir}/s.json`, `${dir}/out`);
    assertEquals([result.files, result.links, result.errors], [1, 1, 0]);
    assertEquals(Deno.readTextFileSync(`${dir}/out/d/l`), "f");
  });
});

Deno.test("links in the output are replaced or refused, never followed", async () => {
  await inTemp(async (dir) => {
    Deno.mkdirSync(`${dir}/precious`);
    Deno.writeTextFileSync(`${dir}/precious/f`, "precious");
    Deno.mkdirSync(`${dir}/out/taken/x`, { recursive: true });
    Deno.symlinkSync(`${dir}/precious`, `${dir}/out/d`);
    Deno.symlinkSync(`${dir}/precious/f`, `${dir}/out/f`);
    Deno.symlinkSync(`${dir}/precious/new`, `${dir}/out/g`);
    Deno.writeTextFileSync(`${dir}/out/l`, "old");
    const entries = [
      dirEntry("d"),
      dirEntry("d/e"),
      fileEntry("d/f", "evil"),
      linkEntry("d/l", "x"),
      fileEntry("f", "restored"),
      fileEntry("g", "restored"),
      linkEntry("l", "f"),
      fileEntry("taken", "x"),
      linkEntry("z", "/etc/passwd"),
    ];
    Deno.writeTextFileSync(`${dir}/s.json`, JSON.stringify(documentOf(entries)));
    const before = treeOf(`${dir}/precious`);
    const ports = testPorts();
    const result = await restore(ports, `${dir}/s.json`, `${dir}/out`);
    assertEquals(treeOf(`${dir}/precious`), before);
    assertEquals(Deno.readLinkSync(`${dir}/out/d`), `${dir}/precious`);
    assertEquals(Deno.lstatSync(`${dir}/out/f`).isSymlink, false);
    assertEquals(Deno.readTextFileSync(`${dir}/out/g`), "restored");
    assertEquals(Deno.readLinkSync(`${dir}/out/l`), "f");
    assertEquals(Deno.readLinkSync(`${dir}/out/z`), "/etc/passwd");
    assertEquals([result.files, result.links, result.errors], [2, 2, 2]);
    assertEquals(ports.messages.map((m) => m.path).sort(), ["d", "taken"]);
    assert(![...Deno.readDirSync(`${dir}/out`)].some((e) => e.name.includes("hikae")));
  });
});

Deno.test("set-id bits are not given to whoever restores", async () => {
  await inTemp(async (dir) => {
    const entries = [{ ...fileEntry("f", "#!"), mode: "6755" }, { ...dirEntry("g"), mode: "2775" }];
    Deno.writeTextFileSync(`${dir}/s.json`, JSON.stringify(documentOf(entries)));
    await restore(testPorts(), `${dir}/s.json`, `${dir}/out`);
    assertEquals(Deno.lstatSync(`${dir}/out/f`).mode! & 0o7777, 0o755);
    assertEquals(Deno.lstatSync(`${dir}/out/g`).mode! & 0o7777, 0o775);
  });
});

Deno.test("a full disk stops a restore and leaves no half file", async () => {
  await inTemp(async (dir) => {
    const entries = [fileEntry("a", "a"), fileEntry("b", "b")];
    Deno.writeTextFileSync(`${dir}/s.json`, JSON.stringify(documentOf(entries)));
    let writes = 0;
    const ports = testPorts({
      ...denoFs,
      open: (path, options) => {
        const handle = denoFs.open(path, options);
        const write = handle.write.bind(handle);
        handle.write = (data): number => {
          if (++writes > 1) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
          return write(data);
        };
        return handle;
      },
    });
    await assertRejects(
      () => restore(ports, `${dir}/s.json`, `${dir}/out`),
      HikaeError,
      "the disk is full",
    );
    assertEquals([...Deno.readDirSync(`${dir}/out`)].map((e) => e.name), ["a"]);
  });
});
