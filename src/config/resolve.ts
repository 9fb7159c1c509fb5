/** A job of a config, by name. @module */

import { HikaeError } from "../base/errors.ts";
import { nearest } from "./nearest.ts";
import type { Config, Job } from "./types.ts";

/** True when the config has a job of this name. */
export function hasJob(config: Config, name: string): boolean {
  return Object.hasOwn(config.jobs, name);
}

/** The job `name`; throws a `usage` error that says which jobs there are. */
export function resolveJob(config: Config, name: string): Job {
  const job = hasJob(config, name) ? config.jobs[name] : undefined;
  if (job !== undefined) return job;
  const names = Object.keys(config.jobs);
  const near = nearest(name, names);
  throw new HikaeError("usage", `find job: the config has no job ${JSON.stringify(name)}`, {
    hint: near !== undefined
      ? `did you mean "${near}"?`
      : names.length === 0
      ? "add it to the config, under jobs"
      : `its jobs are ${names.join(", ")}`,
  });
}
