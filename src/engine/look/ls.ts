/** `ls`: what a snapshot holds. @module */

import { compileGlob, isGlob } from "../../base/glob.ts";
import { isWithin } from "../../base/relpath.ts";
import type { SqlRow } from "../../base/sql.ts";
import { TYPE_NAME } from "../../vault/catalog_schema.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { Reader } from "../reader.ts";
import { literalDir } from "./find.ts";
import {
  aliveAt,
  caughtUp,
  choose,
  type Chosen,
  type LookRequest,
  noSuchPath,
  noteUnknown,
  PATH,
  pathArgument,
  timeText,
  within,
} from "./query_point.ts";

/** What is asked. */
export interface LsRequest extends LookRequest {
  /** Relative to the source; undefined for all. */
  path?: string;
  /** A point in time. */
  at?: string;
  /** How many levels below the path. */
  depth?: number;
}

/** What was answered. */
export interface LsAnswer {
  stamp: string;
  path: string;
  files: number;
  dirs: number;
  bytes: number;
}

/** Emits an `entry` per path, sorted by path, and a summary. */
export async function ls(ports: EnginePorts, request: LsRequest): Promise<LsAnswer> {
  const reader = Reader.open(ports, request.root);
  try {
    const chosen = choose(ports, reader, request.at);
    const below = pathArgument(reader, request, request.path ?? "");
    const answer: LsAnswer = { stamp: chosen.stamp, path: below, files: 0, dirs: 0, bytes: 0 };
    let rows = 0;
    for (const row of found(reader, chosen, below, request)) {
      if ((++rows & 0x3fff) === 0) await caughtUp(ports);
      checkCancelled(ports);
      emitEntry(ports, row, answer);
    }
    if (rows === 0 && below !== "") throw noSuchPath("ls", below, chosen, reader);
    const unknown = noteUnknown(ports, reader, chosen, below);
    ports.emit({ message_type: "summary", ...answer, ...(unknown > 0 ? { unknown } : {}) });
    return answer;
  } finally {
    reader.close();
  }
}

/** The rows below a path; where the snapshot has none of this name and it is a glob, those that match it. */
function* found(
  reader: Reader,
  chosen: Chosen,
  below: string,
  { depth }: LsRequest,
): Iterable<SqlRow> {
  let any = false;
  for (const row of rowsOf(reader, chosen, below, depth)) {
    any = true;
    yield row;
  }
  if (any || below === "" || !isGlob(below)) return;
  const matches = compileGlob(below);
  // the outermost directory that matches stands for what lies in it
  let top: string | undefined;
  for (const row of rowsOf(reader, chosen, literalDir(below), undefined)) {
    const path = String(row.path);
    if (top === undefined || !isWithin(path, top)) top = matches(path) ? path : undefined;
    if (top === undefined) continue;
    const levels = path.slice(top.length).split("/").length - 1;
    if (depth === undefined || levels <= depth) yield row;
  }
}

/** The living versions in the order of their paths, with the attributes of that point. */
function rowsOf(
  reader: Reader,
  chosen: Chosen,
  below: string,
  depth: number | undefined,
): Iterable<SqlRow> {
  const part = within(below);
  const limit = depth === undefined ? "" : `AND ${slashes(PATH)} <= ${slashesAt(below, depth)}`;
  // sorting must not write to a disk: a look leaves nothing behind
  reader.catalog.db.exec("PRAGMA temp_store = MEMORY");
  const any = reader.catalog.sql("SELECT 1 AS yes FROM attr LIMIT 1").get() !== undefined;
  const mtime = any
    ? `coalesce((SELECT a.mtime FROM attr a WHERE a.dir = v.dir AND a.name = v.name
       AND a.stamp <= ${chosen.n} AND a.stamp > v.since ORDER BY a.stamp DESC LIMIT 1), v.mtime)`
    : "v.mtime";
  return reader.catalog.db.prepare(
    `SELECT ${PATH} AS path, v.type, v.size, v.hash, v.gone, ${mtime} AS mtime FROM version v
     WHERE ${aliveAt(chosen)} AND ${part.sql} ${limit} ORDER BY path`,
  ).iterate(...part.values);
}

function slashes(expression: string): string {
  return `length(${expression}) - length(replace(${expression}, '/', ''))`;
}

/** How many slashes a path may have that lies `depth` levels below a path. */
function slashesAt(below: string, depth: number): number {
  return (below === "" ? 0 : below.split("/").length) + depth - 1;
}

function emitEntry(ports: EnginePorts, row: SqlRow, answer: LsAnswer): void {
  const type = TYPE_NAME[Number(row.type)] ?? "file";
  if (type === "dir") answer.dirs++;
  else answer.files++;
  if (typeof row.size === "number") answer.bytes += row.size;
  ports.emit({
    message_type: "entry",
    path: row.path,
    type,
    size: type === "dir" ? null : row.size,
    mtime: timeText(row.mtime),
    hash: row.hash,
    ...(row.gone === null ? {} : { gone: true }),
  });
}
