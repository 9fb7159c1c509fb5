/** Jobs of the config file as backups. @module */

import { defined } from "../../base/defined.ts";
import { EXIT, HikaeError } from "../../base/errors.ts";
import { parseSize } from "../../base/size.ts";
import { nearest } from "../../base/nearest.ts";
import { canBeJob, namesOf, noSuchPart, partsOf, resolveJob } from "../../config/resolve.ts";
import type { Job } from "../../config/types.ts";
import { text } from "../../text/text.ts";
import { type AfterRun, runAfter, wordsAfter } from "./follow_up.ts";
import {
  type BackupPlan,
  type BackupPlans,
  type JobRun,
  makePlan,
  type SourceRun,
} from "./backup_plan.ts";
import { parseCount } from "../parse_count.ts";
import { patternsFor } from "../config/pattern_file.ts";
import { flagsOf, runChild } from "../child.ts";
import type { Context } from "../command.ts";
import type { LoadedConfig } from "../config/config_load.ts";
import { starts } from "../config/config_trust.ts";
import { withSnapshotSource } from "../snapshot/snapshot_source.ts";
import { refuseAddress } from "../places/places.ts";
import type { StateDir } from "../state.ts";
import { chosenVaults, configOf, namedVaults } from "../lookup/vault_arg.ts";

/** What the jobs that the line names need; undefined when it names none. */
export async function jobPlans(
  context: Context,
  state: StateDir,
): Promise<BackupPlans | undefined> {
  const { parsed } = context;
  const loaded = await configOf(context);
  if (loaded === undefined) {
    if (parsed.has("all")) {
      throw new HikaeError("usage", text("backup.no-config"), {
        hint: text("backup.no-config-hint"),
      });
    }
    return undefined;
  }
  const { config } = loaded;
  if (parsed.has("all") && parsed.args.length > 0) {
    throw new HikaeError("usage", text("backup.all-and", { word: parsed.args[0] ?? "" }), {
      hint: text("backup.all-and-hint"),
    });
  }
  // a job that is named twice has nothing more to do
  const names = parsed.has("all") ? namesOf(config) : [...new Set(parsed.args)];
  const known = names.filter((name) => partsOf(config, name).length > 0);
  const jobs = [...new Set(known.flatMap((name) => partsOf(config, name)))];
  if (jobs.length === 0) return undefined;
  if (known.length < names.length) {
    const other = names.find((n) => !known.includes(n)) ?? "";
    refuseAddress(other);
    const directory = /[/\\]/.test(other) ? jobs[0] : other;
    throw new HikaeError("usage", text("usage.backup-mixed", { word: other }), {
      hint: text("usage.backup-mixed-hint", { directory: directory ?? other }),
    });
  }
  const [only] = jobs;
  if (only === undefined) return undefined;
  if (parsed.get("to") !== undefined) {
    throw new HikaeError("usage", text("backup.to-job", { job: only }), {
      hint: text("backup.to-job-hint", { job: only }),
    });
  }
  refuseStrange(context, loaded, jobs);
  if (jobs.length > 1) {
    return { jobs: withVault(context, jobs.map((name) => resolveJob(config, name))) };
  }
  const job = resolveJob(config, only);
  const plan = planOf(context, state, job, { file: loaded.file, keepLogs: config.log.keep });
  return plan.after === undefined || context.parsed.has("only-backup")
    ? { plan }
    : { jobs: [afterwards(context, job)] };
}

/** Throws where one of the jobs would start something that nobody allowed this config to start. */
function refuseStrange({ parsed }: Context, loaded: LoadedConfig, jobs: readonly string[]): void {
  if (loaded.refused !== undefined) throw loaded.refused;
  if (loaded.untrusted === undefined || parsed.has("explain-permissions")) return;
  if (jobs.some((name) => starts(resolveJob(loaded.config, name)))) throw loaded.untrusted;
}

/** Of several jobs those that have the vault of `--vault`; an error when none has. */
function withVault(context: Context, jobs: readonly Job[]): JobRun[] {
  const chosen = context.parsed.get("vault");
  const some = chosen === undefined
    ? jobs
    : jobs.filter((job) => namedVaults(context, job.vaults, chosen).length > 0);
  if (some.length === 0) chosenVaults(context, jobs.flatMap((job) => job.vaults), chosen ?? "");
  return some.map((job) => afterwards(context, job));
}

function afterwards(context: Context, job: Job): JobRun {
  const { parsed } = context;
  const dryRun = parsed.has("dry-run") || parsed.has("explain-permissions");
  return { job: job.name, dryRun, after: afterOf(job, vaultsOf(context, job)) };
}

/** The job's vaults, or the one of them that the line chooses. */
function vaultsOf(context: Context, job: Job): readonly string[] {
  const chosen = context.parsed.get("vault");
  return chosen === undefined ? job.vaults : chosenVaults(context, job.vaults, chosen);
}

