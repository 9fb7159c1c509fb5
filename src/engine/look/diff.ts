/** `diff`: what changed between two snapshots. @module */

import type { SqlRow } from "../../base/sql.ts";
import { TYPE_NAME } from "../../vault/catalog_schema.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { Reader } from "../reader.ts";
import { type Change, COUNTED, type DiffAnswer, emitChange, noChanges } from "./diff_answer.ts";
import {
  aliveAt,
  caughtUp,
  choose,
  type Chosen,
  type LookRequest,
  noteUnknown,
  PATH,
  pathArgument,
  refuseUnknown,
  seenAfter,
  within,
} from "./query_point.ts";

/** What is asked. */
export interface DiffRequest extends LookRequest {
  /** The earlier point, usually; undefined for the finished run before B, or nothing before the first. */
  a?: string;
  /** The other one, `latest` when undefined. */
  b?: string;
  /** Only this path and what lies below it. */
  path?: string;
  /** Compare with the source as it is now: its real path. */
  source?: string;
}

/** Emits the changes from A to B (or to the source) by path, and a summary. */
export async function diff(ports: EnginePorts, request: DiffRequest): Promise<DiffAnswer> {
  const reader = Reader.open(ports, request.root);
  try {
    const a = request.a === undefined
      ? beforeLatest(ports, reader)
      : choose(ports, reader, request.a);
    const below = pathArgument(reader, request, request.path ?? "");
    let answer: DiffAnswer;
    if (request.source !== undefined) {
      const { diffSource } = await import("./diff_source.ts");
      answer = diffSource(ports, reader, { chosen: a, below, source: request.source });
      noteUnknown(ports, reader, a, below);
    } else {
      const b = choose(ports, reader, request.b);
      answer = await between(ports, reader, a, b, below);
      noteUnknown(ports, reader, a.n < b.n ? a : b, below);
    }
    const silent = answer.errors === 0 && Object.values(COUNTED).every((key) => answer[key] === 0);
    if (silent && below !== "") refuseUnknown("diff", reader, below);
    ports.emit({ message_type: "summary", ...answer });
    return answer;
  } finally {
    reader.close();
  }
}

/** The finished run before the newest one; where that is the first, a point at which nothing was there yet. */
function beforeLatest(ports: EnginePorts, reader: Reader): Chosen {
  const finished = reader.snapshots().filter((s) => s.complete);
  return finished.length === 1
    ? { stamp: "none", n: 0, newest: false }
    : choose(ports, reader, "latest~1");
}

/** One side of a path. */
interface Side {
  type: Change["type"];
  hash: string | null;
  size: number | null;
  mtime: number | null;
  /** It may have been there at the earlier point too. */
  perhaps: boolean;
}

async function between(
  ports: EnginePorts,
  reader: Reader,
  a: Chosen,
  b: Chosen,
  below: string,
): Promise<DiffAnswer> {
  const answer = noChanges(a.stamp, b.stamp);
  if (a.n === b.n) return answer;
  let path = "";
  let sides: { a?: Side; b?: Side } = {};
  const finish = (): void => {
    const change = compare(path, sides.a, sides.b);
    if (change !== undefined) emitChange(ports, answer, change);
  };
  let rows = 0;
  for (const row of rowsOf(reader, a, b, below)) {
    if ((++rows & 0x3fff) === 0) await caughtUp(ports);
    checkCancelled(ports);
    const here = String(row.path);
    if (here !== path) {
      if (path !== "") finish();
      path = here;
      sides = {};
    }
    sides[row.in_a === 1 ? "a" : "b"] = sideOf(row);
  }
  if (path !== "") finish();
  return answer;
}

/** Versions that lived at one of the two points only: a path that did not change has none. */
function rowsOf(reader: Reader, a: Chosen, b: Chosen, below: string): Iterable<SqlRow> {
  const part = within(below);
  const [inA, inB] = [aliveAt(a), aliveAt(b)];
  // nobody knows whether what begins at an unknown time was there at the earlier point
  const known = "v.since > 0";
  reader.catalog.db.exec("PRAGMA temp_store = MEMORY");
  return reader.catalog.db.prepare(
    `SELECT ${PATH} AS path, v.type, v.hash, v.size, v.mtime, ${inA} AS in_a,
     ${seenAfter(Math.min(a.n, b.n))} AS perhaps FROM version v
     WHERE ${known} AND ${inA} <> ${inB} AND ${part.sql} ORDER BY path, in_a DESC`,
  ).iterate(...part.values);
}

function sideOf(row: SqlRow): Side {
  const number = (value: unknown): number | null => typeof value === "number" ? value : null;
  return {
    type: TYPE_NAME[Number(row.type)] ?? "file",
    hash: typeof row.hash === "string" ? row.hash : null,
    size: number(row.size),
    mtime: number(row.mtime),
    perhaps: row.perhaps === 1,
  };
}

/** The change of a path; undefined when its content is the same (it went and came back). */
function compare(path: string, a: Side | undefined, b: Side | undefined): Change | undefined {
  if (a === undefined) {
    return b === undefined || b.perhaps ? undefined : { path, type: b.type, modifier: "+" };
  }
  if (b === undefined) return a.perhaps ? undefined : { path, type: a.type, modifier: "-" };
  if (a.type !== b.type) return { path, type: b.type, modifier: "T" };
  if (a.type === "dir") return undefined;
  const same = a.hash !== null && b.hash !== null
    ? a.hash === b.hash
    : a.size === b.size && a.mtime === b.mtime;
  return same ? undefined : { path, type: b.type, modifier: "M" };
}
