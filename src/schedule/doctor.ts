/** Gathers what `schedule doctor` compares, and runs a job through its scheduler. @module */

import type { RunProgram, RunResult } from "../base/process.ts";
import { askWindows } from "./ask_windows.ts";
import { readTable } from "./schedulers.ts";
import { shellCommand } from "./cron.ts";
import { target } from "./launchd.ts";
import type { CommandLine, SchedulerName, SchedulerPlace } from "./plan.ts";
import { unitName } from "./systemd.ts";
import { taskName } from "./task_scheduler.ts";

/** What the scheduler gives a run as variables; undefined when it cannot be told. */
export async function scheduledVariables(
  scheduler: SchedulerName,
  place: SchedulerPlace,
  run: RunProgram,
  byHand: (name: string) => string | undefined = () => undefined,
): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    switch (scheduler) {
      case "systemd":
        return parseSystemdEnvironment(await textOf(run, "systemctl", SHOW_ENVIRONMENT));
      case "launchd": {
        const path = (await textOf(run, "launchctl", ["getenv", "PATH"])).trim();
        return new Map([["PATH", path || "/usr/bin:/bin:/usr/sbin:/sbin"]]);
      }
      case "cron":
        return cronVariables(await readTable(run), place);
      case "task-scheduler":
        return expandVariables(
          parseRegistryEnvironment(
            await askWindows(run, "reg", ["query", MACHINE_ENVIRONMENT]),
            await askWindows(run, "reg", ["query", "HKCU\\Environment"]),
          ),
          byHand,
        );
    }
  } catch {
    return undefined;
  }
}

const SHOW_ENVIRONMENT = ["--user", "show-environment"];
const MACHINE_ENVIRONMENT =
  "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment";

/** The variables that `systemctl show-environment` prints. */
export function parseSystemdEnvironment(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
    if (match === null) continue;
    const quoted = /^\$'(.*)'$/.exec(match[2] ?? "")?.[1];
    found.set(match[1] ?? "", quoted?.replace(/\\(.)/g, "$1") ?? match[2] ?? "");
  }
  return found;
}

/** The variables of the machine and the user, as `reg query` prints them; search paths add up. */
export function parseRegistryEnvironment(machine: string, user: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of `${machine}\n${user}`.split(/\r?\n/)) {
    const match = /^ {4}(\S+) {4}REG_(?:EXPAND_)?SZ {4}(.*)$/.exec(line);
    if (match === null) continue;
    const name = (match[1] ?? "").toUpperCase();
    const before = name === "PATH" ? found.get(name) : undefined;
    found.set(name, before === undefined ? match[2] ?? "" : `${before};${match[2]}`);
  }
  return found;
}

/**
 * The values with the variables in them put in (`%SystemRoot%\\system32`): those of the registry, then those that
 * every session has from the system. Names are the same in either case.
 */
export function expandVariables(
  found: ReadonlyMap<string, string>,
  byHand: (name: string) => string | undefined,
): Map<string, string> {
  const valueOf = (name: string, within: readonly string[]): string | undefined => {
    const raw = within.includes(name) ? undefined : found.get(name);
    return raw === undefined ? byHand(name) : expand(raw, [...within, name]);
  };
  const expand = (value: string, within: readonly string[]): string =>
    value.replace(
      /%([^%]+)%/g,
      (whole, name: string) => valueOf(name.toUpperCase(), within) ?? whole,
    );
  return new Map([...found].map(([name, value]) => [name, expand(value, [name])]));
}

/** The variables that cron gives, less what the table sets by itself. */
export function cronVariables(table: string, place: SchedulerPlace): Map<string, string> {
  const found = new Map([
    ["PATH", "/usr/bin:/bin"],
    ["SHELL", "/bin/sh"],
    ["HOME", place.home],
    ["LOGNAME", place.user],
  ]);
  for (const line of table.split("\n")) {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)\s*=\s*"?(.*?)"?\s*$/.exec(line);
    if (match !== null) found.set(match[1] ?? "", match[2] ?? "");
  }
  return found;
}

