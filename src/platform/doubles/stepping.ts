/**
 * A double that ends the world at a step: from the chosen change on nothing reaches the disk any more, whatever
 * handlers and `finally` blocks try, as if the process had been killed there.
 * @module
 */

import type { Around } from "./tap.ts";

/** Thrown by every call of a process that is dead. */
export class Killed extends Error {
  override readonly name = "Killed";
  /** No code of any system, so that nobody takes it for a state of the disk. */
  readonly code = "EKILLED";

  constructor() {
    super("the process was killed here");
  }
}

/** A process that will die. */
export interface Stepping {
  around: Around;
  /** True once it is dead. */
  dead: boolean;
  /** Changes that reached the disk. */
  steps: number;
}

/** Dies before the change number `at` (from 0) is done; with `torn` a write is done by half before. */
export function stepping(at: number, torn = false): Stepping {
  const state: Stepping = {
    dead: false,
    steps: 0,
    around: (call, work) => {
      if (!state.dead && call.effect === "change" && state.steps === at) {
        state.dead = true;
        if (torn) call.writePart?.((call.size ?? 0) >> 1);
      }
      if (state.dead) throw new Killed();
      if (call.effect === "change") state.steps++;
      return work();
    },
  };
  return state;
}
