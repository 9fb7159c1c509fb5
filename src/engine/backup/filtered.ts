/**
 * A pass with a filter (plugins): whole directories are read ahead and asked about in batches, several of them
 * under way at once, so that a lane seldom waits for an answer.
 * @module
 */

import { HikaeError } from "../../base/errors.ts";
import type { EnginePorts } from "../ports.ts";
import { giveHalf, inTask, MessagePause } from "../crew/work_sharing.ts";
import type { FilterAnswer, FilterRequest } from "../questions.ts";
import type { ComparedDirectory, SourceRead } from "./compare/compare_directory.ts";
import type { Lane } from "./lane.ts";
import type { LaneFindings } from "./look_result.ts";
import { lookAt } from "./run_tasks.ts";
import type { LaneSharing, Phase, Task } from "./lane_task.ts";
import type { SourceEntry } from "../source/source_dir.ts";
import { text } from "../../text/text.ts";

/** Asks the filters. */
export type AskFilter = (question: FilterRequest) => Promise<FilterAnswer>;

/** The filters that these ports ask; undefined where nobody is there to answer. */
export function askFilter({ ask }: Pick<EnginePorts, "ask">): AskFilter | undefined {
  return ask === undefined ? undefined : (asked) => ask({ name: "filter", asked });
}

/** Entries in a batch, about: what is read ahead, no other lane can take. */
const BATCH = 1500;
/** Batches under way at once. */
const AHEAD = 3;

/** A directory read ahead; what is recalled of one that was looked at has been asked about. */
interface BatchedTask {
  task: Task;
  recalled: ComparedDirectory | undefined;
  read: SourceRead | undefined;
  entries: SourceEntry[];
}

interface ReadAhead {
  tasks: BatchedTask[];
  answer: Promise<FilterAnswer>;
}

/** What a pass of one lane is about. */
export interface FilteredPass {
  phase: Phase;
  ask: AskFilter;
  neighbours: LaneSharing;
}

/** Works off `tasks` and all that they lead to, in one lane. */
export async function runFiltered(
  lane: Lane,
  tasks: readonly Task[],
  { phase, ask, neighbours }: FilteredPass,
  found: LaneFindings,
): Promise<void> {
  await lane.ready();
  const stack = [...tasks].reverse();
  const under: ReadAhead[] = [];
  const pause = new MessagePause(neighbours);
  const inside = inTask(neighbours, stack);
  while (stack.length > 0 || under.length > 0) {
    while (stack.length > 0 && under.length < AHEAD) under.push(readAhead(lane, stack, ask));
    const batch = under.shift();
    if (batch === undefined) break;
    apply(batch, await batch.answer);
    for (const { task, recalled, read: ahead } of batch.tasks) {
      const read = await provenEmpty(lane, task, ahead);
      const next = phase === "look"
        ? lookAt(lane, task, found, { read }) ?? []
        : await lane.write(task, phase === "writeAll", inside, recalled, read);
      for (let i = next.length - 1; i >= 0; i--) stack.push(next[i] as Task);
      giveHalf(neighbours, stack);
      await pause.yieldToMessages();
    }
  }
}

/** One that listed nothing, or why it cannot be listed. What came since was not asked about: the next run meets it. */
async function provenEmpty(
  lane: Lane,
  { path }: Task,
  read: SourceRead | undefined,
): Promise<SourceRead | undefined> {
  if (typeof read !== "object" || "failed" in read || read.entries.length > 0) return read;
  const again = await lane.readAtBest(path);
  return typeof again === "object" && "failed" in again ? again : read;
}

function readAhead(lane: Lane, stack: Task[], ask: AskFilter): ReadAhead {
  const dirs: string[] = [];
  const names: string[][] = [];
  const types: string[] = [];
  const sizes: number[][] = [];
  const mtimes: number[][] = [];
  const tasks: ReadAhead["tasks"] = [];
  let count = 0;
  while (count < BATCH) {
    const task = stack.pop();
    if (task === undefined) break;
    const recalled = task.looked ? lane.recall(task.path) : undefined;
    const read = recalled === undefined ? lane.read(task.path) : undefined;
    const all = typeof read === "object" && "entries" in read ? read.entries : [];
    const entries = [...all].filter((e) => !e.excluded);
    tasks.push({ task, recalled, read, entries });
    dirs.push(task.path);
    names.push(entries.map((e) => e.name));
    types.push(entries.map((e) => e.type.charAt(0)).join(""));
    sizes.push(entries.map((e) => e.type === "file" ? e.info.size : 0));
    mtimes.push(entries.map((e) => e.info.mtime));
    count += entries.length + 1;
  }
  const answer = ask({
    counts: tasks.map((t) => t.entries.length),
    batch: JSON.stringify({ dirs, names, types, sizes, mtimes }),
  });
  // a failure is met where the batch is worked off
  answer.catch(() => {});
  return { tasks, answer };
}

function apply(batch: ReadAhead, answer: FilterAnswer): void {
  if (answer.hold !== undefined) {
    throw new HikaeError(
      "guard_plugin",
      text("plugin.holds", { plugin: answer.hold.plugin, reason: answer.hold.reason }),
      {
        hint: text("plugin.holds-hint"),
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

/** Goes through the source without writing: `visit` gets each directory as filtered, and gives those to go on with. */
export async function walkFiltered(
  lane: Lane,
  ask: AskFilter,
  visit: (path: string, read: SourceRead | undefined) => Promise<string[]>,
): Promise<void> {
  const taskOf = (path: string): Task => ({ path, looked: false, fresh: false });
  const stack = [taskOf("")];
  const under: ReadAhead[] = [];
  while (stack.length > 0 || under.length > 0) {
    while (stack.length > 0 && under.length < AHEAD) under.push(readAhead(lane, stack, ask));
    const batch = under.shift();
    if (batch === undefined) break;
    apply(batch, await batch.answer);
    for (const { task, read: ahead } of batch.tasks) {
      const read = await provenEmpty(lane, task, ahead);
      const next = await visit(task.path, read);
      for (const path of next.reverse()) stack.push(taskOf(path));
    }
  }
}

/** Reads one directory and asks about it alone. */
export async function readFiltered(lane: Lane, path: string, ask: AskFilter): Promise<SourceRead> {
  const batch = readAhead(lane, [{ path, looked: false, fresh: false }], ask);
  apply(batch, await batch.answer);
  return batch.tasks[0]?.read ?? lane.read(path);
}
