/** How an index stands to the records of its vault, and how one of them is taken in. @module */

import { HikaeError } from "../base/errors.ts";
import { lstatIfAny } from "../base/io.ts";
import { parseStamp, type Stamp, stampToNumber } from "../base/stamp.ts";
import type { Catalog } from "./catalog.ts";
import type { ReconcileOptions } from "./reconcile_state.ts";
import { lineHolds, type RecordHead, type RecordLine } from "./record.ts";
import { type Applied, applyLines } from "./record_apply.ts";
import { isTornHead, openHeadless, ownLines } from "./record_mend.ts";
import { type ForgettingRecord, forgottenBy } from "./proof.ts";
import { parseSummary, type RecordEnd } from "./record_read.ts";
import { PROOF, type RecordRow, recordRow } from "./record_row.ts";
import { type RecordFile, recordsOf, type Vault } from "./vault.ts";
import { text } from "../text/text.ts";
import { dirsWithAttrs } from "./history/paths.ts";

/** What a look at the disk is done with. */
export type LookOptions =
  & Pick<ReconcileOptions, "hashOf" | "failed" | "check" | "takenAway" | "sight">
  & {
    /** Of who holds the vault's lock: since when the one before held it. */
    heldBefore?: string | undefined;
    /** Told that an index was made again, and why. */
    note?: (message: string) => void;
  };

/** How an index stands to the record files. */
export interface CatalogState {
  /** Runs whose record was there when the index was written and is not any more, although nobody forgot them. */
  lost: Stamp[];
  /** Records that the index lacks, oldest first; the newest may be unfinished. */
  lacking: RecordFile[];
  /** The newest record that the index has whole, when its last line is not there any more. */
  cut: Stamp | undefined;
  /** One of those it lacks is of a command that rewrites others: they are not as the index knows them. */
  thinned: boolean;
  /** True when nothing but adding those records is needed. */
  sound: boolean;
}

/** The key of the newest finished record's last line in the index. */
export const LAST = "last";

/** Says "yes" where a record's first line was made up: the next writer gives it one. */
export const HEADLESS = "headless";

/** Says "yes" where the index holds what no record tells, or may lack what the disk does. */
export const GUESSED = "guessed";

/** The runs whose record is known to be lost, parted by spaces; absent where none is. */
const MISSING = "missing";

/** The runs whose record is known to be lost, by what other records or an older index tell. */
export function missingRecords(catalog: Catalog): Stamp[] {
  const told = (catalog.meta(MISSING) ?? "").split(" ").filter((s): s is Stamp =>
    parseStamp(s) !== undefined
  );
  if (told.length === 0) return told;
  const forgotten = forgottenBy(catalog.records());
  return told.filter((stamp) => !forgotten.has(stamp));
}

/** Keeps in an index which records are lost: after they were reported, nothing else may know that they were there. */
export function keepMissing(catalog: Catalog, stamps: Iterable<Stamp>): void {
  const all = new Set([...missingRecords(catalog), ...stamps]);
  const lost = [...all].filter((s) => !catalog.knows(s)).sort();
  if (lost.length > 0) catalog.setMeta(MISSING, lost.join(" "));
}

/**
 * Compares an index with the names of the records, the newest one ever written, and the last line of the newest finished one.
 * Of its own records it goes by what is noted of them all, which has a CRC and names each of them: an index that knows of
 * other records than there are is found out by that, whatever their rows say, and these are held against it when they are
 * read.
 */
