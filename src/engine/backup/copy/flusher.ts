/** Flushes what was written, many files at a time (docs/format.md, *What is flushed when*). @module */

import type { Monotonic } from "../../../base/clock.ts";
import type { FileHandle, FileSystem } from "../../../base/fs.ts";

/** How many flushes wait before they are done together. */
const BATCH = 512;

/** The same on a disk that is far away: there flushes that wait for the end are waited for by everybody. */
const BATCH_FAR = 8;

/** How many files all flushers of a run together keep open: a process may often hold no more than 1,024. */
const OPEN = 128;

/** The least that one of them is let. */
const LEAST = 8;

/** How many files each flusher of a run may keep open, when each of `lanes` lanes has one for each of `vaults` vaults. */
export function openFiles(lanes: number, vaults: number): number {
  return Math.max(LEAST, Math.floor(OPEN / (lanes * vaults)));
}

/** A flush that takes longer than this is better done together with others, ms. */
const QUICK_MS = 0.15;

/** How many slow flushes, each made good by so many quick ones, tell that it is not the machine's hiccup. */
const SLOW = { most: 4, madeGoodBy: 32 };

/** Collects paths and flushes them in the background. */
export class Flusher {
  readonly #fs: FileSystem;
  readonly #monotonic: Monotonic;
  readonly #on: boolean;
  readonly #windows: boolean;
  /** How many files may be open. */
  readonly #room: number;
  /** Each answer of the disk is waited for, and others write meanwhile. */
  readonly #far: boolean;
  #waiting: string[] = [];
  #files: FileHandle[] = [];
  /** Files whose flush is under way. */
  #open = 0;
  /** Bunches of files whose flush is under way, the oldest first. */
  readonly #bunches: Promise<void>[] = [];
  #under: Promise<void> = Promise.resolve();
  #dropped = false;
  #quick: boolean;
  #slow = 0;

  /**
   * A flusher that keeps up to `room` files open; one that is not `on` forgets what it is told. On a disk that is `far`
   * files are flushed at once: in the background the runtime closes a second handle for each, which is waited for too.
   */
  constructor(
    { fs, monotonic }: { fs: FileSystem; monotonic: Monotonic },
    on: boolean,
    windows: boolean,
    room: number,
    far = false,
  ) {
    this.#fs = fs;
    this.#monotonic = monotonic;
    this.#on = on;
    this.#windows = windows;
    this.#room = room;
    this.#far = far;
    this.#quick = !far;
  }

  /** A path to flush before the record's last line. */
  add(path: string): void {
    if (!this.#on || this.#flushedNow(path)) return;
    this.#waiting.push(path);
    if (this.#waiting.length >= (this.#far ? BATCH_FAR : BATCH)) this.#start();
  }

  /** An open file to flush before the record's last line; it is closed then. */
  addFile(file: FileHandle): void {
    if (!this.#on) {
      file.close();
      return;
    }
    if (this.#quick || this.#far) {
      // a failure leaves the file to those who close it: it was not taken
      this.#timed(() => file.sync());
      file.close();
      return;
    }
    this.#files.push(file);
    // a half is gathered while the other is flushed
    if (this.#files.length >= this.#room / 2) this.#start();
  }

  /** Flushes at once while that costs next to nothing (memory, a cache that survives): a bunch would cost more. */
  #timed(flush: () => void): void {
    const started = this.#monotonic();
    flush();
    if (this.#monotonic() - started <= QUICK_MS) {
      this.#slow = Math.max(0, this.#slow - 1 / SLOW.madeGoodBy);
    } else if (++this.#slow >= SLOW.most) this.#quick = false;
  }

  #flushedNow(path: string): boolean {
    // Windows flushes only what is open for writing, and no directory at all: the bunch knows what to make of it
    if (!this.#quick || this.#windows) return false;
    let file: FileHandle;
    try {
      file = this.#fs.open(path, { read: true });
    } catch {
      // it was moved since: the bunch knows what to make of it
      return false;
    }
    try {
      // a flush that failed is not tried again: the system tells of a loss once, the next flush says all is well
      this.#timed(() => file.sync());
    } finally {
      file.close();
    }
    return true;
  }

  #start(): void {
    const [paths, files] = [this.#waiting, this.#files];
    if (paths.length === 0 && files.length === 0) return;
    this.#waiting = [];
    this.#files = [];
    this.#open += files.length;
    const bunch = flushFiles(files).finally(() => {
      this.#open -= files.length;
      this.#bunches.splice(this.#bunches.indexOf(bunch), 1);
    });
    this.#bunches.push(bunch);
    const before = this.#under;
    this.#under = Promise.all([before, bunch]).then(() =>
      this.#dropped ? undefined : this.#fs.syncAll(paths)
    );
    // the failure is met where the run waits for it
    this.#under.catch(() => {});
  }

  /** As many files are open as may be: {@link keepUp} is to be called before there are more. */
  get full(): boolean {
    return this.#open + this.#files.length >= this.#room;
  }

  /** Waits while too many files are open; a lane that never waits would never let a flush end. Throws what failed. */
  async keepUp(): Promise<void> {
    while (this.full && this.#bunches.length > 0) await this.#bunches[0];
  }

  /** Lets go of what waits for a flush that will not come: the run broke off. */
  drop(): void {
    this.#dropped = true;
    for (const file of this.#files.splice(0)) file.close();
    this.#waiting = [];
  }

  /** Waits until everything told so far is flushed; throws what failed. */
  async settle(): Promise<void> {
    this.#start();
    await this.#under;
  }
}

async function flushFiles(files: readonly FileHandle[]): Promise<void> {
  const ends = await Promise.allSettled(files.map(async (file) => {
    try {
      await file.syncLater();
    } finally {
      file.close();
    }
  }));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
