/** What passes between an engine and a member of its crew: the same few messages for every kind of work. @module */

import type { PlainError } from "../../base/errors.ts";

/** A kind of work, by the types of what passes; all of it is plain data. */
export interface Trade {
  /** What a member is made of. */
  setup: unknown;
  /** A piece of work. */
  piece: unknown;
  /** What comes of a piece. */
  result: unknown;
  /** What a member tells while it works. */
  news: unknown;
  /** What it asks of the engine while it works. */
  question: unknown;
  /** The answer to that. */
  answer: unknown;
  /** What it says when its part is over. */
  end: unknown;
}

/** From the engine to a member. */
export type ToMember<T extends Trade> =
  | { kind: "setup"; setup: T["setup"] }
  | { kind: "piece"; piece: T["piece"] }
  | { kind: "answer"; id: number; answer: T["answer"] }
  | { kind: "refused"; id: number; error: PlainError }
  | { kind: "end" }
  /** The work broke off: what waits is let go. */
  | { kind: "drop" };

/** From a member to the engine. */
export type FromMember<T extends Trade> =
  | { kind: "news"; news: T["news"] }
  | { kind: "question"; id: number; question: T["question"] }
  /** What came of the oldest piece that it has; everything before it has been told. */
  | { kind: "result"; result: T["result"] }
  | { kind: "ended"; end: T["end"] }
  | { kind: "broken"; error: PlainError };
