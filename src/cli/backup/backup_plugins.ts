/** The plugins of one backup: what they are asked, and what comes of it. @module */

import { defined } from "../../base/defined.ts";
import { dirname } from "@std/path";
import { EXIT, HikaeError, toPlainError } from "../../base/errors.ts";
import type { Message } from "../../base/event.ts";
import type { PlainOutcome } from "../../engine/backup/command.ts";
import { noCounts } from "../../engine/backup/counts.ts";
import type { BackupRequest } from "../../engine/backup/request.ts";
import type { Outcome, PluginFailure, Problem, VaultSummary } from "../../plugins/api.ts";
import type { FilterQuery, PlainBackupResult, PluginSet } from "../../plugins/set.ts";
import type { BackupPlan } from "./backup_plan.ts";
import type { Context } from "../command.ts";
import { keepRules, progressMessage, vaultId } from "../plugin/plugin_facts.ts";
import { pluginMemory } from "../plugin/plugin_memory.ts";
import { type SourceLook, sourcePlace } from "../plugin/plugin_source.ts";
import { tellFailure } from "../plugin/plugin_failures.ts";
import { startPlugins } from "../plugin/plugin_start.ts";
import type { StateDir } from "../state.ts";
import { text } from "../../text/text.ts";

/** Problems that a hook is told of, at most. */
const MOST_PROBLEMS = 100;

const OUTCOMES: Record<number, Outcome> = {
  [EXIT.ok]: "done",
  [EXIT.incomplete]: "incomplete",
  [EXIT.guard]: "held",
  [EXIT.interrupted]: "interrupted",
};

const LOOK: SourceLook = {
  realPath: Deno.realPathSync,
  isDirectory: (path) => {
    try {
      return Deno.lstatSync(path).isDirectory;
    } catch {
      return false;
    }
  },
  readLink: Deno.readLinkSync,
};

/** Started plugins, and what the run has told so far. */
export class BackupPlugins {
  readonly #set: PluginSet;
  readonly #plan: BackupPlan;
  readonly #context: Context;
  readonly #summaries: VaultSummary[] = [];
  readonly #problems: Problem[] = [];
  /** Why each vault that failed did, by the vault as it was given. */
  readonly #failures = new Map<string, string>();
  readonly #stop: () => void;

