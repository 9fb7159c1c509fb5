/** What the words of `backup` stand for: places, or jobs of the config file. @module */

import { join } from "@std/path";
import { HikaeError, isNotFound } from "../../base/errors.ts";
import { loadModule } from "../../base/load_module.ts";
import { canBeJob } from "../../config/resolve.ts";
import { sourceName } from "../../config/source_name.ts";
import { text } from "../../text/text.ts";
import { absolute, refuseAddress } from "../places/places.ts";
import { platformOf } from "../platform.ts";
import { parseSize } from "../../base/size.ts";
import {
  type BackupPlan,
  type BackupPlans,
  makePlan,
  type PlanOptions,
  type SourceRun,
} from "./backup_plan.ts";
import type { Context } from "../command.ts";
import { parseCount } from "../parse_count.ts";
import { configPlaces } from "../config/config_places.ts";
import { patternsFor } from "../config/pattern_file.ts";
import type { StateDir } from "../state.ts";

const JOBS = new URL("./backup_jobs.ts", import.meta.url);

/** What the command line asks for. */
export async function backupPlans(context: Context, state: StateDir): Promise<BackupPlans> {
  const { args } = context.parsed;
  const to = context.parsed.get("to");
  const mayBeJobs = args.some(canBeJob) && mayHaveConfig(context);
  if (context.parsed.has("all") || args.length === 0 && to === undefined || mayBeJobs) {
    const { jobPlans } = await loadModule<typeof import("./backup_jobs.ts")>(JOBS);
    const plans = await jobPlans(context, state);
    if (plans !== undefined) return plans;
  }
  if (to !== undefined) return { each: eachTo(context, args, to) };
  const [source, ...vaults] = args;
  if (source === undefined || vaults.length === 0) {
    throw await (await loadModule<typeof import("./backup_jobs.ts")>(JOBS))
      .wantsPlaces(context, source);
  }
  return { plan: adHoc(context, state, source, vaults) };
}

/** False where there is certainly no config: no word is a job's then, and nothing that knows jobs is loaded. */
function mayHaveConfig({ parsed, cwd, env }: Context): boolean {
  if (parsed.get("config") !== undefined) return true;
  return configPlaces({ cwd, env, platform: platformOf(Deno.build.os) }).some((file) => {
    try {
      return Deno.statSync(file) !== undefined;
    } catch (error) {
      // what is there and cannot be read is told of by who reads it
      return !isNotFound(error);
    }
  });
}

/** Several sources, each in a vault of its own name below `to`. */
function eachTo(context: Context, sources: readonly string[], to: string): SourceRun[] {
  if (sources.length === 0) {
    throw new HikaeError("usage", text("backup.to-what"), { hint: text("backup.to-hint") });
  }
  refuseAddress(to);
  const seen = new Map<string, string>();
  return sources.map((source) => {
    const name = sourceName(absolute(context.cwd, source), platformOf(Deno.build.os));
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) {
      throw new HikaeError("usage", text("backup.to-twice", { source, other, name }), {
        hint: text("backup.to-twice-hint"),
      });
    }
    seen.set(name.toLowerCase(), source);
    return { source, vault: join(to, name) };
  });
}

function adHoc(
  context: Context,
  state: StateDir,
  source: string,
  vaults: readonly string[],
): BackupPlan {
  const { parsed } = context;
  const chosen = parsed.get("vault");
  // not passed over: whoever writes it counts on a copy there
  if (chosen !== undefined) {
    throw new HikaeError("usage", text("backup.vault-of-job"), {
      hint: text("backup.vault-of-job-hint", { vault: chosen }),
    });
  }
  const generations = parsed.get("max-generations");
  const larger = parsed.get("exclude-larger-than");
  const options: PlanOptions = {
    source,
    vaults,
    exclude: patternsFor(context),
    excludeIfPresent: parsed.all("exclude-if-present"),
    oneFileSystem: parsed.has("one-file-system"),
    checksum: parsed.has("checksum"),
    attributes: parsed.has("attributes"),
    ...(larger === undefined
      ? {}
      : { excludeLargerThan: parseSize(larger, "--exclude-larger-than") }),
    ...(generations === undefined
      ? {}
      : { maxGenerations: parseCount(generations, "--max-generations") }),
  };
  return makePlan(context, state, options);
}
