/** How a catalog stands to the record files of its vault, and how one of them is taken in. @module */

import { HikaeError } from "../base/errors.ts";
import type { Database } from "../base/sql.ts";
import { parseStamp, type Stamp } from "../base/stamp.ts";
import { Catalog, type RecordRow } from "./catalog.ts";
import type { ReconcileOptions } from "./reconcile_state.ts";
import type { RecordLine } from "./record.ts";
import { isTornHead, openHeadless } from "./record_mend.ts";
import type { RecordEnd, RecordFile, Vault } from "./vault.ts";

/** What a look at the disk is done with. */
export type LookOptions = Pick<ReconcileOptions, "hashFile" | "failed" | "takenAway">;

/** How a catalog stands to the record files. */
export interface Standing {
  /** Runs whose record was there when the catalog was written, and is not any more. */
  lost: Stamp[];
  /** Records that the catalog lacks, oldest first; the newest may be unfinished. */
  lacking: RecordFile[];
  /** Records of another size than they were when they were finished. */
  other: RecordFile[];
  /** True when nothing but adding those records is needed. */
  sound: boolean;
}

/** Holds a catalog against the record files. */
export function standing(catalog: Catalog, files: readonly RecordFile[]): Standing {
  const rows = new Map(catalog.records().map((r) => [r.stamp, r]));
  const lacking: RecordFile[] = [];
  const other: RecordFile[] = [];
  let sound = true;
  for (const file of files) {
    const row = rows.get(file.stamp);
    if (row?.finished === true && row.bytes !== file.bytes) other.push(file);
    if (row === undefined) lacking.push(file);
    else if (row.bytes !== file.bytes || lacking.length > 0) sound = false;
    rows.delete(file.stamp);
  }
  return { lacking, sound: sound && rows.size === 0, other, lost: [...rows.keys()] };
}

/** Once the index is made anew nothing else knows that these runs ever were, or came to their end. */
export function tellLost(vault: Vault, { lost, other }: Standing, options: LookOptions): void {
  for (const file of other) {
    if (vault.recordHead(file.stamp) === undefined || finished(vault, file)) continue;
    const path = vault.recordPath(file.stamp);
    const message = `the record of run ${file.stamp} is damaged: its end is missing`;
    const hint = "put the record back from another copy of the vault, then run hikae reindex";
    options.failed(path, new HikaeError("damaged", message, { path, hint }));
  }
  for (const stamp of lost) {
    // what a damaged catalog calls a run need not be one
    if (parseStamp(stamp) === undefined) continue;
    options.failed(
      vault.recordPath(stamp),
      new HikaeError("damaged", `the record of run ${stamp} is missing`, {
        path: vault.recordPath(stamp),
        hint:
          "put it back from another copy of the vault; without it the run is no snapshot any more",
      }),
    );
  }
}

/** Takes in a record file; gives its row. What cannot be read of it is told; that a run broke off is none of that. */
export function applyFile(
  vault: Vault,
  catalog: Catalog,
  file: RecordFile,
  options: LookOptions,
  newest: boolean,
): RecordRow | undefined {
  const told = (
    what: string,
    hint = "put the record back from another copy of the vault, then run hikae reindex",
  ): void => {
    const path = vault.recordPath(file.stamp);
    const message = `the record of run ${file.stamp} is damaged: ${what}`;
    options.failed(path, new HikaeError("damaged", message, { path, hint }));
  };
  let record = vault.openRecord(file.stamp);
  if (record === undefined) {
    if (newest && isTornHead(vault, file.stamp)) return undefined;
    record = openHeadless(vault, file.stamp);
    told(
      "its first line makes no sense",
      record && "hikae reindex gives it a new one, made of what its other lines tell",
    );
    if (record === undefined) return undefined;
  }
  const { head } = record;
  let end: RecordEnd = { finished: false, bad: 0 };
  const read = record.lines;
  const lines = function* (): Generator<RecordLine> {
    end = yield* read;
  };
  const row = catalog.apply(head, lines(), file.bytes);
  // the last line of a run that broke off may be torn
  const bad = newest && !end.finished ? end.bad - 1 : end.bad;
  if (bad > 0) told(`${bad} of its lines make no sense`);
  return row;
}

/** True when a record has its last line. */
export function finished(vault: Vault, file: RecordFile): boolean {
  const record = vault.openRecord(file.stamp) ?? openHeadless(vault, file.stamp);
  if (record === undefined) return false;
  let end = record.lines.next();
  while (!end.done) end = record.lines.next();
  return end.value.finished;
}

/** Opens the catalog file; undefined when it is missing, damaged, or of another make. */
export function openQuietly(vault: Vault, readOnly: boolean): Database | undefined {
  const path = vault.tree.rootFile("catalog");
  let db: Database | undefined;
  try {
    // a catalog replaced by a link is not ours to open
    if (vault.fs.lstat(path).type !== "file") return undefined;
    db = vault.ports.openDatabase(path, { readOnly });
    if (Catalog.isCurrent(db)) return db;
  } catch {
    // missing, damaged, or in need of a writer: the caller makes another index
  }
  // what is open cannot be removed on Windows, and a damaged one is about to be
  if (db !== undefined) closeQuietly(db);
  return undefined;
}

/** Closes it, whatever it says. */
export function closeQuietly(db: Database): void {
  try {
    db.close();
  } catch {
    // nothing was written through it
  }
}
