/** What the config says about a plugin, and what is known of one that was started. @module */

import type { Json, LogLevel, Permissions, Progress } from "./api.ts";

/** The hooks that a plugin may have, in the order in which a run comes to them. */
export const HOOKS = [
  "preBackup",
  "filter",
  "postBackup",
  "preCleanup",
  "postCleanup",
  "onError",
] as const;

/** The name of a hook. */
export type HookName = typeof HOOKS[number];

/** One entry of `plugins` in the config file, paths expanded (`src/config` has the same type). */
export interface PluginEntry {
  /** An absolute path, or `hikae:<name>` for a plugin that comes with hikae. */
  readonly path: string;
  /** What it is granted; a kind that is absent is granted nothing. */
  readonly allow: Permissions;
  /** Handed to the plugin as they are. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How long one call may take, in ms; {@link DEFAULT_TIMEOUT_MS} when absent. */
  readonly timeout?: number | undefined;
  /** What its failure means: exit code 3, the end of the run, or nothing but a note. */
  readonly onError: "warn" | "abort" | "ignore";
}

/** The time limit of a call where the config sets none. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** What a plugin says of itself. */
export interface PluginInfo {
  name: string;
  version?: string;
  description?: string;
  options: Readonly<Record<string, string>>;
  /** The permissions that it wants. */
  wants: Permissions;
  hooks: readonly HookName[];
  /** Keys that look like slips of what hikae reads, each with what it was taken for; absent: none. */
  slips?: Readonly<Record<string, string>>;
}

/** A code file of a plugin: one that its import guard lets through. */
export interface CodeFile {
  url: string;
  path: string;
}

/** What is needed to start a plugin's process. */
export interface StartRequest {
  /** How messages call it before it has said its name. */
  label: string;
  /** The plugin's own file first. */
  files: readonly CodeFile[];
  /** Granted permissions, with absolute paths. */
  grants: Permissions;
  options: Readonly<Record<string, unknown>>;
  /** What it kept in earlier runs. */
  remembered?: Readonly<Record<string, Json>>;
  timeoutMs: number;
  /** Aborted when the run is interrupted: a plugin that is still starting is ended then. */
  signal?: AbortSignal;
  /** Takes a line that the plugin logs. */
  log(level: LogLevel, message: string): void;
  /** Takes what the plugin keeps for later runs. */
  remember?(name: string, value: Json): void;
  /** Takes how far the plugin's work has come. */
  progress?(done: Progress): void;
}

/** A running plugin. Any failure of a call ends it; what it was asked then throws `HikaeError` of id `plugin`. */
export interface PluginProcess {
  readonly info: PluginInfo;
  /**
   * Calls a hook with its argument; gives what it answered, which is yet to be checked. `batch` is JSON for the
   * argument's key of that name, put on the wire as it is.
   */
  call(hook: HookName, argument: unknown, batch?: string): Promise<unknown>;
  /** Aborts the signals of the hooks that run: the run was interrupted. */
  abort(): void;
  /** Ends it. */
  close(): Promise<void>;
}

/** The port that starts plugins. */
export type StartPlugin = (request: StartRequest) => Promise<PluginProcess>;
