/** The names and files of a vault: written and read again, and nothing else taken for them. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import "../helpers/seed.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { type Stamp, stampOf } from "../../src/base/stamp.ts";
import { compareUtf8, utf8Length } from "../../src/base/bytes.ts";
import { sha256, sha256Of } from "../../src/platform/hash.ts";
import { escapeName, needsEscape, unescapeName } from "../../src/vault/line.ts";
import {
  directoryHash,
  formatMetadata,
  parseMetadata,
  sortByName,
} from "../../src/vault/metadata.ts";
import {
  isPast,
  type MarkKind,
  markOf,
  META,
  mirrorName,
  ownName,
  parseMark,
  pastKind,
  storedMark,
} from "../../src/vault/names.ts";
import { formatNames, parseNames } from "../../src/vault/names_file.ts";
import {
  formatLine,
  parseHead,
  parseLine,
  recordFile,
  recordStamp,
} from "../../src/vault/record.ts";
import { packScanRow } from "../../src/vault/pieced_row.ts";
import { PackedRow, type ScanEntry, ScanTable } from "../../src/vault/scan_row.ts";
import { knownRead } from "../../src/engine/backup/compare/scan_entry.ts";
import type { SourceEntry } from "../../src/engine/source/source_dir.ts";
import { formatVaultInfo, parseVaultInfo, type VaultInfo } from "../../src/vault/vault_json.ts";

/** Names as file systems have them: anything but a slash and a zero. */
const plain = fc.string({ unit: "binary", minLength: 1, maxLength: 60 })
  .filter((s) => s.isWellFormed() && !/[/\0]/.test(s) && s !== "." && s !== "..");
const nasty = fc.constantFrom(
  ...[
    "a\nb",
    "\r",
    "\\",
    "\\n",
    "\t",
    "a\tb",
    "$OLD@x",
    ".$DEL@20260101_000000$y",
    "~",
    " ",
    "日本",
    "\n",
  ],
  ...[META, `${META}$`, "metadata.txt", "$LNK$", "$LNK$x", "é", "e\u0301", "😀", "x".repeat(255)],
);
const name = fc.oneof({ weight: 3, arbitrary: plain }, { weight: 2, arbitrary: nasty });
const stamp = fc.integer({ min: 0, max: 4_000_000_000 }).map((s) => stampOf(s * 1000));
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => b.toHex());
const kind = fc.constantFrom<MarkKind>("old", "deleted", "link", "oldLink", "deletedLink");

Deno.test("names: a mark is read as it was written", () => {
  fc.assert(fc.property(kind, name, stamp, (k, n, s) => {
    const mark = parseMark(markOf(k, n, s));
    assertEquals(mark, k === "link" ? { kind: k, name: n } : { kind: k, stamp: s, name: n });
    assertEquals(mark !== undefined && isPast(mark), k !== "link");
  }));
});

Deno.test("names: what is no mark is none", () => {
  const none = [
    "",
    "$LNK$",
    "$OLD@",
    "$OLD@20260101_000000$",
    "$OLD@20261301_000000$a",
    "a",
    "metadata.txt",
  ];
  for (
    const n of [
      ...none,
      "$OLD@20260101_000000a",
      ".$DEL@2026$a",
      "$DEL@20260101_000000$a",
      "$old@20260101_000000$a",
    ]
  ) {
    assertEquals(parseMark(n), undefined, n);
  }
});

Deno.test("names: a stored mark fits 255 bytes, tells entries apart, and is cut at a character", () => {
  const long = fc.string({ unit: "binary", minLength: 60, maxLength: 255 })
    .filter((s) => s.isWellFormed() && !/[/\0]/.test(s) && utf8Length(s) <= 255);
  fc.assert(fc.property(kind, long, stamp, (k, n, s) => {
    const { stored, shortened } = storedMark(k, n, s, sha256Of);
    assert(utf8Length(stored) <= 255 && stored.isWellFormed());
    const full = markOf(k, n, s);
    assertEquals(shortened, utf8Length(full) > 255);
    if (!shortened) return assertEquals(stored, full);
    assertEquals(stored.slice(-17), `~${sha256Of(n).slice(0, 16)}`);
    assert(full.startsWith(stored.slice(0, -17)));
    const mark = parseMark(stored);
    assertEquals([mark?.kind, mark?.stamp], [k, k === "link" ? undefined : s]);
  }));
});