export function standing(vault: Vault, catalog: Catalog): CatalogState {
  const { names, lost: newestLost } = vault.namesAndLost();
  const { gone, lacking, mixed } = catalog.areNamed(names)
    ? { gone: new Set<Stamp>(), lacking: [], mixed: false }
    : compareNames(recordsOf(names), catalog.notes());
  if (gone.size > 0) vault.assertGone(cameSince(vault, gone));
  const newest = catalog.newestNote((r) => r.finished);
  let sound = catalog.meta("vault") === vault.info.id &&
    (newestLost === undefined || missingRecords(catalog).includes(newestLost));
  if (mixed) sound = false;
  // a record without a last line is told by its size: what mended it may have been lost with the power
  for (const r of catalog.unfinished()) {
    if (gone.has(r.stamp)) continue;
    sound &&= lstatIfAny(vault.fs, vault.recordPath(r.stamp))?.size === r.bytes;
  }
  let cut: Stamp | undefined;
  if (newest !== undefined && !gone.has(newest.stamp)) {
    const last = vault.lastLine(newest.stamp);
    if (last === undefined) cut = newest.stamp;
    if (last !== catalog.meta(LAST)) sound = false;
  }
  const thinned = lacking.some(({ stamp }) => (vault.recordHead(stamp)?.kind ?? "run") !== "run");
  const lost = gone.size === 0 ? [] : [...gone.difference(forgotten(vault, catalog, lacking))];
  return { lacking, thinned, sound: sound && gone.size === 0, cut, lost };
}

/**
 * Takes out of `gone` the runs that ended while a vault was opened that nobody holds: the index knows them, and the records,
 * listed before, lacked them. Gives the others.
 */
function cameSince(vault: Vault, gone: Set<Stamp>): Set<Stamp> {
  const newest = vault.held === undefined ? vault.newestWhenOpened()?.stamp : undefined;
  if (newest === undefined) return gone;
  for (const stamp of gone) {
    if (stamp > newest && vault.hasRecord(stamp)) gone.delete(stamp);
  }
  return gone;
}

/** What was forgotten, as the index knows it and as the records tell that it lacks: another machine may have pruned. */
function forgotten(vault: Vault, catalog: Catalog, lacking: readonly RecordFile[]): Set<Stamp> {
  const told = lacking.map(({ stamp }): ForgettingRecord => {
    const last = vault.lastLine(stamp);
    return {
      head: vault.recordHead(stamp),
      summary: last === undefined ? undefined : parseSummary(last),
    };
  });
  return forgottenBy([...catalog.records(), ...told]);
}

/** The records that an index does not know, the oldest first. */
export function lackingIn(catalog: Catalog, files: readonly RecordFile[]): RecordFile[] {
  return compareNames(files, catalog.notes()).lacking;
}

/** The names of records held against those that the index knows: both are in order. */
function compareNames(
  files: readonly RecordFile[],
  known: readonly { stamp: Stamp }[],
): { gone: Set<Stamp>; lacking: RecordFile[]; mixed: boolean } {
  const gone = new Set<Stamp>();
  const lacking: RecordFile[] = [];
  let mixed = false;
  let at = 0;
  for (const file of files) {
    for (let k = known[at]; k !== undefined && k.stamp < file.stamp; k = known[++at]) {
      gone.add(k.stamp);
    }
    if (known[at]?.stamp !== file.stamp) lacking.push(file);
    else {
      at++;
      mixed ||= lacking.length > 0;
    }
  }
  for (; at < known.length; at++) gone.add(known[at]?.stamp as Stamp);
  return { gone, lacking, mixed };
}

/** Reports records that are lost or cut: once the index is made again, nothing else knows that they were there, or whole. */
export function tellLost(vault: Vault, { lost, cut }: CatalogState, options: LookOptions): void {
  if (cut !== undefined && vault.recordHead(cut) !== undefined) {
    const path = vault.recordPath(cut);
    const message = text("record.end-missing", { stamp: String(cut) });
    const hint = text("record.put-back-hint");
    options.failed(path, new HikaeError("damaged", message, { path, hint }));
  }
  for (const stamp of lost) {
    // what a damaged index calls a run need not be one
    if (parseStamp(stamp) === undefined) continue;
    options.failed(vault.recordPath(stamp), lostRecord(vault, stamp));
  }
}

/** The error of a record that is known to have been there. */
export function lostRecord(vault: Vault, stamp: Stamp): HikaeError {
  const path = vault.recordPath(stamp);
  return new HikaeError("damaged", text("record.missing", { stamp: String(stamp) }), {
    path,
    hint: text("record.missing-hint"),
  });
}

/** A record that was taken in. */
export interface TakenRecord {
  row: RecordRow;
  /** Directories in which something began or ended. */
  touched: Set<string>;
  end: RecordEnd;
}

