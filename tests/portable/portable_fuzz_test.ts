import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import "../helpers/seed.ts";
import { HikaeError } from "../../src/base/errors.ts";
import type { FileHandle } from "../../src/base/fs.ts";
import { sha256 } from "../../src/platform/hash.ts";
import { sortNames } from "../../src/portable/names.ts";
import { OrderCheck } from "../../src/portable/names.ts";
import { readDocument, readHeader, type SnapshotDocument } from "../../src/portable/reader.ts";
import { SnapshotSource } from "../../src/portable/source.ts";
import { dirEntry, documentOf, fileEntry, inTemp, linkEntry } from "./portable_support.ts";
import { restore, take, testPorts, treeOf } from "./portable_support.ts";

/** A file in memory that gives at most `most` bytes at a time. */
function memoryFile(bytes: Uint8Array, most = Infinity): FileHandle {
  let at = 0;
  const no = (): never => {
    throw new Error("not here");
  };
  return {
    read: (buffer) => {
      const piece = bytes.subarray(at, at + Math.min(buffer.length, most));
      buffer.set(piece);
      at += piece.length;
      return piece.length;
    },
    seek: (position) => void (at = position),
    write: no,
    stat: no,
    utime: no,
    truncate: no,
    sync: no,
    syncLater: no,
    tryLock: no,
    close: () => {},
  };
}

function read(bytes: Uint8Array, whole: boolean, most?: number): SnapshotDocument {
  const options = { name: "f", ...(whole ? { newHash: sha256 } : {}) };
  return readDocument(new SnapshotSource(memoryFile(bytes, most)), options, {});
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const SMALL = documentOf([
  dirEntry("d\u00e9"),
  fileEntry("d\u00e9/a", "hello"),
  fileEntry("d\u00e9/b", ""),
  fileEntry("e\n", "more content"),
  linkEntry("l", "e"),
]);

/** Reading ends, and if badly, then with `damaged` (or the advice to update). */
function endsWell(bytes: Uint8Array): boolean {
  for (const whole of [true, false]) {
    try {
      read(bytes, whole);
    } catch (error) {
      if (!(error instanceof HikaeError)) throw error;
      assert(error.id === "damaged" || error.message.includes("newer"), error.message);
    }
  }
  return true;
}

Deno.test("a file cut at any byte is refused", () => {
  const bytes = utf8(JSON.stringify(SMALL));
  read(bytes, true);
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.slice(0, length);
    for (const whole of [true, false]) {
      assertEquals(assertThrows(() => read(cut, whole), HikaeError).id, "damaged");
    }
  }
});

Deno.test("a byte of a content or a hash that is changed is noticed", () => {
  const text = JSON.stringify(SMALL);
  for (const match of text.matchAll(/"(content|hash)":"([^"]+)"/g)) {
    for (let i = 0; i < (match[2] ?? "").length; i++) {
      const bytes = utf8(text);
      const start = utf8(text.slice(0, match.index)).length + (match[1] ?? "").length + 4;
      bytes[start + i] = bytes[start + i] === 0x41 ? 0x42 : 0x41;
      assertThrows(() => read(bytes, true), HikaeError);
    }
  }
});

Deno.test("however the bytes arrive, the same is read", () => {
  const bytes = utf8(JSON.stringify(SMALL, undefined, 1));
  const expected = read(bytes, true);
  for (const most of [1, 2, 3, 5, 7, 64]) {
    assertEquals(read(bytes, true, most), expected);
    assertEquals(read(bytes, false, most), expected);
  }
});

Deno.test("no mutation of a document makes the reader hang or fail otherwise", () => {
  const whole = utf8(JSON.stringify(SMALL));
  const edit = fc.record({
    at: fc.nat(whole.length - 1),
    remove: fc.nat(20),
    insert: fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc.constantFrom(
        '"',
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "=",
        "null",
        "-0",
        "1e999",
        "\\ud800",
        "../",
      ).map(utf8),
    ),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let bytes: number[] = [...whole];
      for (const { at, remove, insert } of edits) {
        bytes = [...bytes.slice(0, at), ...insert, ...bytes.slice(at + remove)];
      }
      return endsWell(Uint8Array.from(bytes));
    }),
    { numRuns: 1000 },
  );
  fc.assert(fc.property(fc.json(), (json) => endsWell(utf8(json))), { numRuns: 300 });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), endsWell), { numRuns: 300 });
});

Deno.test("any value under any key is refused or harmless", () => {
  const keys = ["path", "type", "size", "mode", "mtime", "hash", "content", "target", "x"];
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
      const entry = { ...fileEntry("a", "hello"), [key]: value };
      return endsWell(utf8(JSON.stringify(documentOf([entry]))));
    }),
    { numRuns: 500 },
  );
  const top = ["format", "version", "created", "target", "hash", "entries", "summary"];
  fc.assert(
    fc.property(fc.constantFrom(...top), fc.jsonValue(), (key, value) => {
      const bytes = utf8(JSON.stringify({ ...SMALL, [key]: value }));
      try {
        readHeader(new SnapshotSource(memoryFile(bytes)), "f");
      } catch (error) {
        assert(error instanceof HikaeError);
      }
      return endsWell(bytes);
    }),
    { numRuns: 300 },
  );
});

Deno.test("the order check agrees with a model that remembers everything", () => {
  const name = fc.constantFrom("a", "a!", "b", "B", "\u00e9");
  const entry = fc.record({
    path: fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
    type: fc.constantFrom("file", "dir", "link"),
  });
  fc.assert(fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
    const check = new OrderCheck();
    const accepted = entries.every((e) =>
      check.next(e.path, e.type as "file" | "dir" | "link") === undefined
    );
    return accepted === model(entries);
  }));
});

/** True when the paths are in order and each has its directory. */
function model(entries: { path: string; type: string }[]): boolean {
  const types = new Map<string, string>();
  let last = "";
  for (const { path, type } of entries) {
    const parent = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : undefined;
    if (parent !== undefined && types.get(parent) !== "dir") return false;
    // the separator sorts before every character of a name
    const key = path.replaceAll("/", "\0");
    if (key <= last) return false;
    last = key;
    types.set(path, type);
  }
  return true;
}

Deno.test("any tree comes back as it was", async () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 })
    .filter((n) => !/[/\0]|^\.\.?$|^[A-Za-z]:|^\\/.test(n) && !n.split("\\").includes(".."));
  const file = fc.uint8Array({ maxLength: 64 });
  const tree = fc.dictionary(name, fc.oneof(file, fc.dictionary(name, file, { maxKeys: 4 })), {
    maxKeys: 6,
    noNullPrototype: true,
  });
  await fc.assert(
    fc.asyncProperty(tree, async (tree) => {
      await inTemp(async (dir) => {
        Deno.mkdirSync(`${dir}/src`);
        for (const [name, value] of Object.entries(tree)) {
          if (value instanceof Uint8Array) Deno.writeFileSync(`${dir}/src/${name}`, value);
          else {
            Deno.mkdirSync(`${dir}/src/${name}`);
            for (const [n, v] of Object.entries(value)) {
              Deno.writeFileSync(`${dir}/src/${name}/${n}`, v as Uint8Array);
            }
          }
        }
        const ports = testPorts();
        const taken = await take(ports, `${dir}/src`, `${dir}/s`);
        await restore(ports, taken.path, `${dir}/out`);
        assertEquals(ports.messages, []);
        assertEquals(treeOf(`${dir}/out`), treeOf(`${dir}/src`));
      });
    }),
    { numRuns: 40 },
  );
  assertEquals(sortNames([{ name: "b" }, { name: "a" }])[0]?.name, "a");
});
