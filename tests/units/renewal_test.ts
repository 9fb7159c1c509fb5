/** When a row takes over how a mirror's directory was seen, and when each run goes on listing it. */

import { assertEquals } from "@std/assert";
import {
  type MirrorTimes,
  type ReadVaultDir,
  renewalOf,
} from "../../src/engine/backup/vault_dir.ts";
import { NEVER, PackedRow, type ScanEntry, ScanTable } from "../../src/vault/scan_row.ts";

const START = 1_000_000_000_000;

function entry(name: string, type: ScanEntry["type"]): ScanEntry {
  const times = { size: 1, mtime: 1, ctime: 1, ino: 1, mode: 0o644, uid: 0, gid: 0 };
  return { name, type, ...times, since: 1, hash: type === "dir" ? "" : "ab".repeat(32) };
}

/** A row of a directory with a file, a link and a directory, left with these times. */
function rowOf({ mtime, ctime, ino }: MirrorTimes): PackedRow {
  const entries = new ScanTable(4);
  const all = [entry("", "dir"), entry("f", "file"), entry("l", "link"), entry("d", "dir")];
  const order = all.map((e) => entries.push(e));
  const facts = { mirrorMtime: mtime, mirrorCtime: ctime, mirrorIno: ino };
  const row = PackedRow.open(entries.pack({ metadataSize: 1, metadataMtime: 1, ...facts }, order));
  if (row === undefined) throw new Error("no row");
  return row;
}

const LEFT: MirrorTimes = { mtime: START - 90_000, ctime: START - 80_000, ino: 5 };
const OTHER: MirrorTimes = { mtime: START - 70_500, ctime: START - 60_000, ino: 9 };
const ALL: [string, string][] = [["f", "file"], ["d", "dir"]];

function seen(over: Partial<ReadVaultDir> = {}, left = LEFT): ReadVaultDir {
  const row = rowOf(left);
  return {
    known: row,
    row,
    mirror: new Map(ALL),
    listed: true,
    seen: OTHER,
    links: new Set(["l"]),
    metadataSound: true,
    looked: true,
    ...over,
  };
}

Deno.test("renewalOf: a listing that has all of the row tells how its directory is from now on", () => {
  assertEquals(renewalOf(seen(), START), OTHER);
  // the run that left it was not sure
  assertEquals(renewalOf(seen({ seen: LEFT }, { ...LEFT, ino: NEVER }), START), LEFT);
  // what is there besides is no matter: it is looked for where something comes
  const more = new Map([...ALL, ["stranger", "file"]]);
  assertEquals(renewalOf(seen({ mirror: more }), START), OTHER);
});

Deno.test("renewalOf: nothing is taken over that may be otherwise by now, or tells nothing", () => {
  const table: [string, ReadVaultDir][] = [
    ["it was not listed", seen({ listed: false })],
    ["there is no row", seen({ row: undefined })],
    ["nobody looked at it", seen({ seen: undefined })],
    ["it has other inodes at each mount", seen({ seen: { ...LEFT, ino: 77 } })],
    ["it changed just before the run", seen({ seen: { ...OTHER, ctime: START - 2000 } })],
    ["it changes in the future", seen({ seen: { ...OTHER, mtime: START + 9000 } })],
    ["its disk keeps no times of change", seen({ seen: { ...OTHER, ctime: 0 } })],
    ["its disk makes them of the others", seen({ seen: { ...OTHER, ctime: OTHER.mtime } })],
    ["or of whole seconds of those", seen({ seen: { ...OTHER, ctime: START - 71_000 } })],
    ["a file is missing", seen({ mirror: new Map([["d", "dir"]]) })],
    ["a file is a directory", seen({ mirror: new Map([["f", "dir"], ["d", "dir"]]) })],
    ["a directory is missing", seen({ mirror: new Map([["f", "file"]]) })],
  ];
  for (const [what, dir] of table) assertEquals(renewalOf(dir, START), undefined, what);
});
