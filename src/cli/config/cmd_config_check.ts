/** `config check`: is the config right, and is what it names there? @module */

import { defined } from "../../base/defined.ts";
import { EXIT, type HikaeError, withoutSecrets } from "../../base/errors.ts";
import { excerpt } from "../excerpt.ts";
import type { Context, RunCommand } from "../command.ts";
import { pathsOf } from "../../config/expand.ts";
import { namesOf } from "../../config/resolve.ts";
import { checkJob, type CheckPlugin, pluginLoads, pluginMissing } from "./config_check.ts";
import { keysHere } from "./config_keys.ts";
import { type ConfigLoadOptions, configText, needConfig, platformOf } from "./config_load.ts";
import { givenPattern } from "../../engine/source/patterns.ts";
import { readPatterns } from "./pattern_file.ts";
import { bundlesInSource, type RuledSource } from "../places/backed_up.ts";
import type { Job } from "../../config/types.ts";
import type { Rules } from "../../engine/source/rules.ts";
import { bundleParentsMissing, vaultPlaceProblem } from "../places/missing_parents.ts";
import { realPlaceAndRest } from "../places/places.ts";
import { SHIPPED } from "../shipped_plugins.ts";
import { sayDone } from "../output.ts";
import { StateDir } from "../state.ts";
import { text } from "../../text/text.ts";

/** `config check` with a given way to check a plugin. */
export function checkWith(checkPlugin: CheckPlugin): RunCommand {
  return async (context) => {
    const { parsed, cwd, env } = context;
    const asked = parsed.get("config");
    const platform = platformOf(Deno.build.os);
    const options: ConfigLoadOptions = {
      cwd,
      env,
      platform,
      ...defined({ config: asked }),
    };
    const wrong = await tellProblems(context, options);
    if (wrong !== undefined) return wrong;
    const loaded = await needConfig(options);
    const { config, file } = loaded;
    if (loaded.refused !== undefined) throw loaded.refused;
    const check: CheckPlugin = loaded.untrusted === undefined ? checkPlugin : notStarted;
    const baseDir = pathsOf(platform).dirname(file);
    const state = new StateDir(env);
    const isKnown = (vault: string): boolean => state.isKnown(cwd, vault);
    const placeProblem = (vault: string, source: string): HikaeError | undefined =>
      vaultPlaceProblem(context, vault, source);
    const bundlesProblem = (to: string, job: Job): HikaeError | undefined =>
      vaultPlaceProblem(context, to, job.source, bundleParentsMissing) ??
        bundlesInSource(realPlaceAndRest(context.cwd, to), to, ruled(context, job));
    const jobs = Object.values(config.jobs);
    const checks = { platform, baseDir, checkPlugin: check, isKnown, placeProblem, bundlesProblem };
    let problems = 0;
    for (const job of jobs) {
      for (const message of await checkJob(job, checks)) {
        if (message.message_type === "error") problems++;
        context.emit(message);
      }
    }
    for (const note of await keysHere(jobs, { file, baseDir, env })) context.emit(note);
    if (loaded.untrusted !== undefined) {
      const { message, hint = "" } = loaded.untrusted;
      context.emit({ message_type: "note", message: `${message}; ${hint}` });
    }
    if (context.json) {
      context.emit({
        message_type: "summary",
        action: "config check",
        file,
        jobs: namesOf(config).length,
        errors: problems,
      });
    } else {
      const found = problems === 0
        ? text("config.no-problems")
        : text("config.problems", { n: problems });
      sayDone(context, `${file}: ${text("config.jobs", { n: namesOf(config).length })}, ${found}`);
    }
    return problems === 0 ? EXIT.ok : EXIT.failed;
  };
}

/** Tells everything that is wrong with the text of the config; undefined when nothing is. */
async function tellProblems(
  context: Context,
  options: ConfigLoadOptions,
): Promise<number | undefined> {
  const found = await configText(options);
  if (found === undefined) return undefined;
  const { configProblems } = await import("../../config/parse.ts");
  const { env, platform } = options;
  const problems = configProblems(found.text, {
    file: found.file,
    expand: { env, platform },
    shipped: SHIPPED,
  });
  if (problems.length === 0) return undefined;
  for (const { id, message, path = "", hint } of problems) {
    const at = /:(\d+):(\d+): /.exec(
      message.slice(message.indexOf(found.file) + found.file.length),
    );
    const [line, column] = [Number(at?.[1] ?? 0), Number(at?.[2] ?? 0)];
    context.emit({
      message_type: "error",
      path,
      during: "check",
      code: id,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(context.json && line > 0 ? { line, column } : {}),
    });
    if (!context.json && line > 0) {
      context.tell(excerpt(withoutSecrets(found.text, "*"), line, column, context.columns));
    }
  }
  if (context.json) {
    const { file } = found;
    const errors = problems.length;
    context.emit({ message_type: "summary", action: "config check", file, jobs: 0, errors });
  }
  return EXIT.usage;
}

/** For a config that may start nothing yet: plugins are looked for, and not loaded. */
const notStarted: CheckPlugin = (entry) => Promise.resolve(pluginMissing(entry));

/** Runs `config check`. */
export const run: RunCommand = checkWith(pluginLoads);

/** A job's source, and what its runs leave out by the config. */
function ruled(context: Context, job: Job): RuledSource {
  const { source, exclude, excludeFrom, excludeIfPresent, oneFileSystem } = job;
  const patternsIn = (file: string): string[] => {
    try {
      return readPatterns(context, file);
    } catch {
      // told by what looks at the file
      return [];
    }
  };
  const rules = (): Rules => ({
    exclude: [...exclude.map(givenPattern), ...excludeFrom.flatMap(patternsIn)],
    excludeIfPresent,
    oneFileSystem,
  });
  return { source, rules };
}
