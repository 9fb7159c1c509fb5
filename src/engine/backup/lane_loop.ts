/** Works off a stack of directories in one lane, and gives some away when another lane has none. @module */

import type { Lane, SourceRead } from "./lane.ts";
import type { Looked, LookNotes } from "./look_result.ts";
import type { LaneVault } from "./lane_vault.ts";
import type { Task } from "./lane_task.ts";
import { inDirectory, MessagePause, type WorkSharing } from "./work_sharing.ts";

export type { Task } from "./lane_task.ts";

/** A pass over the source. */
export type Phase = "look" | "write" | "writeAll";

/** What a look found in the directories of one lane, for one vault. */
export interface LookTotals {
  files: number;
  blind: boolean;
  sure: number;
  unsure: number;
}

/** What a lane found in a pass. */
export interface LaneFindings extends LookNotes {
  totals: LookTotals[];
  /** Directories in which something is to be written. */
  changed: string[];
}

/** Nothing found yet. */
export function noFindings(vaults: number): LaneFindings {
  const totals = Array.from(
    { length: vaults },
    () => ({ files: 0, blind: false, sure: 0, unsure: 0 }),
  );
  return { totals, changed: [], told: [], gone: [], late: [], hashed: [], counted: [] };
}

/** A look's result per vault, used again for each directory. */
export type LookPerVault = Looked[];

/** Nothing looked at yet. */
export function notLooked(vaults: number): LookPerVault {
  return Array.from({ length: vaults }, () => ({
    changed: false,
    sure: 0,
    unsure: 0,
    files: 0,
    blind: false,
  }));
}

/** Works off `tasks` and all that they lead to. */
export async function runTasks(
  lane: Lane,
  runs: readonly LaneVault[],
  phase: Phase,
  tasks: readonly Task[],
  neighbours: WorkSharing,
  found: LaneFindings,
): Promise<void> {
  const stack = [...tasks].reverse();
  const looked = notLooked(runs.length);
  const breath = new MessagePause(neighbours);
  const inside = inDirectory(neighbours, stack);
  for (let task = stack.pop(); task !== undefined; task = stack.pop()) {
    const next = phase === "look"
      ? lookAt(lane, task.path, looked, found)
      : await lane.write(task, phase === "writeAll", inside);
    for (let i = next.length - 1; i >= 0; i--) stack.push(next[i] as Task);
    // the oldest tasks lead to the largest subtrees
    if (stack.length > 1 && neighbours.takeWish()) {
      neighbours.give(stack.splice(0, stack.length >> 1));
    }
    await breath.yieldToMessages();
  }
}

/** Looks at one directory and adds what is found. */
export function lookAt(
  lane: Lane,
  path: string,
  looked: LookPerVault,
  found: LaneFindings,
  read?: SourceRead,
): Task[] {
  const subdirs = lane.look(path, looked, read, found);
  let changed = false;
  looked.forEach((l, i) => {
    const t = found.totals[i];
    if (t === undefined) return;
    t.files += l.files;
    t.blind ||= l.blind;
    t.sure += l.sure;
    t.unsure += l.unsure;
    changed ||= l.changed;
  });
  if (changed) found.changed.push(path);
  return subdirs.map((path) => ({ path, looked: false, fresh: false }));
}
