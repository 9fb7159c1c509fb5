/** Ends a run: what it did goes into the index, and its record gets its last line, with the seal (docs/format.md). @module */

import { messageOf } from "../base/errors.ts";
import { stampToNumber } from "../base/stamp.ts";
import { Catalog } from "./catalog.ts";
import { GUESSED, type LookOptions } from "./catalog_state.ts";
import type { EarlyLines, TakenLines } from "./early_lines.ts";
import { bind, fillFromRecords } from "./index_make.ts";
import { IndexTrouble } from "./index_db.ts";
import { dropUnneeded } from "./drop_unneeded.ts";
import { holdAll } from "./history/alive.ts";
import type { RecordHead, SummaryLine } from "./record.ts";
import { applyLines } from "./record_apply.ts";
import { parseSummary } from "./record_read.ts";
import type { RecordWriter } from "./record_writer.ts";
import { PROOF, type RecordRow } from "./record_row.ts";
import type { TreeSeal } from "./seal.ts";
import { TouchedDirs } from "./touched_dirs.ts";
import { treeAfter, treesAt } from "./tree_sum.ts";
import type { Vault } from "./vault.ts";

/** A run that comes to its end. */
export interface Ending {
  vault: Vault;
  /** Undefined where nothing is known of the vault's past. */
  catalog: Catalog;
  record: RecordWriter;
  head: RecordHead;
  /** The last line without its seal. */
  summary: SummaryLine;
  options: LookOptions;
  /** What else is written into the index, in the same transaction; may be called a second time. */
  also: (catalog: Catalog) => void;
  /** What of its lines the index has taken in already. */
  early?: EarlyLines | undefined;
}

/**
 * Writes the last line, and all of it into the index. Gives why the index was not written, if it was not: the record
 * tells the next run. Throws when the last line cannot be written.
 */
export function finishRecord(ending: Ending): unknown {
  const { catalog, record, summary } = ending;
  const end = new RecordClosing(ending);
  try {
    catalog.transaction(() => end.take());
    return undefined;
  } catch (error) {
    if (end.failed !== undefined) throw end.failed.error;
    // what a prune was to forget is not forgotten: its record breaks off, and the next run mends that
    if (!end.isWritten && ending.head.kind !== "run") throw error;
    if (!end.isWritten) {
      record.finish({ ...summary, sealed: false, unsealed: messageOf(error) });
    }
    return error;
  }
}

/** A last line that was written. */
interface WrittenEnd {
  bytes: number;
  last: string;
  summary: SummaryLine;
  row: RecordRow;
}

/** What of a run's end is done. */
class RecordClosing {
  /** What kept the last line from being written, other than the index. */
  failed: { error: unknown } | undefined;
  readonly #ending: Ending;
  #written: WrittenEnd | undefined;
  /** What the record's lines come to; a digest tells it once. */
  #sha256: string | undefined;

  constructor(ending: Ending) {
    this.#ending = ending;
  }

  get isWritten(): boolean {
    return this.#written !== undefined;
  }

  /** Takes the lines into the index, writes the last line once, and the record's own row. */
  take(): void {
    const { vault, catalog, head, also } = this.#ending;
    try {
      also(catalog);
    } catch (error) {
      if (!(error instanceof IndexTrouble)) this.failed = { error };
      throw error;
    }
    // made again after the last line was written, it has all of it
    if (catalog.knows(head.stamp)) return;
    if (this.#written === undefined) this.#flush();
    const { errors, touched } = this.#ending.early?.end() ?? this.#takeLines();
    if (head.kind !== "run") dropUnneeded(vault, catalog);
    const done = this.#written ?? this.#write(errors, touched);
    this.#written = done;
    catalog.putRecord({ ...done.row, bytes: done.bytes, finished: true, summary: done.summary });
    bind(catalog, done.last);
    if (done.row.tree !== undefined) catalog.tellLiving(done.row.tree);
  }

  #takeLines(): TakenLines {
    const { vault, catalog, head: { stamp } } = this.#ending;
    const touched = new TouchedDirs();
    const lines = vault.recordLines(stamp);
    const { errors } = applyLines(catalog, stamp, lines, (dir) => touched.add(dir));
    return { errors, touched };
  }

  #flush(): void {
    try {
      this.#ending.record.flush();
    } catch (error) {
      this.failed = { error };
      throw error;
    }
  }

  #write(errors: number, touched: TouchedDirs): WrittenEnd {
    const { catalog, record, head } = this.#ending;
    // made again, the index asks a second time, and the lines are the same
    const sha256 = this.#sha256 ??= record.seal();
    const tree = head.kind === "run" ? this.#tree(touched) : undefined;
    const sealed = tree !== undefined || head.kind !== "run";
    const row: RecordRow = {
      stamp: head.stamp,
      kind: head.kind,
      finished: false,
      forgotten: false,
      time: head.time,
      bytes: 0,
      errors,
      head,
      summary: undefined,
      sha256,
      tree,
      proof: sealed ? PROOF.proven : PROOF.unsealed,
    };
    const summary: SummaryLine = {
      ...this.#ending.summary,
      sha256,
      ...(tree === undefined ? {} : { tree }),
      ...(sealed
        ? {}
        : { sealed: false, unsealed: "of something that lives no record tells the hash" }),
      before: catalog.newestNote()?.stamp ?? null,
      chain: catalog.chainWith(row),
      ended: catalog.countRecords() - catalog.unfinished().length + 1,
      ...(catalog.meta(GUESSED) === undefined ? {} : { unrecorded: true }),
    };
    try {
      const done = record.finish(summary);
      return { ...done, summary: parseSummary(done.last) ?? summary, row };
    } catch (error) {
      this.failed = { error };
      throw error;
    }
  }

  #tree(touched: TouchedDirs): TreeSeal | undefined {
    const { vault, catalog, head } = this.#ending;
    const n = stampToNumber(head.stamp);
    if (catalog.meta(GUESSED) !== undefined) return this.#byRecords(n);
    const last = catalog.newestNote((r) => r.kind === "run");
    // what broke off since may have changed what lives
    const broken = catalog.unfinished().some((r) => r.stamp > (last?.stamp ?? ""));
    const tree = last?.finished === true && !broken ? catalog.record(last.stamp)?.tree : undefined;
    if (last === undefined || tree === undefined) {
      // of a first run the index has nothing but what was just written
      if (catalog.countRecords() > 0) holdAll(catalog);
      return treesAt(catalog, vault.ports, [n])[0];
    }
    const span = { before: stampToNumber(last.stamp), n };
    return treeAfter(catalog, vault.ports, tree, span, touched.all(catalog, n));
  }

  /** What the index learned from the disk alone no seal may tell of. */
  #byRecords(n: number): TreeSeal | undefined {
    const { vault, options } = this.#ending;
    const db = vault.ports.openDatabase(":memory:", { readOnly: false });
    const records = Catalog.create(db);
    try {
      const quiet = { ...options, failed: () => {} };
      records.transaction(() => fillFromRecords(vault, records, quiet));
      return treesAt(records, vault.ports, [n])[0];
    } finally {
      records.close();
    }
  }
}
