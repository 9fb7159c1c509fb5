/** The trial run of `schedule doctor`. @module */

import { EXIT, HikaeError } from "../../base/errors.ts";
import { below, smallFiles } from "../../base/small_files.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { type LastOutcome, logDir, readOutcome } from "../../report/log.ts";
import type { ScheduleFinding } from "../../schedule/differences.ts";
import { runThrough } from "../../schedule/doctor.ts";
import type { Context } from "../command.ts";
import type { HostJob, ScheduleHost } from "./schedule_host.ts";
import { text } from "../../text/text.ts";

/** Runs a job through its scheduler and says how that ended. */
export async function trial(
  context: Context,
  host: ScheduleHost,
  job: HostJob,
  name: string,
): Promise<ScheduleFinding> {
  const { scheduler, place, ports } = host;
  const read = (): LastOutcome | undefined => readOutcome(smallFiles(denoFs), place.state, name);
  const before = read()?.stamp;
  const tried = await runThrough(scheduler, name, job.command, place, ports.run);
  const problem = (message: string): ScheduleFinding => ({
    level: "problem",
    about: "run",
    message,
  });
  if (!tried.started) return problem(`${tried.command}: ${tried.message}`);
  const outcome = await waitFor(context.signal, read, before, tried.exit !== undefined);
  const log = outcome === undefined
    ? ""
    : text("schedule.log", { file: below(logDir(place.state, name), outcome.log) });
  const exit = outcome?.exit ?? tried.exit;
  if (exit === EXIT.ok) {
    return { level: "ok", about: "run", message: text("schedule.ran-well", { log }) };
  }
  if (exit === undefined) return problem(text("schedule.no-outcome"));
  const why = outcome?.message ?? tried.message;
  return problem(
    text("schedule.exit", { code: String(exit), why: why === "" ? "" : `: ${why}`, log }),
  );
}

/** The outcome newer than `before`; a run that has begun may take as long as it takes. */
async function waitFor(
  signal: AbortSignal,
  read: () => LastOutcome | undefined,
  before: string | undefined,
  ended: boolean,
): Promise<LastOutcome | undefined> {
  for (let tries = 0; !signal.aborted; tries++) {
    const found = read();
    const newer = found !== undefined && found.stamp !== before;
    if (newer && (ended || found.result !== "running")) return found;
    if (ended || (!newer && tries >= 120)) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new HikaeError("interrupted", text("schedule.doctor-stopped"), {
    hint: text("schedule.doctor-stopped-hint"),
  });
}
