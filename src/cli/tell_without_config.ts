/** Telling somebody by a job's plugins when its config cannot be read: as they were when it was scheduled. @module */

import { systemText } from "../base/system_text.ts";
import { HikaeError } from "../base/errors.ts";
import type { JobPlugin } from "../config/types.ts";
import type { BackupPlan } from "./backup/backup_plan.ts";
import { hostName } from "./host.ts";
import { openBackupPlugins } from "./backup/backup_plugins.ts";
import type { Context } from "./command.ts";
import type { Booked } from "./schedule/schedule_book.ts";
import { text } from "../text/text.ts";

/** Calls the plugins as after a run that failed; true when they could be started. */
export async function tellWithout(
  context: Context,
  { job, config, tellers }: Booked,
  message: string,
): Promise<boolean> {
  for (const { env } of tellers) {
    for (const [name, value] of Object.entries(env)) {
      if (context.env(name) === undefined) Deno.env.set(name, value);
    }
  }
  try {
    const plugins = await openBackupPlugins(
      context,
      emptyPlan(job, config, tellers.map((t) => t.entry)),
    );
    try {
      await plugins.failed(new HikaeError("config", message, { path: config }));
    } finally {
      await plugins.close();
    }
    return true;
  } catch (error) {
    context.tell(text("usage.note", { what: systemText(error) }));
    return false;
  }
}

/** A plan of a run that nothing is known of but its job, for plugins that are to tell something. */
export function emptyPlan(
  job: string,
  config: string,
  plugins: readonly JobPlugin[],
): BackupPlan {
  return {
    job,
    configFile: config,
    plugins,
    request: {
      source: "",
      vaults: [],
      rules: { exclude: [], excludeIfPresent: [], oneFileSystem: false },
      checksum: false,
      allowMassChange: false,
      init: false,
      dryRun: false,
      flush: true,
      host: hostName(),
      command: "backup",
      pid: Deno.pid,
      windows: Deno.build.os === "windows",
      filtered: false,
    },
    notes: [],
    keepLogs: 1,
    given: [],
    lost: [],
    prepare: () => [],
  };
}
