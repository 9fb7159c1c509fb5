/** What the `schedule` commands need of this machine and of the config, gathered once. @module */

import { defined } from "../../base/defined.ts";
import { HikaeError } from "../../base/errors.ts";
import type { RunProgram } from "../../base/process.ts";
import { smallFiles } from "../../base/small_files.ts";
import type { Job } from "../../config/types.ts";
import { pathsOf } from "../../config/expand.ts";
import { namesOf, partsOf } from "../../config/resolve.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { type Drives, DRIVES_COMMAND, parseDrives, toUnc } from "../../schedule/drives.ts";
import {
  type CommandLine,
  type SchedulePorts,
  type SchedulerName,
  type SchedulerPlace,
  SCHEDULERS,
} from "../../schedule/plan.ts";
import { findScheduler } from "../../schedule/schedulers.ts";
import { selfCommand } from "../../schedule/self_command.ts";
import { type LoadedConfig, needConfig, platformOf } from "../config/config_load.ts";
import type { Context } from "../command.ts";
import { runProgram } from "../program/run_program.ts";
import { askWindows } from "../../schedule/ask_windows.ts";
import { pasteLine } from "../../schedule/quote.ts";
import { text } from "../../text/text.ts";
import { selfCommand as thisProgram } from "../self.ts";
import { stateDir } from "../state_dir.ts";

/** What a `schedule` command works with. */
export interface ScheduleHost {
  ports: SchedulePorts;
  place: SchedulerPlace;
  scheduler: SchedulerName;
  drives: Drives;
}

/** A job of the config, and the command line that runs it. */
export interface HostJob {
  /** The job, or the first of its sources. */
  job: Job;
  /** The job for each of its sources. */
  parts: readonly Job[];
  file: string;
  command: CommandLine;
}

/**
 * Gathers what is known of the machine; finds the scheduler unless `--scheduler` names one. Mapped drives are asked
 * for only where paths are looked at.
 */
export async function gatherHost(context: Context, withDrives = false): Promise<ScheduleHost> {
  const { env, parsed, runProgram: run = runProgram } = context;
  const windows = Deno.build.os === "windows";
  const asked = parsed.get("scheduler");
  const named = SCHEDULERS.find((name) => name === asked);
  if (asked !== undefined && named === undefined) {
    throw new HikaeError("usage", text("schedule.unknown-scheduler", { given: asked }), {
      hint: text("schedule.one-of", { names: SCHEDULERS.join(" ") }),
    });
  }
  const uid = Deno.uid();
  const configHome = env("XDG_CONFIG_HOME");
  const user = windows
    ? [env("USERDOMAIN"), env("USERNAME")].filter((part) => part !== undefined).join("\\")
    : env("USER") || env("LOGNAME") || (env("HOME") ?? "").split("/").at(-1) || "";
  const place: SchedulerPlace = {
    home: env(windows ? "USERPROFILE" : "HOME") ?? "",
    user,
    state: stateDir(env, platformOf(Deno.build.os)),
    now: context.clock.now(),
    ...(windows ? await readSid(run) : {}),
    ...(uid === null ? {} : { uid }),
    ...(configHome?.startsWith("/") ? { configHome } : {}),
  };
  const scheduler = named ?? await findScheduler(Deno.build.os, run).catch((error) => {
    if (!parsed.has("print")) throw error;
    context.tell(text("schedule.printed-for-systemd"));
    return "systemd" as const;
  });
  const ports = { run, files: smallFiles(denoFs, 0o644) };
  return {
    ports,
    place,
    scheduler,
    drives: windows && withDrives ? await readDrives(run) : new Map(),
  };
}

