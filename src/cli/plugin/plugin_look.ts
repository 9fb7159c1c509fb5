/** Looks at a plugin without calling a hook. @module */

import { toPlainError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import type { Permissions } from "../../plugins/api.ts";
import type { PluginEntry } from "../../plugins/entry.ts";
import { allowed, openPlugin, slipLines } from "./plugin_start.ts";
import { text } from "../../text/text.ts";

/** What `plugin list` says of one entry. */
export interface Listed {
  job?: string;
  path: string;
  name?: string;
  version?: string;
  description?: string;
  hooks?: readonly string[];
  /** Slips in its keys, each with what it is taken for. */
  slips?: Readonly<Record<string, string>>;
  /** What its options mean. */
  options?: Readonly<Record<string, string>>;
  asked?: Permissions;
  given?: Permissions;
  problem?: string;
  hint?: string;
}

/** The job that a plugin belongs to, as far as its grants need it. */
export interface JobPlaces {
  name: string | undefined;
  source: string;
  vaults: readonly string[];
}

/** Loads a plugin and tells what it says of itself; with `granted`, also whether it has what it wants. */
export async function lookAt(
  entry: PluginEntry,
  job: JobPlaces,
  baseDir: string,
  granted: boolean,
): Promise<Listed> {
  const listed: Listed = { path: entry.path };
  if (job.name !== undefined) listed.job = job.name;
  if (granted) listed.given = allowed(entry);
  try {
    const opened = await openPlugin(entry, {
      run: { source: job.source, vaults: job.vaults, started: "", host: "", dryRun: true },
      baseDir,
      warn: () => {},
      log: () => {},
    });
    const { wants, ...info } = opened.process.info;
    Object.assign(listed, info, { asked: wants });
    await opened.process.close();
    if (granted) opened.require();
  } catch (error) {
    const { message, hint } = toPlainError(error);
    listed.problem = message;
    if (hint !== undefined) listed.hint = hint;
  }
  return listed;
}

/** For `config check`: what is wrong with a plugin when it is loaded as a run would, or undefined. */
export async function pluginProblem(
  entry: PluginEntry,
  job: JobPlaces,
  baseDir: string,
): Promise<string | undefined> {
  const { problem, hint, options, slips } = await lookAt(entry, job, baseDir, true);
  if (problem === undefined) {
    return slips === undefined ? unknownOption(entry, options ?? {}) : slipLines(slips).join("; ");
  }
  return hint === undefined ? problem : `${problem}; ${hint}`;
}

/** A slip in the name of an option. Only the plugins that come with hikae are known to name all of theirs. */
function unknownOption(entry: PluginEntry, options: object): string | undefined {
  if (!entry.path.startsWith("hikae:")) return undefined;
  const known = Object.keys(options);
  const other = Object.keys(entry.options).find((key) => !known.includes(key));
  if (other === undefined) return undefined;
  const near = nearest(other, known);
  const what = near === undefined
    ? text("plugin.options-are", { options: known.join(", ") })
    : text("usage.did-you-mean", { near });
  return text("plugin.unknown-option", { option: other, what });
}
