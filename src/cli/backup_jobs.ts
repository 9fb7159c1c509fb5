/** Jobs of the config file as backups. @module */

import { EXIT, HikaeError } from "../base/errors.ts";
import { nearest } from "../config/nearest.ts";
import { hasJob, resolveJob } from "../config/resolve.ts";
import type { Job } from "../config/types.ts";
import {
  type BackupPlan,
  type JobRun,
  makePlan,
  type Planned,
  readPatterns,
} from "./backup_plan.ts";
import type { Context } from "./command.ts";
import { withSnapshotSource } from "./snapshot_source.ts";
import type { State } from "./state.ts";
import { configOf, namedVaults } from "./vault_arg.ts";

/** What the jobs that the line names need; undefined when it names none. */
export async function jobPlans(context: Context, state: State): Promise<Planned | undefined> {
  const { parsed } = context;
  const loaded = await configOf(context);
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
    const directory = /[/\\]/.test(other) ? jobs[0] : other;
    throw new HikaeError("usage", `backup: "${other}" is no job, and jobs and paths do not mix`, {
      hint: `type ./${directory} for a directory`,
    });
  }
  const [only] = jobs;
  if (only === undefined) return undefined;
  if (jobs.length > 1) {
    return { jobs: jobs.map((name) => afterwards(context, resolveJob(config, name))) };
  }
  const job = resolveJob(config, only);
  const plan = planOf(context, state, job, { file: loaded.file, keepLogs: config.log.keep });
  return plan.after === undefined || context.parsed.has("only-backup")
    ? { plan }
    : { jobs: [afterwards(context, job)] };
}

function afterwards(context: Context, job: Job): JobRun {
  return { job: job.name, dryRun: context.parsed.has("dry-run"), after: afterOf(job) };
}

/** A line that names no vault: what to type, with the jobs that there are. */
export async function wantsPlaces(
  context: Context,
  source: string | undefined,
): Promise<HikaeError> {
  const jobs = Object.keys((await configOf(context))?.config.jobs ?? {});
  if (source === undefined) {
    return new HikaeError("usage", "backup: what, and where to?", {
      hint: jobs.length === 0
        ? "type hikae backup SOURCE VAULT, or hikae backup JOB with a config file"
        : `type hikae backup SOURCE VAULT, or hikae backup JOB (the jobs: ${jobs.join(", ")})`,
    });
  }
  if (jobs.length === 0 || /[/\\]/.test(source)) {
    return new HikaeError("usage", "backup: where to?", {
      hint: `type hikae backup ${source} VAULT`,
    });
  }
  const near = nearest(source, jobs);
  return new HikaeError("usage", `backup: "${source}" is no job, and no vault is named`, {
    hint: near === undefined
      ? `the jobs are ${jobs.join(", ")}; for a directory type hikae backup ${source} VAULT`
      : `did you mean hikae backup ${near}?`,
  });
}

function planOf(
  context: Context,
  state: State,
  job: Job,
  config: { file: string; keepLogs: number },
): BackupPlan {
  const chosen = context.parsed.get("vault");
  return makePlan(context, state, {
    source: job.source,
    vaults: chosen === undefined ? job.vaults : namedVaults(job.vaults, chosen),
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
    ...(job.verifyShare === undefined ? {} : { verifyShare: job.verifyShare }),
    job: job.name,
    configFile: config.file,
    keepLogs: config.keepLogs,
    plugins: job.snapshotSource ? withSnapshotSource(job.plugins) : job.plugins,
    after: afterOf(job),
  });
}

/** The commands that a job's rules ask for after a good run, for each vault; they know the job's rules themselves. */
export function afterOf(job: Job): string[][] {
  const commands = [
    ...(job.keep === undefined ? [] : ["prune"]),
    ...(job.maxRetention === undefined ? [] : ["cleanup"]),
  ];
  return job.vaults.flatMap((vault) => commands.map((c) => [c, job.name, "--vault", vault]));
}

/** Jobs, one child of hikae for each run: a run gives up rights that the next one needs. */
export async function runJobs(context: Context, jobs: readonly JobRun[]): Promise<number> {
  const codes: number[] = [];
  for (const { job, dryRun, after: commands } of jobs) {
    if (context.signal.aborted) return EXIT.interrupted;
    const code = await runChild(context, [
      "backup",
      job,
      "--only-backup",
      ...passedOn(context),
    ]);
    codes.push(code);
    if (dryRun || (code !== EXIT.ok && code !== EXIT.incomplete)) continue;
    for (const command of commands) {
      if (context.signal.aborted) return EXIT.interrupted;
      // a vault that could not be reached has been reported by the backup
      const config = context.parsed.get("config");
      const words = [...command, "--quiet", ...(config === undefined ? [] : ["--config", config])];
      const after = await runChild(context, words, true);
      if (after !== EXIT.ok && after !== EXIT.noVault) codes.push(EXIT.incomplete);
    }
  }
  if (codes.every((c) => c === EXIT.ok)) return EXIT.ok;
  if (codes.includes(EXIT.interrupted)) return EXIT.interrupted;
  return codes.every((c) => c !== EXIT.ok && c !== EXIT.incomplete)
    ? codes[0] ?? EXIT.failed
    : EXIT.incomplete;
}

const PASSED = [
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
  "snapshot-source",
  "explain-permissions",
];

function passedOn({ parsed }: Context): string[] {
  const config = parsed.get("config");
  const vault = parsed.get("vault");
  const share = parsed.get("verify-share");
  return [
    ...PASSED.filter((f) => parsed.has(f)).map((f) => `--${f}`),
    ...(config === undefined ? [] : ["--config", config]),
    ...(vault === undefined ? [] : ["--vault", vault]),
    ...(share === undefined ? [] : ["--verify-share", share]),
    ...parsed.all("exclude").flatMap((e) => ["--exclude", e]),
  ];
}

/** Runs hikae again; Ctrl-C reaches it too. Its output is this program's, unless `muted` keeps answers away. */
export async function runChild(
  context: Context,
  words: readonly string[],
  muted = false,
): Promise<number> {
  const { selfCommand } = await import("./self.ts");
  const { program, args } = selfCommand();
  const child = new Deno.Command(program, {
    args: [...args, ...words],
    cwd: context.cwd,
    stdin: "null",
    stdout: muted ? "null" : "inherit",
    stderr: "inherit",
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
