/** What a bundle holds: the state of a run, or what changed since the run before. @module */

import { dirOf, joinRel } from "../../base/relpath.ts";
import type { Catalog, Version } from "../../vault/catalog.ts";
import { aliveIn, aliveOf } from "../../vault/history/alive.ts";
import { between, changedPaths } from "../../vault/history/changes.ts";
import { pathOf } from "../reader.ts";
import type { OneFile } from "./one_file.ts";

/** Runs as numbers: the one whose state is told, the one that it is told against, and the newest finished one. */
export interface RunSpan {
  now: number;
  before: number | undefined;
  newest: number;
}

/** The changes of a span. */
export interface Changes {
  /** What lives now and is new or other, parents first, in the order of path components. */
  entries: Iterable<Version>;
  /** Paths of the state before that are gone or of another type, what is in a directory before it. */
  deleted: string[];
  /** What came and went between the two. */
  between: Version[];
}

/**
 * The changes of a span; without a run before, all that lives. `files` are those of `span.now` that have several names,
 * `attributed` paths whose extended attributes changed.
 */
export function changesOf(
  catalog: Catalog,
  span: RunSpan,
  files: OneFile,
  attributed: Iterable<string>,
): Changes {
  const { before } = span;
  if (before === undefined) {
    return { entries: treeAt(catalog, span.now, span.newest), deleted: [], between: [] };
  }
  const entries = new Map<string, Version>();
  const deleted: string[] = [];
  // the bundle's own directory comes and goes in the topmost one
  const touched = new Set<string>([""]);
  for (const path of changedPaths(catalog, before, span.now)) {
    const dir = dirOf(path);
    const was = versionAt(catalog, path, before, span.newest);
    const is = versionAt(catalog, path, span.now, span.newest);
    if (is !== undefined && (was === undefined || differs(was, is))) {
      entries.set(path, is);
      touched.add(dir);
    }
    if (was !== undefined && path !== "" && was.type !== is?.type) {
      deleted.push(path);
      touched.add(dir);
    }
  }
  for (const path of attributed) {
    const is = versionAt(catalog, path, span.now, span.newest);
    if (is === undefined || entries.has(path)) continue;
    entries.set(path, is);
    touched.add(dirOf(path));
  }
  for (const [path, version] of addNames(entries, files)) {
    entries.set(path, version);
    touched.add(dirOf(path));
  }
  for (const dir of touched) addDirectory(catalog, span, dir, entries);
  return {
    entries: [...entries].sort(([a], [b]) => inTreeOrder(a, b)).map(([, version]) => version),
    deleted: deleted.sort((a, b) => -inTreeOrder(a, b)),
    between: between(catalog, before, span.now),
  };
}

/** All names of a file are sent with one of them: unpacked, it is a new file, and they are to be names of that one. */
function addNames(entries: ReadonlyMap<string, Version>, files: OneFile): [string, Version][] {
  const keys = new Set<string>();
  return [...entries.values()].flatMap((v) => {
    const key = files.keyOf(v);
    if (key === undefined || keys.has(key)) return [];
    keys.add(key);
    return files.namesOf(v).map((name): [string, Version] => [pathOf(name), name]);
  });
}

/** Unpacking into a directory changes its times: it is sent again when anything in it is, though it has not changed. */
function addDirectory(
  catalog: Catalog,
  { now, newest }: RunSpan,
  path: string,
  entries: Map<string, Version>,
): void {
  if (entries.has(path)) return;
  const version = versionAt(catalog, path, now, newest);
  if (version?.type === "dir") entries.set(path, version);
}

function differs(a: Version, b: Version): boolean {
  return a.since !== b.since || a.type !== b.type || a.mtime !== b.mtime || a.mode !== b.mode ||
    a.uid !== b.uid || a.gid !== b.gid;
}

/** Parents first, then by the names of each directory. */
export function inTreeOrder(a: string, b: string): number {
  const [x, y] = [a.replaceAll("/", "\0"), b.replaceAll("/", "\0")];
  return x < y ? -1 : x > y ? 1 : 0;
}

function versionAt(
  catalog: Catalog,
  path: string,
  n: number,
  newest: number,
): Version | undefined {
  return aliveOf(catalog, { n, newest: n >= newest }, path).at(-1);
}

/** All that lives at a run, a directory at a time. */
function* treeAt(catalog: Catalog, now: number, newest: number): Generator<Version> {
  const children = (dir: string): Version[] =>
    aliveIn(catalog, { n: now, newest: now >= newest }, dir).filter((v) => v.name !== "").reverse();
  const root = versionAt(catalog, "", now, newest);
  if (root !== undefined) yield root;
  const stack = children("");
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    yield next;
    if (next.type === "dir") stack.push(...children(joinRel(next.dir, next.name)));
  }
}
