/** A job of a config, by name. @module */

import { HikaeError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Config, Job } from "./types.ts";
import { text } from "../text/text.ts";

/** True when the config has a job of this name. */
export function hasJob(config: Config, name: string): boolean {
  return Object.hasOwn(config.jobs, name);
}

/** The names of the jobs that a name of the file stands for: itself, or one for each of its sources. */
export function partsOf(config: Config, name: string): readonly string[] {
  if (hasJob(config, name)) return [name];
  return Object.hasOwn(config.groups, name) ? config.groups[name] ?? [] : [];
}

/** Why a word like `JOB/NAME` names no source of that job; undefined for any other word. */
export function noSuchPart(config: Config | undefined, word: string): HikaeError | undefined {
  const [job = "", name] = word.split("/");
  if (config === undefined || name === undefined || hasJob(config, word)) return undefined;
  if (!Object.hasOwn(config.groups, job)) return undefined;
  return new HikaeError("usage", text("job.no-such-source", { job, word }), {
    hint: text("job.which-source-hint", { names: partsOf(config, job).join(", ") }),
  });
}

/** The names of the jobs as the file has them. */
export function namesOf(config: Config): string[] {
  return [...new Set(Object.values(config.jobs).map((job) => job.group ?? job.name))];
}

/** True for a word that can be a job's name, `JOB` or `JOB/NAME`; `./x` and all else is a path. */
export function canBeJob(word: string): boolean {
  return /^[^/\\.~][^/\\]*(\/[^/\\]+)?$/.test(word);
}

/** The job `name`; throws a `usage` error that says which jobs there are. */
export function resolveJob(config: Config, name: string): Job {
  const job = hasJob(config, name) ? config.jobs[name] : undefined;
  if (job !== undefined) return job;
  const names = namesOf(config);
  const near = nearest(name, names);
  throw new HikaeError("usage", text("config.no-job", { name: JSON.stringify(name) }), {
    hint: near !== undefined
      ? text("usage.did-you-mean", { near })
      : names.length === 0
      ? text("config.no-job-hint")
      : text("config.jobs-hint", { names: names.join(", ") }),
  });
}
