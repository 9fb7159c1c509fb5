/** `schedule install`: has the system's own scheduler run a job. @module */

import { EXIT, HikaeError } from "../base/errors.ts";
import { fold } from "../report/wrap_text.ts";
import { findDriveTrouble } from "../schedule/differences.ts";
import { isNetworkPath } from "../schedule/drives.ts";
import { applyPlan, type Plan, renderPlan, type ScheduleRequest } from "../schedule/plan.ts";
import { describeSchedule } from "../schedule/schedule.ts";
import { planInstall } from "../schedule/schedulers.ts";
import type { Context, RunCommand } from "./command.ts";
import { scheduleOf } from "./schedule_flags.ts";
import { gatherHost, gatherJob, jobArgument, jobPaths } from "./schedule_host.ts";
import { sayDone } from "./say_done.ts";

/** Runs `schedule install`. */
export const run: RunCommand = async (context) => {
  const { name, rest } = jobArgument(context);
  const schedule = scheduleOf(context.parsed, rest);
  const host = await gatherHost(context);
  const { job, command } = await gatherJob(context, host, name);
  const paths = jobPaths(job);
  const request: ScheduleRequest = {
    job: name,
    schedule,
    command,
    whetherLoggedOn: context.parsed.has("whether-logged-on"),
    network: paths.some(({ path }) => isNetworkPath(path, host.drives)),
  };
  const print = context.parsed.has("print");
  const plan = await planInstall(host.scheduler, request, host.place, host.ports.run, print);
  if (print) context.say(foldNotes(renderPlan(plan)));
  else await install(plan, request, host.ports);
  const trouble = findDriveTrouble({
    paths,
    drives: host.drives,
    whetherLoggedOn: request.whetherLoggedOn,
  });
  const notes = [...(print ? [] : plan.notes), ...trouble.map((finding) => finding.message)];
  if (context.json) answer(context, plan, request, print);
  else {
    if (!print) sayDone(context, `${name}: ${describeSchedule(schedule)} (${plan.scheduler})`);
    for (const note of notes) context.tell(`note: ${note}`);
    if (!print) {
      context.tell(`to see what differs from a run by hand: hikae schedule doctor ${name}`);
    }
  }
  return EXIT.ok;
};

/** Files and commands stay as they are, to be copied; what is said of them fits a terminal. */
function foldNotes(text: string): string {
  return text.split("\n").map((line) => line.startsWith("# note: ") ? fold(line, 80) : line)
    .join("\n");
}

async function install(
  plan: Plan,
  request: ScheduleRequest,
  ports: Parameters<typeof applyPlan>[1],
): Promise<void> {
  if (plan.scheduler === "task-scheduler" && request.whetherLoggedOn && request.network) {
    throw new HikaeError("usage", "--whether-logged-on: a vault on a share needs your password", {
      hint: "do what --print shows by hand; schtasks asks for the password itself",
    });
  }
  await applyPlan(plan, ports);
}

function answer(context: Context, plan: Plan, request: ScheduleRequest, print: boolean): void {
  for (const step of plan.steps) context.emit({ message_type: "answer", ...step });
  for (const message of plan.notes) context.emit({ message_type: "note", message });
  context.emit({
    message_type: "summary",
    action: "schedule install",
    job: request.job,
    scheduler: plan.scheduler,
    schedule: describeSchedule(request.schedule),
    installed: !print,
  });
}
