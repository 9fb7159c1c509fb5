/** The door to the schedulers: which one this machine has, and the plans and lists of each. @module */

import { HikaeError } from "../base/errors.ts";
import type { RunProgram } from "../base/process.ts";
import { listCron, planCron, planCronRemove } from "./cron.ts";
import { nextOfLines } from "./cron_next.ts";
import { listLaunchd, planLaunchd, planLaunchdRemove } from "./launchd.ts";
import { refuseUnable } from "./options.ts";
import type {
  Installed,
  Plan,
  SchedulePorts,
  ScheduleRequest,
  SchedulerName,
  SchedulerPlace,
} from "./plan.ts";
import { listSystemd, planSystemd, planSystemdRemove } from "./systemd.ts";
import { listTasks, planTask, planTaskRemove } from "./task_scheduler.ts";
import { text } from "../text/text.ts";

/** The scheduler of this machine: its own, cron where a Linux machine has no systemd for users. */
export async function findScheduler(os: string, run: RunProgram): Promise<SchedulerName> {
  if (os === "windows") return "task-scheduler";
  if (os === "darwin") return "launchd";
  if (await answers(run, "systemctl", ["--user", "show-environment"])) return "systemd";
  if (await canStart(run, "crontab", ["-l"])) return "cron";
  throw new HikaeError("failed", text("schedule.no-scheduler"), {
    hint: text("schedule.no-scheduler-hint"),
  });
}

/** The plan that installs a job; one that is only printed needs no cron here. */
export async function planInstall(
  scheduler: SchedulerName,
  request: ScheduleRequest,
  place: SchedulerPlace,
  run: RunProgram,
  onlyPrinted = false,
): Promise<Plan> {
  refuseUnable(scheduler, request);
  switch (scheduler) {
    case "systemd":
      return planSystemd(request, place);
    case "launchd":
      return planLaunchd(request, place);
    case "task-scheduler":
      return planTask(request, place);
    case "cron":
      return planCron(
        request,
        await tableFor(run, onlyPrinted),
        await answers(run, "ionice", ["-c", "3", "true"]),
      );
  }
}

async function tableFor(run: RunProgram, onlyPrinted: boolean): Promise<string> {
  const missing = onlyPrinted && !await canStart(run, "crontab", ["-l"]);
  return missing ? "" : await readTable(run);
}

/** The plan that removes a job. */
export async function planRemove(
  scheduler: SchedulerName,
  job: string,
  place: SchedulerPlace,
  run: RunProgram,
): Promise<Plan> {
  switch (scheduler) {
    case "systemd":
      return planSystemdRemove(job, place);
    case "launchd":
      return planLaunchdRemove(job, place);
    case "task-scheduler":
      return planTaskRemove(job, place);
    case "cron":
      return planCronRemove(job, await readTable(run));
  }
}

/** The jobs that a scheduler has; `jobs` are the names that the config knows. */
export async function listInstalled(
  scheduler: SchedulerName,
  jobs: readonly string[],
  place: SchedulerPlace,
  ports: SchedulePorts,
): Promise<Installed[]> {
  switch (scheduler) {
    case "systemd":
      return await listSystemd(place, ports);
    case "launchd":
      return await listLaunchd(place, ports);
    case "task-scheduler":
      return await listTasks(jobs, ports.run);
    case "cron":
      return listCron(await readTable(ports.run)).map((one) => ({
        ...one,
        next: nextOfLines(one.next, place.now) ?? one.next,
      }));
  }
}

/** The user's table; only a clear "there is none" counts as empty, for what is read is written back. */
export async function readTable(run: RunProgram): Promise<string> {
  const result = await run("crontab", ["-l"], { env: { LC_ALL: "C" } });
  if (result.code === 0) return result.stdout;
  if (/no crontab|can't open.*no such file/i.test(result.stderr)) return "";
  throw new HikaeError("failed", `crontab -l: ${result.stderr.trim()}`, {
    hint: text("schedule.crontab-hint"),
  });
}

async function answers(run: RunProgram, program: string, args: string[]): Promise<boolean> {
  return await run(program, args).then((result) => result.code === 0, () => false);
}

async function canStart(run: RunProgram, program: string, args: string[]): Promise<boolean> {
  return await run(program, args).then(() => true, () => false);
}
