/** Jobs of the config file as backups. @module */

import { EXIT, HikaeError } from "../base/errors.ts";
import { hasJob, resolveJob } from "../config/resolve.ts";
import type { Job } from "../config/types.ts";
import { type BackupPlan, makePlan, readPatterns } from "./backup_plan.ts";
import type { Context } from "./command.ts";
import { loadConfig, platformOf } from "./config_load.ts";
import type { State } from "./state.ts";

/** The plans of the jobs that the line names; undefined when it names none. */
export async function jobPlans(context: Context, state: State): Promise<BackupPlan[] | undefined> {
  const { parsed, cwd, env } = context;
  const file = parsed.get("config");
  const loaded = await loadConfig({
    ...(file === undefined ? {} : { config: file }),
    cwd,
    env,
    platform: platformOf(Deno.build.os),
  });
  if (loaded === undefined) {
    if (parsed.has("all")) {
      throw new HikaeError("usage", "backup --all: there is no config file", {
        hint: "make one with hikae config init",
      });
    }
    return undefined;
  }
  const { config } = loaded;
  const names = parsed.has("all") ? Object.keys(config.jobs) : parsed.args;
  const jobs = names.filter((name) => hasJob(config, name));
  if (jobs.length === 0) return undefined;
  if (jobs.length < names.length) {
    const other = names.find((n) => !jobs.includes(n)) ?? "";
    throw new HikaeError("usage", `backup: "${other}" is no job, and jobs and paths do not mix`, {
      hint: `type ./${other} for a directory`,
    });
  }
  return jobs.map((name) => planOf(context, state, name, resolveJob(config, name)));
}

function planOf(context: Context, state: State, name: string, job: Job): BackupPlan {
  const chosen = context.parsed.get("vault");
  return makePlan(context, state, {
    source: job.source,
    vaults: chosen === undefined
      ? job.vaults
      : job.vaults.filter((v) => v === chosen || v.endsWith(chosen)),
    exclude: [
      ...job.exclude,
      ...job.excludeFrom.flatMap((f) => readPatterns(context, f)),
      ...context.parsed.all("exclude"),
    ],
    excludeIfPresent: job.excludeIfPresent,
    ...(job.excludeLargerThan === undefined ? {} : { excludeLargerThan: job.excludeLargerThan }),
    oneFileSystem: job.oneFileSystem,
    checksum: job.checksum || context.parsed.has("checksum"),
    ...(job.maxGenerations === undefined ? {} : { maxGenerations: job.maxGenerations }),
    job: name,
  });
}

/** Several jobs, one child of hikae each: a run gives up rights that the next one needs. */
export async function runJobs(context: Context, plans: readonly BackupPlan[]): Promise<number> {
  const codes: number[] = [];
  for (const plan of plans) {
    if (context.signal.aborted) return EXIT.interrupted;
    codes.push(await runChild(context, ["backup", plan.job ?? ""]));
  }
  if (codes.every((c) => c === EXIT.ok)) return EXIT.ok;
  return codes.every((c) => c !== EXIT.ok && c !== EXIT.incomplete)
    ? codes[0] ?? EXIT.failed
    : EXIT.incomplete;
}

async function runChild(context: Context, words: readonly string[]): Promise<number> {
  const { selfCommand } = await import("./self.ts");
  const { program, args } = selfCommand();
  const { parsed } = context;
  const passed = [
    "json",
    "quiet",
    "verbose",
    "no-color",
    "no-progress",
    "dry-run",
    "checksum",
    "allow-mass-change",
    "init",
    "log",
  ]
    .filter((f) => parsed.has(f)).map((f) => `--${f}`);
  const config = parsed.get("config");
  const child = new Deno.Command(program, {
    args: [...args, ...words, ...passed, ...(config === undefined ? [] : ["--config", config])],
    cwd: context.cwd,
    stdin: "null",
  }).spawn();
  const stop = (): void => {
    try {
      child.kill("SIGINT");
    } catch {
      // it has ended by itself
    }
  };
  context.signal.addEventListener("abort", stop);
  try {
    return (await child.status).code;
  } finally {
    context.signal.removeEventListener("abort", stop);
  }
}
