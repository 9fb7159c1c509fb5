/** The plugins of one run: calls their hooks in config order and holds each to its failure policy. @module */

import { EXIT, HikaeError, messageOf } from "../base/errors.ts";
import { dirOf } from "../base/relpath.ts";
import {
  checkCleanup,
  type CheckedFilter,
  checkFilter,
  checkPreBackup,
  cleanLine,
} from "./answers.ts";
import type {
  BackupResult,
  CleanupPlan,
  CleanupResult,
  ErrorContext,
  PluginFailure,
  RunContext,
} from "./api.ts";
import { text } from "../text/text.ts";
import { emptyBatch, entryCounts, type FilterBatch } from "./batch.ts";
import type { HookName, PluginEntry, PluginInfo, PluginProcess } from "./entry.ts";

/** What is known of a run when its plugins start. */
export type RunFacts = Omit<RunContext, "options">;

/** What the `preBackup` hooks came to. */
export interface PreBackupDecision {
  skip?: { plugin: string; reason: string };
  hold?: { plugin: string; reason: string };
  exclude: string[];
  /** Another directory to read, checked to exist; absent when the source stays. */
  source?: string;
}

/** A batch of directories to ask the filters about. */
export interface FilterQuery {
  /** How many entries each directory has. */
  counts: readonly number[];
  /** The `FilterBatch` as JSON: it is put on the wire as it is. */
  batch: string;
}

/** What the filters came to. */
export interface FilterDecision {
  /** For each directory of the batch, the indexes of the entries that are left out. */
  leaveOut: number[][];
  hold?: { plugin: string; reason: string };
}

/** A plan that may be protected: entries in parts, so that no message grows with the vault. */
export type PlanFacts = Pick<CleanupPlan, "command" | "vault" | "entries">;

/** What the `preCleanup` hooks protect. */
export interface ProtectDecision {
  /** Ids of the plan's entries that stay, each with the plugin that said so. */
  protected: Map<number, string>;
}

/** A started plugin with its config entry. */
export interface StartedPlugin {
  entry: PluginEntry;
  process: PluginProcess;
  /** Where it may have the source read from, absolute paths; absent: nowhere else. */
  source?: readonly string[] | true | undefined;
}

/** What a set needs besides its plugins. */
export interface SetPorts {
  /** Tells people that a plugin failed and the run goes on. */
  warn(message: string, failure: PluginFailure): void;
  /** True for an absolute path of an existing directory. */
  isDirectory(path: string): boolean;
  /** True for a directory that is one of the run's vaults or lies in one. */
  isInVault(path: string): boolean;
  /** True for a directory that is one of `roots` or lies in one, links resolved. */
  isWithin(path: string, roots: readonly string[]): boolean;
  /** True when a directory may be a view of the source: when it has its names. */
  isView(path: string, source: string): boolean;
}

const PLAN_PART = 10_000;

/** What the paths of plugins that are part of hikae begin with. */
const SHIPPED = "hikae:";

/** The plugins of one run. */
export class PluginSet {
  readonly #plugins: StartedPlugin[];
  readonly #ports: SetPorts;
  /** Why each plugin that failed did: what else waited for it hears only that it was ended. */
  readonly #failures = new Map<PluginProcess, HikaeError>();
  /** What is told of them, in the order in which they failed. */
  readonly #told: PluginFailure[];
  /** A filter that must not fail did. */
  #unfiltered: HikaeError | undefined;
  #facts: RunFacts;
  /** The source as the config has it, whatever a hook made of it. */
  readonly #original: string;

  /** A set of started plugins, in config order; `failed` are those that did not start. */
  constructor(
    plugins: readonly StartedPlugin[],
    facts: RunFacts,
    ports: SetPorts,
    failed: readonly PluginFailure[] = [],
  ) {
    this.#plugins = [...plugins];
    this.#told = [...failed];
    this.#facts = facts;
    this.#original = facts.source;
    this.#ports = ports;
  }

  /** What the living plugins say of themselves, in config order. */
  get infos(): readonly PluginInfo[] {
    return this.#plugins.map((p) => p.process.info);
  }

  /** The plugins that failed so far. */
  get failed(): readonly PluginFailure[] {
    return this.#told;
  }

  /** The exit code of a run that would end with `code`, were it not for plugins that failed. */
  exitWith(code: number): number {
    const counts = this.#told.some((failure) => failure.onError !== "ignore");
    return code === EXIT.ok && counts ? EXIT.incomplete : code;
  }

  /** True when a living plugin has the hook: nothing needs to be made ready for a hook that nobody has. */
  has(hook: HookName): boolean {
    return this.#with(hook).length > 0;
  }

