/** What is said between the main thread and the worker that reads and writes portable snapshots. @module */

import type { Refusal } from "../base/lenient_fs.ts";
import type { PlainError } from "../base/errors.ts";
import type { Message } from "../base/event.ts";
import type { LinkJob } from "./links.ts";
import type { Found } from "./look.ts";
import type { Decision } from "./prune.ts";
import type { RestoreOptions, RestoreResult } from "./restore.ts";
import type { TakeOptions, TakeResult } from "./take.ts";

/** What the worker can be asked, and answers. */
export interface Operations {
  take: { ask: TakeOptions; answer: TakeResult };
  restore: { ask: RestoreOptions; answer: RestoreResult };
  planRestore: { ask: RestoreOptions; answer: RestoreResult };
  list: { ask: { snapshots: string }; answer: Found[] };
  planPrune: { ask: { snapshots: string; keep: number }; answer: Decision[] };
  applyPrune: { ask: { snapshots: string; decisions: readonly Decision[] }; answer: number };
}

/** The name of an operation. */
export type Operation = keyof Operations;

/** The first message: what the worker is to respect. */
export interface Start {
  /** The cells of {@link CELL}. */
  shared: SharedArrayBuffer;
  /** Real paths below which it may write. */
  writable: readonly string[];
  separator: string;
}

/** One operation at a time. */
export type Request = { [K in Operation]: { op: K; ask: Operations[K]["ask"] } }[Operation];

/** What the worker says. */
export type Reply =
  | { type: "message"; message: Message }
  /** What the disk of a place refuses as a whole. */
  | { type: "refused"; refusal: Refusal; root: string }
  | { type: "links"; root: string; jobs: readonly LinkJob[] }
  | { type: "done"; answer: Operations[Operation]["answer"] }
  | { type: "failed"; error: PlainError };

/** Cells (32 bits each) that both threads see. */
export const CELL = {
  /** 1: stop. */
  cancel: 0,
  /** Counted up when links have been made. */
  linked: 1,
  /** How many of them failed. */
  failures: 2,
  /** How many of them the disk refused. */
  refused: 3,
} as const;

/** The size of the shared cells in bytes. */
export const SHARED_BYTES = 16;