/** How a record is taken in. */
export interface TakeRecord {
  /** It is the newest: its run may have broken off. */
  newest?: boolean;
  /** The index is made of all records: nobody asks where one of them changed something, and `touched` stays empty. */
  anew?: boolean;
}

/** Takes in a record, and reports what cannot be read of it; a run that broke off is no error. */
export function applyFile(
  vault: Vault,
  catalog: Catalog,
  file: RecordFile,
  options: LookOptions,
  { newest = false, anew = false }: TakeRecord,
): TakenRecord | undefined {
  const told = (what: string, hint = text("record.put-back-hint")): void => {
    const path = vault.recordPath(file.stamp);
    const message = text("record.damaged", { stamp: String(file.stamp), what });
    options.failed(path, new HikaeError("damaged", message, { path, hint }));
  };
  let record = vault.openRecord(file.stamp);
  const headless = record === undefined;
  if (record === undefined) {
    if (newest && isTornHead(vault, file.stamp)) return undefined;
    record = openHeadless(vault, file.stamp);
    told(
      text("record.head-unreadable"),
      record && text("record.next-backup-hint"),
    );
    if (record === undefined) return undefined;
    catalog.setMeta(HEADLESS, "yes");
  }
  const { head } = record;
  if (head.vault !== undefined && head.vault !== vault.info.id) {
    told(text("record.other-vault"), text("record.other-vault-hint"));
    return undefined;
  }
  const read = record.lines;
  const isOwn = headless ? ownLines(vault, head.stamp) : undefined;
  let end: RecordEnd = { finished: false, bad: 0, bytes: 0, sha256: "", last: undefined };
  const lines = linesOf(
    read,
    (line) => isOwn?.(line) ?? true,
    (ended) => end = ended,
    options.check,
  );
  const touched = new Set<string>();
  const touch = anew ? undefined : (dir: string) => void touched.add(dir);
  const { errors, summary } = applyLines(catalog, head.stamp, lines, touch);
  const row = rowFor(head, { errors, summary }, end);
  if (summary?.sha256 !== undefined && summary.sha256 !== end.sha256) {
    row.proof = PROOF.broken;
    if (end.bad === 0) told(text("record.seal"));
  } else if (end.last !== undefined && !lineHolds(vault.ports.hashOf, end.last)) {
    row.proof = PROOF.broken;
    told(text("record.last-line"));
  }
  catalog.putRecord(row);
  if (end.last !== undefined && row.finished) catalog.setMeta(LAST, end.last);
  // the last line of a run that broke off may be torn
  const bad = newest && !end.finished ? end.bad - 1 : end.bad;
  if (bad > 0) told(text("record.lines-unreadable", { count: bad }));
  return { row, touched, end };
}

/** The lines of a record that belong to it; how it ended is told, and who stops in the middle has the file closed. */
function* linesOf(
  read: Generator<RecordLine, RecordEnd>,
  isOwn: (line: RecordLine) => boolean,
  told: (end: RecordEnd) => void,
  check: (() => void) | undefined,
): Generator<RecordLine> {
  const cut: RecordEnd = { finished: false, bad: 0, bytes: 0, sha256: "", last: undefined };
  try {
    for (let step = read.next();; step = read.next()) {
      if (step.done === true) return told(step.value);
      check?.();
      if (isOwn(step.value)) yield step.value;
    }
  } finally {
    read.return(cut);
  }
}

function rowFor(head: RecordHead, { errors, summary }: Applied, end: RecordEnd): RecordRow {
  return recordRow(head, {
    finished: end.finished && summary !== undefined,
    bytes: end.bytes,
    errors,
    summary,
    sha256: end.sha256,
    tree: undefined,
    proof: PROOF.unsealed,
  });
}

/** True when a record has its last line. */
export function finished(vault: Vault, { stamp }: RecordFile): boolean {
  return vault.lastLine(stamp) !== undefined;
}

/** Directories in which a record changed something are looked at in full: scan rows know nothing of it. */
export function dropScanRows(catalog: Catalog, { row, touched }: TakenRecord): void {
  for (const dir of touched) catalog.putScanRow(dir, undefined);
  for (const dir of dirsWithAttrs(catalog, stampToNumber(row.stamp))) {
    catalog.putScanRow(dir, undefined);
  }
}
