/** Tells how far the engine is, from the totals that its threads share: a line on a terminal, or messages. @module */

import { progressLine, type ProgressState, progressStatus } from "../report/progress.ts";
import { type SharedState, SLOT } from "../sandbox/channel.ts";
import type { Context } from "./command.ts";

const LINE_MS = 200;
const STATUS_MS = 1000;

/** True when somebody is told of the progress, and a total is worth its count. */
export function isWatched(context: Context): boolean {
  return context.progress !== undefined || (context.json && !context.quiet);
}

/** Starts telling; gives what ends it. */
export function tellProgress(context: Context, shared: SharedState): () => void {
  if (!isWatched(context)) return () => {};
  const started = performance.now();
  const state = (): ProgressState => stateOf(shared, (performance.now() - started) / 1000);
  return context.progress !== undefined
    ? every(LINE_MS, () => context.progress?.(progressLine(state())))
    : every(STATUS_MS, () => {
      const now = state();
      // a question has an answer, and no progress
      if (hasBegun(now)) context.emit(progressStatus(now));
    });
}

/**
 * Does `work` every `ms` while the program waits for its threads; gives what ends it. The first timer of a program loads
 * Node's, which takes as long as a tenth of a short answer; memory that nobody writes to can be waited for as well.
 */
function every(ms: number, work: () => void): () => void {
  const over = new Int32Array(new SharedArrayBuffer(4));
  const tick = async (): Promise<void> => {
    while (await Atomics.waitAsync(over, 0, 0, ms).value === "timed-out") {
      if (Atomics.load(over, 0) !== 0) return;
      work();
    }
  };
  void tick();
  return () => {
    Atomics.store(over, 0, 1);
    Atomics.notify(over, 0);
  };
}

function hasBegun(
  { entriesSeen, filesDone, bytesDone, filesFound, errors }: ProgressState,
): boolean {
  return entriesSeen + filesDone + bytesDone + filesFound + errors > 0;
}

function stateOf(shared: SharedState, seconds: number): ProgressState {
  return {
    seconds,
    entriesSeen: shared.total(SLOT.entriesSeen),
    filesDone: shared.total(SLOT.filesDone),
    bytesDone: shared.total(SLOT.bytesDone),
    filesFound: shared.total(SLOT.filesFound),
    bytesFound: shared.total(SLOT.bytesFound),
    totalKnown: shared.total(SLOT.totalKnown) > 0,
    errors: shared.total(SLOT.errors),
  };
}
