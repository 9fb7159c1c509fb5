/**
 * launchd: an agent of the user in `~/Library/LaunchAgents`. What was missed while the Mac slept runs when it
 * wakes; what was missed while it was off does not (hence `hikae status --max-age`).
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import type { RunProgram } from "../base/process.ts";
import { safeName, unsafeName } from "../base/safe_name.ts";
import type { SmallFiles } from "../base/small_files.ts";
import {
  type Installed,
  type Plan,
  refuseControls,
  type ScheduleRequest,
  type SchedulerPlace,
} from "./plan.ts";
import { escapeXml } from "./quote.ts";
import { type Schedule, WEEKDAYS } from "./schedule.ts";
import { text } from "../text/text.ts";

/** The plan that installs a job's agent. */
export function planLaunchd(request: ScheduleRequest, place: SchedulerPlace): Plan {
  if (request.whetherLoggedOn) {
    throw new HikaeError(
      "usage",
      text("schedule.launchd-logged-in"),
      {
        hint: text("schedule.launchd-logged-in-hint"),
      },
    );
  }
  const path = plistPath(request.job, place);
  return {
    scheduler: "launchd",
    steps: [
      { kind: "write", path, text: renderPlist(request), encoding: "utf-8" },
      { ...launchctl("bootout", target(request.job, place)), mayFail: true },
      launchctl("bootstrap", domain(place), path),
    ],
    notes: [
      text("schedule.launchd-access"),
    ],
  };
}

/** The plan that removes a job's agent. */
export function planLaunchdRemove(job: string, place: SchedulerPlace): Plan {
  return {
    scheduler: "launchd",
    steps: [
      { ...launchctl("bootout", target(job, place)), mayFail: true },
      { kind: "remove", path: plistPath(job, place) },
    ],
    notes: [],
  };
}

/** The jobs that have an agent. */
export async function listLaunchd(
  place: SchedulerPlace,
  ports: { run: RunProgram; files: SmallFiles },
): Promise<Installed[]> {
  const found: Installed[] = [];
  for (const file of ports.files.list(`${place.home}/Library/LaunchAgents`)) {
    const name = /^io\.hikae\.(.+)\.plist$/.exec(file)?.[1];
    if (name === undefined) continue;
    const job = unsafeName(name);
    const shown = await ports.run("launchctl", ["print", target(job, place)]).catch(() =>
      undefined
    );
    const state = /^\s*state = (.+)$/m.exec(shown?.stdout ?? "")?.[1];
    found.push({
      job,
      scheduler: "launchd",
      next: "",
      state: state ?? text("schedule.not-loaded"),
    });
  }
  return found;
}

/** The label of a job's agent. */
function agentLabel(job: string): string {
  return `io.hikae.${safeName(job)}`;
}

/** The agent as `launchctl` names it. */
export function target(job: string, place: SchedulerPlace): string {
  return `${domain(place)}/${agentLabel(job)}`;
}

/** The text of a job's agent. */
export function renderPlist(request: ScheduleRequest): string {
  const { command } = request;
  refuseControls(command);
  const env = Object.entries(command.env);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" ' +
    '"http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    "<dict>",
    "  <key>Label</key>",
    `  ${stringElement(agentLabel(request.job))}`,
    "  <key>ProgramArguments</key>",
    "  <array>",
    ...[command.program, ...command.args].map((arg) => `    ${stringElement(arg)}`),
    "  </array>",
    "  <key>WorkingDirectory</key>",
    `  ${stringElement(command.workingDirectory)}`,
    ...(env.length === 0 ? [] : [
      "  <key>EnvironmentVariables</key>",
      "  <dict>",
      ...env.flatMap(([k, v]) => [`    <key>${escapeXml(k)}</key>`, `    ${stringElement(v)}`]),
      "  </dict>",
    ]),
    ...when(request.schedule).map((line) => `  ${line}`),
    ...(request.options.priority === "low" ? LOW_PRIORITY : []),
    "</dict>",
    "</plist>",
    "",
  ];
  return lines.join("\n");
}

const LOW_PRIORITY = [
  "  <key>ProcessType</key>",
  "  <string>Background</string>",
  "  <key>LowPriorityIO</key>",
  "  <true/>",
  "  <key>Nice</key>",
  "  <integer>10</integer>",
];

function when(s: Schedule): string[] {
  switch (s.kind) {
    case "calendar":
      return calendar(s.at.flatMap(({ days, times }) =>
        times.flatMap(({ hour, minute }) => {
          const at = { Hour: hour, Minute: minute };
          const on = days.map((day) => ({ Weekday: WEEKDAYS.indexOf(day), ...at }));
          return on.length === 0 ? [at] : on;
        })
      ));
    case "hourly":
      return calendar([{ Minute: 0 }]);
    case "every":
      return ["<key>StartInterval</key>", `<integer>${s.minutes * 60}</integer>`];
    case "onLogin":
      return ["<key>RunAtLoad</key>", "<true/>"];
    case "onDrive":
      return ["<key>StartOnMount</key>", "<true/>"];
  }
}

/** One time is a dictionary, several are an array of them. */
function calendar(all: readonly Record<string, number>[]): string[] {
  const dicts = all.map((at) => [
    "<dict>",
    ...Object.entries(at).flatMap(([key, n]) => [
      `  <key>${key}</key>`,
      `  <integer>${n}</integer>`,
    ]),
    "</dict>",
  ]);
  const key = "<key>StartCalendarInterval</key>";
  if (dicts.length === 1) return [key, ...dicts.flat()];
  return [key, "<array>", ...dicts.flat().map((line) => `  ${line}`), "</array>"];
}

function plistPath(job: string, place: SchedulerPlace): string {
  return `${place.home}/Library/LaunchAgents/${agentLabel(job)}.plist`;
}

function domain(place: SchedulerPlace): string {
  return `gui/${place.uid ?? 501}`;
}

function launchctl(
  ...args: string[]
): { kind: "run"; program: string; args: readonly string[] } {
  return { kind: "run", program: "launchctl", args };
}

function stringElement(value: string): string {
  return `<string>${escapeXml(value)}</string>`;
}
