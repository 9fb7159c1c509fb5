/**
 * What a hikae plugin is. A plugin is one TypeScript file whose default export satisfies {@link Plugin}:
 *
 * ```ts
 * import type { Plugin } from "./hikae_plugin.d.ts";
 *
 * export default {
 *   name: "say-done",
 *   postBackup(run, host) {
 *     host.log("info", `${run.outcome}: ${run.summaries.length} vault(s)`);
 *   },
 * } satisfies Plugin;
 * ```
 *
 * It runs in a process of its own, with the permissions that its entry in `hikae.jsonc` grants and no
 * others. `navigator.language` is the language of hikae (`en`, `ja`). Everything it is given is plain data, a copy: changing it changes nothing. `console.log` and its
 * like become log lines. This file holds types only and imports nothing; type imports are erased, so a plugin
 * needs no other file to run.
 * @module
 */

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The `options` object of the plugin's entry in the config file, as it stands there; `{}` without one. */
export interface Options {
  /** One option. */
  [key: string]: Json | undefined;
}

/**
 * Permissions, as wanted by a plugin and as granted by `allow` in the config file. A list names what is
 * granted, `true` is all of the kind. `{source}` and `{vaults}` in `read`, `write` and `source` stand for the
 * job's directories. Nothing is granted by default; native code (`ffi`) and remote code (`import`) never are.
 */
export interface Permissions {
  /** Files and directories to read: absolute paths, or relative to the config file. */
  read?: readonly string[] | true;
  /** Files and directories to write. */
  write?: readonly string[] | true;
  /** Hosts to connect to, as `example.com`, `example.com:8080` or `127.0.0.1:80`. */
  net?: readonly string[] | true;
  /** Environment variables to read, by name. They are handed to the plugin's process; no other is. */
  env?: readonly string[] | true;
  /** Programs to start, by name or path. A program that is started is not in the sandbox. */
  run?: readonly string[] | true;
  /** System facts to read: `hostname`, `osRelease`, `uid`, `systemMemoryInfo`, … */
  sys?: readonly string[] | true;
  /**
   * Directories that a `preBackup` answer may have read in the source's place: below these, or any (`true`). What is
   * read then must be a view of the source, with its names.
   */
  source?: readonly string[] | true;
}

/** How much a log line matters; `debug` shows only with `--verbose`. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** What hikae does for a plugin while a hook runs. */
export interface Host {
  /** Writes a line to hikae's own output and log, with the plugin's name before it. */
  log(level: LogLevel, message: string): void;
  /** The value of an environment variable that the plugin was granted; undefined when it is not set or not granted. */
  env(name: string): string | undefined;
  /**
   * Keeps a value for later runs of this plugin in this job on this machine, under a name of letters, digits and
   * `._-`; `null` forgets it. At most 15 MB of JSON. Nothing may depend on it being there: see {@link RunContext.remembered}.
   */
  remember(name: string, value: Json): void;
  /** Shows how far long work has come, as hikae's own progress; more than one a second is left out. */
  progress(done: Progress): void;
  /** Aborted shortly before the hook's time is over and when the run is interrupted. */
  readonly signal: AbortSignal;
}

/** How far work has come. */
export interface Progress {
  /** Between 0 and 1, when it is known. */
  part?: number;
  /** Bytes so far. */
  bytes?: number;
  /** Bytes in all. */
  totalBytes?: number;
  /** Files so far. */
  files?: number;
  /** Files in all. */
  totalFiles?: number;
}

/** The rules by which snapshots are kept, as `keep` in the config file has them. */
export interface KeepRules {
  /** The newest N. */
  last?: number;
  /** The newest of each of the last N hours. */
  hourly?: number;
  /** The newest of each of the last N days. */
  daily?: number;
  /** The newest of each of the last N weeks. */
  weekly?: number;
  /** The newest of each of the last N months. */
  monthly?: number;
  /** The newest of each of the last N years. */
  yearly?: number;
  /** Everything as young as this: `1y6mo`, `90d`, `36h`. */
  within?: string;
  /** Versions of each file that stay. */
  minVersions?: number;
  /** How long a deleted file stays. */
  deleted?: string;
}

/** What every hook is told about the run. */
export interface RunContext<O = Options> {
  /** The name of the job in the config file; undefined for a run without one. */
  readonly job?: string | undefined;
  /** The directory that is backed up, an absolute path (after a `preBackup` hook pointed it elsewhere: that one). */
  readonly source: string;
  /** The vaults of this run, absolute paths. */
  readonly vaults: readonly string[];
  /** The id of each vault, in the same order; `null` for one that is not made yet. */
  readonly ids?: readonly (string | null)[];
  /** The rules of the job for snapshots that stay; undefined when it has none. */
  readonly keep?: KeepRules | undefined;
  /** What this plugin kept with `host.remember`, by name; `{}` at first, and whenever that was lost. */
  readonly remembered?: Readonly<Record<string, Json>>;
  /** The stamp of the run, `yyyyMMdd_HHmmss` in local time; undefined where there is none (yet). */
  readonly stamp?: string | undefined;
  /** When the run started, RFC 3339. */
  readonly started: string;
  /** The machine's name. */
  readonly host: string;
  /** True when nothing will be written (`--dry-run`). */
  readonly dryRun: boolean;
  /** The options of the plugin's config entry. */
  readonly options: O;
}

