/** What a worker has of the others: whether one is idle, ways to give it work, and messages. @module */

import type { Monotonic } from "../../base/clock.ts";

/** How one who works lets messages in. */
export interface Yielding {
  /** Absent where none can come. */
  yieldToMessages?: () => Promise<void>;
  /** Tells when it has been long since. */
  monotonic: Monotonic;
}

/** How a worker that goes through tasks stands to the others. */
export interface WorkSharing<Task, Part, Fetched> extends Yielding {
  /** Takes one who has nothing to do; false when there is none. */
  claimIdle(): boolean;
  /** Gives tasks away. */
  give(tasks: Task[]): void;
  /** So much work was found by now for the next pass, which others get ready for; absent where nobody hears it. */
  foresee?: (work: number) => void;
  /** This pass has so much more work than its tasks told. */
  found: (work: number) => void;
  /** Has another one do a part of a task, after an idle one was claimed; undefined when none is free after all. */
  share(part: Part): Promise<Fetched | undefined>;
}

/** How long one works before messages are let in, ms. */
const STRETCH = 4;

/** Lets messages in, now and then. */
export class MessagePause {
  readonly #others: Yielding;
  #last: number;

  /** For a worker that stands so to the others. */
  constructor(others: Yielding) {
    this.#others = others;
    this.#last = others.monotonic();
  }

  /** True where it has been long since, and some can come. */
  get isDue(): boolean {
    const { yieldToMessages, monotonic } = this.#others;
    return yieldToMessages !== undefined && monotonic() - this.#last > STRETCH;
  }

  /** Lets them in when it has been long since. */
  async yieldToMessages(): Promise<void> {
    if (!this.isDue) return;
    await this.#others.yieldToMessages?.();
    this.#last = this.#others.monotonic();
  }
}

/** How a worker stands to others while it is at a task: they get other tasks first, parts of it if there are none. */
export function inTask<Task, Part, Fetched>(
  others: WorkSharing<Task, Part, Fetched>,
  stack: Task[],
): WorkSharing<Task, Part, Fetched> {
  return {
    ...others,
    claimIdle: () => {
      if (!others.claimIdle()) return false;
      if (stack.length === 0) return true;
      others.give(stack.splice(0, Math.ceil(stack.length / 2)));
      return false;
    },
  };
}

/** Gives the older half of a stack to one who has nothing to do: the oldest tasks lead to the most. */
export function giveHalf<Task, Part, Fetched>(
  others: WorkSharing<Task, Part, Fetched>,
  stack: Task[],
): void {
  if (stack.length > 1 && others.claimIdle()) others.give(stack.splice(0, stack.length >> 1));
}

/**
 * The same, so many tasks at once: while one waits for an answer the next one is begun. The first error of any, also of one
 * that nobody waits for just then, is thrown when none is under way any more; after it no other is begun.
 */
export async function workOffAtOnce<Task, Part, Fetched>(
  atOnce: number,
  tasks: readonly Task[],
  others: WorkSharing<Task, Part, Fetched>,
  work: (task: Task, inside: WorkSharing<Task, Part, Fetched>) => Promise<Task[]>,
): Promise<void> {
  const stack = [...tasks].reverse();
  const pause = new MessagePause(others);
  const inside = inTask(others, stack);
  const under = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const begin = (task: Task): void => {
    const one = work(task, inside).then(
      (next) => {
        for (const more of next.reverse()) stack.push(more);
      },
      (error) => {
        failures.push(error);
      },
    ).finally(() => under.delete(one));
    under.add(one);
  };
  try {
    while (failures.length === 0 && (stack.length > 0 || under.size > 0)) {
      const task = under.size < atOnce ? stack.pop() : undefined;
      if (task === undefined) await Promise.race(under);
      else begin(task);
      giveHalf(others, stack);
      await pause.yieldToMessages();
    }
  } finally {
    await Promise.all(under);
  }
  if (failures.length > 0) throw failures[0];
}

/** Works off `tasks`, and all that `work` says come after each, the newest first. */
export async function workOff<Task, Part, Fetched>(
  tasks: readonly Task[],
  others: WorkSharing<Task, Part, Fetched>,
  work: (task: Task, inside: WorkSharing<Task, Part, Fetched>) => Promise<Task[]> | Task[],
): Promise<void> {
  const stack = [...tasks].reverse();
  const pause = new MessagePause(others);
  const inside = inTask(others, stack);
  for (let task = stack.pop(); task !== undefined; task = stack.pop()) {
    const worked = work(task, inside);
    // where nothing is waited for, a promise for each of very many tasks costs more than what it brings
    const next = worked instanceof Promise ? await worked : worked;
    for (const more of next.reverse()) stack.push(more);
    giveHalf(others, stack);
    if (pause.isDue) await pause.yieldToMessages();
  }
}
