/** Starts the plugins of a run (the composition root of `src/plugins`). @module */

import { defined } from "../../base/defined.ts";
import { fromFileUrl, isAbsolute, resolve, toFileUrl } from "@std/path";
import { HikaeError, isNotFound, messageOf } from "../../base/errors.ts";
import type { Json, LogLevel, Permissions, PluginFailure, Progress } from "../../plugins/api.ts";
import { findCodeFiles } from "../../plugins/code_files.ts";
import {
  type CodeFile,
  DEFAULT_TIMEOUT_MS,
  HOOKS,
  type PluginEntry,
  type PluginInfo,
  type PluginProcess,
  type StartPlugin,
} from "../../plugins/entry.ts";
import {
  type GrantPlaces,
  isBelow,
  parseGrants,
  requireGrants,
  resolveGrants,
} from "../../plugins/grants.ts";
import { PluginSet, type RunFacts, type StartedPlugin } from "../../plugins/set.ts";
import { NotPlain, readPlainText } from "../../platform/plain_file.ts";
import { text } from "../../text/text.ts";
import { isInside } from "../places/places.ts";
import { pluginStarter } from "./plugin_host_client.ts";
import { shippedGrants, shippedPlugin } from "../shipped_plugins.ts";
import { openToOthers } from "../program/programs.ts";
import { isView } from "./source_view.ts";

/** What the plugins of a job keep from run to run. */
export interface PluginMemory {
  /** All that the plugin at `path` kept, by name. */
  read(path: string): Record<string, Json>;
  /** Keeps one thing more; `null` forgets it. */
  write(path: string, name: string, value: Json): void;
}

/** What starting the plugins of a run needs. */
export interface StartOptions {
  /** What the hooks are told of the run. */
  run: RunFacts;
  /** The directory that relative paths in entries start from: that of the config file. */
  baseDir: string;
  /** It is tried by itself, so that this is no advice. */
  trial?: boolean;
  /** A plugin that failed and whose policy lets the run go on. */
  warn(message: string, failure: PluginFailure): void;
  /** A line that a plugin logs; `plugin` is its name. */
  log(plugin: string, level: LogLevel, message: string): void;
  /** Aborted when the run is interrupted. */
  signal?: AbortSignal;
  /** What plugins keep from run to run; nothing is kept without it. */
  memory?: PluginMemory;
  /** How far a plugin's work has come. */
  progress?(plugin: string, done: Progress): void;
  /** Starts processes; the real thing when absent. */
  start?: StartPlugin;
}

/**
 * Starts every plugin of `entries` and checks what each wants. Throws `plugin_refused` when one wants more than
 * it is granted, `plugin` when one of policy `abort` cannot be started. All are ended when one is refused.
 */
export async function startPlugins(
  entries: readonly PluginEntry[],
  options: StartOptions,
): Promise<PluginSet> {
  const ends = await Promise.allSettled(entries.map((entry) => startPlugin(entry, options)));
  const started: StartedPlugin[] = [];
  const failed: PluginFailure[] = [];
  let fault: unknown = options.signal?.aborted === true
    ? new HikaeError("interrupted", text("plugin.start-interrupted"))
    : undefined;
  ends.forEach((end, n) => {
    const entry = entries[n];
    if (entry === undefined) return;
    if (end.status === "fulfilled") {
      started.push({ entry, process: end.value, source: grantsOf(entry, options).source });
    } else if (isRefusal(end.reason) || entry.onError === "abort") fault ??= end.reason;
    else {
      const message = messageOf(end.reason);
      const failure = { plugin: entry.path, during: "start", message, onError: entry.onError };
      failed.push(failure);
      options.warn(text("plugin.goes-on", { failure: message }), failure);
    }
  });
  if (fault === undefined) {
    const isInVault = (path: string): boolean => inVault(path, options.run.vaults);
    const ports = { ...options, isDirectory, isInVault, isView, isWithin };
    return new PluginSet(started, options.run, ports, failed);
  }
  await Promise.all(started.map((plugin) => plugin.process.close()));
  throw fault;
}

/** A plugin that runs, and whether it has what it wants. */
export interface OpenPlugin {
  process: PluginProcess;
  /** Throws `plugin_refused` when it wants more than it is granted. */
  require(): void;
}

/** Starts one plugin; throws what is wrong with it, and `plugin_refused` when it wants too much. */
export async function startPlugin(
  entry: PluginEntry,
  options: StartOptions,
): Promise<PluginProcess> {
  const opened = await openPlugin(entry, options);
  try {
    opened.require();
    return opened.process;
  } catch (error) {
    await opened.process.close();
    throw error;
  }
}

