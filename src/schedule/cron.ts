/**
 * cron, the last resort: it makes nothing up and knows no logins. A job is a block of lines between two marker comments
 * in the user's table; the rest of the table is never changed.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import { safeName, unsafeName } from "../base/safe_name.ts";
import {
  type CommandLine,
  type Installed,
  type Plan,
  refuseControls,
  type ScheduleRequest,
} from "./plan.ts";
import { quoteSh } from "./quote.ts";
import { type Schedule, WEEKDAYS } from "./schedule.ts";
import { text } from "../text/text.ts";

const BEGIN = "# hikae:begin ";
const END = "# hikae:end ";

/** The plan that puts a job's block into the table; `table` is what `crontab -l` prints now. */
export function planCron(request: ScheduleRequest, table: string, ionice = false): Plan {
  const rest = withoutBlock(table, request.job);
  const gap = rest === "" || rest.endsWith("\n") ? "" : "\n";
  return {
    scheduler: "cron",
    steps: [crontab(rest + gap + renderBlock(request, ionice))],
    notes: [
      text("schedule.cron-missed"),
      ...(request.schedule.kind === "onLogin" ? [text("schedule.cron-login")] : []),
    ],
  };
}

/** The plan that takes a job's block out of the table. */
export function planCronRemove(job: string, table: string): Plan {
  return { scheduler: "cron", steps: [crontab(withoutBlock(table, job))], notes: [] };
}

/** The jobs that have a block in a table; `next` is the fields of each of its lines, a line each. */
export function listCron(table: string): Installed[] {
  const found: Installed[] = [];
  const lines = table.split("\n");
  lines.forEach((line, i) => {
    if (!line.startsWith(BEGIN)) return;
    const job = unsafeName(line.slice(BEGIN.length).trim());
    const times: string[] = [];
    for (const one of lines.slice(i + 1)) {
      const when = /^(@\w+|(?:[^\s#]\S*\s+){5})/.exec(one)?.[1];
      if (when === undefined) break;
      times.push(when.trim());
    }
    found.push({ job, scheduler: "cron", next: times.join("\n"), state: "installed" });
  });
  return found;
}

/** The block of a job: two markers, and a line for each of its times. */
function renderBlock(request: ScheduleRequest, ionice = false): string {
  refuseControls(request.command);
  const name = safeName(request.job);
  const low = request.options.priority === "low";
  const nice = !low ? "" : ionice ? "ionice -c 3 nice -n 10 " : "nice -n 10 ";
  const command = cronCommand(request.command, nice);
  const lines = when(request.schedule).map((at) => `${at} ${command}\n`).join("");
  return `${BEGIN}${name}\n${lines}${END}${name}\n`;
}

/** The command as a POSIX shell takes it. */
export function shellCommand(command: CommandLine, nice = "nice -n 10 "): string {
  const env = Object.entries(command.env).map(([k, v]) => `${k}=${quoteSh(v)} `).join("");
  const words = [command.program, ...command.args].map(quoteSh).join(" ");
  return `cd ${quoteSh(command.workingDirectory)} && ${env}${nice}${words} >/dev/null`;
}

/** In a table an unescaped `%` ends the command. */
function cronCommand(command: CommandLine, nice: string): string {
  return shellCommand(command, nice).replaceAll("%", "\\%");
}

function withoutBlock(table: string, job: string): string {
  const name = safeName(job);
  const kept: string[] = [];
  let inside = false;
  for (const line of table.split("\n")) {
    if (line.trimEnd() === BEGIN + name) inside = true;
    if (!inside) kept.push(line);
    if (line.trimEnd() === END + name) inside = false;
  }
  if (!inside) return kept.join("\n");
  throw new HikaeError("failed", text("schedule.cron-no-end", { job }), {
    hint: text("schedule.cron-no-end-hint", { line: `${END}${name}` }),
  });
}

/** The fields of each line. */
function when(s: Schedule): string[] {
  switch (s.kind) {
    case "calendar":
      return s.at.flatMap(({ days, times }) => {
        const on = days.length === 0 ? "*" : days.map((d) => WEEKDAYS.indexOf(d)).join(",");
        return times.map((t) => `${t.minute} ${t.hour} * * ${on}`);
      });
    case "hourly":
      return ["0 * * * *"];
    case "onLogin":
      return ["@reboot"];
    case "every":
      return [everyMinutes(s.minutes)];
    case "onDrive":
      return [];
  }
}

function everyMinutes(minutes: number): string {
  if (minutes < 60 && 60 % minutes === 0) return `*/${minutes} * * * *`;
  const hours = minutes / 60;
  if (Number.isInteger(hours) && 24 % hours === 0) {
    return hours === 24 ? "0 0 * * *" : `0 */${hours} * * *`;
  }
  throw new HikaeError("usage", text("schedule.cron-every"), {
    hint: text("schedule.cron-every-hint"),
  });
}

function crontab(
  input: string,
): { kind: "run"; program: string; args: readonly string[]; input: string } {
  return { kind: "run", program: "crontab", args: ["-"], input };
}
