/** Whether what a config names is there. @module */

import { remotePlace } from "../../base/bundle_place.ts";
import { systemText } from "../../base/system_text.ts";
import { errorCode, type HikaeError, isNotFound } from "../../base/errors.ts";
import type { ErrorMessage, Message } from "../../base/event.ts";
import { pathsOf } from "../../config/expand.ts";
import { nearest } from "../../base/nearest.ts";
import type { Job, JobPlugin, Platform } from "../../config/types.ts";
import { oddPattern, oddTag } from "../../engine/source/patterns.ts";
import { META } from "../../vault/names.ts";
import { text } from "../../text/text.ts";
import { SHIPPED } from "../shipped_plugins.ts";
import { programPath } from "../program/programs.ts";

/** Says what is wrong with a plugin of a config that lies in `baseDir`, or undefined. */
export type CheckPlugin = (
  entry: JobPlugin,
  job: Job,
  baseDir: string,
) => Promise<string | undefined>;

type PathKind = "dir" | "file" | "missing" | { unreadable: string };

/** What checking a job needs. */
export interface CheckOptions {
  platform: Platform;
  /** The directory of the config. */
  baseDir: string;
  checkPlugin: CheckPlugin;
  /** Whether this machine saw a vault at a path. */
  isKnown(vault: string): boolean;
  /** Why a backup would not make a vault that is missing; undefined when it would. */
  placeProblem(vault: string, source: string): HikaeError | undefined;
  /** Why no bundle would be written into a directory. */
  bundlesProblem(to: string, job: Job): HikaeError | undefined;
}

/** Looks at everything that a job names; an `error` message for each problem, a `note` for a hint. */
export async function checkJob(job: Job, options: CheckOptions): Promise<Message[]> {
  const { baseDir, checkPlugin } = options;
  const messages = [...checkSource(job)];
  for (const vault of job.vaults) messages.push(...checkVault(vault, job, options));
  messages.push(...checkBundles(job, options));
  messages.push(...oddRules(job, options.platform === "windows"));
  for (const file of job.excludeFrom) {
    const kind = kindOf(file);
    if (kind !== "file") {
      messages.push(
        error(
          file,
          "config",
          text("config.check-exclude-from", { job: job.name, what: say(kind, "file") }),
        ),
      );
    }
  }
  for (const entry of job.plugins) {
    const problem = await checkPlugin(entry, job, baseDir);
    if (problem === undefined) continue;
    messages.push(
      error(entry.path, "plugin", text("config.check-plugin", { job: job.name, problem })),
    );
  }
  for (const entry of job.plugins) messages.push(...missingPrograms(entry, job));
  return messages;
}

/** A note for each rule that leaves nothing out, though it is meant to. */
function oddRules(job: Job, windows: boolean): Message[] {
  const note = (rule: string, problem: string | undefined): Message[] =>
    problem === undefined ? [] : [{
      message_type: "note",
      path: rule,
      message: text("config.check-exclude", {
        job: job.name,
        pattern: JSON.stringify(rule),
        problem,
      }),
    }];
  return [
    ...job.exclude.flatMap((rule) => note(rule, oddPattern(rule, [job.source], windows))),
    ...job.excludeIfPresent.flatMap((rule) => note(rule, oddTag(rule, windows))),
  ];
}

/** Programs that a plugin is granted and that are not there. The snapshot plugin is granted those of every kind. */
function missingPrograms({ path, allow, options }: JobPlugin, job: Job): Message[] {
  const names = allow.run === true ? [] : allow.run ?? [];
  const missing = names.filter((name) => programPath(name) === undefined);
  const aside = path === "hikae:snapshot_source" && (options["kind"] ?? "auto") === "auto";
  return missing.map((program) => {
    const message = path === "hikae:command"
      ? text("config.check-command", { job: job.name, program })
      : text("config.check-program", {
        job: job.name,
        plugin: path,
        problem: text("plugin.not-installed", { program }),
      });
    return aside ? { message_type: "note", path, message } : error(path, "plugin", message);
  });
}

/** Whether a plugin is there, loads as in a run, and is granted what it wants. */
export const pluginLoads: CheckPlugin = async (entry, job, baseDir) => {
  const missing = pluginMissing(entry);
  if (missing !== undefined) return missing;
  const { pluginProblem } = await import("../plugin/plugin_look.ts");
  return await pluginProblem(entry, job, baseDir);
};