/** The config's job of that name, and how a scheduler runs it. */
export async function gatherJob(
  context: Context,
  host: ScheduleHost,
  name: string,
): Promise<HostJob> {
  const { config, file } = await loadFor(context);
  const parts = partsOf(config, name).flatMap((part) => config.jobs[part] ?? []);
  const [job] = parts;
  // one source of several is no job of its own to schedulers, nor to logs
  if (job === undefined || name.includes("/")) {
    const known = namesOf(config).join(", ");
    throw new HikaeError("usage", text("schedule.job-not-there", { file, job: name }), {
      hint: known === "" ? text("schedule.no-job-yet") : text("schedule.jobs", { names: known }),
      path: file,
    });
  }
  const paths = pathsOf(platformOf(Deno.build.os));
  const state = context.env("HIKAE_STATE_DIR");
  const denoDir = Deno.build.standalone ? undefined : context.env("DENO_DIR");
  const self = thisProgram();
  const command = selfCommand({
    self: {
      program: toUnc(self.program, host.drives),
      args: self.args.map((word) => word.startsWith("-") ? word : toUnc(word, host.drives)),
    },
    job: name,
    config: toUnc(file, host.drives),
    workingDirectory: toUnc(paths.dirname(file), host.drives),
    env: {
      ...(state ? { HIKAE_STATE_DIR: paths.resolve(context.cwd, state) } : {}),
      ...(denoDir ? { DENO_DIR: paths.resolve(context.cwd, denoDir) } : {}),
    },
  });
  return { job, parts, file, command };
}

/** The names of the config's jobs; none when there is no config. */
export async function jobNames(context: Context): Promise<string[]> {
  const { loadConfig } = await import("../config/config_load.ts");
  const loaded = await loadConfig(loadOptions(context));
  return loaded === undefined ? [] : namesOf(loaded.config);
}

/** The names of the config's jobs; an error when there is none. */
export async function needJobs(context: Context): Promise<string[]> {
  const { config, file } = await loadFor(context);
  const names = namesOf(config);
  if (names.length > 0) return names;
  throw new HikaeError("usage", text("schedule.no-jobs", { file }), {
    hint: text("schedule.no-jobs-hint"),
  });
}

/** What a call of a subcommand looks like that names its job. */
const CALLS = {
  install: "hikae schedule install JOB --daily 21:00",
  remove: "hikae schedule remove JOB",
  doctor: "hikae schedule doctor JOB",
};

/** The job that the command names, and what follows it. */
export function jobArgument(
  context: Context,
  action: keyof typeof CALLS,
): { name: string; rest: readonly string[] } {
  const [name, ...rest] = context.parsed.args;
  if (name !== undefined) return { name, rest };
  const call = CALLS[action];
  throw new HikaeError("usage", text("schedule.no-job", { action }), {
    hint: action === "doctor"
      ? text("schedule.no-job-hint", { call })
      : text("schedule.no-job-hint-all", { call }),
  });
}

/** A line of hikae to paste, with the config that this line names. */
export function lineFor(context: Context, ...words: readonly string[]): string {
  const config = context.parsed.get("config");
  const all = ["hikae", ...words, ...(config === undefined ? [] : ["--config", config])];
  return pasteLine(all, Deno.build.os === "windows");
}

/** The paths of a job, with what each is. */
export function jobPaths(
  { job, parts }: Pick<HostJob, "job" | "parts">,
): { what: string; path: string }[] {
  return [
    ...parts.map(({ source }) => ({ what: "source", path: source })),
    ...parts.flatMap(({ vaults }) => vaults.map((path) => ({ what: "vault", path }))),
    ...job.plugins.filter((p) => !p.path.startsWith("hikae:"))
      .map((p) => ({ what: "plugin", path: p.path })),
  ];
}

async function loadFor(context: Context): Promise<LoadedConfig> {
  return await needConfig(loadOptions(context));
}

function loadOptions(context: Context): Parameters<typeof needConfig>[0] {
  const asked = context.parsed.get("config");
  return {
    cwd: context.cwd,
    env: context.env,
    platform: platformOf(Deno.build.os),
    ...defined({ config: asked }),
  };
}

/** Where no drive is mapped, `reg` fails for want of the key. */
async function readDrives(run: RunProgram): Promise<Drives> {
  const [program, args] = DRIVES_COMMAND;
  const answer = await askWindows(run, program, args).catch((error) => {
    if (error instanceof HikaeError && error.hint !== undefined) throw error;
    return "";
  });
  return parseDrives(answer);
}

/** The user by number; the pattern is the same in every language of Windows. */
async function readSid(run: RunProgram): Promise<Pick<SchedulerPlace, "sid">> {
  const said = await run("whoami", ["/user", "/fo", "csv", "/nh"]).catch(() => undefined);
  const sid = /\bS-1-\d+(?:-\d+)+\b/.exec(said?.stdout ?? "")?.[0];
  return sid === undefined ? {} : { sid };
}
