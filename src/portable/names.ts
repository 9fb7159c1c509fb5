/**
 * Which paths a portable snapshot may hold, and in which order: the reader refuses what the writer would not
 * write. The order lets a stack of names find duplicates and orphans, whatever the size of the tree.
 * @module
 */

import type { SnapshotEntry } from "./format.ts";
import { text } from "../text/text.ts";

/** The longest path, in UTF-16 code units. */
const MAX_PATH = 32_767;

/** What is wrong with a path wherever it is restored; undefined when nothing is. */
export function pathProblem(path: string): string | undefined {
  if (path === "") return text("portable.path-empty");
  if (path.length > MAX_PATH) return text("portable.path-long");
  if (path.includes("\0")) return text("portable.path-nul");
  if (!path.isWellFormed()) return text("portable.path-unicode");
  if (path.startsWith("/")) return text("portable.path-absolute");
  // a backslash is a letter on POSIX; a path that would climb or jump where it is a separator is an attack
  if (path.startsWith("\\")) return text("portable.path-absolute-windows");
  if (/^[A-Za-z]:/.test(path)) return text("portable.path-drive");
  for (const part of path.split("/")) {
    if (part === "") return text("portable.path-empty-part");
    if (part === "." || part === "..") return text("portable.path-part", { part });
    if (part.includes("\\") && part.split("\\").includes("..")) {
      return text("portable.path-up-windows");
    }
  }
  return undefined;
}

/** What keeps a (valid) path from existing on Windows; undefined when nothing does. */
export function windowsProblem(path: string): string | undefined {
  for (const part of path.split("/")) {
    // deno-lint-ignore no-control-regex
    if (/[\\:*?"<>|\x00-\x1f]/.test(part)) return text("portable.name-windows");
    if (/[. ]$/.test(part)) return text("portable.name-windows-end");
    if (/^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)/i.test(part)) {
      return text("portable.name-device");
    }
  }
  return undefined;
}

/** The order of names in a directory: by UTF-16 code units, as `Array.sort` has it. */
export function sortNames<T extends { name: string }>(entries: T[]): T[] {
  return entries.sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/** Checks that entries come depth-first, in order, each below directories that came before it. */
export class OrderCheck {
  /** The last name at each depth. */
  #last: string[] = [];
  #lastIsDir = false;

  /** What is wrong with `entry` at this place; undefined when nothing is. */
  next(path: string, type: SnapshotEntry["type"]): string | undefined {
    const parts = path.split("/");
    const depth = parts.length - 1;
    const problem = this.#parents(parts, depth) ?? this.#order(parts, depth);
    if (problem !== undefined) return problem;
    this.#last.length = depth;
    this.#last.push(parts[depth] ?? "");
    this.#lastIsDir = type === "dir";
    return undefined;
  }

  #parents(parts: readonly string[], depth: number): string | undefined {
    for (let i = 0; i < depth; i++) {
      if (this.#last[i] !== parts[i]) return text("portable.other-dir");
    }
    if (depth > 0 && depth === this.#last.length && !this.#lastIsDir) {
      return text("portable.below-no-dir");
    }
    return undefined;
  }

  #order(parts: readonly string[], depth: number): string | undefined {
    const last = this.#last[depth];
    const name = parts[depth] ?? "";
    if (last === undefined || name > last) return undefined;
    return name === last ? text("portable.name-twice") : text("portable.order");
  }
}
