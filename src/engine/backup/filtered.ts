/**
 * A pass with a filter (plugins): whole directories are read ahead and asked about in batches, several of them
 * under way at once, so that the engine seldom waits for an answer.
 * @module
 */

import { HikaeError } from "../../base/errors.ts";
import type { Lane, SourceRead } from "./lane.ts";
import { type LaneFindings, lookAt, type Looked0, type Phase, type Task } from "./lane_runner.ts";
import type { SourceEntry } from "./source_dir.ts";

/** Directories to ask about, column by column; the shape of `src/plugins/batch.ts`. */
export interface FilterQuestion {
  dirs: string[];
  names: string[][];
  /** One letter for each entry: `f`ile, `d`ir, `l`ink, `s`pecial. */
  types: string[];
  sizes: number[][];
  mtimes: number[][];
}

/** For each directory the indexes of the entries that are left out; or the end of the run. */
export interface FilterAnswer {
  leaveOut: number[][];
  hold?: { plugin: string; reason: string };
}

/** Asks the filters. */
export type AskFilter = (question: FilterQuestion) => Promise<FilterAnswer>;

/** Entries in a batch, about. */
const BATCH = 4000;
/** Batches under way at once. */
const AHEAD = 4;

interface Batch {
  tasks: { task: Task; read: SourceRead; entries: SourceEntry[] }[];
  answer: Promise<FilterAnswer>;
}

/** Works off `tasks` and all that they lead to, in one lane. */
export async function runFiltered(
  lane: Lane,
  phase: Phase,
  tasks: readonly Task[],
  ask: AskFilter,
  looked: Looked0,
  found: LaneFindings,
): Promise<void> {
  const stack = [...tasks].reverse();
  const under: Batch[] = [];
  while (stack.length > 0 || under.length > 0) {
    while (stack.length > 0 && under.length < AHEAD) under.push(readAhead(lane, stack, ask));
    const batch = under.shift();
    if (batch === undefined) break;
    apply(batch, await batch.answer);
    for (const { task, read } of batch.tasks) {
      const next = phase === "look"
        ? lookAt(lane, task.path, looked, found, read)
        : await lane.write(task, phase === "writeAll", read);
      for (let i = next.length - 1; i >= 0; i--) stack.push(next[i] as Task);
    }
  }
}

function readAhead(lane: Lane, stack: Task[], ask: AskFilter): Batch {
  const question: FilterQuestion = { dirs: [], names: [], types: [], sizes: [], mtimes: [] };
  const tasks: Batch["tasks"] = [];
  let count = 0;
  while (count < BATCH) {
    const task = stack.pop();
    if (task === undefined) break;
    const read = lane.read(task.path);
    const entries = typeof read === "object" && "entries" in read
      ? read.entries.filter((e) => !e.excluded)
      : [];
    tasks.push({ task, read, entries });
    question.dirs.push(task.path);
    question.names.push(entries.map((e) => e.name));
    question.types.push(entries.map((e) => e.type.charAt(0)).join(""));
    question.sizes.push(entries.map((e) => e.type === "file" ? e.info.size : 0));
    question.mtimes.push(entries.map((e) => e.info.mtime));
    count += entries.length + 1;
  }
  const answer = ask(question);
  // a failure is met where the batch is worked off
  answer.catch(() => {});
  return { tasks, answer };
}

function apply(batch: Batch, answer: FilterAnswer): void {
  if (answer.hold !== undefined) {
    throw new HikaeError(
      "guard_plugin",
      `plugin ${answer.hold.plugin} holds the run: ${answer.hold.reason}`,
      {
        hint: "see what it found; take the plugin out of the config to go on without it",
      },
    );
  }
  batch.tasks.forEach(({ entries }, i) => {
    for (const index of answer.leaveOut[i] ?? []) {
      const entry = entries[index];
      if (entry !== undefined) entry.excluded = true;
    }
  });
}

/** Reads one directory and asks about it alone. */
export async function readFiltered(lane: Lane, path: string, ask: AskFilter): Promise<SourceRead> {
  const batch = readAhead(lane, [{ path, looked: false, fresh: false }], ask);
  apply(batch, await batch.answer);
  return batch.tasks[0]?.read ?? lane.read(path);
}
