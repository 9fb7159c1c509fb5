/** The plugins of a job when its vault is thinned: they may protect what would go, and are told what went. @module */

import { dirname } from "@std/path";
import type { Commands } from "../../engine/commands.ts";
import type { MaintainRequest } from "../../engine/maintain/request.ts";
import type { PluginSet } from "../../plugins/set.ts";
import type { Context } from "../command.ts";
import { deferSummaries } from "../plugin/defer_summaries.ts";
import { type MaintainHooks, runThinning, type ThinCommand } from "./run_thinning.ts";
import { keepRules, vaultId } from "../plugin/plugin_facts.ts";
import { failuresNote, tellFailure } from "../plugin/plugin_failures.ts";
import { startPlugins } from "../plugin/plugin_start.ts";
import { StateDir } from "../state.ts";
import type { NamedJob } from "../lookup/vault_arg.ts";

/** Runs `cleanup`, `prune` or `delete` with the hooks of a job's plugins; gives the exit code. */
export async function runWithHooks<K extends ThinCommand>(
  context: Context,
  command: K,
  request: Commands[K]["request"],
  named: NamedJob,
): Promise<number> {
  const plugins = await pluginsOf(context, request, named);
  const stop = (): void => plugins.abort();
  context.signal.addEventListener("abort", stop);
  const held = deferSummaries(context, () => plugins.failed.length);
  const state = new StateDir(context.env);
  try {
    if (!request.dryRun) await state.start();
    const asked = { ...request, askPlugins: plugins.mayProtect };
    const hooks = hooksOf(plugins, command, request);
    const exit = plugins.exitWith(await runThinning(held.context, command, asked, hooks));
    if (plugins.failed.length > 0) {
      const note = failuresNote(plugins.failed, exit, context.clock.now());
      await state.noteEnded({ [request.root]: note });
    }
    return exit;
  } finally {
    state.close();
    held.release();
    context.signal.removeEventListener("abort", stop);
    await plugins.close();
  }
}

/** Starts the job's plugins, and tells them what they are started for. */
function pluginsOf(
  context: Context,
  request: MaintainRequest,
  { name, job, file }: NamedJob,
): Promise<PluginSet> {
  return startPlugins(job.plugins, {
    run: {
      job: name,
      source: job.source,
      vaults: [request.root],
      ids: [vaultId(request.root) ?? null],
      keep: keepRules(job.keep),
      started: new Date(context.clock.now()).toISOString(),
      host: request.host,
      dryRun: request.dryRun,
    },
    baseDir: dirname(file),
    signal: context.signal,
    warn: (message, failure) => tellFailure(context, message, failure),
    log: (plugin, level, message) => {
      if (level === "debug" && !context.verbose) return;
      context.emit({ message_type: "note", message: `${plugin}: ${message}` });
    },
  });
}

/** What the plugins may protect, and what they are told afterwards; nothing after a dry run. */
function hooksOf(
  plugins: PluginSet,
  command: ThinCommand,
  request: MaintainRequest,
): MaintainHooks {
  return {
    protect: async ({ entries, vault }) => {
      const { protected: kept } = await plugins.preCleanup({ command, vault, entries });
      return [...kept];
    },
    after: async (outcome) => {
      if (request.dryRun) return;
      await plugins.postCleanup({
        command,
        vault: request.root,
        versionsRemoved: outcome.versions,
        snapshotsForgotten: outcome.snapshots,
        protected: outcome.protected,
        bytesFreed: outcome.bytes,
      });
    },
  };
}
