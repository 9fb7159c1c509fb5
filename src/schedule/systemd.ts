/**
 * systemd: a user service and a timer that catches up on what it missed (`Persistent=true`).
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import type { RunProgram } from "../base/process.ts";
import type { SmallFiles } from "../base/small_files.ts";
import {
  type CommandLine,
  type Installed,
  type Plan,
  refuseControls,
  type ScheduleRequest,
  type SchedulerPlace,
  type ScheduleStep,
} from "./plan.ts";
import { hardLimit } from "./options.ts";
import { clockTime, describeSchedule, type Schedule } from "./schedule.ts";
import { text } from "../text/text.ts";

/** The plan that installs a job's units: a service and its timer, or a service that a drive's mount starts. */
export function planSystemd(request: ScheduleRequest, place: SchedulerPlace): Plan {
  const name = unitName(request.job);
  const dir = unitDir(place);
  const onDrive = request.schedule.kind === "onDrive";
  const unit = `${name}.${onDrive ? "service" : "timer"}`;
  const steps: ScheduleStep[] = [
    write(`${dir}/${name}.service`, renderService(request, place)),
    onDrive
      ? { kind: "remove", path: `${dir}/${name}.timer` }
      : write(`${dir}/${name}.timer`, renderTimer(request)),
    systemctl("daemon-reload"),
    systemctl("enable", unit),
  ];
  // A timer for logins that is started now would count the present login and run at once.
  if (request.schedule.kind !== "onLogin" && !onDrive) steps.push(systemctl("restart", unit));
  const notes: string[] = [];
  if (request.whetherLoggedOn) {
    const user = place.user === "" ? [] : [place.user];
    steps.push({ kind: "run", program: "loginctl", args: ["enable-linger", ...user] });
  } else if (!onDrive) {
    notes.push(
      text("schedule.systemd-logged-in"),
    );
  }
  return { scheduler: "systemd", steps, notes };
}

/** The plan that removes a job's units. */
export function planSystemdRemove(job: string, place: SchedulerPlace): Plan {
  const name = unitName(job);
  const dir = unitDir(place);
  return {
    scheduler: "systemd",
    steps: [
      { ...systemctl("disable", "--now", `${name}.timer`), mayFail: true },
      { ...systemctl("disable", `${name}.service`), mayFail: true },
      { kind: "remove", path: `${dir}/${name}.timer` },
      { kind: "remove", path: `${dir}/${name}.service` },
      systemctl("daemon-reload"),
    ],
    notes: [],
  };
}

/** The jobs that have a timer, or a service that a drive starts. */
export async function listSystemd(
  place: SchedulerPlace,
  ports: { run: RunProgram; files: SmallFiles },
): Promise<Installed[]> {
  const names = ports.files.list(unitDir(place));
  const found: Installed[] = [];
  for (const file of names) {
    const [, name = "", kind] = /^hikae-(.+)\.(timer|service)$/.exec(file) ?? [];
    if (kind === undefined || (kind === "service" && names.includes(`hikae-${name}.timer`))) {
      continue;
    }
    const args = ["--user", "show", file, "-p", "ActiveState", "-p", "NextElapseUSecRealtime"];
    const shown = await ports.run("systemctl", args).catch(() => undefined);
    const next = /^NextElapseUSecRealtime=(.*)$/m.exec(shown?.stdout ?? "")?.[1] ?? "";
    const state = /^ActiveState=(.*)$/m.exec(shown?.stdout ?? "")?.[1] ?? "unknown";
    found.push({ job: unescapeUnit(name), scheduler: "systemd", next, state });
  }
  return found;
}

/** The name of a job's units, without the suffix. */
export function unitName(job: string): string {
  let out = "hikae-";
  for (const byte of new TextEncoder().encode(job)) {
    const char = String.fromCharCode(byte);
    out += /[A-Za-z0-9_.:-]/.test(char) ? char : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  if (out.length <= 240) return out;
  throw new HikaeError("usage", text("schedule.systemd-long", { job }), {
    hint: text("schedule.systemd-long-hint"),
  });
}

/** The text of a job's service. */
export function renderService(
  request: ScheduleRequest,
  place: Pick<SchedulerPlace, "user">,
): string {
  const { command, options, schedule } = request;
  refuseControls(command);
  const env = Object.entries(command.env).map(([k, v]) => `Environment=${quote(`${k}=${v}`)}`);
  const limit = hardLimit(options);
  const mounts = schedule.kind === "onDrive" ? mountUnits(schedule.drive, place.user) : [];
  return [
    "[Unit]",
    `Description=hikae backup (${described(request)})`,
    ...(options.onlyOnAc ? ["ConditionACPower=true"] : []),
    ...mounts.map((unit) => `After=${unit}`),
    "",
    "[Service]",
    "Type=oneshot",
    `ExecStart=${execLine(command)}`,
    `WorkingDirectory=${plainPath(command.workingDirectory)}`,
    ...env,
    ...(limit === undefined ? [] : [`TimeoutStartSec=${Math.ceil(limit / 60_000)}min`]),
    ...(options.priority === "low" ? ["Nice=10", "IOSchedulingClass=idle"] : []),
    ...(mounts.length === 0 ? [] : ["", "[Install]", ...mounts.map((u) => `WantedBy=${u}`)]),
    "",
  ].join("\n");
}

/** The mount units of a drive: of its path, or of the places where desktops mount a label. */
function mountUnits(drive: string, user: string): string[] {
  const paths = drive.startsWith("/")
    ? [drive]
    : [`/run/media/${user}/${drive}`, `/media/${user}/${drive}`, `/media/${drive}`];
  return paths.map((path) => `${escapePath(path)}.mount`);
}

/** A path as the name of a unit, as `systemd-escape --path` makes it. */
function escapePath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.length === 0) return "-";
  return parts.map((part, i) => escapeName(part, i === 0)).join("-");
}