/** What a `preBackup` hook may answer; nothing at all means "go on". */
export interface PreBackupResult {
  /** Skip this run, for this reason, which may not be empty. Not a failure: exit code 0. */
  skip?: string;
  /** Hold this run, for this reason, as a guard: nothing is written, exit code 4. */
  hold?: string;
  /** Patterns to leave out besides those of the config, in gitignore syntax. */
  exclude?: string[];
  /**
   * An existing directory, by its absolute path, to read instead of the source: a file-system snapshot of it, with
   * its names. That is a right of its own (`source`). It must not lie in a vault; where the source has a vault
   * inside it, the same place here is left out.
   */
  source?: string;
}

/** One entry of a directory, as a filter sees it. */
export interface Entry {
  /** Its name, without a path. */
  name: string;
  /** What it is; `special` is a socket, FIFO or device. */
  type: "file" | "dir" | "link" | "special";
  /** Its size in bytes; 0 for what is no file. */
  size: number;
  /** When it was last modified, in ms since 1970. */
  mtime: number;
}

/** One directory of a filter batch. */
export interface Directory {
  /** Its path relative to the source, with `/`; `""` is the source itself. */
  dir: string;
  /** Its entries, in no particular order. */
  entries: Entry[];
}

/** What a filter leaves out of one directory: the indexes or the names of entries. */
export type LeaveOut = readonly (number | string)[];

/** What a `filter` hook may answer; nothing at all means "keep everything". */
export interface FilterResult {
  /**
   * For each directory of the batch, in its order, what to leave out; `[]` or `null` for nothing. A list
   * shorter than the batch keeps the rest. A directory that is left out is left out with all below it. What is
   * left out is neither seen nor gone: a copy that the vault already has stays.
   */
  leaveOut?: readonly (LeaveOut | null)[];
  /** End the run here, for this reason, as a guard: nothing more is written, exit code 4. */
  hold?: string;
}

/** How a run ended. */
export type Outcome = "done" | "incomplete" | "failed" | "held" | "skipped" | "interrupted";

/** The summary of a run in one vault, as `backup --json` prints it. */
export interface VaultSummary {
  /** The vault, an absolute path. */
  vault: string;
  /** The stamp of the run; undefined when it came to nothing. */
  stamp?: string;
  /** Files that the vault did not have. */
  files_new: number;
  /** Files with other content than before. */
  files_changed: number;
  /** Files that are gone from the source. */
  files_deleted: number;
  /** Files as before. */
  files_unmodified: number;
  /** Files of which only the mode or the time changed. */
  files_attrs: number;
  /** Files whose copy was missing or damaged and was made again. */
  files_repaired: number;
  /** Sockets, FIFOs and devices, which are not backed up. */
  files_special: number;
  /** Files and links left out by rules and filters; of a directory left out whole, those that the vault has. */
  files_excluded: number;
  /** New directories, re-created ones too. */
  dirs_new: number;
  /** Directories that are gone from the source. */
  dirs_deleted: number;
  /** How many of `files_new` were moved or renamed; their old names are in `files_deleted`. */
  files_moved?: number;
  /** Bytes that the vault's disk took. */
  bytes_added: number;
  /** Bytes of new content that it did not take, since the vault has them already. */
  bytes_shared?: number;
  /** Files looked at. */
  total_files_processed: number;
  /** Their bytes. */
  total_bytes_processed: number;
  /** How long the run took, in seconds. */
  total_duration: number;
  /** How many things could not be read or stored, and how many copies were found damaged. */
  errors: number;
  /** How many plugins failed in this run so far. */
  plugins_failed?: number;
  /** The paths of the first hundred `files_special`; absent when there are none. */
  special?: string[];
  /** Copies in the vault that were hashed again after the run (`verifyShare`); absent when none was to be. */
  files_verified?: number;
  /** Their bytes. */
  bytes_verified?: number;
  /** How many of them were damaged. */
  files_damaged?: number;
  /** True when the counts are what would be (`--dry-run`). */
  dry_run?: boolean;
  /** Why this vault failed, when it did; its counts are then 0. */
  failure?: string;
}

/** Something that went wrong. */
export interface Problem {
  /** An error id of hikae (`docs/json.md`) or a code of the operating system. */
  code: string;
  /** What happened, for people. */
  message: string;
  /** The path that it is about, if there is one. */
  path?: string;
  /** What to do next, if hikae knows. */
  hint?: string;
}

