/**
 * Keeps the heap of a thread that works on much near what lives in it (docs/performance.md, *Memory*). V8 by itself lets
 * a heap grow to about four times that; a flag that has it collect sooner costs every run, small ones most. So a thread
 * counts what it asks of the disk and the index, looks at its heap now and then, and collects when that has grown by
 * much. A small run never gets there, and loads nothing for it.
 * @module
 */

import { builtin } from "./builtin.ts";

/**
 * So many calls or rows, 64 KiB of files or 1 KiB of rows, lie between two looks at the heap; a look takes some 40 µs. What
 * passes through a buffer leaves little behind.
 */
const BETWEEN = 512;

/** One call that brings so much is a point at which any heap is collected that is not small. */
const MUCH = 8192;

/** When a heap is collected, in bytes. */
export interface HeapLimits {
  /** One that is no larger is left to V8. */
  least: number;
  /** What it grows by before it is collected; where many objects live, a third of what they take. */
  step: number;
}

const USUAL: HeapLimits = { least: 40 << 20, step: 24 << 20 };

/** Of threads whose work takes hours and little memory. */
const SMALL: HeapLimits = { least: 16 << 20, step: 8 << 20 };

/** So often a way to collect is looked for: it fails where another thread looks at the same time. */
const TRIES = 3;

/** Collects all garbage of this thread. */
type Collect = () => void;

/** What it needs of the machine. */
export interface HeapPorts {
  /** What this thread has of the machine's memory for its objects, dead ones among them, in bytes. */
  size: () => number;
  /** What its objects take of that: a collection goes through those that live. */
  objects: () => number;
  /** Finds the way to collect; undefined, or an error, where there is none. */
  find: () => Collect | undefined;
}

/** The heap of one thread. */
export class WatchedHeap {
  readonly #ports: HeapPorts;
  #left = BETWEEN;
  #limits = USUAL;
  /** At this size it is collected. */
  #most = USUAL.least;
  #collect: Collect | undefined;
  #tries = 0;

  /** Of a thread that has these. */
  constructor(ports: HeapPorts) {
    this.#ports = ports;
  }

  /** From now on it is collected at these. */
  keepTo(limits: HeapLimits): void {
    this.#limits = limits;
    this.#most = limits.least;
  }

  /** So many calls were made, rows read, or so much moved. */
  worked(amount: number): void {
    this.#left -= amount;
    if (this.#left <= 0) this.#look(amount >= MUCH);
  }

  #look(much: boolean): void {
    this.#left = BETWEEN;
    const { size, objects, find } = this.#ports;
    const most = much && this.#most !== Infinity ? this.#limits.least : this.#most;
    if (size() < most) return;
    const collect = this.#collect ??= this.#found(find);
    if (collect === undefined) return;
    collect();
    const lives = size();
    const { least, step } = this.#limits;
    const next = Math.max(least, lives + Math.max(step, objects() / 3));
    // what such a call brings does not stay: it is not to count as what lives
    this.#most = much ? Math.min(this.#most, next) : next;
  }

  /** The way to collect; a runtime that has none after some tries collects when it likes. */
  #found(find: HeapPorts["find"]): Collect | undefined {
    if (++this.#tries >= TRIES) this.#most = Infinity;
    try {
      return find();
    } catch {
      return undefined;
    }
  }
}

/** V8's own function, which a program gets without having been started for it. */
function findCollect(): Collect | undefined {
  const v8 = builtin<typeof import("node:v8")>("node:v8");
  v8.setFlagsFromString("--expose-gc");
  try {
    const found: unknown = builtin<typeof import("node:vm")>("node:vm").runInNewContext("gc");
    return typeof found === "function" ? () => void found() : undefined;
  } finally {
    // code that is kept compiled is that of a program with the same flags
    v8.setFlagsFromString("--no-expose-gc");
  }
}

const own = new WatchedHeap({
  size: () => {
    const { heapTotal, external } = Deno.memoryUsage();
    return heapTotal + external;
  },
  objects: () => Deno.memoryUsage().heapUsed,
  find: findCollect,
});

/** Has this thread take little memory, however long it works: it collects more often than others. */
export function keepHeapSmall(): void {
  own.keepTo(SMALL);
}

/** This thread made so many calls, read so many rows, or moved so much. */
export function worked(amount: number): void {
  own.worked(amount);
}
