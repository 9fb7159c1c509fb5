/** What is to be written after a look, and in which order. Pure. @module */

import { compareUtf8 } from "../../base/bytes.ts";
import { defined } from "../../base/defined.ts";
import { dirOf } from "../../base/relpath.ts";
import type { LaneFindings } from "./lane_loop.ts";
import type { Task } from "./lane_task.ts";

/**
 * The directories in which a look found something to do. Lanes take them in any order, but one that some vault does
 * not have yet comes after the one that it lies in.
 */
export function lookedTasks(
  { changed, late }: Pick<LaneFindings, "changed" | "late">,
): Task[] {
  const waits = new Set(late);
  const tasks = new Map<string, Task & { then: Task[] }>();
  const first: Task[] = [];
  for (const { path, gone, hashed, lane } of changed.sort((a, b) => compareUtf8(a.path, b.path))) {
    const more = defined({ hashed, lane });
    const task = { path, looked: true, fresh: false, gone, then: [], ...more };
    const above = waits.size === 0 ? undefined : waitsFor(path, waits, tasks);
    (above?.then ?? first).push(task);
    tasks.set(path, task);
  }
  return first;
}

/** The task that must come before the one for `path`: the nearest above it, if any of them is late. */
function waitsFor<T extends Task>(
  path: string,
  late: ReadonlySet<string>,
  tasks: ReadonlyMap<string, T>,
): T | undefined {
  let above: T | undefined;
  let waits = false;
  for (let at = path; at !== ""; at = dirOf(at)) {
    waits ||= late.has(at);
    above ??= tasks.get(dirOf(at));
  }
  return waits ? above : undefined;
}
