/**
 * What a scheduled run has that a run by hand has not, and the other way round (`schedule doctor`). Pure: the
 * facts are gathered by `doctor.ts`.
 * @module
 */

import { type Drives, isNetworkPath, toUnc } from "./drives.ts";
import { text } from "../text/text.ts";
import type { CommandLine, SchedulerName } from "./plan.ts";

/** Something that differs, or was looked at and does not. */
export interface Finding {
  level: "ok" | "note" | "problem";
  about: "drives" | "user" | "path" | "permissions" | "config" | "run";
  message: string;
}

/** What is known of the two ways to run. */
export interface Facts {
  scheduler: SchedulerName;
  /** The paths of the job, absolute, with what each is (`source`, `vault`, `plugin`). */
  paths: readonly { what: string; path: string }[];
  /** The variables that the config names. */
  variables: readonly string[];
  /** A variable as this console has it. */
  byHand(name: string): string | undefined;
  /** The variables that the scheduler gives; undefined when they cannot be told. */
  scheduled: ReadonlyMap<string, string> | undefined;
  drives: Drives;
  command: CommandLine;
  /** The home directory. */
  home: string;
  /** True when this console runs with an administrator's or root's rights. */
  elevated: boolean;
  /** Plugins of the job that want an administrator's rights on Windows, by name. */
  elevatedPlugins?: readonly string[];
  /** True when the installed task has them; undefined when it cannot be told. */
  highest?: boolean | undefined;
  /** True when the job also runs while nobody is logged on; undefined when it cannot be told. */
  whetherLoggedOn: boolean | undefined;
}

/** Everything that differs. */
export function findDifferences(facts: Facts): Finding[] {
  return [
    ...drives(facts),
    ...user(facts),
    ...searchPath(facts),
    ...variables(facts),
    ...permissions(facts),
  ];
}

/** The names of the variables in the text of a config: `$NAME`, `${NAME}`, `%NAME%`. */
export function variablesIn(text: string): string[] {
  const names = [...text.matchAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?|%([A-Za-z_][A-Za-z0-9_]*)%/g)]
    .map((m) => m[1] ?? m[2] ?? "");
  return [...new Set(names)].filter((name) => name !== "schema").sort();
}

/** What lies where a scheduled run may not find it. */
export function findDriveTrouble(
  facts: Pick<Facts, "paths" | "drives" | "whetherLoggedOn">,
): Finding[] {
  const found: Finding[] = [];
  for (const { what, path } of facts.paths) {
    const unc = toUnc(path, facts.drives);
    if (unc !== path) {
      found.push({
        level: "problem",
        about: "drives",
        message: `the ${what} ${path} is on a mapped drive, which a task may not have: ` +
          `write ${unc.replaceAll("\\", "/")} in the config`,
      });
    } else if (isNetworkPath(path, facts.drives) && facts.whetherLoggedOn === true) {
      found.push({
        level: "note",
        about: "drives",
        message: `the ${what} ${path} is a share: a task that runs without you logged on needs ` +
          "your password stored for it",
      });
    }
    if (/^\/(run\/)?media\//.test(path) || /\/\.?gvfs\//.test(path)) {
      found.push({
        level: "note",
        about: "drives",
        message: `the ${what} ${path} is there only while your desktop has it mounted; ` +
          "an entry in /etc/fstab mounts it for scheduled runs too",
      });
    }
  }
  return found;
}

function drives(facts: Facts): Finding[] {
  const found = findDriveTrouble(facts);
  if (found.length > 0) return found;
  return [{ level: "ok", about: "drives", message: "no path of the job depends on the session" }];
}

function user(facts: Facts): Finding[] {
  if (facts.elevated && facts.scheduler === "task-scheduler") {
    return [{
      level: "note",
      about: "user",
      message: "this console is elevated, the task is not: drives mapped here are not there, and " +
        "files of other users stay closed to it",
    }];
  }
  if (facts.whetherLoggedOn === false && facts.scheduler !== "cron") {
    return [{
      level: "note",
      about: "user",
      message: "it runs only while you are logged in; a missed run is made up later",
    }];
  }
  return [{ level: "ok", about: "user", message: "the same user" }];
}

