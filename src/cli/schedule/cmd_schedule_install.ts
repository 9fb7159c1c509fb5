/** `schedule install`: has the system's own scheduler run jobs. @module */

import { systemText } from "../../base/system_text.ts";
import { EXIT, HikaeError } from "../../base/errors.ts";
import { smallFiles } from "../../base/small_files.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { fold } from "../../report/wrap_text.ts";
import { findDriveTrouble } from "../../schedule/differences.ts";
import { isNetworkPath } from "../../schedule/drives.ts";
import { runFlags, type ScheduleOptions } from "../../schedule/options.ts";
import {
  applyPlan,
  encodeText,
  type Plan,
  renderPlan,
  type ScheduleRequest,
} from "../../schedule/plan.ts";
import { describeSchedule, type Schedule } from "../../schedule/schedule.ts";
import { planInstall } from "../../schedule/schedulers.ts";
import { text } from "../../text/text.ts";
import type { Context, RunCommand } from "../command.ts";
import { refuseOpenPaths } from "./privileged_paths.ts";
import { sayDone } from "../output.ts";
import { book, tellersOf } from "./schedule_book.ts";
import { optionsOf, scheduleOf, warnAfterOf } from "./schedule_flags.ts";
import {
  gatherHost,
  gatherJob,
  type HostJob,
  jobArgument,
  jobPaths,
  lineFor,
  needJobs,
  type ScheduleHost,
} from "./schedule_host.ts";

/** What the line asks for, for each job alike. */
interface InstallFlags {
  host: ScheduleHost;
  schedule: Schedule;
  options: ScheduleOptions;
  print: boolean;
}

/** A job, what the scheduler is asked for it, and how that is done. */
interface PlannedJob {
  job: HostJob;
  request: ScheduleRequest;
  plan: Plan;
}

/** Runs `schedule install`. */
export const run: RunCommand = async (context) => {
  const { parsed } = context;
  const all = parsed.has("all");
  const { name, rest } = all ? { name: "", rest: parsed.args } : jobArgument(context, "install");
  const schedule = scheduleOf(parsed, rest);
  const options = optionsOf(parsed);
  const host = await gatherHost(context, true);
  const asked: InstallFlags = { host, schedule, options, print: parsed.has("print") };
  const names = all ? await needJobs(context) : [name];
  // all plans first: what the scheduler refuses of one job installs none
  for (const one of names) await planOf(context, asked, one);
  // then one by one: a crontab is made from the one that the job before has left
  for (const one of names) await installOne(context, asked, await planOf(context, asked, one));
  return EXIT.ok;
};

async function planOf(
  context: Context,
  { host, schedule, options, print }: InstallFlags,
  name: string,
): Promise<PlannedJob> {
  const job = await gatherJob(context, host, name);
  const paths = jobPaths(job);
  const warnAfter = warnAfterOf(context.parsed, schedule);
  const args = [
    ...job.command.args,
    ...runFlags({ options, schedule }, host.scheduler),
    ...(warnAfter === undefined ? [] : ["--warn-after", warnAfter]),
  ];
  const request: ScheduleRequest = {
    job: name,
    schedule,
    command: { ...job.command, args },
    whetherLoggedOn: context.parsed.has("whether-logged-on"),
    network: paths.some(({ path }) => isNetworkPath(path, host.drives)),
    options,
  };
  const plan = await planInstall(host.scheduler, request, host.place, host.ports.run, print);
  if (!print) await refuse(host, request, job);
  return { job, request, plan };
}

/** What is shown by `--print`, but not installed. */
async function refuse(host: ScheduleHost, request: ScheduleRequest, job: HostJob): Promise<void> {
  const { scheduler } = host;
  if (scheduler === "task-scheduler" && request.whetherLoggedOn && request.network) {
    throw new HikaeError("usage", text("schedule.share-password-needed"), {
      hint: text("schedule.share-password-hint"),
    });
  }
  if (scheduler === "task-scheduler" && request.command.workingDirectory.length >= 260) {
    throw new HikaeError("usage", text("schedule.too-long"), {
      hint: text("schedule.too-long-hint"),
    });
  }
  await refuseOpenPaths(host, request, job);
}

async function installOne(
  context: Context,
  { host, print }: InstallFlags,
  { job, request, plan }: PlannedJob,
): Promise<void> {
  if (print) show(context, plan);
  else {
    await applyPlan(plan, host.ports);
    remember(context, host, job, request);
  }
  const trouble = findDriveTrouble({
    paths: jobPaths(job),
    drives: host.drives,
    whetherLoggedOn: request.whetherLoggedOn,
  });
  const notes = [...(print ? [] : plan.notes), ...trouble.map((finding) => finding.message)];
  if (context.json) return answer(context, plan, request, print);
  if (!print) {
    sayDone(context, `${request.job}: ${describeSchedule(request.schedule)} (${plan.scheduler})`);
  }
  for (const note of notes) context.tell(text("usage.note", { what: note }));
  if (print) return;
  const line = lineFor(context, "schedule", "doctor", request.job);
  context.tell(text("schedule.doctor-next", { line }));
}

/** Shows a plan; the text of a task is written as well, for `schtasks` takes it from its file alone. */
function show(context: Context, plan: Plan): void {
  if (!context.json) context.say(foldNotes(renderPlan(plan)));
  const files = smallFiles(denoFs);
  for (const step of plan.steps) {
    if (step.kind !== "write" || step.encoding !== "utf-16le") continue;
    files.write(step.path, encodeText(step.text, step.encoding));
    context.tell(`note: ${step.path}: ${text("schedule.task-written")}`);
  }
}

/** Keeps what a run needs to tell somebody without its config; that it cannot be kept ends nothing. */
function remember(
  context: Context,
  host: ScheduleHost,
  job: HostJob,
  request: ScheduleRequest,
): void {
  try {
    book(smallFiles(denoFs), host.place.state, {
      format: 1,
      job: request.job,
      scheduler: host.scheduler,
      config: job.file,
      schedule: request.schedule,
      installed: new Date(context.clock.now()).toISOString(),
      tellers: tellersOf(job.job.plugins, context.env),
    });
  } catch (error) {
    const problem = systemText(error);
    context.tell(text("schedule.lost-mail", { job: request.job, problem }));
  }
}

/** Files and commands stay as they are, to be copied; what is said of them fits a terminal. */
function foldNotes(plan: string): string {
  return plan.split("\n").map((line) => line.startsWith("# note: ") ? fold(line, 80) : line)
    .join("\n");
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
