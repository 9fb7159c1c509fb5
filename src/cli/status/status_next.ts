/** When jobs run next, as the system's scheduler says it. @module */

import { listInstalled } from "../../schedule/schedulers.ts";
import type { Context } from "../command.ts";
import { gatherHost } from "../schedule/schedule_host.ts";

/** The next runs of the jobs that are scheduled, "" where none is known; empty where no scheduler answers. */
export async function nextRuns(
  context: Context,
  jobs: readonly string[],
): Promise<Map<string, string>> {
  try {
    const { scheduler, place, ports } = await gatherHost(context);
    const installed = await listInstalled(scheduler, jobs, place, ports);
    return new Map(installed.map((i) => [i.job, i.next]));
  } catch {
    // a machine without a scheduler has no next run
    return new Map();
  }
}
