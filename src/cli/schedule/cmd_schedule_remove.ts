/** `schedule remove`: takes jobs out of the system's scheduler. @module */

import { EXIT, HikaeError } from "../../base/errors.ts";
import { smallFiles } from "../../base/small_files.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { applyPlan, renderPlan } from "../../schedule/plan.ts";
import { listInstalled, planRemove } from "../../schedule/schedulers.ts";
import { text } from "../../text/text.ts";
import type { Context, RunCommand } from "../command.ts";
import { sayDone } from "../output.ts";
import { unbook } from "./schedule_book.ts";
import { gatherHost, jobArgument, jobNames, type ScheduleHost } from "./schedule_host.ts";

/** Runs `schedule remove`; a job need not be in the config any more. */
export const run: RunCommand = async (context) => {
  const { parsed } = context;
  const all = parsed.has("all");
  if (all && parsed.args.length > 0) {
    const [stray = ""] = parsed.args;
    throw new HikaeError("usage", text("schedule.all-and-job", { action: "remove", stray }), {
      hint: text("schedule.all-and-job-hint"),
    });
  }
  const name = all ? "" : jobArgument(context, "remove").name;
  const host = await gatherHost(context);
  const names = all ? await installedNames(context, host) : [name];
  for (const one of names) await removeOne(context, host, one);
  if (names.length === 0) context.tell(text("schedule.none", { scheduler: host.scheduler }));
  return EXIT.ok;
};

async function installedNames(context: Context, host: ScheduleHost): Promise<string[]> {
  const { scheduler, place, ports } = host;
  const known = await jobNames(context).catch(() => []);
  return (await listInstalled(scheduler, known, place, ports)).map((one) => one.job);
}

async function removeOne(context: Context, host: ScheduleHost, name: string): Promise<void> {
  const { scheduler, place, ports } = host;
  const plan = await planRemove(scheduler, name, place, ports.run);
  const print = context.parsed.has("print");
  if (print) context.say(renderPlan(plan));
  else {
    await applyPlan(plan, ports);
    unbook(smallFiles(denoFs), place.state, name);
  }
  if (context.json) {
    context.emit({
      message_type: "summary",
      action: "schedule remove",
      job: name,
      scheduler,
      removed: !print,
    });
  } else if (!print) sayDone(context, text("schedule.removed", { job: name, scheduler }));
}