  /** Plugins that run, for one plan. */
  constructor(set: PluginSet, plan: BackupPlan, context: Context) {
    this.#set = set;
    this.#plan = plan;
    this.#context = context;
    this.#stop = () => set.abort();
    context.signal.addEventListener("abort", this.#stop);
  }

  /** Asks the `preBackup` hooks; gives the request as they want it, undefined to skip. Throws when one holds the run. */
  async before(): Promise<BackupRequest | undefined> {
    const decision = await this.#set.preBackup();
    if (decision.skip !== undefined) {
      this.#context.emit({
        message_type: "note",
        message: text("plugin.skips", {
          plugin: decision.skip.plugin,
          reason: decision.skip.reason,
        }),
      });
      await this.#tell("skipped", EXIT.ok);
      return undefined;
    }
    if (decision.hold !== undefined) {
      throw new HikaeError(
        "guard_plugin",
        text("plugin.holds", { plugin: decision.hold.plugin, reason: decision.hold.reason }),
        {
          hint: text("plugin.holds-hint"),
        },
      );
    }
    const { request } = this.#plan;
    const exclude = [...request.rules.exclude, ...decision.exclude];
    const { source, unscoped } = decision.source === undefined
      ? { source: request.source, unscoped: false }
      : sourcePlace(decision.source, LOOK, request.windows);
    return {
      ...request,
      source,
      ...(unscoped ? { unscoped } : {}),
      ...(source === request.source ? {} : { originalSource: request.source }),
      rules: { ...request.rules, exclude },
      filtered: this.#set.has("filter"),
    };
  }

  /** The plugins that failed so far. */
  get failures(): readonly PluginFailure[] {
    return this.#set.failed;
  }

  /** True of a vault whose run failed, by the vault as it was given. */
  hasFailed(vault: string): boolean {
    return this.#failures.has(vault);
  }

  /** The exit code of a run that would end with `code`, were it not for plugins that failed. */
  exitWith(code: number): number {
    return this.#set.exitWith(code);
  }

  /** Takes the ids of vaults that the run made. */
  made(outcomes: readonly PlainOutcome[]): void {
    const { vaults } = this.#plan.request;
    const idOf = (given: string): string | undefined => outcomes.find((o) => o.vault === given)?.id;
    this.#set.update({ ids: vaults.map((v) => idOf(v.given) ?? vaultId(v.root) ?? null) });
  }

  /** Asks the filters about a batch of the engine. */
  filter(question: FilterQuery): ReturnType<PluginSet["filter"]> {
    return this.#set.filter(question);
  }

  /** Takes note of what the run tells, for the hooks after it. */
  watch(message: Message): void {
    if (message.message_type === "summary") {
      const { message_type: _, ...summary } = message;
      this.#summaries.push(summary as unknown as VaultSummary);
      if (typeof summary.stamp === "string") this.#set.update({ stamp: summary.stamp });
    } else if (message.message_type === "error") {
      const { path, code, message: text, hint, vault, during } = message;
      if (during === "backup" && typeof vault === "string") this.#failures.set(vault, text);
      if (this.#problems.length >= MOST_PROBLEMS) return;
      this.#problems.push({ code, message: text, path, ...defined({ hint }) });
    }
  }

  /** After a run that came to an end. */
  async after(code: number): Promise<void> {
    const outcome = OUTCOMES[code] ?? "failed";
    await this.#tell(outcome, code);
    const problem = this.#problems.at(-1);
    if ((outcome === "failed" || outcome === "held") && problem !== undefined) {
      await this.#set.onError({ command: "backup", problem });
    }
  }

  /** After a run that was thrown out of its way. */
  async failed(error: unknown): Promise<void> {
    const { id, message, path, hint } = toPlainError(error);
    const problem = {
      code: id,
      message,
      ...defined({ path, hint }),
    };
    this.#problems.push(problem);
    const code = error instanceof HikaeError ? error.exit : EXIT.failed;
    if (code !== EXIT.interrupted) this.#allFailed(message);
    try {
      await this.#tell(OUTCOMES[code] ?? "failed", code);
      if (code !== EXIT.interrupted) await this.#set.onError({ command: "backup", problem });
    } catch (second) {
      this.#context.tell(text("usage.note", { what: toPlainError(second).message }));
    }
  }

  /** The run failed as a whole: that is why each vault has come to nothing that has not told of itself. */
  #allFailed(why: string): void {
    for (const given of this.#plan.given) {
      if (!this.#failures.has(given)) this.#failures.set(given, why);
    }
  }

  /** One summary for each vault, in the order of the config: a plugin that tells of one is to tell of the failed ones too. */
  #summariesOfAll(): VaultSummary[] {
    const of = (vault: string): VaultSummary[] => this.#summaries.filter((s) => s.vault === vault);
    return this.#plan.given.flatMap((vault) => {
      const failure = this.#failures.get(vault);
      if (failure === undefined || of(vault).length > 0) return of(vault);
      return [{ vault, ...noCounts(), errors: 1, total_duration: 0, failure }];
    });
  }

  #tell(outcome: Outcome, exitCode: number): Promise<void> {
    const result: PlainBackupResult = {
      outcome,
      exitCode,
      summaries: this.#summariesOfAll(),
      problems: this.#problems,
    };
    return this.#set.postBackup(result);
  }

  /** Ends the plugins. */
  async close(): Promise<void> {
    this.#context.signal.removeEventListener("abort", this.#stop);
    await this.#set.close();
  }
}

/** Starts the plugins of a plan. */
export async function openBackupPlugins(
  context: Context,
  plan: BackupPlan,
  state?: StateDir,
): Promise<BackupPlugins> {
  const { request } = plan;
  const begun = context.clock.now();
  const set = await startPlugins(plan.plugins, {
    run: {
      job: plan.job,
      source: request.source,
      vaults: request.vaults.map((v) => v.root),
      ids: request.vaults.map((v) => vaultId(v.root) ?? null),
      keep: keepRules(plan.keep),
      started: new Date(context.clock.now()).toISOString(),
      host: request.host,
      dryRun: request.dryRun,
    },
    baseDir: plan.configFile === undefined ? context.cwd : dirname(plan.configFile),
    signal: context.signal,
    warn: (message, failure) => tellFailure(context, message, failure),
    ...(state === undefined ? {} : {
      memory: pluginMemory(state, { job: plan.job, source: request.source }, !request.dryRun),
    }),
    progress: (plugin, done) => context.emit(progressMessage(plugin, done, begun, context)),
    log: (plugin, level, message) => {
      if (level === "debug" && !context.verbose) return;
      context.emit({ message_type: "note", message: `${plugin}: ${message}` });
    },
  });
  return new BackupPlugins(set, plan, context);
}
