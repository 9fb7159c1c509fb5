/** What passes between main and an engine worker: plain data only. @module */

import type { ToldTexts } from "../text/given.ts";
import type { RefusedCall } from "../base/lenient_fs.ts";
import type { Message } from "../base/event.ts";
import type { PlainError } from "../base/errors.ts";

/** Where an index lies at home: plain data (`vault/index_place.ts`). */
export type SentIndexPlaces = Readonly<Record<string, { dir: string; id: string; uid?: number }>>;

/** Main tells an engine worker what it works with, once. */
export interface EngineStart {
  kind: "start";
  /** Progress and cancellation, see {@link SharedState}. */
  shared: SharedArrayBuffer;
  /** Real paths that the port lets the engine write below. */
  writable: readonly string[];
  /** Where the indexes of vaults lie, by the vaults' real paths. */
  index: SentIndexPlaces;
  /** Lines to lanes in other threads. */
  lanes?: MessagePort[];
  /** How many more lanes the engine may start itself, when there is work for them. */
  spare?: number;
  /** A line to the scout. */
  scout?: MessagePort;
  /** What it is to say (`text/given.ts`). */
  texts: ToldTexts;
}

/** Main asks for one command; several may be under way at once, told apart by their number. */
export interface EngineCall<Call> {
  kind: "call";
  id: number;
  call: Call;
}

/** Main tells a lane's thread whom it works for. */
export interface LaneCall {
  kind: "lane";
  /** Its row of the shared totals. */
  index: number;
  port: MessagePort;
  shared: SharedArrayBuffer;
  writable: readonly string[];
  /** Where the indexes of vaults lie. */
  places: SentIndexPlaces;
  /** What it is to say (`text/given.ts`). */
  texts: ToldTexts;
}

/** What a call says on its way; `call` is its number. */
export type EngineNews =
  | { kind: "messages"; call: number; messages: Message[] }
  | { kind: "data"; call: number; bytes: Uint8Array };

/** What an engine worker says; `call` is the number of the call that it is about. */
export type EngineReply<Answer, Question> =
  | { kind: "ready" }
  | EngineNews
  | { kind: "ask"; id: number; question: Question }
  | { kind: "done"; call: number; answer: Answer }
  | { kind: "failed"; call: number; error: PlainError }
  /** What the disk of a root refuses as a whole; threads find it each by itself. */
  | { kind: "refused"; refusal: RefusedCall; root: string };

/** Main's answer to a question of the engine; an error where there is none: the run is to end so. */
export type EngineAnswer<Answer> =
  | { kind: "answer"; id: number; answer: Answer }
  | { kind: "answer"; id: number; error: PlainError };

/** A row for each thread of the largest crew, its scout among them. */
const LANES = 18;
const SLOTS = 9;
const FLAGS = 4;
/** The flags: whether to end, how many are idle, the parts that are over, whether calls are counted. */
const FLAG = { cancel: 0, idle: 1, ended: 2, counted: 3 } as const;

/** Memory that main and engine threads share: a cancel flag, and a row of running totals per thread. */
export class SharedState {
  readonly buffer: SharedArrayBuffer;
  readonly #flags: Int32Array;
  readonly #totals: Float64Array;

  /** New memory, or that of another thread. */
  constructor(buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer(FLAGS * 4 + LANES * SLOTS * 8);
    this.#flags = new Int32Array(this.buffer, 0, FLAGS);
    this.#totals = new Float64Array(this.buffer, FLAGS * 4, LANES * SLOTS);
  }

  /** Asks the engine to end. */
  cancel(): void {
    Atomics.store(this.#flags, FLAG.cancel, 1);
  }

  /** True once the engine is to end. */
  get cancelled(): boolean {
    return Atomics.load(this.#flags, FLAG.cancel) !== 0;
  }

  /** Has threads that start from now on count their calls of the file system. */
  countCalls(): void {
    Atomics.store(this.#flags, FLAG.counted, 1);
  }

  /** True where calls are counted. */
  get countsCalls(): boolean {
    return Atomics.load(this.#flags, FLAG.counted) !== 0;
  }

  /** How many lanes are idle: added to, claimed, cleared. */
  announceIdle(): void {
    Atomics.add(this.#flags, FLAG.idle, 1);
  }

  /** Claims an idle lane; false when there is none. */
  claimIdle(): boolean {
    if (Atomics.load(this.#flags, FLAG.idle) <= 0) return false;
    if (Atomics.sub(this.#flags, FLAG.idle, 1) > 0) return true;
    Atomics.add(this.#flags, FLAG.idle, 1);
    return false;
  }

  /** Forgets the idle ones. */
  clearIdle(): void {
    Atomics.store(this.#flags, FLAG.idle, 0);
  }

  /** Tells all threads that a part of the work is over: the bits of one word, so the first 31 of them. */
  end(part: number): void {
    if (part < 31) Atomics.or(this.#flags, FLAG.ended, 1 << part);
  }

  /** True once it is. */
  ended(part: number): boolean {
    return part < 31 && (Atomics.load(this.#flags, FLAG.ended) & (1 << part)) !== 0;
  }

  /** Adds to a total of a thread; only that thread writes its row. */
  add(lane: number, slot: number, n: number): void {
    const at = lane * SLOTS + slot;
    this.#totals[at] = (this.#totals[at] ?? 0) + n;
  }

  /** How many threads have a part in one of these totals. */
  threads(...slots: readonly number[]): number {
    let threads = 0;
    for (let lane = 0; lane < LANES; lane++) {
      if (slots.some((slot) => this.#totals[lane * SLOTS + slot] !== 0)) threads++;
    }
    return threads;
  }

  /** The sum of a total over all threads. */
  total(slot: number): number {
    let sum = 0;
    for (let lane = 0; lane < LANES; lane++) sum += this.#totals[lane * SLOTS + slot] ?? 0;
    return sum;
  }
}

/** The totals of {@link SharedState}. */
export const SLOT = {
  filesDone: 0,
  bytesDone: 1,
  filesFound: 2,
  bytesFound: 3,
  errors: 4,
  /** Not 0 once all that is to do has been found. */
  totalKnown: 5,
  /** Entries looked at. */
  entriesSeen: 6,
  /** Calls of the file system, where they are counted; those below what may be written are told apart. */
  callsBelow: 7,
  callsElsewhere: 8,
} as const;
