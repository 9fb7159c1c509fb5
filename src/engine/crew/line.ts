/** Lines between an engine and the threads that help it, as the composition root gives them. @module */

import type { FromMember, ToMember, Trade } from "./trade.ts";

/** One end of a line: what it sends, and what it gets. All of it is plain data. */
export interface Line<Out, In> {
  send(message: Out): void;
  receive(handler: (message: In) => void): void;
  /** Resolves after messages that wait have been received. */
  yieldToMessages(): Promise<void>;
}

/** The engine's end of a line to a member of its crew. */
export type EngineEnd<T extends Trade> = Line<ToMember<T>, FromMember<T>>;

/** A member's end of it. */
export type MemberEnd<T extends Trade> = Line<FromMember<T>, ToMember<T>>;

/** Threads that can help, and what all threads see at once. */
export interface CrewPorts {
  /** How many members there can be besides the engine's own thread. */
  readonly seats: number;
  /** How many of them have a thread already, the first ones; the others get one when there is work for it. All, if absent. */
  readonly begun?: number;
  /** The line to the member of a seat; it is asked for once, when there is work for it. */
  line<T extends Trade>(seat: number): EngineEnd<T>;
  readonly board: Board;
}

/** What all threads see at once: how many have nothing to do, and which parts of the work are over. */
export interface Board {
  announceIdle(): void;
  /** Takes one who has nothing to do; false when there is none. */
  claimIdle(): boolean;
  clear(): void;
  /** Ends a part of the work, by its index, for all threads. */
  end(part: number): void;
  ended(part: number): boolean;
}
