/** The argument that names a vault: a path, or a job of the config in force. @module */

import { defined } from "../../base/defined.ts";
import { resolve } from "@std/path";
import { HikaeError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import {
  canBeJob,
  hasJob,
  namesOf,
  noSuchPart,
  partsOf,
  resolveJob,
} from "../../config/resolve.ts";
import type { Job } from "../../config/types.ts";
import { text } from "../../text/text.ts";
import type { Command, Context } from "../command.ts";
import { loadConfig, type LoadedConfig, platformOf } from "../config/config_load.ts";
import { enclosingVault, refuseBelowVault } from "../places/enclosing_vault.ts";
import { isVault } from "../places/find_vaults.ts";
import { placeToday } from "../places/moved_drive.ts";
import { isThere, realPlace } from "../places/places.ts";
import { StateDir } from "../state.ts";
import { quoteFor, userShell } from "../user_shell.ts";

/** A vault that the command line names. */
export interface VaultArg {
  /** Its real path. */
  root: string;
  /** As it was given, or as the config has it. */
  given: string;
  job?: NamedJob;
}

/** A job that a word names, and the config file that it stands in. */
export interface NamedJob {
  name: string;
  job: Job;
  file: string;
  /** Why nothing may be started for it. */
  untrusted?: HikaeError;
}

/** Resolves the argument of a command that takes a vault and nothing else. */
export function onlyVaultArg(context: Context): Promise<VaultArg> {
  const more = context.parsed.args[1];
  if (more === undefined) return vaultArg(context);
  const command = pathOf(context.command);
  throw new HikaeError("usage", text("vault.one-too-many", { command, more }), {
    hint: usageHint(context),
  });
}

function usageHint({ command }: Context): string {
  return text("vault.usage-hint", { command: pathOf(command), usage: command.usage[0] ?? "VAULT" });
}

/** A command as it is typed: of those that take a vault one stands below another. */
function pathOf({ name, access }: Command): string {
  return access === "bundleCreate" ? `bundle ${name}` : name;
}

/** Resolves the first argument of a command that works on one vault. */
export async function vaultArg(context: Context): Promise<VaultArg> {
  const given = context.parsed.args[0];
  if (given === undefined) {
    throw new HikaeError("usage", text("vault.which", { command: pathOf(context.command) }), {
      hint: usageHint(context),
    });
  }
  context.names?.(wordsFor(context, given));
  const job = await jobNamed(context, given);
  if (job === undefined) {
    refuseLater(context, given);
    const root = await placeOf(context, given);
    refuseBelowVault(root, given, pathOf(context.command));
    return { root, given };
  }
  return { ...firstReadable(context, job.job.vaults), job };
}

/** Refuses a word that is no vault where one comes after it: what is looked for was named first. */
function refuseLater({ cwd, command, parsed }: Context, given: string): void {
  const [, ...later] = parsed.args;
  const vault = later.find((word) => isVault(resolve(cwd, word)));
  if (vault === undefined || enclosingVault(resolve(cwd, given)) !== undefined) return;
  throw new HikaeError("no_vault", text("vault.no-vault"), {
    path: given,
    hint: text("vault.later-hint", { vault, given, command: pathOf(command) }),
  });
}

/** What names the vault again in the user's shell. */
function wordsFor({ env, parsed }: Context, given: string): string {
  const shell = userShell(env, Deno.build.os === "windows");
  const chosen = parsed.get("vault");
  const words = chosen === undefined ? [given] : [given, "--vault", chosen];
  return words.map((word) => quoteFor(shell, word)).join(" ");
}

/** The real path of a vault, where it is today. */
function vaultPlace({ cwd, env, emit }: Context, given: string): string {
  const note = (message: string): void => emit({ message_type: "note", message, path: given });
  const today = Deno.build.os === "windows"
    ? placeToday({ cwd, known: new StateDir(env).knownVaults(), note }, given)
    : undefined;
  return realPlace(cwd, today ?? given, "no_vault", "vault");
}

/** The place of a vault; a word that may be a job's with a slip is answered with the job's name. */
async function placeOf(context: Context, given: string): Promise<string> {
  try {
    return vaultPlace(context, given);
  } catch (error) {
    if (!(error instanceof HikaeError)) throw error;
    const loaded = await configOf(context);
    const wrong = noSuchPart(loaded?.config, given);
    if (wrong !== undefined) throw wrong;
    if (/[/\\]/.test(given)) throw error;
    const near = nearest(given, loaded === undefined ? [] : namesOf(loaded.config));
    if (near === undefined) throw error;
    throw new HikaeError(error.id, text("vault.no-dir-no-job"), {
      path: given,
      hint: text("vault.near-job", { near }),
      cause: error,
    });
  }
}

/** The config in force, if there is one. */
export function configOf(context: Context): Promise<LoadedConfig | undefined> {
  const file = context.parsed.get("config");
  return loadConfig({
    ...defined({ config: file }),
    cwd: context.cwd,
    env: context.env,
    platform: platformOf(Deno.build.os),
  });
}

/** True for a word that names a job, or is one with a slip and no file either. */
export async function isJobs(context: Context, word: string): Promise<boolean> {
  if (/[/\\]/.test(word)) return false;
  const config = (await configOf(context))?.config;
  if (config === undefined) return false;
  if (partsOf(config, word).length > 0) return true;
  return nearest(word, Object.keys(config.jobs)) !== undefined &&
    !isThere(resolve(context.cwd, word));
}

/** The job of that name, when the word can be one and the config in force has it. */
export async function jobNamed(context: Context, word: string): Promise<NamedJob | undefined> {
  if (!canBeJob(word)) return undefined;
  const loaded = await configOf(context);
  if (loaded === undefined) return undefined;
  const { config, file, refused, untrusted } = loaded;
  refuseGroup(loaded, word);
  if (!hasJob(config, word)) return undefined;
  if (refused !== undefined) throw refused;
  const named: NamedJob = { name: word, job: resolveJob(config, word), file };
  return untrusted === undefined ? named : { ...named, untrusted };
}

/** What works on one vault has to be told which of several sources is meant. */
function refuseGroup({ config }: LoadedConfig, word: string): void {
  const parts = partsOf(config, word);
  if (parts.length === 0 || parts[0] === word) return;
  throw new HikaeError("usage", text("job.which-source", { job: word }), {
    hint: text("job.which-source-hint", { names: parts.join(", ") }),
  });
}

/** The jobs that a job with several sources stands for, when the line names one; else none. */
export async function partsNamed(context: Context): Promise<readonly string[]> {
  const [word = ""] = context.parsed.args;
  const loaded = canBeJob(word) ? await configOf(context) : undefined;
  const parts = loaded === undefined ? [] : partsOf(loaded.config, word);
  return parts[0] === word ? [] : parts;
}

/** Of a job's vaults the one that `--vault` names, or the first that can be read. */
function firstReadable(
  context: Context,
  vaults: readonly string[],
): { root: string; given: string } {
  const chosen = context.parsed.get("vault");
  const candidates = chosen === undefined ? vaults : chosenVaults(context, vaults, chosen);
  let last: unknown;
  for (const given of candidates) {
    try {
      const root = vaultPlace(context, given);
      Deno.readDirSync(root)[Symbol.iterator]().next();
      return { root, given };
    } catch (error) {
      last = error;
    }
  }
  if (last instanceof HikaeError) throw last;
  throw new HikaeError("no_vault", text("vault.none-readable"), {
    hint: text("vault.none-readable-hint"),
    ...defined({ cause: last }),
  });
}

/** The vaults of a job that `--vault` names: the one of just that path, or those that end in it. */
export function namedVaults(
  { cwd }: Context,
  vaults: readonly string[],
  chosen: string,
): readonly string[] {
  const place = resolve(cwd, chosen);
  const exact = vaults.filter((v) => v === chosen || v === place);
  return exact.length > 0 ? exact : vaults.filter((v) => v.endsWith(chosen));
}

/** As {@link namedVaults}; a name that fits none is an error, for a run that does nothing is no success. */
export function chosenVaults(
  context: Context,
  vaults: readonly string[],
  chosen: string,
): readonly string[] {
  const named = namedVaults(context, vaults, chosen);
  if (named.length > 0) return named;
  throw new HikaeError("no_vault", text("vault.none-chosen", { chosen }), {
    hint: text("vault.choose-hint", { vaults: vaults.join(", ") }),
  });
}
