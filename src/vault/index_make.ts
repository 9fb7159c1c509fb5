/** Makes an index of the records of a vault; the disk is asked only for what they do not prove. @module */

import { HikaeError } from "../base/errors.ts";
import { removeIfAny } from "../base/io.ts";
import { type Stamp, stampToNumber } from "../base/stamp.ts";
import type { Catalog } from "./catalog.ts";
import {
  applyFile,
  dropScanRows,
  finished,
  GUESSED,
  keepMissing,
  LAST,
  type LookOptions,
  lostRecord,
  type TakenRecord,
} from "./catalog_state.ts";
import { dropUnneeded, dropUnproven } from "./drop_unneeded.ts";
import { hasTree, proveAll, proveOne, wholeProof } from "./proof.ts";
import { reconcile } from "./reconcile.ts";
import type { Why } from "./record.ts";
import { isTornHead, openHeadless, renewHead } from "./record_mend.ts";
import { PROOF } from "./record_row.ts";
import { rewriteRecord } from "./record_writer.ts";
import { TakenAway } from "./taken_away.ts";
import { treesAt } from "./tree_sum.ts";
import type { RecordFile, Vault } from "./vault.ts";
import type { Version } from "./version.ts";
import { text } from "../text/text.ts";
import { hasUnknownAge } from "./history/paths.ts";

/** Fills an empty index for a reader: a run that has no last line is left out, and nothing is mended. */
export function fillToRead(
  vault: Vault,
  catalog: Catalog,
  options: LookOptions,
  { suspect, each, lost }: { suspect: boolean; each: boolean; lost: boolean },
): void {
  const files = vault.recordFiles();
  const newest = files.at(-1);
  let leftOut: Stamp | undefined;
  for (const file of files) {
    if (file === newest && !finished(vault, file)) {
      tellHeadless(vault, file, options);
      if (!lost && (vault.recordHead(file.stamp)?.kind ?? "run") === "run") leftOut = file.stamp;
    } else applyFile(vault, catalog, file, options, { newest: file === newest, anew: true });
  }
  // what a command that broke off took away is not lost
  const taken = new TakenAway(vault, catalog);
  const takenAway = (v: Version): boolean => taken.has(v);
  completed(vault, catalog, { ...options, takenAway }, { fix: false, suspect, each, leftOut });
}

/** How an index is completed. */
interface Completing {
  /** Mend the disk too. */
  fix: boolean;
  /** The newest records may be lost. */
  suspect: boolean;
  /** Hold each run against its seal. */
  each: boolean;
  /** The newest run, which broke off or is under way, and of which the records that were taken in know nothing. */
  leftOut?: Stamp | undefined;
}

/** What the records do not prove the disk is asked for; and all, where the newest of them may be lost. */
function completed(
  vault: Vault,
  catalog: Catalog,
  options: LookOptions,
  { fix, suspect, each, leftOut }: Completing,
): void {
  catalog.setMeta("vault", vault.info.id);
  dropUnneeded(vault, catalog);
  const unproven = catalog.records();
  proveAll(vault, catalog, each);
  const { whole, missing, chainBroken } = wholeProof(vault, catalog);
  if (chainBroken) doubtEnds(catalog);
  for (const stamp of missing) options.failed(vault.recordPath(stamp), lostRecord(vault, stamp));
  keepMissing(catalog, missing);
  if (whole && !suspect) return dropUnproven(vault, catalog);
  // where a record may be lost or damaged, what no record tells of may be of that one
  const isKnown = !chainBroken && missing.length === 0 &&
    catalog.records().every((r) => r.proof !== PROOF.broken);
  const found = reconcile(vault, catalog, {
    ...options,
    fix,
    leftOut: isKnown ? leftOut : undefined,
  });
  if (found.unseen > 0) options.note?.(text("index.unseen"));
  if (found.unseen + found.doubted > 0) unbind(catalog);
  if (found.changed === 0) return;
  catalog.setMeta(GUESSED, "yes");
  // what the disk told stands in older snapshots too: each is held against its seal as it is now
  for (const row of unproven) catalog.putRecord(row);
  proveAll(vault, catalog);
  if (chainBroken) doubtEnds(catalog);
}

/**
 * What could not be seen of the disk is not gone, and what it would have told nobody knows: the index serves this once, the
 * next opening asks the disk again, and a run that is recorded by it proves nothing.
 */
function unbind(catalog: Catalog): void {
  catalog.setMeta("vault", "");
  catalog.setMeta(GUESSED, "yes");
}

/** True for an index that serves once. */
export function isUnbound(catalog: Catalog): boolean {
  return catalog.meta("vault") === "";
}

/** Records are not those that the newest was written with: one without an end may have been whole, and cut since. */
function doubtEnds(catalog: Catalog): void {
  for (const row of catalog.records().slice(0, -1)) {
    if (!row.finished) catalog.putRecord({ ...row, proof: PROOF.broken });
  }
}

/** A run that broke off and whose first line is damaged is no answer of a reader, but worth a word. */
export function tellHeadless(vault: Vault, { stamp }: RecordFile, options: LookOptions): void {
  if (vault.recordHead(stamp) !== undefined || isTornHead(vault, stamp)) return;
  const path = vault.recordPath(stamp);
  const message = text("record.head-damaged", { stamp: String(stamp) });
  const hint = text("record.head-damaged-hint");
  options.failed(path, new HikaeError("damaged", message, { path, hint }));
}

