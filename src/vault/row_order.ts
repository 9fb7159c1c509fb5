/**
 * Rows in the order that was asked for. SQLite gives them in the order of its pages, whatever stands in these: where pages
 * changed places every row is whole, and what is found by going on from the last one is not.
 * @module
 */

import { compareUtf8 } from "../base/bytes.ts";
import { IndexTrouble } from "./index_db.ts";
import { text } from "../text/text.ts";
import type { Version } from "./version.ts";

/** The key of a version. */
type RowKey = Pick<Version, "dir" | "name" | "since">;

/** Throws where versions are not in the order of their keys, all of them after `before`; gives the last. */
export function holdOrder<K extends RowKey>(
  versions: readonly K[],
  before?: RowKey,
): RowKey | undefined {
  let last = before;
  for (const v of versions) {
    if (last !== undefined && !isAfter(v, last)) throw notInOrder();
    last = v;
  }
  return last;
}

function isAfter(v: RowKey, last: RowKey): boolean {
  if (v.dir !== last.dir) return compareUtf8(v.dir, last.dir) > 0;
  return v.name === last.name ? v.since > last.since : compareUtf8(v.name, last.name) > 0;
}

/** Throws where directories are not in the order of their paths, all of them after `before`. */
export function holdDirOrder(rows: readonly { dir: string }[], before: string | undefined): void {
  let last = before;
  for (const { dir } of rows) {
    if (last !== undefined && compareUtf8(dir, last) <= 0) throw notInOrder();
    last = dir;
  }
}

/** Throws where records are not in the order of their stamps. */
export function holdRecordOrder<R extends { stamp: string }>(records: R[]): R[] {
  let last = "";
  for (const { stamp } of records) {
    if (stamp <= last) throw notInOrder();
    last = stamp;
  }
  return records;
}

function notInOrder(): IndexTrouble {
  return new IndexTrouble(text("index.out-of-order"));
}
