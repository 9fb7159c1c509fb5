/** What the snapshots of all systems share: steps that can be undone. @module */

import type { Program, RunProgram } from "./program.ts";
import { say } from "./snapshot_words.ts";

/** What is asked of a system. */
export interface SnapshotRequest {
  /** The directory to have a snapshot of. */
  source: string;
  /** What to call the snapshot. */
  name: string;
  /** Which kind, or `auto`. */
  kind: string;
  /** LVM: room for changes. */
  size: string;
  /** Whether file systems and subvolumes below the source may be left empty. */
  nested: boolean;
  steps: Steps;
}

/** Runs programs and remembers how to undo what they did. */
export class Steps {
  readonly #run: RunProgram;
  readonly #undo: Program[] = [];

  /** Steps that are done by `run`. */
  constructor(run: RunProgram) {
    this.#run = run;
  }

  /** Runs a program; gives what it printed, without the last line end. */
  async do(
    program: string,
    args: readonly string[],
    env?: Record<string, string>,
  ): Promise<string> {
    return (await this.#run({ program, args, ...(env === undefined ? {} : { env }) })).trimEnd();
  }

  /** Runs a program that may fail, to take away what an earlier run left. */
  async tryTo(program: string, args: readonly string[]): Promise<void> {
    await this.do(program, args).catch(() => {});
  }

  /** Has `undo` run in the end. */
  later(program: string, args: readonly string[], env?: Record<string, string>): void {
    this.#undo.push({ program, args, ...(env === undefined ? {} : { env }) });
  }

  /** Undoes everything, the last first; gives what did not work. */
  async undo(run: RunProgram): Promise<string[]> {
    const problems: string[] = [];
    for (const step of this.#undo.splice(0).reverse()) {
      await run(step).catch((error: unknown) =>
        problems.push(error instanceof Error ? error.message : String(error))
      );
    }
    return problems;
  }
}

/** Throws for a source with file systems or subvolumes below it, which are empty in a snapshot. */
export function refuseNested(below: readonly string[], request: SnapshotRequest): void {
  const [first, ...more] = below;
  if (first === undefined || request.nested) return;
  const others = more.length === 0 ? "" : say("more", { n: more.length });
  throw new Error(say("nested", { first, others }));
}

/** The part of `path` below `root` with a `/` before it; empty when they are the same. */
export function restOf(path: string, root: string): string {
  const base = root === "/" ? "" : root;
  return path === root ? "" : path.startsWith(`${base}/`) ? path.slice(base.length) : path;
}

/** True when `path` lies below `dir`. */
export function isBelow(path: string, dir: string): boolean {
  return path !== dir && path.startsWith(dir === "/" ? "/" : `${dir}/`);
}