/** Whether an installed job also runs while nobody is logged on; undefined when it cannot be told. */
export async function runsLoggedOff(
  scheduler: SchedulerName,
  job: string,
  place: SchedulerPlace,
  run: RunProgram,
): Promise<boolean | undefined> {
  if (scheduler === "cron") return true;
  if (scheduler === "launchd") return false;
  const asked = scheduler === "systemd"
    ? textOf(run, "loginctl", ["show-user", place.user, "-p", "Linger"])
    : textOf(run, "schtasks", ["/Query", "/TN", taskName(job), "/XML"]);
  return await asked.then(
    (text) => /^Linger=yes$/m.test(text) || /<LogonType>(S4U|Password)</.test(text),
    () => undefined,
  );
}

/** Whether an installed task has an administrator's rights; undefined when it cannot be told. */
export async function runsHighest(
  scheduler: SchedulerName,
  job: string,
  run: RunProgram,
): Promise<boolean | undefined> {
  if (scheduler !== "task-scheduler") return undefined;
  const asked = textOf(run, "schtasks", ["/Query", "/TN", taskName(job), "/XML"]);
  return await asked.then((xml) => /<RunLevel>HighestAvailable</.test(xml), () => undefined);
}

/** How a run through the scheduler was started, and its exit code where the scheduler waits for it. */
export interface TriedRun {
  command: string;
  started: boolean;
  /** Absent when the scheduler only starts the run; then its outcome tells. */
  exit?: number;
  message: string;
}

/** Runs an installed job through its scheduler; with cron, in an environment like cron's. */
export async function runThrough(
  scheduler: SchedulerName,
  job: string,
  command: CommandLine,
  place: SchedulerPlace,
  run: RunProgram,
): Promise<TriedRun> {
  switch (scheduler) {
    case "systemd":
      return await runSystemd(`${unitName(job)}.service`, run);
    case "launchd":
      return await tryRun(run, "launchctl", ["kickstart", target(job, place)]);
    case "task-scheduler":
      return await tryRun(run, "schtasks", ["/Run", "/TN", taskName(job)]);
    case "cron": {
      const vars = [...await scheduledVariables("cron", place, run) ?? []].map(([k, v]) =>
        `${k}=${v}`
      );
      const tried = await run("env", ["-i", ...vars, "/bin/sh", "-c", shellCommand(command)]);
      return {
        command: "env -i … /bin/sh -c …",
        started: true,
        exit: tried.code,
        message: said(tried),
      };
    }
  }
}

async function runSystemd(unit: string, run: RunProgram): Promise<TriedRun> {
  const tried = await tryRun(run, "systemctl", ["--user", "start", "--wait", unit]);
  const shown = await run("systemctl", [
    "--user",
    "show",
    unit,
    "-p",
    "LoadState",
    "-p",
    "ExecMainStatus",
  ]).catch(() => undefined);
  const loaded = /^LoadState=loaded$/m.test(shown?.stdout ?? "");
  const status = /^ExecMainStatus=(\d+)$/m.exec(shown?.stdout ?? "")?.[1];
  if (!loaded || status === undefined) return { ...tried, started: false };
  return { ...tried, started: true, exit: Number(status) };
}

async function tryRun(run: RunProgram, program: string, args: string[]): Promise<TriedRun> {
  const result = await run(program, args);
  const command = [program, ...args].join(" ");
  return { command, started: result.code === 0, message: said(result) };
}

async function textOf(run: RunProgram, program: string, args: readonly string[]): Promise<string> {
  const result = await run(program, args);
  return result.code === 0 ? result.stdout : Promise.reject(new Error(said(result)));
}

function said(result: RunResult): string {
  return (result.stderr.trim() || result.stdout.trim()).slice(-500);
}