/** What `postBackup` is told: the run, and how it went. */
export interface BackupResult<O = Options> extends RunContext<O> {
  /** How it ended, over all vaults. */
  readonly outcome: Outcome;
  /** The exit code that the run leads to. */
  readonly exitCode: number;
  /** One summary for each vault that the run came to; none when it was skipped or interrupted before that. */
  readonly summaries: readonly VaultSummary[];
  /** The first hundred things that went wrong; the summaries have the count of all. */
  readonly problems: readonly Problem[];
  /** The plugins that failed in this run so far. `outcome` and `exitCode` have that in them already. */
  readonly pluginsFailed: readonly PluginFailure[];
}

/** A plugin that failed and was ended. */
export interface PluginFailure {
  /** Its name, or the path of its config entry where it did not come to say one. */
  readonly plugin: string;
  /** What it was doing: a hook, or `start`. */
  readonly during: string;
  /** Why, for people. */
  readonly message: string;
  /** What its config entry says of that: with `ignore` the run counts as a good one. */
  readonly onError: "warn" | "abort" | "ignore";
}

/** Something that a cleanup would remove. */
export interface PlanEntry {
  /** A number that names this entry in the answer. */
  id: number;
  /** A stored version of a path, or a snapshot to forget. */
  kind: "version" | "snapshot";
  /** The path relative to the source, with `/`; `""` for a snapshot. */
  path: string;
  /** The stamp of the snapshot, or the one that the version lives from; undefined when it is unknown. */
  from?: string;
  /** The stamp that the version lives to. */
  to?: string;
  /** The size of the version in bytes. */
  size: number;
  /** Why it would go. */
  reason: string;
}

/** What `preCleanup` is told: the plan, before anything is removed. */
export interface CleanupPlan<O = Options> extends RunContext<O> {
  /** Which command made the plan. */
  readonly command: "cleanup" | "prune" | "delete";
  /** The vault that it is for, an absolute path. */
  readonly vault: string;
  /** What would go. Long plans are given in several calls, each with a part. */
  readonly entries: readonly PlanEntry[];
}

/** What a `preCleanup` hook may answer; nothing at all means "go on". */
export interface CleanupAnswer {
  /** Entries that stay: ids of the plan, or paths, which hold every version of the path and all below it. */
  protect?: readonly (number | string)[];
}

/** What `postCleanup` is told: what went. */
export interface CleanupResult<O = Options> extends RunContext<O> {
  /** Which command it was. */
  readonly command: "cleanup" | "prune" | "delete";
  /** The vault that it was done in, an absolute path. */
  readonly vault: string;
  /** How many versions were removed. */
  readonly versionsRemoved: number;
  /** How many snapshots were forgotten. */
  readonly snapshotsForgotten: number;
  /** How many entries stayed because a plugin protected them. */
  readonly protected: number;
  /** The bytes that were freed. */
  readonly bytesFreed: number;
  /** The plugins that failed so far. */
  readonly pluginsFailed: readonly PluginFailure[];
}

/** What `onError` is told: a run that failed as a whole. */
export interface ErrorContext<O = Options> extends RunContext<O> {
  /** Which command failed. */
  readonly command: string;
  /** What went wrong. */
  readonly problem: Problem;
  /** The plugins that failed in this run so far. */
  readonly pluginsFailed: readonly PluginFailure[];
}

/** What a hook may give back: its result at once, or a promise of it. */
export type Answer<T> = T | void | Promise<T | void>;

/**
 * A plugin: the default export of its file. All hooks are optional; one that throws, or takes too long, ends
 * the plugin for this run, and the config entry's `onError` says what that means: the run goes on and ends with exit code 3 (`warn`), it
 * goes on and ends as if nothing was (`ignore`), or it ends (`abort`).
 */
export interface Plugin<O = Options> {
  /** Its name, as shown in messages. */
  name: string;
  /** Its version, if it has one. */
  version?: string;
  /** One line on what it does, for `hikae plugin list`. */
  description?: string;
  /** What each option means, one line each, for `hikae plugin list`. */
  options?: Readonly<Record<string, string>>;
  /**
   * The permissions that it needs, or a function that tells them from its options. A plugin that needs more
   * than it was granted is refused before the run.
   */
  permissions?: Permissions | ((options: O) => Permissions);
  /** Before a run reads anything. May skip or hold the run, add excludes, point the source elsewhere. */
  preBackup?(run: RunContext<O>, host: Host): Answer<PreBackupResult>;
  /** While a run reads directories: names and sizes, many directories at a time. May leave entries out. */
  filter?(batch: Directory[], run: RunContext<O>, host: Host): Answer<FilterResult>;
  /** After a run, failed or not, with the full summary. */
  postBackup?(result: BackupResult<O>, host: Host): Answer<void>;
  /** Before a cleanup, prune or delete removes anything, with the plan. May protect entries. */
  preCleanup?(plan: CleanupPlan<O>, host: Host): Answer<CleanupAnswer>;
  /** After a cleanup, prune or delete. */
  postCleanup?(result: CleanupResult<O>, host: Host): Answer<void>;
  /** When a run failed as a whole. */
  onError?(failure: ErrorContext<O>, host: Host): Answer<void>;
}
