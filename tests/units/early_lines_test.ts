/** The lines of a first run that the index takes in while files are still copied. */

import { assert, assertEquals } from "@std/assert";
import { backup } from "../../src/engine/backup/backup.ts";
import type { Stamp } from "../../src/base/stamp.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { type Around, tapFs, tapSql } from "../../src/platform/doubles/tap.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import { Catalog } from "../../src/vault/catalog.ts";
import { EarlyLines } from "../../src/vault/early_lines.ts";
import { formatLine, type RecordLine } from "../../src/vault/record.ts";
import { applyLines } from "../../src/vault/record_apply.ts";
import { makeTree, tempDir } from "../helpers/cli_helper.ts";
import { backUp, backupRequest, enginePorts } from "../helpers/engine_helper.ts";
import { theIndex } from "../helpers/index_helper.ts";

const STAMP = "20260101_000000" as Stamp;

function lines(): RecordLine[] {
  const facts = { mtime: "2026-01-01T00:00:00.000Z", mode: 0o644 };
  const file = (path: string): RecordLine => ({
    kind: "version",
    path,
    type: "file",
    size: 1,
    ...facts,
    hash: "ab".repeat(32),
    from: STAMP,
    why: "new",
  });
  const many = Array.from({ length: 900 }, (_, i) => file(`d${i % 9}/f${i}`));
  return [
    ...many,
    { kind: "attr", path: "d1/f1", type: "file", ...facts },
    { kind: "error", path: "d1/g", during: "read", code: "EACCES", message: "no" },
  ];
}

/** All that an index says of versions, attributes and how many of them there are. */
function contentOf(catalog: Catalog): unknown {
  const rows = (of: string): unknown => catalog.sql(`SELECT * FROM ${of}`).all();
  return [rows("version ORDER BY dir, name"), rows("dir ORDER BY dir"), rows("attr ORDER BY dir")];
}

function contentIn(path: string): unknown {
  const catalog = new Catalog(openDatabase(path, { readOnly: false }));
  try {
    return contentOf(catalog);
  } finally {
    catalog.close();
  }
}

Deno.test("index: lines taken in early come to what they come to when they are read from the record", () => {
  const open = (): Catalog => Catalog.create(openDatabase(":memory:", { readOnly: false }));
  const [late, early] = [open(), open()];
  late.transaction(() => applyLines(late, STAMP, lines()));
  const taken = new EarlyLines(early, STAMP);
  for (const line of lines()) taken.add(formatLine(line));
  assert(early.isEarly, "some are taken in before the end");
  assertEquals(early.transaction(() => taken.end())?.errors, 1);
  assertEquals(contentOf(early), contentOf(late));
  assert(!early.isEarly);
  for (const catalog of [late, early]) catalog.close();
});

Deno.test("index: nobody sees what is taken in early before the end, and a run that breaks off leaves nothing", () => {
  using dir = tempDir();
  const path = dir.at("index.db");
  const catalog = Catalog.create(openDatabase(path, { readOnly: false }));
  const before = contentOf(catalog);
  catalog.sql("PRAGMA journal_mode = WAL").get();
  const taken = new EarlyLines(catalog, STAMP);
  for (const line of lines()) taken.add(formatLine(line));
  assert(catalog.isEarly);
  assertEquals(contentIn(path), before);
  taken.drop();
  assertEquals(contentOf(catalog), before);
  assertEquals(catalog.transaction(() => taken.end()), undefined);
  catalog.close();
  assertEquals(contentIn(path), before);
});

Deno.test("index: trouble in the middle of a first run costs nothing but time: the record is read at the end", async () => {
  using dir = tempDir();
  const source = dir.at("source");
  const files = (n: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`file${i}`, `${n} ${i}`]));
  makeTree(source, Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`d${n}`, files(n)])));
  const [failing, sound] = [dir.at("failing"), dir.at("sound")];
  let [runs, written, writtenThen] = [0, 0, 0];
  const around: Around = (call, work) => {
    if (call.op === "file.write") written++;
    if (call.op === "sql.run" && ++runs === 100) {
      writtenThen = written;
      throw new Error("disk I/O error");
    }
    return work();
  };
  const ports = {
    ...enginePorts([], tapFs(denoFs, around)),
    openDatabase: tapSql(openDatabase, around),
  };
  const [outcome] = await backup(ports, backupRequest(source, [failing]));
  assertEquals([outcome?.failed, outcome?.errors], [undefined, 0]);
  assert(writtenThen > 0 && writtenThen < written, "files were copied after the trouble");
  await backUp(source, [sound]);
  const plain = (path: string): unknown =>
    JSON.parse(
      JSON.stringify(contentIn(path), (key, value) =>
        ["since", "newest", "sum", "crc"].includes(key) ? undefined : value),
    );
  assertEquals(plain(theIndex(failing)), plain(theIndex(sound)));
});