Deno.test("names: mirror names and own names are inverse, and none is the meta directory's", () => {
  fc.assert(fc.property(name, fc.nat(4), fc.boolean(), (n, more, sensitive) => {
    for (const own of [n, META + "$".repeat(more), META.toLowerCase() + "$".repeat(more)]) {
      const stored = mirrorName(own, sensitive);
      assert(sensitive ? stored !== META : stored.toLowerCase() !== META.toLowerCase());
      assertEquals(ownName(stored, sensitive), own);
    }
  }));
  assertEquals([ownName(META), ownName(".$meta$"), ownName(".$meta$", false)], [
    undefined,
    ".$meta$",
    undefined,
  ]);
  assertEquals([
    pastKind(false, false),
    pastKind(false, true),
    pastKind(true, false),
    pastKind(true, true),
  ], [
    "old",
    "deleted",
    "oldLink",
    "deletedLink",
  ]);
});

Deno.test("line: escaped and read again, on one line", () => {
  fc.assert(fc.property(name, fc.boolean(), (n, tab) => {
    const text = escapeName(n, tab);
    assert(!/[\n\r]/.test(text) && (!tab || !text.includes("\t")));
    assertEquals(unescapeName(text), n);
    assertEquals(needsEscape(n, tab), text !== n);
  }));
  for (const bad of ["\\", "\\x", "a\\"]) assertEquals(unescapeName(bad), undefined);
});

const files = fc.uniqueArray(fc.tuple(name, fc.boolean(), hash), {
  selector: ([n]) => n,
  maxLength: 12,
})
  .map((list) => new Map(list.map(([n, link, h]) => [n, link ? `link:${h}` : h])));

Deno.test("metadata: written and read again, names of every kind", () => {
  fc.assert(fc.property(files, (map) => {
    const text = formatMetadata(map, sha256);
    const read = parseMetadata(text);
    assertEquals([...read?.files ?? []].sort(), [...map].sort());
    assertEquals(read?.directoryHash, directoryHash(map, sha256));
    assertEquals(text.trimEnd().split("\n").length, map.size + 1);
  }));
});

Deno.test("metadata: very many names are put in the order of the few, however they come", () => {
  fc.assert(fc.property(fc.uniqueArray(name, { maxLength: 90 }), (names) => {
    const right = [...names].sort(compareUtf8);
    for (const given of [names, right, [...right].reverse()]) {
      const numbers = Uint32Array.from(given.keys());
      const sorted = sortByName(numbers, (i) => given[i] ?? "");
      assertEquals([...sorted].map((i) => given[i]), right);
    }
  }));
});

Deno.test("metadata: the directory hash does not depend on the order, and tells any change", () => {
  fc.assert(fc.property(files, hash, (map, other) => {
    const whole = directoryHash(map, sha256);
    assertEquals(directoryHash(new Map([...map].reverse()), sha256), whole);
    for (const [n, h] of map) {
      if (h !== other) assert(directoryHash(new Map(map).set(n, other), sha256) !== whole);
      const less = new Map(map);
      less.delete(n);
      assert(directoryHash(less, sha256) !== whole);
    }
  }));
});

Deno.test("metadata: damage is seen", () => {
  const h = "0".repeat(64);
  const bad = [
    "",
    "\n",
    "no hash\n",
    `${h}\nname without hash\n`,
    `${h}\na\tshort\n`,
    `${h}\n\t${h}\n`,
  ];
  for (const text of [...bad, `${h}\na\t${h}\na\t${h}\n`, `${h}\n\\bad\\x\t${h}\n`]) {
    assertEquals(parseMetadata(text), undefined, JSON.stringify(text));
  }
  assertEquals(parseMetadata(`\n${h}\n\r\n\na\t${h}\n`)?.files.get("a"), h);
});

Deno.test("names.txt: written and read again; lines that make no sense are passed over", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(name, name), { selector: ([a]) => a, maxLength: 8 }),
      (list) => {
        const map = new Map(list);
        assertEquals([...parseNames(formatNames(map))], [...map]);
        assertEquals([...parseNames(`junk\n${formatNames(map)}\na\tb\tc\n\\\\x\ty`)], [...map]);
      },
    ),
  );
});