function searchPath(facts: Facts): Finding[] {
  const there = facts.scheduled?.get("PATH") ?? facts.scheduled?.get("Path");
  const here = facts.byHand("PATH");
  if (there === undefined || here === undefined) return [];
  const windows = facts.scheduler === "task-scheduler";
  const separator = windows ? ";" : ":";
  const folded = (dir: string): string => {
    const plain = dir.replace(/^"(.*)"$/, "$1").replace(/[\\/]+$/, "");
    return windows ? plain.toLowerCase().replaceAll("/", "\\") : plain;
  };
  const has = new Set(there.split(separator).map(folded));
  const lost = [...new Set(here.split(separator))].filter((dir) =>
    dir !== "" && !has.has(folded(dir))
  );
  if (lost.length === 0) return [{ level: "ok", about: "path", message: "the same PATH" }];
  return [{
    level: "note",
    about: "path",
    message: `not in the scheduled run's PATH: ${lost.join(" ")} ` +
      "(matters to plugins that start programs; name those by their whole path)",
  }];
}

function variables(facts: Facts): Finding[] {
  const found: Finding[] = [];
  for (const name of facts.variables) {
    const here = facts.byHand(name);
    const there = facts.command.env[name] ?? facts.scheduled?.get(name);
    if (facts.scheduled === undefined || here === there || ALWAYS.has(name.toUpperCase())) continue;
    if (here === undefined && there === undefined) continue;
    found.push({
      level: there === undefined ? "problem" : "note",
      about: "config",
      message: there === undefined
        ? `the config uses ${name}, which is set here but not in the scheduled run: ${
          HOW[facts.scheduler]
        }`
        : `the config uses ${name}, which is "${there}" in the scheduled run`,
    });
  }
  return found.length > 0 ? found : [{
    level: "ok",
    about: "config",
    message: "relative paths start from the config file, and no variable of it differs",
  }];
}

/** Set for every session by the system itself. */
const ALWAYS: ReadonlySet<string> = new Set([
  "HOME",
  "USER",
  "LOGNAME",
  "USERPROFILE",
  "USERNAME",
  "APPDATA",
  "LOCALAPPDATA",
  "HOMEDRIVE",
  "HOMEPATH",
  "SYSTEMROOT",
  "SYSTEMDRIVE",
  "PROGRAMDATA",
  "PUBLIC",
]);

const HOW: Readonly<Record<SchedulerName, string>> = {
  "systemd": "put it into ~/.config/environment.d/hikae.conf",
  "launchd": "write a path out in the config; set anything else with launchctl setenv",
  "cron":
    "write a path out in the config; set anything else by crontab -e, in a line above the jobs",
  "task-scheduler": "make it lasting with setx",
};

function permissions(facts: Facts): Finding[] {
  const [plugin] = facts.elevatedPlugins ?? [];
  if (facts.scheduler === "task-scheduler" && plugin !== undefined && facts.highest === false) {
    const message = text("schedule.needs-highest", { plugin });
    return [{ level: "problem", about: "permissions", message }];
  }
  const closed = facts.paths.filter(({ path }) =>
    ["Documents", "Desktop", "Downloads", "Pictures", "Library"].some((name) =>
      `${path}/`.startsWith(`${facts.home}/${name}/`)
    ) || path === facts.home || path.startsWith("/Volumes/")
  );
  if (facts.scheduler === "launchd" && closed.length > 0) {
    return [{
      level: "note",
      about: "permissions",
      message: `macOS keeps ${closed.map((p) => p.path).join(" ")} from programs it has not been ` +
        `told about: allow full disk access to ${facts.command.program} in System Settings`,
    }];
  }
  if (facts.elevated && facts.scheduler !== "task-scheduler") {
    return [{
      level: "note",
      about: "permissions",
      message: "this is root: the schedule is root's own, and its files are root's",
    }];
  }
  return [];
}
