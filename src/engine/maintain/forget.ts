/**
 * Forgets snapshots: their records are rewritten whole, with the lines of what lives on, or go when nothing is left
 * in them; the catalog follows (design, *Vault on disk*).
 * @module
 */

import { removeIfAny } from "../../base/io.ts";
import type { RunMark } from "../../base/point.ts";
import { dirOf, nameOf } from "../../base/relpath.ts";
import { type Stamp, stampFromNumber, stampToNumber } from "../../base/stamp.ts";
import { attrPath } from "../../vault/attr_file.ts";
import type { Catalog, RecordRow, Version } from "../../vault/catalog.ts";
import { checkWhole } from "../../vault/history/alive.ts";
import { rowsByRun } from "../../vault/history/changes.ts";
import { sameVersion, versionOfLine } from "../../vault/history/paths.ts";
import { dropUnneeded } from "../../vault/drop_unneeded.ts";
import type { RecordLine } from "../../vault/record.ts";
import { PROOF } from "../../vault/record_row.ts";
import { rewriteRecord } from "../../vault/record_writer.ts";
import type { Vault } from "../../vault/vault.ts";
import { sweepAttributes, thinAttributes, type ThinnedAttributes } from "./forget_attributes.ts";

/** Records of other commands below this size have next to nothing that could be dropped. */
const SMALL_RECORD = 600;

/** What is forgotten. */
export interface Forgotten {
  stamps: readonly Stamp[];
  versions: readonly Version[];
}

/**
 * Takes snapshots and versions out of catalog and records; called in a transaction of the catalog. What records say is read
 * by way of `read`, where those of a vault far away may have been seen before.
 */
export function forget(
  vault: Vault,
  catalog: Catalog,
  { stamps, versions: removed }: Forgotten,
  read = vault,
): void {
  // by what the index lacks lines are dropped from records
  checkWhole(catalog);
  const before = rowsByRun(catalog);
  for (const v of removed) {
    const now = sameVersion(catalog, v);
    if (now !== undefined) catalog.remove(now);
  }
  const going = new Set(stamps);
  for (const row of catalog.records()) {
    if (going.has(row.stamp)) catalog.putRecord({ ...row, forgotten: true });
  }
  dropUnneeded(vault, catalog);
  const after = rowsByRun(catalog);
  const fresh = new Set(stamps);
  const linesAfter = (row: RecordRow): number => after.get(stampToNumber(row.stamp)) ?? 0;
  const all = catalog.records();
  // a beginning must not outlive its end: what it began would live again in a rebuilt catalog
  const ended = new Set<Stamp>();
  const doomed = all.reverse().filter((row) => {
    if (row.kind !== "run" || !row.forgotten) return row.kind !== "run";
    const isChanged = fresh.has(row.stamp) || ended.has(row.stamp) || linesAfter(row) === 0 ||
      linesAfter(row) !== before.get(stampToNumber(row.stamp));
    if (isChanged) { for (const from of endsDropped(read, catalog, row.stamp)) ended.add(from); }
    return isChanged;
  });
  // so what began earlier goes first, wherever this is killed
  for (const row of doomed.reverse()) {
    if (row.kind !== "run") {
      thinOther(vault, catalog, row, read);
      continue;
    }
    const attributes = thinAttributes(vault, catalog, row);
    if (linesAfter(row) > 0) rewrite(vault, catalog, { row, read }, attributes);
    else if (attributes?.needed !== true) drop(vault, catalog, row);
    else if (fresh.has(row.stamp) || ended.has(row.stamp) || attributes.changed) {
      rewrite(vault, catalog, { row, read }, attributes);
    }
  }
  sweepAttributes(vault, catalog);
}

/** The beginnings of what ended in a run whose end its record tells no more once it is rewritten. */
function* endsDropped(vault: Vault, catalog: Catalog, stamp: Stamp): Generator<Stamp> {
  for (const l of vault.openRecord(stamp)?.lines ?? []) {
    if (l.kind !== "version" || l.to === undefined || l.from === undefined) continue;
    if (!staysInForgotten(catalog, stamp, l)) yield l.from;
  }
}

function drop(vault: Vault, catalog: Catalog, row: RecordRow): void {
  removeIfAny(vault.fs, vault.recordPath(row.stamp));
  removeIfAny(vault.fs, attrPath(vault, row.stamp));
  catalog.removeRecord(row.stamp);
}

function rewrite(
  vault: Vault,
  catalog: Catalog,
  { row, read }: { row: RecordRow; read: Vault },
  attributes: ThinnedAttributes | undefined,
): void {
  const now = rewriteRecord(vault, row.stamp, {
    read,
    finished: row.finished,
    head: (h) => ({ ...h, forgotten: true }),
    line: (l) => {
      if (l.kind === "summary") return attributes?.summary(l) ?? l;
      return staysInForgotten(catalog, row.stamp, l) ? l : undefined;
    },
    keepBad: true,
  });
  // a record whose first line is damaged stays as it is, for whoever mends it
  if (now.bytes === 0) return;
  attributes?.place();
  catalog.putRecord({
    ...row,
    ...now,
    tree: undefined,
    proof: row.proof === PROOF.broken ? PROOF.broken : PROOF.unsealed,
    errors: 0,
    forgotten: true,
    head: { ...row.head, forgotten: true },
  });
}

function staysInForgotten(catalog: Catalog, stamp: Stamp, line: RecordLine): boolean {
  return line.kind !== "error" && lives(catalog, stamp, line);
}

/** True when the catalog still has what a line is about. */
function lives(catalog: Catalog, stamp: Stamp, line: RecordLine): boolean {
  if (line.kind !== "version" && line.kind !== "attr") return true;
  if (line.kind === "attr") {
    const [name, at] = [nameOf(line.path), stampToNumber(stamp)];
    return catalog.attrs(dirOf(line.path)).some((a) => a.name === name && a.stamp === at);
  }
  const v = versionOfLine(catalog, line);
  return v !== undefined && (line.gone === undefined || v.gone !== null);
}

/** Earlier cleanups and prunes need not go on telling of what is forgotten. */
function thinOther(vault: Vault, catalog: Catalog, row: RecordRow, read: Vault): void {
  if (row.bytes < SMALL_RECORD) return;
  const record = read.openRecord(row.stamp);
  if (record === undefined) return;
  let idle = false;
  for (const line of record.lines) idle ||= !lives(catalog, row.stamp, line);
  if (!idle) return;
  const now = rewriteRecord(vault, row.stamp, {
    read,
    finished: row.finished,
    head: (h) => h,
    line: (l) => lives(catalog, row.stamp, l) ? l : undefined,
    keepBad: true,
  });
  if (now.bytes > 0) catalog.putRecord({ ...row, ...now });
}

/** The records that {@link forget} reads for sure, to forget these snapshots. */
export function recordsToForget(catalog: Catalog, stamps: readonly Stamp[]): Stamp[] {
  const others = catalog.notes().filter((r) => r.kind !== "run" && r.bytes >= SMALL_RECORD);
  return [...stamps, ...others.map((r) => r.stamp)];
}

/** The stamps of the catalog's snapshots that are not forgotten, oldest first. */
export function snapshotsOf(catalog: Catalog): RunMark[] {
  return catalog.notes().filter((r) => r.kind === "run" && !r.forgotten)
    .map((r) => ({ stamp: r.stamp, complete: r.finished, time: r.time }));
}

/** The stamp of a number, or null for one that says "unknown". */
export function knownStamp(number: number | null): Stamp | null {
  return number === null || number <= 0 ? null : stampFromNumber(number);
}
