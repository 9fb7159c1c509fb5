/** The vaults that `status` tells of: named ones, those of jobs, or all that this machine knows. @module */

import { systemText } from "../../base/system_text.ts";
import { basename } from "@std/path";
import { defined } from "../../base/defined.ts";
import { isDriveName } from "../../base/drive_names.ts";
import { HikaeError } from "../../base/errors.ts";
import { smallFiles } from "../../base/small_files.ts";
import { canBeJob, partsOf } from "../../config/resolve.ts";
import type { Config } from "../../config/types.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { readOutcome } from "../../report/log.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import type { LoadedConfig } from "../config/config_load.ts";
import { findVaults, isVault } from "../places/find_vaults.ts";
import { refuseBelowVault } from "../places/enclosing_vault.ts";
import { realPlace, realPlaceToMake } from "../places/places.ts";
import { StateDir } from "../state.ts";
import type { StatusTarget } from "./status_target.ts";
import { type LostJob, lostJobs } from "./status_lost.ts";
import { chosenVaults, configOf, namedVaults } from "../lookup/vault_arg.ts";

export type { StatusTarget };

/** What `status` tells of. */
export interface Targets {
  targets: StatusTarget[];
  /** Jobs that were run here and that no config has. */
  lost: LostJob[];
  /** Why the config in force cannot be read; told after what is known without it. */
  broken?: HikaeError;
}

/** Gathers the targets; throws when the one word of the line is neither a job nor there. */
export async function targetsOf(context: Context): Promise<Targets> {
  const state = new StateDir(context.env);
  const { args } = context.parsed;
  let loaded: LoadedConfig | undefined;
  let broken: HikaeError | undefined;
  try {
    loaded = await configOf(context);
  } catch (error) {
    if (args.length > 0 || !(error instanceof HikaeError)) throw error;
    broken = error;
  }
  const all = await lostJobs(context, state.directory, loaded);
  const named = (word: string): LostJob[] =>
    !canBeJob(word) || (loaded !== undefined && partsOf(loaded.config, word).length > 0)
      ? []
      : all.filter((l) => l.job === word);
  const lost = args.length === 0 ? all : args.flatMap(named);
  const words = args.filter((word) => named(word).length === 0);
  const found = broken !== undefined || (args.length > 0 && words.length === 0)
    ? []
    : gathered(context, state, loaded?.config, words);
  const targets = found.map((target) => {
    const ended = state.lastRunOf(context.cwd, target.vault);
    const good = target.root === undefined ? state.goodRunOf(context.cwd, target.vault) : undefined;
    return { ...target, ...defined({ ended, good }) };
  });
  return { targets, lost, ...defined({ broken }) };
}

function gathered(
  context: Context,
  state: StateDir,
  config: Config | undefined,
  args: readonly string[],
): StatusTarget[] {
  const jobs = (c: Config, names: readonly string[]): StatusTarget[] => {
    const targets = names.flatMap((name) => jobTargets(context, state, c, name));
    const chosen = context.parsed.get("vault");
    if (targets.length === 0 && chosen !== undefined) {
      chosenVaults(context, names.flatMap((name) => c.jobs[name]?.vaults ?? []), chosen);
    }
    return targets;
  };
  if (args.length === 0) {
    if (config !== undefined) return jobs(config, Object.keys(config.jobs));
    return Object.keys(state.knownVaults()).sort().map((v) => placed(context, v));
  }
  return args.flatMap((word) => {
    const parts = config === undefined || !canBeJob(word) ? [] : partsOf(config, word);
    if (config !== undefined && parts.length > 0) return jobs(config, parts);
    const found = fleetIn(context, word);
    if (found.length > 0) return found;
    // one drive at home must not hide how the others stand
    const alone = args.length === 1 && state.goodRunOf(context.cwd, word) === undefined;
    if (!alone) return [placed(context, word)];
    const root = realPlace(context.cwd, word, "no_vault", "vault");
    refuseBelowVault(root, word, "status");
    return [{ vault: word, root }];
  });
}

/** The vaults one or two levels below a directory that is none itself. */
function fleetIn(context: Context, word: string): StatusTarget[] {
  const dir = attempt(() => realPlace(context.cwd, word, "no_vault", "vault"));
  if (dir === undefined || isVault(dir)) return [];
  const closed = new Map<string, unknown>();
  const found = findVaults(dir, (place, why) => closed.set(place, why));
  if (found.length === 0) return [];
  for (const [path, why] of closed) {
    // every drive has some that nobody but the system reads
    if (isDriveName(basename(path), "dir")) continue;
    const message = text("status.closed", { problem: systemText(why) });
    context.emit({ message_type: "note", message, path });
  }
  return found.map((root) => ({ vault: root, root, fleet: dir }));
}

function jobTargets(
  context: Context,
  state: StateDir,
  config: Config,
  name: string,
): StatusTarget[] {
  const group = config.jobs[name]?.group;
  const outcome = state.directory === undefined
    ? undefined
    : attempt(() => readOutcome(smallFiles(denoFs), state.directory ?? "", group ?? name));
  const chosen = context.parsed.get("vault");
  const vaults = config.jobs[name]?.vaults ?? [];
  const fresh = outcome === undefined && vaults.every((v) => isUnmade(context, state, v));
  return (chosen === undefined ? vaults : namedVaults(context, vaults, chosen))
    .map((vault) => ({
      ...placed(context, vault),
      job: group ?? name,
      ...(group === undefined ? {} : { name: name.slice(group.length + 1) }),
      ...(fresh ? { fresh } : {}),
      ...(vaults.length === 1 && group === undefined && state.isKnown(context.cwd, vault)
        ? { only: true }
        : {}),
      ...defined({ outcome }),
    }));
}

/** True when nothing is there and this machine never saw a vault there: a drive that was left at home has been seen. */
function isUnmade(context: Context, state: StateDir, vault: string): boolean {
  const place = attempt(() => realPlaceToMake(context.cwd, vault));
  return place !== undefined && !state.isKnown(context.cwd, vault) &&
    attempt(() => realPlace(context.cwd, vault, "no_vault", "vault")) === undefined;
}

/** A drive that is not plugged in is an answer here, and no error. */
function placed(context: Context, vault: string): StatusTarget {
  try {
    return { vault, root: realPlace(context.cwd, vault, "no_vault", "vault") };
  } catch (error) {
    const problem = error instanceof HikaeError ? error.message : systemText(error);
    return { vault, problem };
  }
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    // a log is a help, not a condition
    return undefined;
  }
}
