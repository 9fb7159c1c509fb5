/**
 * The Task Scheduler of Windows: a task as XML (`\hikae\<job>`), registered by `schtasks`. Elements stand
 * in the order of the schema's sequences.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import type { RunProgram } from "../base/process.ts";
import { safeName, unsafeName } from "../base/safe_name.ts";
import { below } from "../base/small_files.ts";
import {
  type CommandLine,
  type Installed,
  type Plan,
  refuseControls,
  type ScheduleRequest,
  type SchedulerPlace,
} from "./plan.ts";
import { hardLimit, RETRY_MINUTES, type ScheduleOptions } from "./options.ts";
import { element, pasteLine, quoteWindows } from "./quote.ts";
import { describeSchedule } from "./schedule.ts";
import { triggersOf } from "./task_triggers.ts";
import { text } from "../text/text.ts";

/** How a task logs on: with the user's session, without a password, or with a stored one. */
export type Logon = "InteractiveToken" | "S4U" | "Password";

/** The plan that registers a job's task. */
export function planTask(request: ScheduleRequest, place: SchedulerPlace): Plan {
  const logon = logonOf(request);
  const path = taskFile(request.job, place);
  const password = logon === "Password" ? ["/RU", place.user, "/RP", "*"] : [];
  const args = ["/Create", "/TN", taskName(request.job), "/XML", path, ...password, "/F"];
  return {
    scheduler: "task-scheduler",
    steps: [
      { kind: "write", path, text: renderTask(request, place), encoding: "utf-16le" },
      { kind: "run", program: "schtasks", args },
    ],
    notes: notesFor(request, logon),
  };
}

/** Where the text of a task lies, with the separators of the system that it is written on. */
function taskFile(job: string, place: SchedulerPlace): string {
  return below(place.state, "schedule", `${safeName(job)}.xml`);
}

/** The plan that removes a job's task. */
export function planTaskRemove(job: string, place: SchedulerPlace): Plan {
  return {
    scheduler: "task-scheduler",
    steps: [
      { kind: "run", program: "schtasks", args: ["/Delete", "/TN", taskName(job), "/F"] },
      { kind: "remove", path: taskFile(job, place) },
    ],
    notes: [],
  };
}

/**
 * The jobs that have a task. `schtasks` prints in the console's code page, in which a name may be lost:
 * jobs that are known (`jobs`) are asked for one by one, by their name.
 */
export async function listTasks(jobs: readonly string[], run: RunProgram): Promise<Installed[]> {
  const found = new Map<string, Installed>();
  const all = await run("schtasks", ["/Query", "/FO", "CSV", "/NH"]);
  for (const [name = "", next = "", state = ""] of parseCsv(all.stdout)) {
    const task = /^\\hikae\\(.+)$/.exec(name)?.[1];
    if (task === undefined || task.includes("?") || task.includes("\ufffd")) continue;
    const job = unsafeName(task);
    found.set(job, { job, scheduler: "task-scheduler", next, state });
  }
  for (const job of jobs) {
    if (found.has(job) || /^[\x20-\x7e]*$/.test(job)) continue;
    const one = await run("schtasks", ["/Query", "/TN", taskName(job), "/FO", "CSV", "/NH"]);
    const [row] = parseCsv(one.stdout);
    if (one.code !== 0 || row === undefined) continue;
    found.set(job, { job, scheduler: "task-scheduler", next: row[1] ?? "", state: row[2] ?? "" });
  }
  return [...found.values()];
}

/** The path of a job's task in the Task Scheduler. */
export function taskName(job: string): string {
  return `\\hikae\\${safeName(job)}`;
}

/** The text of a job's task. */
export function renderTask(request: ScheduleRequest, place: SchedulerPlace): string {
  const { command } = request;
  refuseControls(command);
  refuseVariables(command);
  const logon = logonOf(request);
  const exec = execOf(command, logon);
  const userId = userIdOf(place);
  const lines = [
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    "  <RegistrationInfo>",
    element(4, "Author", place.user),
    element(
      4,
      "Description",
      `hikae backup of ${request.job.replace(/\p{Cc}/gu, " ")}, ` +
        describeSchedule(request.schedule),
    ),
    "  </RegistrationInfo>",
    "  <Triggers>",
    ...triggersOf(request, { userId, now: place.now }),
    "  </Triggers>",
    "  <Principals>",
    '    <Principal id="Author">',
    element(6, "UserId", userId),
    element(6, "LogonType", logon),
    element(6, "RunLevel", request.options.highest ? "HighestAvailable" : "LeastPrivilege"),
    "    </Principal>",
    "  </Principals>",
    "  <Settings>",
    ...settingsOf(request.options),
    "  </Settings>",
    '  <Actions Context="Author">',
    "    <Exec>",
    element(6, "Command", exec.command),
    element(6, "Arguments", exec.args.map(quoteWindows).join(" ")),
    element(6, "WorkingDirectory", command.workingDirectory),
    "    </Exec>",
    "  </Actions>",
    "</Task>",
    "",
  ];
  return lines.join("\r\n");
}