/** Starts one plugin with what it is granted, be that enough or not. */
export async function openPlugin(entry: PluginEntry, options: StartOptions): Promise<OpenPlugin> {
  const grants = allowed(entry);
  const places = placesOf(options);
  const start = options.start ?? pluginStarter();
  const files = codeFilesOf(entry.path, options.baseDir);
  if (!entry.path.startsWith("hikae:")) refuseOpen(entry.path, files);
  let label = entry.path;
  const process = await start({
    label,
    files,
    grants: resolveGrants(grants, places),
    options: entry.options,
    timeoutMs: entry.timeout ?? DEFAULT_TIMEOUT_MS,
    ...defined({ signal: options.signal }),
    log: (level, message) => options.log(label, level, message),
    ...(options.memory === undefined ? {} : { remembered: options.memory.read(entry.path) }),
    remember: (name, value) => options.memory?.write(entry.path, name, value),
    progress: (done) => options.progress?.(label, done),
  }).catch((error: unknown) => {
    if (isRefusal(error)) throw error;
    throw new HikaeError(
      "plugin",
      text("plugin.start", { path: entry.path, problem: messageOf(error) }),
      {
        hint: text(options.trial === true ? "plugin.trial-hint" : "plugin.start-hint", {
          path: entry.path,
        }),
        cause: error,
      },
    );
  });
  label = process.info.name;
  for (const line of oddities(process.info)) options.log(label, "warn", line);
  const named = label === entry.path ? label : `${label} (${entry.path})`;
  return { process, require: () => requireGrants(named, process.info.wants, grants, places) };
}

/** What is odd about a plugin that could be loaded: it would be passed over in silence in each run. */
function oddities({ hooks, slips = {} }: Pick<PluginInfo, "hooks" | "slips">): string[] {
  const lines = slipLines(slips);
  if (hooks.length === 0) lines.push(text("plugin.hookless", { hooks: HOOKS.join(", ") }));
  return lines;
}

/** What the slips in a plugin's keys are taken for. */
export function slipLines(slips: Readonly<Record<string, string>>): string[] {
  return Object.entries(slips).map(([key, near]) =>
    key === near ? text("plugin.no-function", { key }) : text("plugin.slip", { key, near })
  );
}

/** As root, code that others may write would be their way to be root. */
function refuseOpen(plugin: string, files: readonly CodeFile[]): void {
  if (Deno.uid() !== 0) return;
  for (const { path } of files) {
    const place = openToOthers(path);
    if (place === undefined) continue;
    throw new HikaeError("plugin_refused", text("plugin.code-open", { plugin, place }), {
      path: place,
      hint: text("trust.open-hint", { place }),
    });
  }
}

/** The code files of the plugin at `path` (absolute, relative to `baseDir`, or `hikae:<name>`), its own first. */
export function codeFilesOf(path: string, baseDir: string): CodeFile[] {
  const shipped = path.startsWith("hikae:");
  const url = shipped
    ? shippedPlugin(path.slice("hikae:".length))
    : toFileUrl(resolve(baseDir, path));
  try {
    return findCodeFiles(url, {
      read: shipped ? Deno.readTextFileSync : readPlainText,
      realPath: Deno.realPathSync,
      fromUrl: fromFileUrl,
    });
  } catch (error) {
    if (error instanceof HikaeError && !(error instanceof NotPlain)) throw error;
    const why = isNotFound(error) ? text("plugin.no-file") : messageOf(error);
    const which = error instanceof NotPlain ? `${error.path}: ` : "";
    throw new HikaeError("plugin", text("plugin.load-failed", { path, which, why }), {
      path,
      cause: error,
    });
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof HikaeError && error.id === "plugin_refused";
}

function isDirectory(path: string): boolean {
  try {
    return isAbsolute(path) && Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function inVault(path: string, vaults: readonly string[]): boolean {
  try {
    const real = Deno.realPathSync(path);
    return vaults.some((vault) => isInside(real, vault, Deno.build.os === "windows"));
  } catch {
    return false; // a shadow copy of Windows has no real path, and holds no vault that is written to
  }
}

function isWithin(path: string, roots: readonly string[]): boolean {
  const windows = Deno.build.os === "windows";
  const real = realOr(path);
  return roots.some((root) => isBelow(realOr(root), real, windows));
}

/** The real path; where there is none (a shadow copy of Windows), the path as it is. */
function realOr(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}

/** Where a plugin's grants lead to: the run's directories, and the directory of the config. */
interface GrantBase {
  run: { source: string; vaults: readonly string[] };
  baseDir: string;
}

/** What a plugin is granted in a run: absolute paths. */
export function grantsOf(entry: PluginEntry, base: GrantBase): Permissions {
  return resolveGrants(allowed(entry), placesOf(base));
}

/** What an entry is granted: what its config says, and for a plugin that comes with hikae what is its purpose. */
export function allowed(entry: PluginEntry): Permissions {
  return { ...shippedGrants(entry.path), ...parseGrants(entry.allow, entry.path) };
}

function placesOf({ run, baseDir }: GrantBase): GrantPlaces {
  return {
    source: run.source,
    vaults: run.vaults,
    absolute: (path) => resolve(baseDir, path),
    windows: Deno.build.os === "windows",
  };
}