function escapeName(part: string, first: boolean): string {
  let out = "";
  for (const byte of new TextEncoder().encode(part)) {
    const char = String.fromCharCode(byte);
    const plain = /[A-Za-z0-9:_]/.test(char) || (char === "." && !(first && out === ""));
    out += plain ? char : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return out;
}

/** The text of a job's timer. */
export function renderTimer(request: ScheduleRequest): string {
  const { options } = request;
  return [
    "[Unit]",
    `Description=hikae backup (${described(request)}), ${describeSchedule(request.schedule)}`,
    "",
    "[Timer]",
    ...when(request.schedule),
    ...(options.randomDelay === 0 ? [] : [`RandomizedDelaySec=${options.randomDelay}min`]),
    "",
    "[Install]",
    "WantedBy=timers.target",
    "",
  ].join("\n");
}

function when(s: Schedule): string[] {
  switch (s.kind) {
    case "calendar":
      return [
        ...s.at.flatMap(({ days, times }) => {
          const on = days.map((d) => `${d[0]?.toUpperCase()}${d.slice(1)}`).join(",");
          const day = on === "" ? "" : `${on} `;
          return times.map((time) => `OnCalendar=${day}*-*-* ${clockTime(time)}:00`);
        }),
        "Persistent=true",
      ];
    case "hourly":
      return ["OnCalendar=*-*-* *:00:00", "Persistent=true"];
    case "onLogin":
      return ["OnStartupSec=1min"];
    case "onDrive":
      return [];
    case "every":
      return everyMinutes(s.minutes);
  }
}

/** An interval that divides the hour or the day is one of the calendar, and so made up when missed. */
function everyMinutes(minutes: number): string[] {
  if (minutes < 60 && 60 % minutes === 0) {
    return [`OnCalendar=*-*-* *:00/${minutes}:00`, "Persistent=true"];
  }
  const hours = minutes / 60;
  if (Number.isInteger(hours) && 24 % hours === 0) {
    const start = hours === 24 ? "00" : `00/${hours}`;
    return [`OnCalendar=*-*-* ${start}:00:00`, "Persistent=true"];
  }
  return ["OnActiveSec=1min", `OnUnitActiveSec=${minutes}min`];
}

/** A job's name for people; the bracket after it keeps a backslash from going on with the next line. */
function described(request: ScheduleRequest): string {
  return request.job.replace(/%/g, "%%").replace(/\p{Cc}/gu, " ");
}

function execLine({ program, args }: CommandLine): string {
  const variable = (text: string): string => quote(text.replace(/\$/g, "$$$$"));
  // systemd takes no quote and no backslash in the program's own path; a shell hands it over as it is.
  if (/["'\\]/.test(program)) {
    return ["/bin/sh", "-c", 'exec "$0" "$@"', program, ...args].map(variable).join(" ");
  }
  // In the program's own path it expands specifiers, but no variables.
  return [quote(program), ...args.map(variable)].join(" ");
}

function quote(text: string): string {
  const escaped = text.replace(/%/g, "%%").replace(/\\/g, "\\\\").replace(/"/g, '\\"');
  return /^[A-Za-z0-9_.,:=@%/+-]+$/.test(text) ? escaped : `"${escaped}"`;
}

/** `WorkingDirectory=` takes the rest of the line as it is, but for specifiers and blanks at its ends. */
function plainPath(path: string): string {
  if (path.trim() !== path || path.endsWith("\\")) {
    throw new HikaeError("usage", text("schedule.systemd-dir", { path }), {
      hint: text("schedule.systemd-dir-hint"),
    });
  }
  return path.replace(/%/g, "%%");
}

function unescapeUnit(name: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < name.length; i++) {
    const hex = /^\\x([0-9a-f]{2})/.exec(name.slice(i, i + 4))?.[1];
    if (hex === undefined) bytes.push(name.charCodeAt(i));
    else {
      bytes.push(parseInt(hex, 16));
      i += 3;
    }
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

function unitDir(place: SchedulerPlace): string {
  return `${place.configHome ?? `${place.home}/.config`}/systemd/user`;
}

function write(path: string, text: string): ScheduleStep {
  return { kind: "write", path, text, encoding: "utf-8" };
}

function systemctl(...args: string[]): ScheduleStep & { kind: "run" } {
  return { kind: "run", program: "systemctl", args: ["--user", ...args] };
}
