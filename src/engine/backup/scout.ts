/**
 * A scout: goes through the source in a thread of its own while the first copies are made, and counts what there is
 * to read. So the progress line has its total soon, and no copy waits for it (docs/performance.md, *Progress*).
 * @module
 */

import { joinRel } from "../../base/relpath.ts";
import type { ComparedDirectory } from "./compare/compare_directory.ts";
import type { LaneContext } from "./lane_context.ts";
import { readSourceDir, type SourceDir, type SourceView } from "../source/source_dir.ts";

/** Told of the files and links of a directory, and of their bytes (decision 24). */
export type OnCounted = (files: number, bytes: number) => void;

/** Counts the files and links at and below `root` that a backup would read; trouble is the backup's to tell. */
export function scout(
  view: SourceView,
  root: string,
  check: () => void,
  onCounted: OnCounted,
): void {
  const stack = [root];
  for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
    check();
    let files = 0;
    let bytes = 0;
    for (const e of entriesOf(view, path)) {
      if (e.excluded) continue;
      if (e.type === "dir") stack.push(joinRel(path, e.name));
      else if (e.type !== "special") {
        files++;
        bytes += e.info.size;
      }
    }
    onCounted(files, bytes);
  }
}

/** What the writing will read here, and below directories that are new, which the look leaves to the writing. */
export function countWork(
  { view, check }: Pick<LaneContext, "view" | "check">,
  { source, vaults, subdirs, known }: ComparedDirectory,
  toRead: OnCounted,
): void {
  if (source === undefined) return;
  const sizes = new Map<string, number>();
  for (const { work } of vaults) {
    for (const step of work?.plan.steps ?? []) {
      const reads = step.act === "add" || step.act === "update" || step.act === "repair";
      if (reads && (step.source.type === "file" || step.source.type === "link")) {
        sizes.set(step.source.name, step.source.info.size);
      }
    }
  }
  let bytes = 0;
  for (const size of sizes.values()) bytes += size;
  toRead(sizes.size, bytes);
  for (const path of subdirs) {
    if (!known.has(path)) scout(view, path, check, toRead);
  }
}

function entriesOf(view: SourceView, path: string): SourceDir["entries"] {
  try {
    const dir = readSourceDir(view, path);
    return typeof dir === "string" ? [] : dir.entries;
  } catch {
    return [];
  }
}