const INFO: VaultInfo = {
  format: 1,
  id: "0b5f2e0e-6a55-4d0c-8d55-3c4f2f1f7a10",
  hash: "sha256sum",
  source: "/home/me",
  host: "here",
  created: "2026-11-21T07:38:16.000Z",
  case_sensitive: true,
  unicode: "any",
};

Deno.test("vault.json: written and read again; damage and newer formats are refused", () => {
  assertEquals(parseVaultInfo(formatVaultInfo(INFO), "p"), INFO);
  const refused = (value: unknown): void => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    assertEquals(assertThrows(() => parseVaultInfo(text, "p"), HikaeError).id, "bad_vault", text);
  };
  for (
    const text of ["", "{", "[]", "null", "1", { ...INFO, format: 3 }, { ...INFO, format: "1" }]
  ) refused(text);
  for (const key of Object.keys(INFO)) refused({ ...INFO, [key]: undefined });
  for (const key of Object.keys(INFO)) refused({ ...INFO, [key]: ["wrong"] });
  refused({ ...INFO, hash: "md5sum" });
  assertEquals(parseVaultInfo(JSON.stringify({ ...INFO, more: 1 }), "p").id, INFO.id);
});

const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((p) => p.join("/"));
const opt = <T>(a: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(a, { nil: undefined });

Deno.test("records: every kind of line is read as it was written", () => {
  const time = fc.integer({ min: -1e12, max: 4e12 }).map((ms) => new Date(ms).toISOString());
  const type = fc.constantFrom("file", "link", "dir");
  const version = fc.record({
    kind: fc.constant("version"),
    path,
    type,
    size: opt(fc.maxSafeNat()),
    mtime: opt(time),
    mode: opt(fc.nat(0o7777)),
    hash: opt(hash),
    from: stamp,
    to: opt(stamp),
    gone: opt(stamp),
    why: fc.constantFrom("new", "changed", "deleted"),
  });
  const attr = fc.record({
    kind: fc.constant("attr"),
    path,
    type,
    mtime: time,
    mode: fc.nat(0o7777),
  });
  fc.assert(fc.property(fc.oneof(version, attr), (line) => {
    const text = formatLine(line as never);
    assertEquals(text.indexOf("\n"), text.length - 1);
    assertEquals(parseLine(text) as unknown, JSON.parse(JSON.stringify(line)));
  }));
});

Deno.test("records: a line that would lead out of the vault, or says what no line may say, is none", () => {
  const line = { kind: "version", path: "a", type: "file", from: "20260101_000000", why: "new" };
  assert(parseLine(JSON.stringify(line)) !== undefined);
  const wrong: Record<string, unknown>[] = [
    { path: "../a" },
    { path: "a/../../b" },
    { path: "/etc/passwd" },
    { path: "a//b" },
    { path: "a/./b" },
    { path: "a\0b" },
    { path: 1 },
    { type: "socket" },
    { size: -1 },
    { size: 1.5 },
    { hash: "xyz" },
    { from: "20261301_000000" },
    { from: undefined },
    { kind: "other" },
    { mtime: "yesterday" },
    { why: undefined },
    { why: 1 },
    { uid: "x" },
    { gid: -1 },
  ];
  for (const part of wrong) {
    assertEquals(parseLine(JSON.stringify({ ...line, ...part })), undefined, JSON.stringify(part));
  }
  for (const text of ["", "{", "[]", "null", '"x"']) assertEquals(parseLine(text), undefined);
});

Deno.test("records: heads, of this format only; file names", () => {
  const head = {
    kind: "run",
    format: 1,
    stamp: "20260101_000000",
    time: "2026-01-01T00:00:00Z",
    source: "/s",
    host: "h",
    options: {},
  };
  assertEquals(parseHead(JSON.stringify(head)) as unknown, head);
  for (const part of [{ format: 3 }, { kind: "walk" }, { stamp: "x" }, { time: "x" }]) {
    assertEquals(parseHead(JSON.stringify({ ...head, ...part })), undefined);
  }
  assertEquals(recordFile(head.stamp as Stamp), "20260101_000000.jsonl");
  assertEquals(recordStamp("20260101_000000.jsonl"), head.stamp as Stamp);
  for (const other of ["20260101_000000", "x.jsonl", "20261301_000000.jsonl"]) {
    assertEquals(recordStamp(other), undefined);
  }
});

const entry: fc.Arbitrary<ScanEntry> = fc.record({
  name,
  type: fc.constantFrom("file", "link"),
  size: fc.maxSafeNat(),
  mtime: fc.integer({ min: -1e12, max: 4e12 }),
  ctime: fc.integer({ min: 0, max: 4e9 }).map((s) => s * 1000),
  ino: fc.maxSafeNat(),
  mode: fc.nat(0o7777),
  uid: fc.nat(),
  gid: fc.nat(),
  since: fc.maxSafeNat(),
  hash,
});

Deno.test("scan row: packed and opened again; damage is seen", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 10 }), fc.nat(), fc.nat(), (entries, at, bit) => {
      const self: ScanEntry = {
        name: "",
        type: "dir",
        size: 0,
        mtime: 5,
        ctime: 0,
        ino: 0,
        mode: 0o755,
        uid: 0,
        gid: 0,
        since: 7,
        hash: "",
      };
      const row = {
        metadataSize: 99,
        metadataMtime: 1234,
        mirrorMtime: 77,
        mirrorCtime: 66,
        mirrorIno: 55,
        entries: [self, ...entries],
      };
      const packed = packScanRow(row);
      const opened = PackedRow.open(packed);
      assertEquals(opened?.entries(), row.entries);
      assertEquals([opened?.metadataSize, opened?.metadataMtime], [99, 1234]);
      entries.forEach((e, i) => {
        assert(opened?.isSeen(i + 1, e.name, e.type, e));
        assert(
          !opened?.isSeen(i + 1, e.name, e.type, { ...e, size: e.size + 1 }),
        );
        assert(opened?.sameMode(i + 1, e));
      });
      const damaged = packed.slice();
      const i = at % damaged.length;
      damaged[i] = (damaged[i] ?? 0) ^ (1 << (bit % 8));
      assertEquals(PackedRow.open(damaged), undefined);
      assertEquals(PackedRow.open(packed.subarray(0, packed.length - 8)), undefined);
    }),
  );
  assertEquals(PackedRow.open(new Uint8Array()), undefined);
});

