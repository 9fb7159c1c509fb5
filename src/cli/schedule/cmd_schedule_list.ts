/** `schedule list`: the jobs that the system's scheduler runs. @module */

import { EXIT } from "../../base/errors.ts";
import { smallFiles } from "../../base/small_files.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { readOutcome } from "../../report/log.ts";
import { listInstalled } from "../../schedule/schedulers.ts";
import type { RunCommand } from "../command.ts";
import { gatherHost, jobNames } from "./schedule_host.ts";
import { text } from "../../text/text.ts";

/** Runs `schedule list`. */
export const run: RunCommand = async (context) => {
  const { scheduler, place, ports } = await gatherHost(context);
  const jobs = await jobNames(context);
  const installed = await listInstalled(scheduler, jobs, place, ports);
  const files = smallFiles(denoFs);
  for (const one of installed) {
    const last = readOutcome(files, place.state, one.job);
    const known = jobs.length === 0 || jobs.includes(one.job);
    if (context.json) {
      context.emit({ message_type: "answer", ...one, in_config: known, last: last ?? null });
      continue;
    }
    const next = one.next === "" ? "" : text("schedule.next", { time: one.next });
    const ran = last === undefined
      ? text("schedule.never-ran")
      : text("schedule.last", { time: last.stamp, result: last.result });
    const lost = known ? "" : text("schedule.no-config");
    context.say(`${one.job}${lost}: ${one.scheduler}, ${one.state}${next}, ${ran}`);
  }
  if (installed.length === 0) {
    context.tell(text("schedule.none", { scheduler }));
  }
  return EXIT.ok;
};
