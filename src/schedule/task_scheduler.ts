/**
 * The Task Scheduler of Windows: a task as XML (`\hikae\<job>`), registered by `schtasks`. Elements stand
 * in the order of the schema's sequences.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import type { RunProgram } from "../base/process.ts";
import { safeName, unsafeName } from "../base/safe_name.ts";
import {
  type CommandLine,
  type Installed,
  type Place,
  type Plan,
  refuseControls,
  type ScheduleRequest,
} from "./plan.ts";
import { escapeXml, quoteWindows } from "./quote.ts";
import { clockTime, describeSchedule, type Schedule, WEEKDAYS } from "./schedule.ts";

/** How a task logs on: with the user's session, without a password, or with a stored one. */
export type Logon = "InteractiveToken" | "S4U" | "Password";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** The plan that registers a job's task. */
export function planTask(request: ScheduleRequest, place: Place): Plan {
  const logon = logonOf(request);
  const path = `${place.state}\\schedule\\${safeName(request.job)}.xml`;
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

/** The plan that removes a job's task. */
export function planTaskRemove(job: string, place: Place): Plan {
  return {
    scheduler: "task-scheduler",
    steps: [
      { kind: "run", program: "schtasks", args: ["/Delete", "/TN", taskName(job), "/F"] },
      { kind: "remove", path: `${place.state}\\schedule\\${safeName(job)}.xml` },
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
export function renderTask(request: ScheduleRequest, place: Place): string {
  const { command } = request;
  refuseControls(command);
  refuseVariables(command);
  const logon = logonOf(request);
  const exec = execOf(command, logon);
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
    ...triggerOf(request.schedule, place),
    "  </Triggers>",
    "  <Principals>",
    '    <Principal id="Author">',
    element(6, "UserId", place.user),
    element(6, "LogonType", logon),
    element(6, "RunLevel", "LeastPrivilege"),
    "    </Principal>",
    "  </Principals>",
    "  <Settings>",
    ...SETTINGS.map(([name, value]) => element(4, name, value)),
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

/** Runs on batteries too (else a laptop is seldom backed up), wakes nobody up, makes up what it missed. */
const SETTINGS: readonly (readonly [string, string])[] = [
  ["MultipleInstancesPolicy", "IgnoreNew"],
  ["DisallowStartIfOnBatteries", "false"],
  ["StopIfGoingOnBatteries", "false"],
  ["AllowHardTerminate", "true"],
  ["StartWhenAvailable", "true"],
  ["RunOnlyIfNetworkAvailable", "false"],
  ["AllowStartOnDemand", "true"],
  ["Enabled", "true"],
  ["Hidden", "true"],
  ["RunOnlyIfIdle", "false"],
  ["WakeToRun", "false"],
  ["ExecutionTimeLimit", "PT0S"],
  ["Priority", "7"],
];

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

function triggerOf(s: Schedule, place: Place): string[] {
  const start = (at: Date): string => element(6, "StartBoundary", localTime(at));
  switch (s.kind) {
    case "daily":
      return [
        "    <CalendarTrigger>",
        start(nextAt(place.now, s, undefined)),
        "      <ScheduleByDay>",
        "        <DaysInterval>1</DaysInterval>",
        "      </ScheduleByDay>",
        "    </CalendarTrigger>",
      ];
    case "weekly":
      return [
        "    <CalendarTrigger>",
        start(nextAt(place.now, s, WEEKDAYS.indexOf(s.day))),
        "      <ScheduleByWeek>",
        "        <WeeksInterval>1</WeeksInterval>",
        "        <DaysOfWeek>",
        `          <${DAYS[WEEKDAYS.indexOf(s.day)]} />`,
        "        </DaysOfWeek>",
        "      </ScheduleByWeek>",
        "    </CalendarTrigger>",
      ];
    case "hourly":
      return repeating(start(nextHour(place.now)), "PT1H");
    case "every":
      return repeating(start(new Date(place.now + 60_000)), `PT${s.minutes}M`);
    case "onLogin":
      return [
        "    <LogonTrigger>",
        element(6, "UserId", place.user),
        "      <Delay>PT1M</Delay>",
        "    </LogonTrigger>",
      ];
  }
}

function repeating(start: string, interval: string): string[] {
  return [
    "    <TimeTrigger>",
    start,
    "      <Repetition>",
    element(8, "Interval", interval),
    element(8, "StopAtDurationEnd", "false"),
    "      </Repetition>",
    "    </TimeTrigger>",
  ];
}

/** The next time that it is this time of day; a start in the past would count as missed and run at once. */
function nextAt(now: number, at: { hour: number; minute: number }, day: number | undefined): Date {
  const date = new Date(now);
  date.setHours(at.hour, at.minute, 0, 0);
  while (date.getTime() <= now || (day !== undefined && date.getDay() !== day)) {
    date.setDate(date.getDate() + 1);
  }
  return date;
}

function nextHour(now: number): Date {
  const date = new Date(now);
  date.setHours(date.getHours() + 1, 0, 0, 0);
  return date;
}

function localTime(d: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
  return `${day}T${clockTime({ hour: d.getHours(), minute: d.getMinutes() })}:00`;
}

function notesFor(request: ScheduleRequest, logon: Logon): string[] {
  const notes: string[] = [];
  if (logon === "InteractiveToken") {
    notes.push("it runs while you are logged on; a missed run is made up at the next chance");
  } else {
    notes.push("a task that runs without you logged on can only be made from an elevated console");
  }
  if (logon === "Password") {
    notes.push("schtasks asks for your password: a share cannot be opened without it");
  }
  for (const [name, value] of Object.entries(request.command.env)) {
    notes.push(
      `a task has no variables of its own: make ${name} lasting with setx ${name} ${value}`,
    );
  }
  return notes;
}

/** The Task Scheduler replaces `%NAME%`, and knows no way to write it so that it stays. */
function refuseVariables(command: CommandLine): void {
  const texts = [command.program, command.workingDirectory, ...command.args];
  const bad = texts.find((t) => /%[^%]+%/.test(t));
  if (bad === undefined) return;
  throw new HikaeError("usage", `schedule: the Task Scheduler would replace the %…% in ${bad}`, {
    hint: "rename the directory or file",
  });
}

/** Rows of comma-separated values as `schtasks` prints them: every field in quotes. */
function parseCsv(text: string): string[][] {
  return text.split(/\r?\n/).filter((line) => line.startsWith('"')).map((line) =>
    [...line.matchAll(/"((?:[^"]|"")*)"/g)].map((m) => (m[1] ?? "").replaceAll('""', '"'))
  );
}

function element(indent: number, name: string, text: string): string {
  return `${" ".repeat(indent)}<${name}>${escapeXml(text)}</${name}>`;
}