/** A line that names no vault: what to type, with the jobs that there are. */
export async function wantsPlaces(
  context: Context,
  source: string | undefined,
): Promise<HikaeError> {
  const loaded = await configOf(context);
  const jobs = loaded === undefined ? [] : namesOf(loaded.config);
  if (source === undefined) {
    return new HikaeError("usage", text("usage.backup"), {
      hint: jobs.length === 0
        ? text("usage.backup-hint")
        : text("usage.backup-jobs-hint", { jobs: jobs.join(", ") }),
    });
  }
  const wrong = noSuchPart(loaded?.config, source);
  if (wrong !== undefined) return wrong;
  if (jobs.length === 0 || /[/\\]/.test(source)) {
    const hint = /[/\\]/.test(source) ? "usage.backup-vault-hint" : "usage.backup-init-hint";
    return new HikaeError("usage", text("usage.backup-vault"), { hint: text(hint, { source }) });
  }
  const near = nearest(source, jobs);
  return new HikaeError("usage", text("usage.backup-no-job", { word: source }), {
    hint: near === undefined
      ? text("usage.backup-no-job-hint", { jobs: jobs.join(", "), word: source })
      : text("usage.backup-near-job", { near }),
  });
}

function planOf(
  context: Context,
  state: StateDir,
  job: Job,
  config: { file: string; keepLogs: number },
): BackupPlan {
  const { parsed } = context;
  const larger = parsed.get("exclude-larger-than");
  const excludeLargerThan = larger === undefined
    ? job.excludeLargerThan
    : parseSize(larger, "--exclude-larger-than");
  const generations = parsed.get("max-generations");
  const maxGenerations = generations === undefined
    ? job.maxGenerations
    : parseCount(generations, "--max-generations");
  const vaults = vaultsOf(context, job);
  // what can be said several times is added to the job's, what cannot takes its place
  return makePlan(context, state, {
    source: job.source,
    vaults,
    exclude: patternsFor(context, job),
    excludeIfPresent: [...job.excludeIfPresent, ...parsed.all("exclude-if-present")],
    ...defined({ excludeLargerThan }),
    oneFileSystem: job.oneFileSystem || parsed.has("one-file-system"),
    share: job.share,
    checksum: job.checksum || parsed.has("checksum"),
    attributes: job.attributes || parsed.has("attributes"),
    ...defined({ maxGenerations, verifyShare: job.verifyShare }),
    job: job.name,
    ...(job.group === undefined ? {} : { group: job.group }),
    configFile: config.file,
    keepLogs: config.keepLogs,
    ...(job.keep === undefined ? {} : { keep: job.keep }),
    plugins: job.snapshotSource ? withSnapshotSource(job.plugins) : job.plugins,
    after: afterOf(job, vaults),
  });
}

/** The commands that a job asks for after a good run: its bundle, its rules for each vault. They know the job themselves. */
function afterOf(job: Job, vaults: readonly string[] = job.vaults): AfterRun[] {
  const commands = [
    ...(job.keep === undefined ? [] : ["prune"]),
    ...(job.maxRetention === undefined ? [] : ["cleanup"]),
  ];
  const rules = vaults.flatMap((vault) =>
    commands.map((c) => ({ vault, words: [c, job.name, "--vault", vault] }))
  );
  if (job.bundle === undefined) return rules;
  // before the rules: a bundle has the versions that they remove
  const bundles = vaults.map((vault) => ({
    vault,
    words: ["bundle", "create", job.name, "--vault", vault],
    once: true,
  }));
  return [...bundles, ...rules];
}

/** Several sources, one child of hikae for each. */
export async function runEach(context: Context, runs: readonly SourceRun[]): Promise<number> {
  const codes: number[] = [];
  for (const { source, vault } of runs) {
    if (context.signal.aborted) return EXIT.interrupted;
    const words = ["backup", ...flagsOf(context, new Set([...NOT_PASSED, "to"])), "--"];
    codes.push(await runChild(context, [...words, pathWord(source), pathWord(vault)]));
  }
  return codeOfAll(codes);
}

/** A path that no job's name can be taken for. */
function pathWord(path: string): string {
  return canBeJob(path) ? `./${path}` : path;
}

/** Jobs, one child of hikae for each run: a run gives up rights that the next one needs. */
export async function runJobs(context: Context, jobs: readonly JobRun[]): Promise<number> {
  const codes: number[] = [];
  for (const { job, dryRun, after } of jobs) {
    if (context.signal.aborted) return EXIT.interrupted;
    const since = context.clock.now();
    const code = await runChild(context, [
      "backup",
      job,
      "--only-backup",
      ...flagsOf(context, NOT_PASSED),
    ]);
    codes.push(code);
    if (dryRun || after.length === 0) continue;
    for (const words of await wordsAfter(context, after, { code, since })) {
      if (context.signal.aborted) return EXIT.interrupted;
      // a vault that could not be reached has been reported by the backup
      const done = await runAfter(context, words);
      if (done !== EXIT.ok && done !== EXIT.noVault) codes.push(EXIT.incomplete);
    }
  }
  return codeOfAll(codes);
}

function codeOfAll(codes: readonly number[]): number {
  if (codes.every((c) => c === EXIT.ok)) return EXIT.ok;
  if (codes.includes(EXIT.interrupted)) return EXIT.interrupted;
  return codes.every((c) => c !== EXIT.ok && c !== EXIT.incomplete)
    ? codes[0] ?? EXIT.failed
    : EXIT.incomplete;
}

/** What chooses the jobs, and what this program says itself. */
const NOT_PASSED = new Set(["all", "only-backup", "help", "max-duration", "warn-after"]);
