/** Attributes that changed in a run without the content, and the row that they have in the index. Pure. @module */

import { crcOf } from "../base/crc.ts";
import type { SqlValue } from "../base/sql.ts";
import { IndexTrouble } from "./index_db.ts";

/** Attributes that changed in a run without the content. */
export interface AttrRow {
  dir: string;
  name: string;
  /** The run, as a number. */
  stamp: number;
  mtime: number;
  mode: number;
  uid: number | null;
  gid: number | null;
}

/** The values of a row of attributes, without its CRC. */
export function attrValues(a: AttrRow): SqlValue[] {
  return [a.dir, a.name, a.stamp, a.mtime, a.mode, a.uid, a.gid];
}

/** The CRC of a row of attributes. */
export function crcOfAttr(a: AttrRow): number {
  return crcOf(attrValues(a));
}

/** The attributes of a plain row and its CRC; throws {@link IndexTrouble} when that is another. */
export function attrOf(row: readonly SqlValue[]): AttrRow {
  if (crcOf(row.slice(0, -1)) !== row.at(-1)) throw new IndexTrouble("a row of attributes rotted");
  const [dir, name, stamp, mtime, mode, uid, gid] = row;
  return {
    dir: String(dir),
    name: String(name),
    stamp: Number(stamp),
    mtime: Number(mtime),
    mode: Number(mode),
    uid: typeof uid === "number" ? uid : null,
    gid: typeof gid === "number" ? gid : null,
  };
}
