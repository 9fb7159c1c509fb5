/**
 * A scout: goes through the source in a thread of its own while the first copies are made, and counts what there is
 * to read. So the progress line has its total soon, and no copy waits for it (docs/performance.md, *Progress*).
 * @module
 */

import { joinRel } from "../../base/relpath.ts";
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

function entriesOf(view: SourceView, path: string): SourceDir["entries"] {
  try {
    const dir = readSourceDir(view, path);
    return typeof dir === "string" ? [] : dir.entries;
  } catch {
    return [];
  }
}
