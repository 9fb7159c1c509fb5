/** What is to be written after a look, and in which order. Pure. @module */

import { dirOf, nameOf } from "../../base/relpath.ts";
import type { LaneFindings } from "./lane_loop.ts";
import type { Task } from "./lane_task.ts";

/**
 * The directories in which a look found something to do; what was told of them then is not told again. Lanes take
 * them in any order, but one that some vault does not have yet comes after the one that it lies in.
 */
export function lookedTasks(found: LaneFindings): Task[] {
  const { changed, told, gone, late, hashed, counted } = found;
  const toldIn = new Map<string, string[]>();
  for (const path of told) for (const dir of new Set([path, dirOf(path)])) put(toldIn, dir, path);
  const goneIn = new Map<string, string[]>();
  for (const path of gone) put(goneIn, dirOf(path), nameOf(path));
  const hashedIn = new Map(hashed.map(({ path, names }) => [path, names]));
  const countedIn = new Map(counted.map(({ path, vaults }) => [path, vaults]));
  const waits = new Set(late);
  const tasks = new Map<string, Task & { then: Task[] }>();
  const first: Task[] = [];
  for (const path of changed.sort()) {
    const names = hashedIn.get(path);
    const vaults = countedIn.get(path);
    const task = {
      path,
      looked: true,
      fresh: false,
      told: toldIn.get(path) ?? [],
      gone: goneIn.get(path) ?? [],
      then: [],
      ...(names === undefined ? {} : { hashed: names }),
      ...(vaults === undefined ? {} : { counted: vaults }),
    };
    const above = waits.size === 0 ? undefined : waitsFor(path, waits, tasks);
    (above?.then ?? first).push(task);
    tasks.set(path, task);
  }
  return first;
}

function put(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
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