/** Unless asked otherwise: runs on batteries too (else a laptop is seldom backed up), wakes nobody up. */
function settingsOf(options: ScheduleOptions): string[] {
  const limit = hardLimit(options);
  const settings: readonly (readonly [string, string])[] = [
    ["MultipleInstancesPolicy", "IgnoreNew"],
    ["DisallowStartIfOnBatteries", String(options.onlyOnAc)],
    ["StopIfGoingOnBatteries", String(options.onlyOnAc)],
    ["AllowHardTerminate", "true"],
    ["StartWhenAvailable", "true"],
    ["RunOnlyIfNetworkAvailable", "false"],
    ["AllowStartOnDemand", "true"],
    ["Enabled", "true"],
    // it would not show in the Task Scheduler's own window
    ["Hidden", "false"],
    ["RunOnlyIfIdle", String(options.onlyIdle)],
    ["WakeToRun", String(options.wake)],
    ["ExecutionTimeLimit", limit === undefined ? "PT0S" : `PT${Math.ceil(limit / 60_000)}M`],
    ["Priority", options.priority === "low" ? "7" : "5"],
  ];
  return [
    ...settings.map(([name, value]) => element(4, name, value)),
    ...(options.onlyIdle
      ? [
        "    <IdleSettings>",
        element(6, "StopOnIdleEnd", "false"),
        element(6, "RestartOnIdle", "false"),
        "    </IdleSettings>",
      ]
      : []),
    ...(options.retry === 0 ? [] : [
      "    <RestartOnFailure>",
      element(6, "Interval", `PT${RETRY_MINUTES}M`),
      element(6, "Count", String(options.retry)),
      "    </RestartOnFailure>",
    ]),
  ];
}

/** A program in the user's session would open a console window; without a session there is none to open. */
function execOf(command: CommandLine, logon: Logon): { command: string; args: readonly string[] } {
  if (logon !== "InteractiveToken") return { command: command.program, args: command.args };
  return {
    command: "%SystemRoot%\\System32\\conhost.exe",
    args: ["--headless", command.program, ...command.args],
  };
}

/** S4U needs no password, but opens no share on another machine. */
function logonOf(request: ScheduleRequest): Logon {
  if (!request.whetherLoggedOn) return "InteractiveToken";
  return request.network ? "Password" : "S4U";
}

/** The user by number where it is known: names of Azure, ssh and runas sessions may not be found again. */
function userIdOf(place: SchedulerPlace): string {
  const id = place.sid ?? place.user;
  if (id !== "") return id;
  // without a user a logon trigger would fire for everybody
  throw new HikaeError("failed", text("schedule.no-user"), { hint: text("schedule.no-user-hint") });
}

function notesFor(request: ScheduleRequest, logon: Logon): string[] {
  const notes: string[] = [];
  if (logon === "InteractiveToken") {
    notes.push(text("schedule.task-logged-in"));
  } else {
    notes.push(text("schedule.task-elevated"));
  }
  if (logon === "Password") {
    notes.push(text("schedule.task-password"));
  }
  for (const [name, value] of Object.entries(request.command.env)) {
    notes.push(text("schedule.setx", { name, line: pasteLine(["setx", name, value], true) }));
  }
  return notes;
}

/** The Task Scheduler replaces `%NAME%`, and knows no way to write it so that it stays. */
function refuseVariables(command: CommandLine): void {
  const texts = [command.program, command.workingDirectory, ...command.args];
  const bad = texts.find((t) => /%[^%]+%/.test(t));
  if (bad === undefined) return;
  throw new HikaeError("usage", text("schedule.task-percent", { what: bad }), {
    hint: text("schedule.task-percent-hint"),
  });
}

/** Rows of comma-separated values as `schtasks` prints them: every field in quotes. */
function parseCsv(text: string): string[][] {
  return text.split(/\r?\n/).filter((line) => line.startsWith('"')).map((line) =>
    [...line.matchAll(/"((?:[^"]|"")*)"/g)].map((m) => (m[1] ?? "").replaceAll('""', '"'))
  );
}
