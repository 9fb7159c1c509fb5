/** `diff`: what changed between two snapshots. @module */

import { isAlive, versionsSince } from "../../vault/history/alive.ts";
import { byBytes } from "../../vault/seal.ts";
import { pathOf, type Version } from "../../vault/version.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import type { Reader } from "../reader.ts";
import { movesAmong } from "./diff_moves.ts";
import { COUNTED, type DiffAnswer, type Difference, emitChange, noChanges } from "./diff_answer.ts";
import {
  caughtUp,
  choose,
  type Chosen,
  type LookRequest,
  noteUnknown,
  pathArgument,
  refuseUnknown,
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
  /** hikae's own state directory, as it may be named in the source. */
  ownDirs?: readonly string[];
}

/** Emits the changes from A to B (or to the source) by path, and a summary. */
export async function diff(
  ports: EnginePorts,
  reader: Reader,
  request: DiffRequest,
): Promise<DiffAnswer> {
  const a = request.a === undefined
    ? await beforeLatest(ports, reader)
    : await choose(ports, reader, request.a);
  const below = pathArgument(reader, request, request.path ?? "");
  let answer: DiffAnswer;
  let { proof } = a;
  if (request.source !== undefined) {
    const { diffSource } = await import("./diff_source.ts");
    const { source, ownDirs } = request;
    answer = await diffSource(ports, reader, { chosen: a, below, source, ownDirs });
    noteUnknown(ports, reader, a, below);
  } else {
    const b = await choose(ports, reader, request.b);
    proof = { ...proof, ...b.proof };
    answer = await between(ports, reader, a, b, below);
    noteUnknown(ports, reader, a.n < b.n ? a : b, below);
  }
  const silent = answer.errors === 0 && Object.values(COUNTED).every((key) => answer[key] === 0);
  if (silent && below !== "") refuseUnknown("diff", reader, below);
  // where nothing moved there is no word of it
  const { moved, ...rest } = answer;
  const move = moved === 0 ? {} : { moved };
  ports.emit({ message_type: "summary", ...rest, ...move, ...proof });
  return answer;
}

/** The finished run before the newest one; where that is the first, a point at which nothing was there yet. */
async function beforeLatest(ports: EnginePorts, reader: Reader): Promise<Chosen> {
  if (reader.latest(1) !== undefined) return await choose(ports, reader, "latest~1");
  const finished = reader.snapshots().filter((s) => s.complete);
  return finished.length === 1
    ? { stamp: "none", n: 0, newest: false, proof: {} }
    : await choose(ports, reader, "latest~1");
}

/** One side of a path. */
interface Side {
  v: Version;
  type: Difference["type"];
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
  const changes: Difference[] = [];
  const found = sidesOf(ports, reader, a, b, below);
  const moves = movesAmong(reader.catalog, found, a, b);
  for (const [path, sides] of found) {
    if (moves.left.has(path)) continue;
    const change = compare(path, sides.a, sides.b);
    const from = moves.from.get(path);
    if (change !== undefined) {
      changes.push(from === undefined ? change : { ...change, modifier: "R", from });
    }
  }
  let count = 0;
  for (const change of changes.sort((x, y) => byBytes(x.path, y.path))) {
    if ((++count & 0x3fff) === 0) await caughtUp(ports);
    emitChange(ports, answer, change);
  }
  return answer;
}

/** Both sides of each path that has a version which lived at one of the two points only. */
function sidesOf(
  ports: EnginePorts,
  reader: Reader,
  a: Chosen,
  b: Chosen,
  below: string,
): Map<string, { a?: Side; b?: Side }> {
  const found = new Map<string, { a?: Side; b?: Side }>();
  const earlier = Math.min(a.n, b.n);
  let seen = 0;
  for (const v of versionsSince(reader.catalog, earlier, below)) {
    if ((++seen & 0xfff) === 0) checkCancelled(ports);
    // nobody knows whether what begins at an unknown time was there at the earlier point
    if (v.since < 0 || v.name === "" && v.dir === "") continue;
    const [inA, inB] = [isAlive(v, a), isAlive(v, b)];
    if (inA === inB) continue;
    const path = pathOf(v);
    const sides = found.get(path) ?? {};
    sides[inA ? "a" : "b"] = { v, ...v, perhaps: v.why === "seen" && v.since > earlier };
    found.set(path, sides);
  }
  return found;
}

/** The change of a path; undefined when its content is the same (it went and came back). */
function compare(path: string, a: Side | undefined, b: Side | undefined): Difference | undefined {
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
