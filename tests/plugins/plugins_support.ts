/** What the suites about plugins share. */

import { fromFileUrl } from "@std/path";
import { entryCounts, type FilterBatch } from "../../src/plugins/batch.ts";
import type { FilterQuery, PluginSet, RunFacts } from "../../src/plugins/set.ts";
import type { PluginEntry } from "../../src/plugins/entry.ts";
import { pluginStarter, type StartSettings } from "../../src/cli/plugin/plugin_host_client.ts";
import { startPlugins } from "../../src/cli/plugin/plugin_start.ts";

/** The directory of the hostile plugins. */
export const HOSTILE: string = fromFileUrl(new URL("./hostile/", import.meta.url));
/** The directory that none of them may read. */
export const SECRET_DIR: string = fromFileUrl(new URL("./secret", import.meta.url));
/** What stands in each of its files. */
export const SECRET = "TOP-SECRET-7f3a";

/** A started set and what it told. */
export interface Trial {
  set: PluginSet;
  logs: string[];
  warnings: string[];
}

/** A time limit that nothing comes to which is to come to an end, however slow the machine is. */
export const AMPLE = 300_000;

/** An entry with the defaults. */
export function entry(path: string, rest: Partial<PluginEntry> = {}): PluginEntry {
  return { path, allow: {}, options: {}, onError: "warn", timeout: AMPLE, ...rest };
}

/**
 * What is said by a trial whose time limit is to be over in one place. Where the machine is so slow that it is over before
 * that, or that nothing is there in time, it is tried again with a limit four times as long.
 */
export async function saidAtLimit(
  shortest: number,
  wanted: RegExp,
  attempt: (timeout: number) => Promise<string[]>,
): Promise<string> {
  for (let timeout = shortest;; timeout *= 4) {
    const said = (await attempt(timeout)).join("\n");
    if (wanted.test(said) || timeout >= AMPLE / 4) return said;
  }
}

/** A batch as the engine asks about it. */
export function asked(batch: FilterBatch): FilterQuery {
  return { counts: entryCounts(batch), batch: JSON.stringify(batch) };
}

/** The run that the plugins are told of. */
export const FACTS: RunFacts = {
  job: "documents",
  source: "/src",
  vaults: ["/vault"],
  started: "2026-11-21T07:38:16Z",
  host: "here",
  dryRun: false,
};

/** Starts plugins as a run would, keeping what they tell. */
export async function trial(
  entries: readonly PluginEntry[],
  options: { settings?: StartSettings; baseDir?: string; run?: RunFacts } = {},
): Promise<Trial> {
  const logs: string[] = [];
  const warnings: string[] = [];
  const set = await startPlugins(entries, {
    run: options.run ?? FACTS,
    baseDir: options.baseDir ?? HOSTILE,
    warn: (message) => warnings.push(message),
    log: (plugin, level, message) => logs.push(`${plugin} ${level} ${message}`),
    ...(options.settings === undefined ? {} : { start: pluginStarter(options.settings) }),
  });
  return { set, logs, warnings };
}

/** Options of the hostile plugins. */
export function target(kind = "", servers: { granted?: string; denied?: string } = {}): {
  [key: string]: string;
} {
  return {
    secret: SECRET_DIR,
    granted: servers.granted ?? "http://127.0.0.1:9",
    denied: servers.denied ?? "http://127.0.0.1:9",
    kind,
  };
}
