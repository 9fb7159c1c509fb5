/** How a lane goes through its tasks: one by one, or, where a mirror is far away, seeing many ahead of their comparison. @module */

import { giveHalf, MessagePause, workOff, workOffAtOnce } from "../crew/work_sharing.ts";
import { filesWork, type Lane } from "./lane.ts";
import { addFindings, type LaneFindings } from "./look_result.ts";
import type { SourceRead } from "./compare/compare_directory.ts";
import type { ChangedDir } from "./look_result.ts";
import { AT_ONCE } from "./looks_ahead.ts";
import type { LaneSharing, Phase, Task } from "./lane_task.ts";
import type { SeenBefore } from "./vault_dir.ts";

/** So many directories of a vault that is far away a lane writes at once: one while it waits for the listings of others. */
const WRITTEN_AT_ONCE = 3;

/** Works off `tasks` and all that they lead to. */
export async function runTasks(
  lane: Lane,
  phase: Phase,
  tasks: readonly Task[],
  neighbours: LaneSharing,
  found: LaneFindings,
): Promise<void> {
  await lane.ready();
  if (phase === "look" && lane.seesAhead) return await lookFarAway(lane, tasks, neighbours, found);
  if (phase === "write" && lane.seesAhead) {
    return await workOffAtOnce(
      WRITTEN_AT_ONCE,
      tasks,
      neighbours,
      (task, inside) => lane.write(task, false, inside, recalled(lane, task)),
    );
  }
  await workOff(
    tasks,
    neighbours,
    (task, inside) =>
      phase === "look"
        ? look(lane, task, found)
        : lane.write(task, phase === "writeAll", inside, recalled(lane, task)),
  );
}

function look(lane: Lane, task: Task, found: LaneFindings): Task[] | Promise<Task[]> {
  const read = lane.readAtBest(task.path);
  if (read instanceof Promise) {
    return read.then((read) => lookAt(lane, task, found, { read }) ?? []);
  }
  return lookAt(lane, task, found, { read }) ?? [];
}

/** What the lane remembers of a directory that was looked at. */
function recalled(lane: Lane, { path, looked }: Task): ReturnType<Lane["recall"]> {
  return looked ? lane.recall(path) : undefined;
}

/**
 * Looks at `tasks` and all that they lead to: as many as the lane can see at once are under way, and whichever has been
 * seen is compared.
 */
async function lookFarAway(
  lane: Lane,
  tasks: readonly Task[],
  neighbours: LaneSharing,
  found: LaneFindings,
): Promise<void> {
  const stack = [...tasks].reverse();
  const pause = new MessagePause(neighbours);
  const window = new Window();
  const foresee = foresight(neighbours, found);
  while (stack.length > 0 || window.under > 0) {
    while (stack.length > 0 && window.under < lane.sight) {
      const task = stack.pop();
      if (task !== undefined) window.add({ task, whole: false }, lane.see(task, false));
    }
    const all = await window.seen();
    const from = neighbours.monotonic();
    for (const seen of all) {
      const { task } = seen;
      const read = seen.read ?? await lane.readAtBest(task.path);
      const next = lookAsSeen(lane, { ...seen, read }, found);
      if (next === undefined) window.add({ task, read, whole: true }, lane.see(task, true));
      else for (const more of next.reverse()) stack.push(more);
      giveHalf(neighbours, stack);
    }
    lane.busy(neighbours.monotonic() - from);
    foresee();
    await pause.yieldToMessages();
  }
}

/**
 * Does `work` with directories of mirrors that are far away, one after another: by what the look saw of each, or, where that
 * was not kept, by a look for which many are under way at once.
 */
export async function eachSeenFar(
  lane: Lane,
  dirs: readonly ChangedDir[],
  work: (dir: ChangedDir) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < dirs.length; from += AT_ONCE) {
    const some = dirs.slice(from, from + AT_ONCE);
    const shows = await Promise.all(
      some.map(({ path, mirrors }) => mirrors === undefined ? lane.see({ path }, true) : undefined),
    );
    for (const [i, dir] of some.entries()) {
      shows[i]?.();
      try {
        await work(dir);
      } finally {
        lane.forget();
      }
    }
  }
}

/** Has others get ready to write what was found by now; each directory is counted once. */
export function foresight(
  { foresee }: Pick<LaneSharing, "foresee">,
  { changed }: Pick<LaneFindings, "changed">,
): () => void {
  let [counted, work] = [0, 0];
  return () => {
    for (; foresee !== undefined && counted < changed.length; counted++) {
      work += 1 + filesWork(changed[counted]?.files ?? 0);
    }
    if (work > 0) foresee?.(work);
  };
}

/** A directory that is looked at. */
interface LookedAt {
  task: Task;
  /** How the source has it, where that was read already. */
  read?: SourceRead;
  /** All is seen that there is of it in the vaults. */
  whole: boolean;
}

/** One that was seen, and what has its comparison go by that. */
interface SeenThere extends LookedAt {
  show: () => void;
}

/** Compares a directory by what was seen of it; gives nothing where more is to be seen. */
function lookAsSeen(
  lane: Lane,
  { task, read, whole, show }: SeenThere,
  found: LaneFindings,
): Task[] | undefined {
  show();
  try {
    return lookAt(lane, task, found, { read, unseen: !whole });
  } finally {
    lane.forget();
  }
}

/** What is being seen. */
class Window {
  /** How many directories are being seen. */
  under = 0;
  #seen: SeenThere[] = [];
  #wake: () => void = () => {};

  /** Takes a directory that is being seen. */
  add(task: LookedAt, seen: Promise<() => void>): void {
    this.under++;
    seen.then((show) => {
      this.#seen.push({ ...task, show });
      this.#wake();
    });
  }

  /** Those that have been seen by now, one at least. */
  async seen(): Promise<SeenThere[]> {
    while (this.#seen.length === 0) await new Promise<void>((resolve) => this.#wake = resolve);
    const seen = this.#seen;
    this.#seen = [];
    this.under -= seen.length;
    return seen;
  }
}

/** Looks at one directory and adds what is found; gives nothing where it is to be seen first ({@link Lane.look}). */
export function lookAt(
  lane: Lane,
  task: Pick<Task, "path" | "stands" | "without">,
  found: LaneFindings,
  { read, unseen }: { read?: SourceRead | undefined; unseen?: boolean } = {},
): Task[] | undefined {
  const before: SeenBefore[] = [];
  const apart = task.without !== undefined;
  const passed = unseen === true || apart ? undefined : lane.passOver(read, found, before);
  if (passed !== undefined) return passed;
  const looked = lane.look(task, read, unseen, before);
  if (looked === undefined) return undefined;
  const { changed, subdirs, apart: below, ...rest } = looked;
  addFindings(found, { ...rest, changed: changed === undefined ? [] : [changed] });
  return lane.next(task, subdirs, below);
}
