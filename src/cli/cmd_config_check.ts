/** `config check`: is the config right, and is what it names there? @module */

import { defined } from "../base/defined.ts";
import { EXIT, type HikaeError } from "../base/errors.ts";
import type { RunCommand } from "./command.ts";
import { pathsOf } from "../config/expand.ts";
import { checkJob, type CheckPlugin, pluginLoads } from "./config_check.ts";
import { needConfig, platformOf } from "./config_load.ts";
import { vaultPlaceProblem } from "./missing_parents.ts";
import { sayDone } from "./say_done.ts";
import { State } from "./state.ts";

/** `config check` with a given way to check a plugin. */
export function checkWith(checkPlugin: CheckPlugin): RunCommand {
  return async (context) => {
    const { parsed, cwd, env } = context;
    const asked = parsed.get("config");
    const platform = platformOf(Deno.build.os);
    const { config, file } = await needConfig({
      cwd,
      env,
      platform,
      ...defined({ config: asked }),
    });
    const baseDir = pathsOf(platform).dirname(file);
    const state = new State(env);
    const isKnown = (vault: string): boolean => state.isKnown(cwd, vault);
    const placeProblem = (vault: string, source: string): HikaeError | undefined =>
      vaultPlaceProblem(context, vault, source);
    const jobs = Object.values(config.jobs);
    const options = { platform, baseDir, checkPlugin, isKnown, placeProblem };
    let problems = 0;
    for (const job of jobs) {
      for (const message of await checkJob(job, options)) {
        if (message.message_type === "error") problems++;
        context.emit(message);
      }
    }
    if (context.json) {
      context.emit({
        message_type: "summary",
        action: "config check",
        file,
        jobs: jobs.length,
        errors: problems,
      });
    } else {
      const found = problems === 0
        ? "no problem"
        : problems === 1
        ? "1 problem"
        : `${problems} problems`;
      sayDone(context, `${file}: ${jobs.length} ${jobs.length === 1 ? "job" : "jobs"}, ${found}`);
    }
    return problems === 0 ? EXIT.ok : EXIT.failed;
  };
}

/** Runs `config check`. */
export const run: RunCommand = checkWith(pluginLoads);
