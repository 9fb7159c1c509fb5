/** `hikae job`: backups at an interval, each one a child of hikae. @module */

import { parseSeconds } from "../../base/duration.ts";
import { EXIT, HikaeError } from "../../base/errors.ts";
import { repeat, sleep } from "../../portable/repeat.ts";
import { text } from "../../text/text.ts";
import { runChild } from "../child.ts";
import type { Context, RunCommand } from "../command.ts";
import { endJob, noteRun, type RunTally } from "./job_summary.ts";
import { COMMON } from "../spec/common.ts";
import { PASSED } from "../spec/job_flags.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const words = ["backup", ...context.parsed.args, ...flagsOf(context)];
  if (context.parsed.args.length === 0) {
    throw new HikaeError("usage", text("usage.job"), {
      hint: text("usage.job-hint"),
    });
  }
  const interval = intervalOf(context);
  const given = context.parsed.get("duration");
  const duration = given === undefined ? undefined : parseSeconds(given, "--duration");
  if (context.parsed.has("explain-permissions")) return await runChild(context, words);
  const tally: RunTally = { runs: 0, ok: 0, incomplete: 0, failed: 0, skipped: 0 };
  // a command line that is wrong stays wrong
  const stop = new AbortController();
  await repeat({
    interval,
    duration,
    clock: context.clock,
    signal: AbortSignal.any([context.signal, stop.signal]),
    sleep,
    beat: async () => {
      const code = await runChild(context, words);
      if (code === EXIT.usage) stop.abort();
      else noteRun(context, tally, code);
    },
    skipped: (n) => {
      tally.skipped += n;
      context.emit({ message_type: "note", message: text("job.skipped", { n }) });
    },
  });
  return stop.signal.aborted ? EXIT.usage : endJob(context, tally);
};

function intervalOf(context: Context): number {
  const given = context.parsed.get("interval");
  if (given === undefined) {
    throw new HikaeError("usage", text("job.no-interval"), {
      hint: text("job.no-interval-hint", { words: context.parsed.args.join(" ") }),
    });
  }
  const interval = parseSeconds(given, "--interval");
  if (interval > 0) return interval;
  throw new HikaeError("usage", text("input.interval-zero"), { hint: "type --interval 10s" });
}

/** The flags of `backup` and the common ones, as they were given. */
function flagsOf({ parsed }: Context): string[] {
  return [...PASSED, ...COMMON].flatMap(({ name, value }) => {
    if (value === undefined) return parsed.has(name) ? [`--${name}`] : [];
    return parsed.all(name).map((v) => `--${name}=${v}`);
  });
}