/** Why the file of a plugin is not there; undefined when it is. */
export function pluginMissing(entry: JobPlugin): string | undefined {
  if (entry.path.startsWith("hikae:")) {
    const name = entry.path.slice("hikae:".length);
    if ((SHIPPED as readonly string[]).includes(name)) return undefined;
    const near = nearest(name, SHIPPED) ?? SHIPPED[0];
    return text("config.near-plugin", { near });
  }
  const kind = kindOf(entry.path);
  return kind === "file" ? undefined : say(kind, "file");
}

function checkSource(job: Job): Message[] {
  const kind = kindOf(job.source);
  if (kind !== "dir") {
    return [
      error(
        job.source,
        "source_missing",
        text("config.check-source", { job: job.name, what: say(kind, "directory") }),
      ),
    ];
  }
  const problem = listProblem(job.source);
  if (problem === undefined) return [];
  return [
    error(job.source, "unreadable", text("config.check-source-read", { job: job.name, problem })),
  ];
}

function checkVault(vault: string, job: Job, options: CheckOptions): Message[] {
  const { join } = pathsOf(options.platform);
  const kind = kindOf(vault);
  const fault = (said: string): Message[] => [
    error(vault, "no_vault", text("config.check-vault", { job: job.name, what: said })),
  ];
  // A run refuses this too: it may be the directory below an unplugged drive
  const away = (now: string): Message[] => fault(text("config.check-was-here", { now }));
  if (kind === "missing") {
    if (options.isKnown(vault)) return away("nothing");
    const stopped = options.placeProblem(vault, job.source);
    if (stopped !== undefined) return [vaultFault(stopped, vault, job)];
    const message = text("config.check-note", {
      job: job.name,
      what: text("place.first-backup-makes-it", { vault }),
    });
    return [{ message_type: "note", path: vault, message }];
  }
  if (kind !== "dir") return fault(say(kind, "directory"));
  const problem = listProblem(vault);
  if (problem !== undefined) return fault(text("config.check-unreadable", { problem }));
  const isVault = kindOf(join(vault, META, "vault.json")) === "file";
  if (isVault) return [];
  if (isEmpty(vault)) return options.isKnown(vault) ? away(text("config.empty-directory")) : [];
  return fault(text("config.check-no-vault"));
}

function checkBundles(job: Job, options: CheckOptions): Message[] {
  const to = job.bundle?.to;
  if (to === undefined || remotePlace(to) !== undefined) return [];
  const stopped = options.bundlesProblem(to, job);
  return stopped === undefined ? [] : [vaultFault(stopped, to, job)];
}

/** What a run would say of the place of a vault. */
function vaultFault({ id, message, hint }: HikaeError, vault: string, job: Job): ErrorMessage {
  const said = error(vault, id, text("config.check-note", { job: job.name, what: message }));
  return hint === undefined ? said : { ...said, hint };
}

function error(path: string, code: string, message: string): ErrorMessage {
  return { message_type: "error", path, during: "check", code, message };
}

function say(kind: PathKind, wanted: string): string {
  if (kind === "missing") return text("config.does-not-exist");
  return typeof kind === "object"
    ? text("config.cannot-look", { problem: kind.unreadable })
    : text(wanted === "file" ? "config.is-no-file" : "config.is-no-dir");
}

function kindOf(path: string): PathKind {
  try {
    return Deno.statSync(path).isDirectory ? "dir" : "file";
  } catch (cause) {
    return isNotFound(cause) ? "missing" : { unreadable: problemOf(cause) };
  }
}

/** What keeps something from being looked at: Deno opens network paths of Windows for nobody who lacks any permission. */
function problemOf(cause: unknown): string {
  const isNetwork = Deno.build.os === "windows" && errorCode(cause) === "ENOTCAPABLE";
  return isNetwork ? text("place.all-permissions") : systemText(cause);
}

function listProblem(path: string): string | undefined {
  try {
    isEmpty(path);
    return undefined;
  } catch (cause) {
    return problemOf(cause);
  }
}

function isEmpty(path: string): boolean {
  for (const _entry of Deno.readDirSync(path)) return false;
  return true;
}
