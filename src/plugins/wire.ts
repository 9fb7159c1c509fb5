/** What passes between hikae, a plugin's process and the worker in it. @module */

import type { Json, LogLevel } from "./api.ts";
import type { FilterBatch } from "./batch.ts";
import type { CodeFile, HookName } from "./entry.ts";

/** The first line that a plugin's process gets. */
export interface InitLine {
  /** Begins every line that the process writes; the worker never sees it, so it cannot forge one. */
  token: string;
  files: readonly CodeFile[];
  /** The permissions of the worker. */
  permissions: Deno.PermissionOptionsObject;
  options: Readonly<Record<string, unknown>>;
  /** What the plugin kept in earlier runs, by name. */
  remembered: Readonly<Record<string, Json>>;
  /** How much memory the process may take, in bytes. */
  memory: number;
  /** Where the programs are that it is granted by name. */
  programs: Readonly<Record<string, string>>;
  /** The language of hikae: of what the process says of its plugin, and for the plugin. */
  lang: string;
}

/** A line after that: a hook to call. Passed on to the worker as it is. */
export interface CallLine {
  id: number;
  hook: HookName;
  /** After how many ms the hook's signal aborts. */
  within: number;
  argument: unknown;
  /** The argument's key of that name, where it came as text. */
  batch?: FilterBatch;
}

/** Asks the worker to abort the signals of all hooks that run. */
export interface AbortLine {
  abort: true;
}

/** What the process itself tells, each after the token and ` c `. */
export type ControlLine =
  | { state: "ready" }
  | { state: "blocked" | "unblocked" }
  | { state: "ended"; why: string };

/** What the worker tells, after the token and ` m `; not to be trusted. */
export type WorkerLine =
  | { kind: "plugin"; info: unknown }
  | { kind: "log"; level: LogLevel; message: string }
  | { kind: "remember"; name: string; value: unknown }
  | { kind: "progress"; done: unknown }
  | { kind: "answer"; id: number; result: unknown }
  | { kind: "failure"; id: number; message: string; trace?: string };

/** What the process posts to the worker at first, with the port. */
export interface WorkerInit {
  port: MessagePort;
  urls: readonly string[];
  programs: Readonly<Record<string, string>>;
  /** The language of hikae, which the plugin finds in `navigator.language`. */
  lang: string;
}

/** The longest line in either direction, in UTF-16 units. */
export const MAX_LINE = 16 * 1024 * 1024;
/** How many messages a worker may send for one call, log lines included. */
export const MAX_MESSAGES = 1000;
/** How many UTF-16 units they may have together. */
export const MAX_UNITS = 32 * 1024 * 1024;

/** Ends of a plugin's process that are known by its exit code, where no word of it comes through. */
export const ENDS = {
  memory: { code: 86, why: "plugin.memory" },
  flood: { code: 87, why: "plugin.floods" },
  blocked: { code: 88, why: "plugin.blocked" },
} as const;
