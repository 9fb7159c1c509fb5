/** `ls`: what a snapshot holds. @module */

import { compileGlob, isGlob } from "../../base/glob.ts";
import { isWithin, joinRel } from "../../base/relpath.ts";
import type { Catalog } from "../../vault/catalog.ts";
import { aliveIn, aliveOf, dirsBelow, type HistoryPoint } from "../../vault/history/alive.ts";
import { byBytes } from "../../vault/seal.ts";
import { pathOf, type Version } from "../../vault/version.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import type { Reader } from "../reader.ts";
import { literalDir } from "./find.ts";
import {
  caughtUp,
  choose,
  type LookRequest,
  noSuchPath,
  noteUnknown,
  pathArgument,
  timeText,
} from "./query_point.ts";

/** What is asked. */
export interface LsRequest extends LookRequest {
  /** Relative to the source; undefined for all. */
  path?: string;
  /** A point in time. */
  at?: string;
  /** How many levels below the path. */
  depth?: number;
  /** Only what comes after this path, in the order of the answer. */
  after?: string;
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
export async function ls(
  ports: EnginePorts,
  reader: Reader,
  request: LsRequest,
): Promise<LsAnswer> {
  const chosen = await choose(ports, reader, request.at);
  const below = pathArgument(reader, request, request.path ?? "");
  const answer: LsAnswer = { stamp: chosen.stamp, path: below, files: 0, dirs: 0, bytes: 0 };
  let rows = 0;
  for (const v of found(reader.catalog, chosen, below, request)) {
    if ((++rows & 0x3fff) === 0) await caughtUp(ports);
    checkCancelled(ports);
    emitEntry(ports, v, answer);
  }
  if (rows === 0 && below !== "" && request.after === undefined) {
    throw noSuchPath("ls", below, chosen, reader);
  }
  const unknown = noteUnknown(ports, reader, chosen, below);
  ports.emit({
    message_type: "summary",
    ...answer,
    ...chosen.proof,
    ...(unknown > 0 ? { unknown } : {}),
  });
  return answer;
}

/** What lives below a path; where the snapshot has none of this name and it is a glob, what matches it. */
function* found(
  catalog: Catalog,
  point: HistoryPoint,
  below: string,
  { depth, after }: LsRequest,
): Iterable<Version> {
  let any = after !== undefined;
  for (const v of entriesOf(catalog, point, below, depth ?? Infinity, after)) {
    any = true;
    yield v;
  }
  if (any || below === "" || !isGlob(below)) return;
  const matches = compileGlob(below);
  // the outermost directory that matches stands for what lies in it
  let top: string | undefined;
  for (const v of entriesOf(catalog, point, literalDir(below), Infinity)) {
    const path = pathOf(v);
    if (top === undefined || !isWithin(path, top)) top = matches(path) ? path : undefined;
    if (top === undefined) continue;
    const levels = path.slice(top.length).split("/").length - 1;
    if (depth === undefined || levels <= depth) yield v;
  }
}

/** The living versions in the order of their paths, with the attributes of that point; the root is left out. */
function* entriesOf(
  catalog: Catalog,
  point: HistoryPoint,
  below: string,
  depth: number,
  after?: string,
): Generator<Version> {
  if (below !== "" && after === undefined) yield* aliveOf(catalog, point, below);
  // where records are lost, a directory may be told of by what lies in it alone
  const dirs = depth > 1 ? dirsBelow(catalog, below) : new Map<string, string[]>();
  yield* inOrder({ catalog, point, dirs, after }, below, depth);
}

/** Where a listing goes on. */
interface ListingState {
  catalog: Catalog;
  point: HistoryPoint;
  /** The directories that have something in them, by the one that they lie in. */
  dirs: ReadonlyMap<string, readonly string[]>;
  after: string | undefined;
}

/** A directory's entries and what lies in them: by bytes, as whole paths are ordered. */
function* inOrder(listing: ListingState, dir: string, depth: number): Generator<Version> {
  if (depth <= 0) return;
  const { catalog, point, dirs } = listing;
  const keys = new Map<string, Version | undefined>();
  for (const v of aliveIn(catalog, point, dir)) {
    if (v.name === "") continue;
    keys.set(v.name, v);
    if (v.type === "dir") keys.set(`${v.name}/`, undefined);
  }
  for (const name of dirs.get(dir) ?? []) keys.set(`${name}/`, undefined);
  for (const key of [...keys.keys()].sort(byBytes)) {
    const v = keys.get(key);
    if (isBefore(listing, joinRel(dir, key))) continue;
    if (v !== undefined) yield v;
    else yield* inOrder(listing, joinRel(dir, key.slice(0, -1)), depth - 1);
  }
}

/** True for what a listing that goes on behind a path has behind it; a directory ends in a slash. */
function isBefore({ after }: ListingState, path: string): boolean {
  if (after === undefined || (path.endsWith("/") && after.startsWith(path))) return false;
  return byBytes(path, after) <= 0;
}

function emitEntry(ports: EnginePorts, v: Version, answer: LsAnswer): void {
  const { type } = v;
  if (type === "dir") answer.dirs++;
  else answer.files++;
  if (v.size !== null) answer.bytes += v.size;
  ports.emit({
    message_type: "entry",
    path: pathOf(v),
    type,
    size: type === "dir" ? null : v.size,
    mtime: timeText(v.mtime),
    hash: v.hash,
    ...(v.gone === null ? {} : { gone: true }),
  });
}
