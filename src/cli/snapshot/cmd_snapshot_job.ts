/** `snapshot job`: portable snapshots at an interval. @module */

import { systemText } from "../../base/system_text.ts";
import { parseSeconds } from "../../base/duration.ts";
import { EXIT, HikaeError } from "../../base/errors.ts";
import { repeat, sleep } from "../../portable/repeat.ts";
import type { Context, RunCommand } from "../command.ts";
import { required } from "./snapshot_places.ts";
import { startTaker, takenFields, takenText, type Taker } from "./snapshot_take.ts";
import { sayDone } from "../output.ts";
import { text } from "../../text/text.ts";

interface SnapshotTally {
  complete: number;
  partial: number;
  failed: number;
  skipped: number;
}

/** Runs `snapshot job`. */
export const run: RunCommand = async (context) => {
  const interval = parseSeconds(required(context, "interval"), "--interval");
  if (interval === 0) {
    throw new HikaeError("usage", text("input.interval-zero"), { hint: "type --interval 10s" });
  }
  const given = context.parsed.get("duration");
  const duration = given === undefined ? undefined : parseSeconds(given, "--duration");
  const tally: SnapshotTally = { complete: 0, partial: 0, failed: 0, skipped: 0 };
  const taker = startTaker(context);
  if (taker === undefined) return EXIT.ok;
  try {
    await repeat({
      interval,
      duration,
      clock: context.clock,
      signal: context.signal,
      sleep,
      beat: () => beat(context, taker, tally),
      skipped: (n) => {
        tally.skipped += n;
        context.emit({ message_type: "note", message: text("portable.skipped", { n }) });
      },
    });
  } finally {
    taker.end();
  }
  return finish(context, tally);
};

async function beat(context: Context, taker: Taker, tally: SnapshotTally): Promise<void> {
  try {
    const taken = await taker.take();
    tally[taken.errors === 0 ? "complete" : "partial"]++;
    if (context.json) context.emit({ message_type: "snapshot", ...takenFields(taken) });
    else sayDone(context, takenText(taken));
  } catch (error) {
    // what was being taken when Ctrl-C came is no failure
    if (context.signal.aborted) return;
    tally.failed++;
    const code = error instanceof HikaeError ? error.id : "internal";
    const path = error instanceof HikaeError ? error.path ?? "" : "";
    const message = systemText(error);
    context.emit({ message_type: "error", path, during: "snapshot", code, message });
  }
}

function finish(context: Context, tally: SnapshotTally): number {
  const taken = tally.complete + tally.partial;
  const interrupted = context.signal.aborted;
  if (context.json) {
    context.emit({ message_type: "summary", action: "snapshot job", taken, ...tally, interrupted });
  } else {
    const { failed, skipped, partial } = tally;
    const rest = [
      text("portable.failed", { n: failed }),
      text("portable.left-out", { n: skipped }),
    ];
    if (partial > 0) rest.unshift(text("portable.of-them-partial", { n: partial }));
    if (interrupted) rest.push(text("word.interrupted"));
    sayDone(context, text("portable.taken", { n: taken, rest: rest.join(", ") }));
  }
  if (interrupted) return EXIT.interrupted;
  if (tally.failed + tally.partial === 0) return EXIT.ok;
  return taken === 0 ? EXIT.failed : EXIT.incomplete;
}
