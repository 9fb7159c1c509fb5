/** Which of the differences between a snapshot and the source are files that have another name by now. @module */

import { nameOf } from "../../base/relpath.ts";
import type { Version } from "../../vault/version.ts";
import type { SourceEntry } from "../source/source_dir.ts";
import type { Difference } from "./diff_answer.ts";

/** A difference, and what is known of the path on the side that has it. */
export interface SourceDifference extends Difference {
  /** What is gone. */
  was?: Version;
  /** What is new. */
  entry?: SourceEntry;
}

/**
 * The differences with moves as one each, as a backup would tell them: a path that is gone and a new one of the same size
 * and time, whose content is the same. Only such a new file is read; `hashOf` gives undefined where it cannot be.
 */
export function withMoves(
  changes: readonly SourceDifference[],
  hashOf: (path: string, entry: SourceEntry) => string | undefined,
): Difference[] {
  const gone = goneByLook(changes);
  const from = new Map<string, string>();
  const left = new Set<string>();
  for (const { path, modifier, entry } of changes) {
    if (modifier !== "+" || entry === undefined || entry.type === "special") continue;
    const { size, mtime } = entry.info;
    const same = gone.get(lookOf(entry.type, size, mtime));
    if (same === undefined || same.left === 0) continue;
    const old = same.take(hashOf(path, entry), nameOf(path));
    if (old === undefined) continue;
    from.set(path, old);
    left.add(old);
  }
  return changes.filter((c) => c.modifier !== "-" || !left.has(c.path))
    .map(({ path, type, modifier }) => {
      const old = from.get(path);
      return old === undefined
        ? { path, type, modifier }
        : { path, type, modifier: "R", from: old };
    });
}

/** What is gone, by what a look alone tells of it. An empty file is like any other. */
function goneByLook(changes: readonly SourceDifference[]): Map<string, GoneAlike> {
  const gone = new Map<string, GoneAlike>();
  for (const change of changes) {
    const { modifier, was } = change;
    if (modifier !== "-" || was === undefined || was.type === "dir" || was.hash === null) continue;
    if (was.size === null || was.size === 0) continue;
    const look = lookOf(was.type, was.size, was.mtime);
    const same = gone.get(look) ?? new GoneAlike();
    same.add(was.hash, change.path);
    gone.set(look, same);
  }
  return gone;
}

function lookOf(type: string, size: number, mtime: number | null): string {
  return `${type} ${size} ${mtime}`;
}

/** Paths that are gone and of which a look tells the same: there may be very many of one size and time. */
class GoneAlike {
  /** How many nobody took. */
  left = 0;
  /** By content: one path, or several. */
  readonly #byHash = new Map<string, string | GoneCopies>();

  add(hash: string, path: string): void {
    const before = this.#byHash.get(hash);
    if (before === undefined) this.#byHash.set(hash, path);
    else if (typeof before !== "string") before.add(path);
    else {
      const copies = new GoneCopies();
      copies.add(before);
      copies.add(path);
      this.#byHash.set(hash, copies);
    }
    this.left++;
  }

  /** The first one of this content, best of the same name; undefined where there is none. */
  take(hash: string | undefined, name: string): string | undefined {
    const copies = hash === undefined ? undefined : this.#byHash.get(hash);
    if (hash === undefined || copies === undefined) return undefined;
    const path = typeof copies === "string" ? copies : copies.take(name);
    if (typeof copies === "string") this.#byHash.delete(hash);
    if (path !== undefined) this.left--;
    return path;
  }
}

/** Paths of one content, each of which is taken once. */
class GoneCopies {
  readonly #all = new PathLine();
  readonly #named = new Map<string, PathLine>();
  readonly #taken = new Set<string>();

  add(path: string): void {
    const named = this.#named.get(nameOf(path)) ?? new PathLine();
    this.#named.set(nameOf(path), named);
    named.paths.push(path);
    this.#all.paths.push(path);
  }

  take(name: string): string | undefined {
    const path = this.#named.get(name)?.first(this.#taken) ?? this.#all.first(this.#taken);
    if (path !== undefined) this.#taken.add(path);
    return path;
  }
}

/** Paths in their order. */
class PathLine {
  readonly paths: string[] = [];
  #next = 0;

  /** The first one that is not `taken`; those before it never come again. */
  first(taken: ReadonlySet<string>): string | undefined {
    while (taken.has(this.paths[this.#next] ?? "")) this.#next++;
    return this.paths[this.#next];
  }
}
