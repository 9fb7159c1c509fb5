/**
 * What a scheduled run has that a run by hand has not, and the other way round (`schedule doctor`). Pure: the
 * facts are gathered by `doctor.ts`.
 * @module
 */

import { type Drives, isNetworkPath, toUnc } from "./drives.ts";
import { type PlainTextId, text } from "../text/text.ts";
import type { CommandLine, SchedulerName } from "./plan.ts";

/** Something that differs, or was looked at and does not. */
export interface ScheduleFinding {
  level: "ok" | "note" | "problem";
  about: "drives" | "user" | "path" | "permissions" | "config" | "run";
  message: string;
}

/** What is known of the two ways to run. */
export interface ScheduleFacts {
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
export function findDifferences(facts: ScheduleFacts): ScheduleFinding[] {
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
  facts: Pick<ScheduleFacts, "paths" | "drives" | "whetherLoggedOn">,
): ScheduleFinding[] {
  const found: ScheduleFinding[] = [];
  for (const { what, path } of facts.paths) {
    const unc = toUnc(path, facts.drives);
    if (unc !== path) {
      found.push({
        level: "problem",
        about: "drives",
        message: text("schedule.mapped-drive", { what, path, unc: unc.replaceAll("\\", "/") }),
      });
    } else if (isNetworkPath(path, facts.drives) && facts.whetherLoggedOn === true) {
      found.push({
        level: "note",
        about: "drives",
        message: text("schedule.share-password", { what, path }),
      });
    }
    if (/^\/(run\/)?media\//.test(path) || /\/\.?gvfs\//.test(path)) {
      found.push({
        level: "note",
        about: "drives",
        message: text("schedule.desktop-mount", { what, path }),
      });
    }
  }
  return found;
}

function drives(facts: ScheduleFacts): ScheduleFinding[] {
  const found = findDriveTrouble(facts);
  if (found.length > 0) return found;
  return [{ level: "ok", about: "drives", message: text("schedule.no-session") }];
}

function user(facts: ScheduleFacts): ScheduleFinding[] {
  if (facts.elevated && facts.scheduler === "task-scheduler") {
    return [{
      level: "note",
      about: "user",
      message: text("schedule.elevated"),
    }];
  }
  if (facts.whetherLoggedOn === false && facts.scheduler !== "cron") {
    return [{
      level: "note",
      about: "user",
      message: text("schedule.user-logged-in"),
    }];
  }
  return [{ level: "ok", about: "user", message: text("schedule.same-user") }];
}

function searchPath(facts: ScheduleFacts): ScheduleFinding[] {
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
  if (lost.length === 0) {
    return [{ level: "ok", about: "path", message: text("schedule.same-path") }];
  }
  return [{
    level: "note",
    about: "path",
    message: text("schedule.path-lost", { dirs: lost.join(" ") }),
  }];
}

function variables(facts: ScheduleFacts): ScheduleFinding[] {
  const found: ScheduleFinding[] = [];
  for (const name of facts.variables) {
    const here = facts.byHand(name);
    const there = facts.command.env[name] ?? facts.scheduled?.get(name);
    if (facts.scheduled === undefined || here === there || ALWAYS.has(name.toUpperCase())) continue;
    if (here === undefined && there === undefined) continue;
    found.push({
      level: there === undefined ? "problem" : "note",
      about: "config",
      message: there === undefined
        ? text("schedule.variable-missing", { name, how: text(HOW[facts.scheduler]) })
        : text("schedule.variable-other", { name, value: there }),
    });
  }
  return found.length > 0 ? found : [{
    level: "ok",
    about: "config",
    message: text("schedule.no-variable-differs"),
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

const HOW: Readonly<Record<SchedulerName, PlainTextId>> = {
  "systemd": "schedule.set-systemd",
  "launchd": "schedule.set-launchd",
  "cron": "schedule.set-cron",
  "task-scheduler": "schedule.set-task",
};

function permissions(facts: ScheduleFacts): ScheduleFinding[] {
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
      message: text("schedule.mac-access", {
        paths: closed.map((p) => p.path).join(" "),
        program: facts.command.program,
      }),
    }];
  }
  if (facts.elevated && facts.scheduler !== "task-scheduler") {
    return [{
      level: "note",
      about: "permissions",
      message: text("schedule.root"),
    }];
  }
  return [];
}
