/** Where the content of a version lies, and scan rows on their way to the index. */

import { assertEquals } from "@std/assert";
import type { FileSystem } from "../../src/base/fs.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { ScanSpill } from "../../src/engine/backup/compare/scan_spill.ts";
import { Locator } from "../../src/vault/locate.ts";
import { META } from "../../src/vault/names.ts";
import type { Version } from "../../src/vault/version.ts";
import { Vault } from "../../src/vault/vault.ts";
import { tempDir } from "../helpers/cli_helper.ts";
import { vaultAt } from "./backup_data.ts";

const FIRST = 20260101000000;
const SECOND = 20260102000000;

function version(dir: string, name: string, more: Partial<Version> = {}): Version {
  return {
    dir,
    name,
    since: FIRST,
    until: null,
    type: "file",
    size: 1,
    mtime: 0,
    mode: 0o644,
    uid: 0,
    gid: 0,
    hash: "ab",
    why: "new",
    ended: null,
    gone: null,
    rot: null,
    moved: null,
    link: null,
    flags: null,
    ...more,
  };
}

Deno.test("locate: each kind of version has its place", () => {
  const old = { until: SECOND, ended: "changed" };
  const gone = { until: SECOND, ended: "deleted" };
  const link = { type: "link" as const };
  const meta = `d/${META}`;
  const table: [Version, string][] = [
    [version("d", "f"), "d/f"],
    [version("", "f"), "f"],
    [version("d", "f", old), `${meta}/$OLD@20260102_000000$f`],
    [version("d", "f", gone), `${meta}/.$DEL@20260102_000000$f`],
    [version("d", "l", link), `${meta}/$LNK$l`],
    [version("", "sub", { type: "dir" }), "sub"],
    [version("d", META), `d/${META}$`],
  ];
  const locator = new Locator(vaultAt("/vault"), new Map());
  for (const [v, place] of table) assertEquals(locator.version(v), place);
});

Deno.test("locate: what lay in a directory that became a file went with it, and what came after did not", () => {
  const locator = new Locator(vaultAt("/vault"), new Map([["d", [SECOND]]]));
  const moved = `${META}/.$DEL@20260102_000000$d`;
  assertEquals(locator.dir("d/e", FIRST), `${moved}/e`);
  assertEquals(locator.dir("d/e", SECOND), `${moved}/e`);
  assertEquals(locator.dir("d/e", SECOND + 1), "d/e");
  assertEquals(locator.dir("d/e", null), "d/e");
  assertEquals(locator.dir("other", FIRST), "other");
});

Deno.test("locate: a spelling of a directory that the disk takes for the same moved with it", () => {
  const moves = new Map([["D", [SECOND]]]);
  const folds = new Locator(vaultAt("/vault", { case_sensitive: false }), moves);
  const apart = new Locator(vaultAt("/vault"), moves);
  const rel = (dir: string): string => dir.split("/")[0] ?? "";
  assertEquals([rel(folds.dir("d/e", FIRST)), rel(apart.dir("d/e", FIRST))], [META, "d"]);
});

function spillAt(dir: string, fs?: FileSystem): ScanSpill {
  const vault = vaultAt(`${dir}/vault`);
  const ports = { ...vault.ports, fs: fs ?? vault.fs, index: () => ({ dir, id: "id" }) };
  return new ScanSpill(new Vault(ports as Vault["ports"], vault.root, vault.info));
}

for (const [what, size] of [["few", 10], ["more than memory is for", 5 << 20]] as const) {
  Deno.test(`scan spill: ${what} rows come back in their order, dropped ones too, and leave nothing behind`, () => {
    using place = tempDir();
    const spill = spillAt(place.path);
    const given: [string, number | undefined][] = [
      ["", size],
      ["日本/d", undefined],
      ["e", size],
      ["e/f", 0],
      ["g", size],
      ["h", size],
    ];
    for (const [dir, n] of given) spill.put(dir, n === undefined ? n : new Uint8Array(n).fill(7));
    const rows = [...spill.rows()].map(({ dir, row }) => [dir, row?.length]);
    assertEquals(rows, given);
    spill.close();
    assertEquals([...Deno.readDirSync(place.path)].map((e) => e.name), []);
  });
}

for (const writes of [0, 1, 4, 7, 8]) {
  Deno.test(`scan spill: a disk that takes ${writes} writes and then part of one costs no row`, () => {
    using place = tempDir();
    let left = writes;
    const fs = tapFs(denoFs, (call, work) => {
      if (call.op !== "file.write" || left-- > 0) return work();
      call.writePart?.(3);
      throw Object.assign(new Error("no room"), { code: "ENOSPC" });
    });
    const spill = spillAt(place.path, fs);
    const given = ["a", "b", "c", "d", "e"].map((dir, i) => [dir, i === 1 ? undefined : 1 << 20]);
    for (const [dir, n] of given) {
      spill.put(String(dir), n === undefined ? n : new Uint8Array(Number(n)).fill(i8(dir)));
    }
    const rows = [...spill.rows()];
    assertEquals(rows.map(({ dir, row }) => [dir, row?.length]), given);
    for (const { dir, row } of rows) assertEquals(row?.every((b) => b === i8(dir)) ?? true, true);
    spill.close();
    assertEquals([...Deno.readDirSync(place.path)].map((e) => e.name), []);
  });
}

function i8(dir: unknown): number {
  return String(dir).charCodeAt(0);
}
