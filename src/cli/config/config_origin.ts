/** What a config puts in force, value by value, each with its origin. @module */

import { formatDuration } from "../../base/duration.ts";
import { showPlace } from "../../config/syntax.ts";
import type { Job, Origin } from "../../config/types.ts";
import type { LoadedConfig } from "./config_load.ts";

/** One value in force. */
export interface InForce {
  /** The job's name, undefined for what is no job's. */
  job?: string;
  key: string;
  /** As the config would say it; null when nothing is set. */
  value: unknown;
  /** Where the file says so; undefined for a default. */
  origin?: Origin;
}

const KEYS = [
  "source",
  "vaults",
  "exclude",
  "excludeFrom",
  "excludeIfPresent",
  "excludeLargerThan",
  "oneFileSystem",
  "maxGenerations",
  "maxRetention",
  "checksum",
  "attributes",
  "keep",
  "share",
  "verifyShare",
  "snapshotSource",
  "bundle",
  "onError",
  "plugins",
] as const satisfies readonly (keyof Job)[];

/** Every value in force, job by job. */
export function inForce({ config, origins }: LoadedConfig): InForce[] {
  const jobs = Object.values(config.jobs).flatMap((job) =>
    KEYS.map((key) => {
      const name = job.group ?? job.name;
      const given = job.group !== undefined && key === "source" ? "sources" : key;
      const origin = origins.get(showPlace(["jobs", name, given])) ??
        origins.get(showPlace(["defaults", key]));
      return { job: job.name, key, value: written(job, key), ...(origin && { origin }) };
    })
  );
  const origin = origins.get("log.keep");
  const value = config.log.keep;
  return [...jobs, { key: "log.keep", value, ...(origin && { origin }) }];
}

function written(job: Job, key: typeof KEYS[number]): unknown {
  if (key === "maxRetention") return job.maxRetention ? formatDuration(job.maxRetention) : null;
  if (key === "verifyShare") {
    return job.verifyShare === undefined ? null : `${Number((job.verifyShare * 100).toFixed(6))}%`;
  }
  if (key === "keep" && job.keep !== undefined) {
    const { within, deleted, ...counts } = job.keep;
    return {
      ...counts,
      ...(within && { within: formatDuration(within) }),
      ...(deleted && { deleted: formatDuration(deleted) }),
    };
  }
  if (key === "bundle" && job.bundle !== undefined) {
    const { full, ...rest } = job.bundle;
    if (typeof full !== "number") return job.bundle;
    return { ...rest, full: `${Number((full * 100).toFixed(6))}%` };
  }
  if (key === "plugins") {
    return job.plugins.map(({ timeout, ...rest }) => ({
      ...rest,
      ...(timeout !== undefined && { timeout: `${timeout / 1000}s` }),
    }));
  }
  return job[key] ?? null;
}
