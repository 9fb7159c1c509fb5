/** Does something at an interval for a duration, and never twice at once. @module */

import type { Clock } from "../base/clock.ts";

/** When to do it. */
export interface Repeat {
  /** In ms. */
  interval: number;
  /** In ms; undefined: until the signal. */
  duration: number | undefined;
  clock: Clock;
  signal: AbortSignal;
  /** Waits, perhaps less long; returns when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Does it. */
  beat(): Promise<void>;
  /** Told when beats are left out because one took longer than the interval. */
  skipped(count: number): void;
}

/** Runs to the end of the duration or until the signal is aborted. */
export async function repeat(beats: Repeat): Promise<{ beats: number; skipped: number }> {
  const { interval, clock, signal } = beats;
  const start = clock.now();
  // the first beat comes at once, however short the duration
  const last = Math.max(0, Math.ceil((beats.duration ?? Infinity) / interval) - 1);
  const count = { beats: 0, skipped: 0 };
  for (let n = 0; n <= last && !signal.aborted;) {
    const due = start + n * interval;
    while (clock.now() < due && !signal.aborted) await beats.sleep(due - clock.now(), signal);
    if (signal.aborted) break;
    await beats.beat();
    count.beats++;
    const next = Math.max(n + 1, Math.ceil((clock.now() - start) / interval));
    const missed = Math.min(next, last + 1) - (n + 1);
    if (missed > 0 && !signal.aborted) {
      count.skipped += missed;
      beats.skipped(missed);
    }
    n = next;
  }
  return count;
}

/** Waits with a timer. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    // a timer holds 2^31 - 1 ms at most; who waits longer looks at the clock and waits again
    const timer = setTimeout(done, Math.min(ms, 0x7fffffff));
    signal.addEventListener("abort", done, { once: true });
  });
}