Deno.test("scan row: a file of exact size is one again, and has the type of any other", () => {
  const info = { size: 3, mtime: 5, ctime: 6, ino: 7, mode: 0o644, uid: 0, gid: 0 };
  const seen = { ...info, type: "file" as const, dev: 1, blocks: 0, nlink: 1 };
  const told = (realSize?: number): ScanEntry =>
    knownRead({ name: "a", type: "file", info: seen, realSize } as SourceEntry, "ab".repeat(32), 9);
  const link = { ...told(), name: "l", type: "link" as const };
  const dir = { ...told(), name: "", type: "dir" as const, hash: "" };
  assertEquals([told(), told(3), told(4)].map((e) => e.exact === true), [true, true, false]);
  const entries = [dir, { ...told(3), name: "exact" }, { ...told(4), name: "other" }, link];
  const row = { metadataSize: 1, metadataMtime: 2, mirrorMtime: 3, mirrorCtime: 4, mirrorIno: 5 };
  const opened = PackedRow.open(packScanRow({ ...row, entries }));
  assertEquals(opened?.entries().map((e) => e.exact === true), [false, true, false, false]);
  assertEquals(opened?.entries().map((e) => e.type), ["dir", "file", "file", "link"]);
  assert(opened?.isSeen(1, "exact", "file", info));
  assertEquals([...opened?.mirror() ?? []], [["exact", "file"], ["other", "file"]]);
  const table = new ScanTable();
  for (const e of opened?.entries() ?? []) table.push(e);
  assertEquals(table.entry(1), opened?.entry(1));
  assertEquals(table.type(1), "file");
});

Deno.test("hash: the stock command's, whole or in pieces", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (pieces) => {
    const h = sha256();
    for (const p of pieces) h.update(p);
    const whole = new Uint8Array(pieces.flatMap((p) => [...p]));
    assertEquals(h.hex(), sha256Of(whole));
  }));
  assertEquals(sha256Of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
