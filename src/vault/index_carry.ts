/**
 * What an index knows that no record tells, carried over into one that was made again: scan rows, and when content
 * was checked (decision 29; docs/dev/architecture.md, *The index at home*).
 * @module
 */

import type { Database } from "../base/sql.ts";
import { joinRel } from "../base/relpath.ts";
import type { Catalog } from "./catalog.ts";
import { scanEntryOf } from "./scan_entry_of.ts";
import {
  type KeyedRow,
  type KnownRow,
  openRow,
  packRow,
  pieceKey,
  piecesIn,
} from "./pieced_row.ts";
import { NEVER, type ScanEntry } from "./scan_row.ts";
import { CHECKED } from "./history/checks.ts";
import { livingDirs } from "./history/paths.ts";

/** Carries over what the older database has, as far as it can be read. */
export function carryOver(old: Database, catalog: Catalog): void {
  carryScanRows(old, catalog);
  carryChecks(old, catalog);
}

function carryScanRows(old: Database, catalog: Catalog): void {
  const select = attempt(() => old.prepare("SELECT row FROM scan WHERE dir = ?"));
  if (select === undefined) return;
  for (const dir of livingDirPaths(catalog)) {
    // by key, so that a damaged page costs its own rows alone
    const read = (key: string): Uint8Array | undefined => {
      const row = attempt(() => select.get(key)?.row);
      return row instanceof Uint8Array ? row : undefined;
    };
    const raw = read(dir);
    const row = raw === undefined ? undefined : openRow(raw, (n) => read(pieceKey(dir, n)));
    if (raw === undefined || row === undefined) continue;
    const living = livingOf(catalog, dir);
    if (!sameEntries(row, living)) {
      for (const { dir: key, row: mix } of mixed(dir, row, living)) catalog.putScanRow(key, mix);
      continue;
    }
    for (let n = 0; n < piecesIn(raw); n++) {
      const key = pieceKey(dir, n);
      catalog.putScanRow(key, read(key));
    }
    catalog.putScanRow(dir, raw);
  }
}

function livingDirPaths(catalog: Catalog): string[] {
  return [...livingDirs(catalog)].map((v) => joinRel(v.dir, v.name));
}

/** What lives in a directory by the records, the directory itself first. */
function livingOf(catalog: Catalog, dir: string): ScanEntry[] {
  const self = catalog.living(dir);
  const attrs = catalog.attrsIn(dir);
  const living = catalog.livingIn(dir).filter((v) => v.name !== "")
    .map((v) => scanEntryOf(v, attrs.get(v.name)));
  if (self?.type !== "dir") return living;
  const own = catalog.attrsIn(self.dir).get(self.name);
  return [{ ...scanEntryOf(self, own), name: "" }, ...living];
}

/** What the last run saw must be what the records tell: else the change would never be told. */
function isSame(k: ScanEntry, v: ScanEntry): boolean {
  return k.type === v.type && k.since === v.since && k.mtime === v.mtime && k.mode === v.mode &&
    k.uid === v.uid && k.gid === v.gid && (v.type === "dir" || k.hash === v.hash);
}

function sameEntries(row: KnownRow, living: readonly ScanEntry[]): boolean {
  const byName = new Map(living.map((v) => [v.name, v]));
  return living.length === row.count && row.entries().every((k) => {
    const v = byName.get(k.name);
    return v !== undefined && isSame(k, v);
  });
}

/** Entries that the row has as they live stay; of the others no more is known than what the record says. */
function mixed(dir: string, row: KnownRow, living: readonly ScanEntry[]): Iterable<KeyedRow> {
  const known = new Map(row.entries().map((k) => [k.name, k]));
  if (living[0]?.name !== "") return [];
  return packRow(dir, {
    // nothing is taken for untouched
    metadataSize: NEVER,
    metadataMtime: NEVER,
    mirrorMtime: NEVER,
    mirrorCtime: NEVER,
    mirrorIno: NEVER,
    entries: living.map((v) => {
      const k = known.get(v.name);
      return k !== undefined && isSame(k, v) ? k : v;
    }),
  });
}

function carryChecks(old: Database, catalog: Catalog): void {
  const set = catalog.sql(
    "UPDATE version SET checked = ? WHERE dir = ? AND name = ? AND since = ? AND hash IS ?",
  );
  attempt(() => {
    const rows = old.prepare(
      "SELECT dir, name, since, hash, checked FROM version WHERE checked IS NOT NULL",
    ).iterate();
    for (const { dir, name, since, hash, checked } of rows) {
      set.run(checked ?? null, dir ?? "", name ?? "", since ?? 0, hash ?? null);
    }
  });
  attempt(() => {
    const row = old.prepare("SELECT value FROM meta WHERE key = ?").get(CHECKED);
    if (typeof row?.value === "string") catalog.setMeta(CHECKED, row.value);
  });
}

/** What of a damaged database cannot be read is not carried over. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