  /** Adds to what later hooks are told of the run (its stamp, once there is one). */
  update(facts: Partial<RunFacts>): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  /** Before a run reads anything. The first plugin that skips or holds the run ends the round. */
  async preBackup(): Promise<PreBackupDecision> {
    const decision: PreBackupDecision = { exclude: [] };
    for (const plugin of this.#with("preBackup")) {
      const answer = await this.#ask(plugin, "preBackup", {}, (value) => {
        const checked = checkPreBackup(value);
        this.#checkSource(checked.source, plugin);
        return checked;
      });
      if (answer === undefined) continue;
      decision.exclude.push(...answer.exclude ?? []);
      if (answer.source !== undefined) {
        decision.source = answer.source;
        this.update({ source: answer.source });
      }
      const name = plugin.process.info.name;
      if (answer.hold !== undefined) {
        return { ...decision, hold: { plugin: name, reason: answer.hold } };
      }
      if (answer.skip !== undefined) {
        return { ...decision, skip: { plugin: name, reason: answer.skip } };
      }
    }
    return decision;
  }

  /** Asks every filter about a batch, all at once; what any leaves out is left out. May be called ahead. */
  async filter({ counts, batch }: FilterQuery): Promise<FilterDecision> {
    // lanes ask on until the run has ended them: nothing passes for want of the filter
    if (this.#unfiltered !== undefined) throw this.#unfiltered;
    const plugins = this.#with("filter");
    const answers = await Promise.all(
      plugins.map((p) => this.#ask(p, "filter", {}, (v) => checkFilter(v, counts), batch)),
    );
    const leaveOut: number[][] = counts.map(() => []);
    const decision: FilterDecision = { leaveOut };
    answers.forEach((answer, n) => {
      if (answer === undefined) return;
      addAll(leaveOut, answer);
      const plugin = plugins[n]?.process.info.name ?? "";
      if (answer.hold !== undefined) decision.hold ??= { plugin, reason: answer.hold };
    });
    return decision;
  }

  /** After a run, failed or not. */
  async postBackup(result: PlainBackupResult): Promise<void> {
    for (const p of this.#with("postBackup")) {
      // each is told of those that failed before it
      await this.#ask(p, "postBackup", this.#resultNow(result), nothing);
    }
  }

  #resultNow(result: PlainBackupResult): Omit<BackupResult, keyof RunContext> {
    const exitCode = this.exitWith(result.exitCode);
    const outcome = exitCode !== result.exitCode ? "incomplete" : result.outcome;
    const count = this.#told.length;
    const summaries = result.summaries.map((s) => ({ ...s, plugins_failed: count }));
    return { ...result, outcome, exitCode, summaries, pluginsFailed: [...this.#told] };
  }

  /** True when somebody is to be asked before anything is removed, or it is not known what somebody protects. */
  get mayProtect(): boolean {
    return this.has("preCleanup") || this.#unknown() !== undefined;
  }

  /** Before a cleanup removes anything. All of the plan stays while it is not known what of it a plugin protects. */
  async preCleanup(plan: PlanFacts): Promise<ProtectDecision> {
    const kept = new Map<number, string>();
    const before = this.#told.length;
    for (const plugin of this.#with("preCleanup")) {
      for (let at = 0; at < plan.entries.length; at += PLAN_PART) {
        const part = { ...plan, entries: plan.entries.slice(at, at + PLAN_PART) };
        await this.#protect(plugin, part, kept);
      }
    }
    const failure = this.#unknown();
    if (failure === undefined) return { protected: kept };
    const { plugin } = failure;
    for (const { id } of plan.entries) if (!kept.has(id)) kept.set(id, plugin);
    // who failed just now was told with what follows from it
    if (this.#told.indexOf(failure) < before) {
      this.#ports.warn(text("plugin.protects-unknown", { plugin }), failure);
    }
    return { protected: kept };
  }

  /** A plugin that might have protected something, had it not failed; one that may be ignored protects nothing then. */
  #unknown(): PluginFailure | undefined {
    return this.#told.find(({ plugin, during, onError }) =>
      onError !== "ignore" &&
      // no shipped plugin protects anything
      (during === "preCleanup" || during === "start" && !plugin.startsWith(SHIPPED))
    );
  }

  /** After a cleanup. */
  async postCleanup(
    result: Omit<CleanupResult, keyof RunContext | "pluginsFailed">,
  ): Promise<void> {
    for (const p of this.#with("postCleanup")) {
      await this.#ask(p, "postCleanup", { ...result, pluginsFailed: [...this.#told] }, nothing);
    }
  }

  /** When a run failed as a whole. A plugin that fails here is a warning whatever its policy: the run is over. */
  async onError(failure: Omit<ErrorContext, keyof RunContext | "pluginsFailed">): Promise<void> {
    for (const plugin of this.#with("onError")) {
      const onError = plugin.entry.onError === "ignore" ? "ignore" : "warn";
      const lenient: StartedPlugin = { ...plugin, entry: { ...plugin.entry, onError } };
      const facts = { ...failure, pluginsFailed: [...this.#told] };
      await this.#ask(lenient, "onError", facts, nothing);
    }
  }

  /** The run was interrupted: hooks that run are told by their signal, and still have their time limit. */
  abort(): void {
    for (const plugin of this.#plugins) plugin.process.abort();
  }

  /** Ends all plugins. */
  async close(): Promise<void> {
    await Promise.all(this.#plugins.map((p) => p.process.close()));
  }

  #with(hook: HookName): StartedPlugin[] {
    return this.#plugins.filter((p) => p.process.info.hooks.includes(hook));
  }

  async #protect(plugin: StartedPlugin, plan: PlanFacts, kept: Map<number, string>): Promise<void> {
    const ids = new Set(plan.entries.map((e) => e.id));
    const answer = await this.#ask(plugin, "preCleanup", plan, (v) => checkCleanup(v, ids));
    if (answer === undefined) return;
    const name = plugin.process.info.name;
    for (const id of answer.ids) kept.set(id, name);
    if (answer.paths.length === 0) return;
    const exact = new Set(answer.paths);
    for (const entry of plan.entries) {
      if (entry.kind === "version" && holds(exact, entry.path)) kept.set(entry.id, name);
    }
  }

  /** Calls a hook and checks the answer; undefined when the plugin failed and may. */
  async #ask<T>(
    plugin: StartedPlugin,
    hook: HookName,
    facts: object,
    check: (value: unknown) => T,
    batch?: string,
  ): Promise<T | undefined> {
    const context = { ...this.#facts, ...facts };
    try {
      return check(await plugin.process.call(hook, context, batch));
    } catch (error) {
      await this.#failed(plugin, hook, error);
      return undefined;
    }
  }

  /** A plugin that failed is ended: what it would say next is not to be relied on. */
  async #failed(plugin: StartedPlugin, hook: HookName, error: unknown): Promise<void> {
    const { process, entry } = plugin;
    const at = this.#plugins.findIndex((p) => p.process === process);
    if (at >= 0) this.#plugins.splice(at, 1);
    const failure = this.#failures.get(process) ?? failureOf(process, hook, error);
    this.#failures.set(process, failure);
    if (hook === "filter" && entry.onError === "abort") this.#unfiltered ??= failure;
    const told: PluginFailure = {
      plugin: process.info.name,
      during: hook,
      message: cleanLine(messageOf(error)),
      onError: entry.onError,
    };
    if (at >= 0) this.#told.push(told);
    await process.close();
    if (entry.onError === "abort") throw failure;
    if (at < 0) return;
    const follows = hook === "preCleanup" && entry.onError !== "ignore"
      ? "plugin.removes-nothing"
      : "plugin.goes-on";
    this.#ports.warn(text(follows, { failure: failure.message }), told);
  }

  #checkSource(source: string | undefined, { source: granted }: StartedPlugin): void {
    if (source === undefined) return;
    const told = cleanLine(source, 500);
    if (granted === undefined) throw new Error(text("plugin.source-not-granted", { source: told }));
    if (!this.#ports.isDirectory(source)) {
      throw new Error(`source: ${cleanLine(source, 500)} is not the absolute path of a directory`);
    }
    // a vault that is backed up into itself grows with each run
    if (this.#ports.isInVault(source)) {
      throw new Error(`source: ${cleanLine(source, 500)} lies inside a vault of this run`);
    }
    if (granted !== true && !this.#ports.isWithin(source, granted)) {
      throw new Error(text("plugin.source-elsewhere", { source: told }));
    }
    if (!this.#ports.isView(source, this.#original)) {
      throw new Error(text("plugin.source-no-view", { source: told, original: this.#original }));
    }
  }
}

/** A run as its end is known before its plugins are told. */
export type PlainBackupResult = Omit<BackupResult, keyof RunContext | "pluginsFailed">;

/** Checks what a hook answered to `argument`, as a run would; throws what is wrong. */
export function checkAnswer(hook: HookName, answer: unknown, argument: object): void {
  const given = argument as { batch?: FilterBatch; entries?: CleanupPlan["entries"] };
  if (hook === "preBackup") checkPreBackup(answer);
  if (hook === "filter") checkFilter(answer, entryCounts(given.batch ?? emptyBatch()));
  if (hook === "preCleanup") checkCleanup(answer, new Set(given.entries?.map((e) => e.id)));
}

function failureOf(process: PluginProcess, hook: HookName, error: unknown): HikaeError {
  const plugin = process.info.name;
  const problem = cleanLine(messageOf(error));
  const message = text("plugin.hook-failed", { plugin, hook, problem });
  return new HikaeError("plugin", message, {
    hint: text(plugin === "command" ? "plugin.command-failed-hint" : "plugin.hook-failed-hint"),
    cause: error,
  });
}

function nothing(): void {}

function addAll(into: number[][], answer: CheckedFilter): void {
  answer.leaveOut.forEach((more, d) => {
    const have = into[d];
    if (have === undefined || have.length === 0) into[d] = more;
    else if (more.length > 0) into[d] = [...new Set([...have, ...more])];
  });
}

/** True when `path` or a directory that it lies in is one of `paths`. */
function holds(paths: ReadonlySet<string>, path: string): boolean {
  for (let at = path; at !== ""; at = dirOf(at)) if (paths.has(at)) return true;
  return false;
}
