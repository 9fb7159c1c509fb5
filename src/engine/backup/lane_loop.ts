/** Works off a stack of directories in one lane, and gives some away when another lane has none. @module */

import { workOff } from "../crew/work_sharing.ts";
import type { SourceRead } from "./compare/compare_directory.ts";
import type { Lane } from "./lane.ts";
import type { ChangedDir, LookTotals } from "./look_result.ts";
import type { SourceTrouble } from "../source/source_dir.ts";
import type { LaneSharing, Task } from "./lane_task.ts";

/** A pass over the source. */
export type Phase = "look" | "write" | "writeAll";

/** What the looks of a lane, or of all, found in a pass. */
export interface LaneFindings {
  /** One for each vault. */
  totals: LookTotals[];
  /** Directories in which something is to be written. */
  changed: ChangedDir[];
  /** Directories that some vault does not have, though another one does. */
  late: string[];
  /** Trouble in the changed ones: told with the writing, or when a guard stops it. */
  untold: SourceTrouble[];
}

/** Nothing found yet. */
export function noFindings(vaults: number): LaneFindings {
  const totals = Array.from(
    { length: vaults },
    () => ({ files: 0, blind: false, sure: 0, unsure: 0 }),
  );
  return { totals, changed: [], late: [], untold: [] };
}

/** Adds what more was found, in one directory or by another lane. */
export function addFindings(sum: LaneFindings, more: LaneFindings): void {
  more.totals.forEach((t, i) => {
    const s = sum.totals[i];
    if (s === undefined) return;
    s.files += t.files;
    s.blind ||= t.blind;
    s.sure += t.sure;
    s.unsure += t.unsure;
  });
  for (const dir of more.changed) sum.changed.push(dir);
  for (const path of more.late) sum.late.push(path);
  for (const trouble of more.untold) sum.untold.push(trouble);
}

/** Works off `tasks` and all that they lead to. */
export async function runTasks(
  lane: Lane,
  phase: Phase,
  tasks: readonly Task[],
  neighbours: LaneSharing,
  found: LaneFindings,
): Promise<void> {
  await workOff(
    tasks,
    neighbours,
    (task, inside) =>
      phase === "look"
        ? lookAt(lane, task.path, found)
        : lane.write(task, phase === "writeAll", inside, recalled(lane, task)),
  );
}

/** What the lane remembers of a directory that was looked at. */
function recalled(lane: Lane, { path, looked }: Task): ReturnType<Lane["recall"]> {
  return looked ? lane.recall(path) : undefined;
}

/** Looks at one directory and adds what is found. */
export function lookAt(
  lane: Lane,
  path: string,
  found: LaneFindings,
  read?: SourceRead,
): Task[] {
  const { changed, subdirs, ...rest } = lane.look(path, read);
  addFindings(found, { ...rest, changed: changed === undefined ? [] : [changed] });
  return subdirs.map((path) => ({ path, looked: false, fresh: false }));
}
