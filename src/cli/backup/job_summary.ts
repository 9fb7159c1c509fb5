/** What the runs of a job came to. @module */

import { EXIT } from "../../base/errors.ts";
import type { Context } from "../command.ts";
import { sayDone } from "../output.ts";
import { text } from "../../text/text.ts";

/** Counts of runs. */
export interface RunTally {
  runs: number;
  ok: number;
  incomplete: number;
  failed: number;
  skipped: number;
}

/** Counts a run, and says when it failed. */
export function noteRun(context: Context, tally: RunTally, code: number): void {
  tally.runs++;
  if (code === EXIT.ok) tally.ok++;
  else if (code === EXIT.incomplete) tally.incomplete++;
  // what Ctrl-C ended is no failure
  else if (code !== EXIT.interrupted || !context.signal.aborted) {
    tally.failed++;
    context.emit({
      message_type: "error",
      path: "",
      during: "job",
      code: "failed",
      message: text("job.run-failed", { run: String(tally.runs), code: String(code) }),
    });
  }
}

/** Ends a job with its counts; gives the exit code. */
export function endJob(context: Context, tally: RunTally): number {
  const interrupted = context.signal.aborted;
  const { runs, incomplete, failed, skipped } = tally;
  const parts = [
    text("job.runs", { n: runs }),
    ...(incomplete > 0 ? [text("job.incomplete", { n: incomplete })] : []),
    text("job.failed", { n: failed }),
    text("job.skipped-count", { n: skipped }),
    ...(interrupted ? [text("word.interrupted")] : []),
  ];
  if (context.json) context.emit({ message_type: "summary", ...tally, interrupted });
  else sayDone(context, parts.join(", "));
  if (interrupted) return EXIT.interrupted;
  if (failed + incomplete === 0) return EXIT.ok;
  return tally.ok + incomplete === 0 ? EXIT.failed : EXIT.incomplete;
}
