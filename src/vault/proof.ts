/** Whether records and what lives after runs are what their seals say (docs/format.md, *Seals*). @module */

import type { HashOf } from "../base/hash.ts";
import { type Stamp, stampToNumber } from "../base/stamp.ts";
import type { Catalog } from "./catalog.ts";
import type { RecordHead, SummaryLine } from "./record.ts";
import { PROOF, type RecordRow } from "./record_row.ts";
import { chainOf, type TreeSeal } from "./seal.ts";
import { treeNow, treesAt } from "./tree_sum.ts";
import type { Vault } from "./vault.ts";

/**
 * Holds the runs against their seals. Where every byte of all records is what it was when the newest seal was made, what
 * lives after the newest run is worked out and the others' seals are as good as it; with `each`, and wherever something
 * does not agree, it is worked out for each of them.
 */
export function proveAll(vault: Vault, catalog: Catalog, each = false): void {
  if (!each && proveByBytes(vault, catalog)) return;
  const rows = catalog.records().filter(hasTree);
  const trees = treesAt(catalog, vault.ports, rows.map((r) => stampToNumber(r.stamp)));
  rows.forEach((row, i) => proveOne(catalog, row, trees[i]));
  for (const row of catalog.records()) if (row.kind !== "run") proveOne(catalog, row, undefined);
}

/** True when the records themselves are proven, all of them and to the last byte, and what was made of them agrees. */
function proveByBytes(vault: Vault, catalog: Catalog): boolean {
  const all = catalog.records();
  const { hashOf } = vault.ports;
  const newest = all.findLast(hasTree);
  const asWritten = all.every((r) =>
    r.finished && r.proof !== PROOF.broken && r.summary?.line !== undefined &&
    r.summary.sha256 === r.sha256 && (!hasTree(r) || r.summary.tree !== undefined)
  );
  if (newest === undefined || !asWritten || !chainHolds(hashOf, all)) return false;
  const tree = treeNow(catalog, vault.ports, stampToNumber(newest.stamp));
  if (!sameTree(newest.summary?.tree, tree)) return false;
  for (const row of all) {
    // what a forgotten run had is not known any more, and its seal tells of nothing that could be held against it
    if (hasTree(row)) proveOne(catalog, row, row.summary?.tree);
    else if (row.kind !== "run") proveOne(catalog, row, undefined);
  }
  return true;
}

/** Holds what lives after a run against its seal. */
export function proveOne(
  catalog: Catalog,
  row: RecordRow,
  tree: TreeSeal | undefined,
): RecordRow {
  const proof = proofOf(row, tree);
  const { tree: _old, ...rest } = row;
  const proven: RecordRow = { ...rest, tree, proof };
  catalog.putRecord(proven);
  return proven;
}

function proofOf(row: RecordRow, tree: TreeSeal | undefined): number {
  const { summary } = row;
  if (summary?.damaged === true) return PROOF.broken;
  if (summary?.sha256 === undefined) return PROOF.unsealed;
  if (row.proof === PROOF.broken || summary.sha256 !== row.sha256) return PROOF.broken;
  // what lived when another command ended need not have stayed
  if (row.kind !== "run") return PROOF.proven;
  if (summary.tree === undefined) return PROOF.unsealed;
  return sameTree(summary.tree, tree) ? PROOF.proven : PROOF.broken;
}

/** True when two seals tell of the same. */
export function sameTree(a: TreeSeal | undefined, b: TreeSeal | undefined): boolean {
  return a !== undefined && b !== undefined && a.sum === b.sum && a.files === b.files &&
    a.links === b.links && a.dirs === b.dirs && a.bytes === b.bytes;
}

/** A snapshot: the living state after it can be told; what a forgotten run had is not known any more. */
export function hasTree(row: RecordRow): boolean {
  return row.finished && !row.forgotten && row.kind === "run";
}

/** True when the newest seal says that there were these records, and no others: an index that was made of whole ones. */
export function chainHolds(hashOf: HashOf, rows: readonly RecordRow[]): boolean {
  const at = rows.findLastIndex((r) => r.finished);
  const summary = rows[at]?.summary;
  return summary?.chain !== undefined && agrees(hashOf, rows.slice(0, at + 1), summary);
}

/** True for the records that a last line was written with: none is another one, and none has lost its own last line. */
function agrees(
  hashOf: HashOf,
  rows: readonly RecordRow[],
  { chain, ended = 0 }: Pick<SummaryLine, "chain" | "ended">,
): boolean {
  // without its last line a record is the same to the chain, as if its run had broken off
  return chainOf(hashOf, rows) === chain && rows.filter((r) => r.finished).length >= ended;
}

/** What a vault's records prove. */
export interface WholeProof {
  /** The newest chain holds for all records, and what lives after each sealed run is what its seal says. */
  whole: boolean;
  /** Records that others tell of and that are neither there nor forgotten. */
  missing: Stamp[];
  /** True when the newest chain is not that of the records. */
  chainBroken: boolean;
}

/** Holds all records against the newest seal. */
export function wholeProof(vault: Vault, catalog: Catalog): WholeProof {
  const rows = catalog.records();
  const at = rows.findLastIndex((r) => r.finished);
  const newest = rows[at];
  const last = vault.newestRecord()?.stamp;
  const underWay = last === undefined || rows.at(-1)?.stamp === last
    ? undefined
    : vault.recordHead(last);
  const missing = missingBefore(rows, underWay);
  const lost = vault.lostNewest();
  if (lost !== undefined) missing.push(lost);
  const summary = newest?.summary;
  if (newest === undefined || summary?.chain === undefined) {
    return { whole: false, missing, chainBroken: false };
  }
  const chainBroken = !agrees(vault.ports.hashOf, rows.slice(0, at + 1), summary);
  const whole = !chainBroken && missing.length === 0 && summary.unrecorded !== true &&
    newest.proof === PROOF.proven && rows.every((r) => r.proof !== PROOF.broken) &&
    at === rows.length - 1;
  return { whole, missing, chainBroken };
}

/** The stamps that records say came before them, of those that are not there and were not forgotten. */
function missingBefore(
  rows: readonly RecordRow[],
  underWay: RecordHead | undefined,
): Stamp[] {
  const known = new Set(rows.map((r) => r.stamp)).union(
    forgottenBy([...rows, { head: underWay, summary: undefined }]),
  );
  const missing = new Set<Stamp>();
  for (const { summary } of rows) {
    const before = summary?.before;
    if (typeof before === "string" && !known.has(before)) missing.add(before);
  }
  return [...missing].sort();
}

/** The two lines of a record that tell what its run forgot. */
export interface ForgettingRecord {
  head: RecordHead | undefined;
  summary: SummaryLine | undefined;
}

/**
 * The snapshots that records tell of as forgotten: their own may have gone. One that broke off says in its first line what
 * it was about to forget.
 */
export function forgottenBy(records: Iterable<ForgettingRecord>): Set<Stamp> {
  const forgotten = new Set<Stamp>();
  for (const { head, summary } of records) {
    for (const stamp of summary?.forgot ?? []) forgotten.add(stamp);
    const snapshots = head?.kind === "run" ? undefined : head?.options.snapshots;
    if (!Array.isArray(snapshots)) continue;
    for (const stamp of snapshots) forgotten.add(stamp as Stamp);
  }
  return forgotten;
}