/** An index in an empty database of the records alone, without a look at the disk. */
export function fillFromRecords(vault: Vault, catalog: Catalog, options: LookOptions): void {
  for (const file of vault.recordFiles()) {
    applyFile(vault, catalog, file, options, { anew: true });
  }
  dropUnneeded(vault, catalog);
}

/** Takes in finished records that an index lacks, for a reader. */
export function catchUpToRead(
  vault: Vault,
  catalog: Catalog,
  lacking: readonly RecordFile[],
  options: LookOptions,
): void {
  const taken = lacking.flatMap((file) => {
    const newest = file === lacking.at(-1);
    if (newest && !finished(vault, file)) return [];
    return applyFile(vault, catalog, file, options, { newest }) ?? [];
  });
  takenIn(vault, catalog, taken);
}

function takenIn(vault: Vault, catalog: Catalog, taken: readonly TakenRecord[]): void {
  for (const record of taken) dropScanRows(catalog, record);
  // what went with a cleanup is not asked for any more
  if (taken.some(({ row }) => row.kind !== "run")) dropUnneeded(vault, catalog);
  for (const { row } of taken) if (row.kind !== "run") proveOne(catalog, row, undefined);
  const rows = taken.map((t) => t.row).filter(hasTree);
  const trees = treesAt(catalog, vault.ports, rows.map((r) => stampToNumber(r.stamp)));
  rows.forEach((row, i) => proveOne(catalog, row, trees[i]));
}

/** Fills an empty index for a writer; gives the run that was mended. */
export function fillToWrite(
  vault: Vault,
  catalog: Catalog,
  options: LookOptions,
  suspect: boolean,
): string | undefined {
  const mended = catchUp(vault, catalog, vault.recordFiles(), options, true);
  if (mended === undefined) completed(vault, catalog, options, { fix: true, suspect, each: false });
  else {
    catalog.setMeta("vault", vault.info.id);
    proveAll(vault, catalog);
  }
  return mended;
}

/** Takes in what an index lacks; mends after the newest run if that has no last line, and gives its stamp. */
export function catchUp(
  vault: Vault,
  catalog: Catalog,
  lacking: readonly RecordFile[],
  options: LookOptions,
  anew = false,
): string | undefined {
  const taken: TakenRecord[] = [];
  let last: TakenRecord | undefined;
  for (const file of lacking) {
    const newest = file === lacking.at(-1);
    const mended = mendHead(vault, file, options, newest);
    last = applyFile(vault, catalog, mended, options, { newest, anew });
    if (last !== undefined) taken.push(last);
  }
  if (!anew) takenIn(vault, catalog, taken);
  else if (taken.some(({ row }) => row.kind !== "run")) dropUnneeded(vault, catalog);
  const newest = lacking.at(-1);
  if (newest === undefined || last?.row.finished === true) return undefined;
  if (last === undefined && !isTornHead(vault, newest.stamp)) return undefined;
  mend(vault, catalog, newest, last, options);
  return newest.stamp;
}

function mend(
  vault: Vault,
  catalog: Catalog,
  { stamp }: RecordFile,
  taken: TakenRecord | undefined,
  options: LookOptions,
): void {
  const { lines, untrue } = reconcile(vault, catalog, {
    ...options,
    fix: true,
    unfinished: stamp,
    ...(taken === undefined ? {} : { why: whyOf(taken) }),
  });
  if (taken === undefined) {
    // not even the first line was written whole: no run to speak of
    removeIfAny(vault.fs, vault.recordPath(stamp));
    return;
  }
  const { bytes, sha256 } = rewriteRecord(vault, stamp, {
    head: (h) => h,
    line: (l) => l.kind === "version" && untrue.has(l.path) ? undefined : l,
  }, lines);
  catalog.putRecord({ ...taken.row, bytes, sha256 });
}

/**
 * A record whose first line is damaged gets another one, so that its run stays one. What of an older record no line
 * makes sense is left as it is, for somebody to put right.
 */
function mendHead(
  vault: Vault,
  file: RecordFile,
  options: LookOptions,
  newest: boolean,
): RecordFile {
  const { stamp } = file;
  if (vault.recordHead(stamp) !== undefined) return file;
  if (newest ? isTornHead(vault, stamp) : openHeadless(vault, stamp) === undefined) return file;
  const path = vault.recordPath(stamp);
  const aside = renewHead(vault, stamp);
  const message = text("record.head-renewed", { stamp: String(stamp) });
  const hint = text("record.head-renewed-hint", { file: aside });
  options.failed(path, new HikaeError("damaged", message, { path, hint }));
  return { stamp };
}

/** Why content is missing that an unfinished run of some kind did not get to say that it removed. */
function whyOf({ row }: TakenRecord): Why {
  if (row.kind === "cleanup") return row.head.options.date === undefined ? "retention" : "date";
  return row.kind === "run" ? "lost" : "prune";
}

/** True when marks told what no record did: a record that turns up again is not added to that, but takes its place. */
export function isGuessed(catalog: Catalog): boolean {
  return catalog.meta(GUESSED) !== undefined ||
    hasUnknownAge(catalog);
}

/** After a record's last line was written: by it the index is known to be that of these records. */
export function bind(catalog: Catalog, lastLine: string): void {
  catalog.setMeta(LAST, lastLine);
}
