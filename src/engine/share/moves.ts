/**
 * What merely moved: a path that is gone from the source, and a new one with its content (decision 25). Each old path moves to
 * one new one.
 * @module
 */

import { lstatIfAny } from "../../base/io.ts";
import { RecentMap } from "../../base/recent_map.ts";
import { dirOf, nameOf } from "../../base/relpath.ts";
import { LEAST_SHARED } from "../../vault/history/contents.ts";
import { pathOf, type Version } from "../../vault/version.ts";
import type { SourceView } from "../source/source_dir.ts";
import type { EndKind } from "./copies.ts";
import type { KnownContents } from "./known_contents.ts";

/** What a run knows of paths that are gone. */
export type IsVanished = (path: string) => boolean;

/** So many answers are kept in mind at least. */
const MOST_KEPT = 10_000;
/** So many paths are looked for in the source for one new file. */
const MOST_TRIED = 16;

/** True for what is neither in the source nor left out of it: what is left out is neither seen nor gone (decision 21). */
export function vanishedFrom(view: SourceView): IsVanished {
  const known = new RecentMap<string, boolean>(MOST_KEPT);
  const dirs = new RecentMap<string, boolean>(MOST_KEPT);
  // what is gone takes longest to look at: of a directory that is gone nothing is
  const isIn = (path: string): boolean => {
    const dir = dirOf(path);
    if (dir === "") return isThere(view, path);
    const is = dirs.get(dir) ?? isThere(view, dir);
    dirs.set(dir, is);
    return is && isThere(view, path);
  };
  return (path) => {
    const was = known.get(path);
    if (was !== undefined) return was;
    const is = !isLeftOut(view, path) && !isIn(path);
    known.set(path, is);
    return is;
  };
}

function isLeftOut({ rules }: SourceView, path: string): boolean {
  if (rules.excludes(path, false)) return true;
  for (let at = dirOf(path); at !== ""; at = dirOf(at)) if (rules.excludes(at, true)) return true;
  return false;
}

function isThere({ fs, tree }: SourceView, path: string): boolean {
  try {
    return lstatIfAny(fs, tree.path(path)) !== undefined;
  } catch {
    // what cannot be seen is not gone
    return true;
  }
}

/**
 * How a run ends a living version, which it then makes a mark of: it is gone from the source, or has another size there. Its
 * time alone may have been set.
 */
export function endsIn(
  view: SourceView,
  isVanished: IsVanished,
): (v: Version) => EndKind | undefined {
  return (v) => {
    const path = pathOf(v);
    if (isVanished(path)) return "deleted";
    if (isLeftOut(view, path)) return undefined;
    try {
      const info = lstatIfAny(view.fs, view.tree.path(path));
      return info?.type === "file" && info.size !== v.size ? "changed" : undefined;
    } catch {
      return undefined;
    }
  };
}

/** A file or link that is new to a path. */
export interface NewContent {
  hash: string;
  type: "file" | "link";
  size: number;
  mtime: number;
}

/** Finds where new files came from, for one vault. */
export class Moves {
  readonly #contents: KnownContents;
  readonly #isVanished: IsVanished;

  /** By what a vault has, and what is gone. */
  constructor(contents: KnownContents, isVanished: IsVanished) {
    this.#contents = contents;
    this.#isVanished = isVanished;
  }

  /** The path that a new file came from, which then came from there alone; undefined for one that is only new. */
  claim(path: string, { hash, type, size, mtime }: NewContent): string | undefined {
    const { gone } = this.#contents.of(hash, type);
    const name = nameOf(path);
    // little content is soon the same by chance, and all empty files are alike
    const may = (v: Version): boolean =>
      size >= LEAST_SHARED || v.mtime === mtime && (size > 0 || v.name === name);
    for (let tried = 0; tried < MOST_TRIED; tried++) {
      const own = gone.findIndex((v) => v.name === name && may(v));
      const at = own >= 0 ? own : gone.findIndex(may);
      if (at < 0) return undefined;
      const [v] = gone.splice(at, 1) as [Version];
      const from = pathOf(v);
      // each is asked once: it is gone and taken now, or it is not gone
      if (from !== path && this.#isVanished(from)) return from;
    }
    return undefined;
  }
}
