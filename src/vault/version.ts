/** A version of a path, and the row that it has in the index. Pure. @module */

import { crcOf } from "../base/crc.ts";
import { joinRel } from "../base/relpath.ts";
import type { SqlValue } from "../base/sql.ts";
import { stampFromNumber } from "../base/stamp.ts";
import { END_AT, TYPE_NAME, TYPE_NUMBER, VERSION_COLUMNS } from "./catalog_schema.ts";
import { IndexTrouble } from "./index_db.ts";
import type { VersionLine, Why } from "./record.ts";

/** A version of a path: what it was, and from which run to which it lived. */
export interface Version {
  dir: string;
  name: string;
  /** The run that copied it, as a number; negative when unknown. */
  since: number;
  /** The run that ended it, as a number; null while it lives. */
  until: number | null;
  type: "file" | "link" | "dir";
  size: number | null;
  mtime: number | null;
  mode: number | null;
  uid: number | null;
  gid: number | null;
  hash: string | null;
  why: string | null;
  ended: string | null;
  /** The run that removed its content, as a number; null while it is kept. */
  gone: number | null;
  /** 1 when it ended though nothing but the content changed: what came after it may be rot of the source. */
  rot: number | null;
  /** The path that it was moved from. */
  moved: string | null;
  /** The first name of a file that has several. */
  link: string | null;
  /** Flags of Windows; reserved by format 2. */
  flags: number | null;
}

/** The columns of a version `v`, as {@link versionOfRow} reads them. */
export const COLUMNS = [...VERSION_COLUMNS, "crc"].map((c) => `v.${c}`).join(", ");

const WIDTH = VERSION_COLUMNS.length;

/** The values of a version's row, without its CRC. */
export function valuesOf(v: Version): SqlValue[] {
  return [
    v.dir,
    v.name,
    v.since,
    TYPE_NUMBER[v.type],
    v.size,
    v.mtime,
    v.mode,
    v.uid,
    v.gid,
    v.hash,
    v.why,
    v.gone,
    v.moved,
    v.link,
    v.flags,
    v.until,
    v.ended,
    v.rot,
  ];
}

/** The CRC of a version's row. */
export function crcOfVersion(v: Version): number {
  return crcOfValues(valuesOf(v));
}

/** The same of its values: that of its end is added to that of the rest, so that an end can be written by itself. */
export function crcOfValues(values: readonly SqlValue[]): number {
  return (crcOf(values, END_AT) + crcOf(values, WIDTH, END_AT)) >>> 0;
}

const LIVING = crcOf([null, null, null]);

/** What the CRC of a living version grows by, modulo 2^32, once it ended so. */
export function crcOfEnd({ until, ended, rot }: Pick<Version, "until" | "ended" | "rot">): number {
  return (crcOf([until, ended, rot]) - LIVING) >>> 0;
}

/** The version of a plain row of {@link COLUMNS}; throws {@link IndexTrouble} when its CRC is another. */
export function versionOfRow(row: readonly SqlValue[]): Version {
  const crc = row[WIDTH];
  if (crcOfValues(row) !== crc) {
    throw new IndexTrouble(`a row of ${JSON.stringify(row[1])} rotted`);
  }
  return {
    dir: dirs.same(String(row[0])),
    name: String(row[1]),
    since: Number(row[2]),
    until: number(row[15]),
    type: TYPE_NAME[Number(row[3])] ?? "file",
    size: number(row[4]),
    mtime: number(row[5]),
    mode: number(row[6]),
    uid: number(row[7]),
    gid: number(row[8]),
    hash: text(row[9]),
    why: sameText(row[10]),
    ended: text(row[16]),
    gone: number(row[11]),
    rot: number(row[17]),
    moved: text(row[12]),
    link: text(row[13]),
    flags: number(row[14]),
  };
}

/** Gives the last text again where the next is the same: rows come by directories, and each has a text of its own. */
class LastText {
  #last = "";

  same(text: string): string {
    return text === this.#last ? this.#last : this.#last = text;
  }
}

const dirs = new LastText();
const whys = new LastText();

function sameText(v: SqlValue | undefined): string | null {
  return typeof v === "string" ? whys.same(v) : null;
}

function number(v: SqlValue | undefined): number | null {
  return typeof v === "number" ? v : null;
}

function text(v: SqlValue | undefined): string | null {
  return typeof v === "string" ? v : null;
}

/** The path of a version. */
export function pathOf(v: Pick<Version, "dir" | "name">): string {
  return joinRel(v.dir, v.name);
}

/** A version of which no more is known than what is given. */
export function bareVersion(
  known: Pick<Version, "dir" | "name" | "type"> & Partial<Version>,
): Version {
  return {
    since: 0,
    until: null,
    size: null,
    mtime: null,
    mode: null,
    uid: null,
    gid: null,
    hash: null,
    why: null,
    ended: null,
    gone: null,
    rot: null,
    moved: null,
    link: null,
    flags: null,
    ...known,
  };
}

/** The record line for a version whose content went. */
export function goneLine(v: Version, gone: number, why: Why = "lost"): VersionLine {
  return {
    kind: "version",
    path: joinRel(v.dir, v.name),
    type: v.type,
    ...(v.since > 0 ? { from: stampFromNumber(v.since) } : {}),
    ...(v.until === null ? {} : { to: stampFromNumber(v.until) }),
    gone: stampFromNumber(gone),
    why,
  };
}
