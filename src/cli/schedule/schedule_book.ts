/**
 * What this machine knows of the schedules that it installed, in the state directory: which config each names, and
 * how somebody is told when that config cannot be read. Private (0600), for it may hold what a variable held.
 * @module
 */

import { safeName } from "../../base/safe_name.ts";
import { below, type SmallFiles } from "../../base/small_files.ts";
import type { JobPlugin } from "../../config/types.ts";
import type { SchedulerName } from "../../schedule/plan.ts";
import type { Schedule } from "../../schedule/schedule.ts";

/** A plugin that tells, and the values of the variables that it is granted. */
export interface SchedulePlugin {
  entry: JobPlugin;
  env: Readonly<Record<string, string>>;
}

/** A schedule that was installed here. */
export interface Booked {
  format: 1;
  job: string;
  scheduler: SchedulerName;
  /** The config, absolute. */
  config: string;
  schedule: Schedule;
  /** When it was installed, RFC 3339. */
  installed: string;
  /** Told when the last good run is too old and the config cannot be read. */
  tellers: readonly SchedulePlugin[];
}

/** Everything that is booked. */
export function readBook(files: SmallFiles, state: string): Booked[] {
  const dir = below(state, "schedule");
  return files.list(dir).filter((name) => name.endsWith(".json")).flatMap((name) => {
    const booked = parse(files.read(below(dir, name)));
    return booked === undefined ? [] : [booked];
  });
}

/** What is booked of a job. */
export function bookedOf(files: SmallFiles, state: string, job: string): Booked | undefined {
  return parse(files.read(fileOf(state, job)));
}

/** Books a schedule, in place of an older one of the job. */
export function book(files: SmallFiles, state: string, booked: Booked): void {
  files.write(fileOf(state, booked.job), `${JSON.stringify(booked)}\n`);
}

/** Forgets what is booked of a job. */
export function unbook(files: SmallFiles, state: string, job: string): void {
  files.remove(fileOf(state, job));
}

/** Shipped plugins whose purpose is to tell somebody. */
const TELLERS: ReadonlySet<string> = new Set([
  "hikae:webhook",
  "hikae:healthcheck",
  "hikae:mail",
]);

/** The job's plugins that tell, with the variables as they are here. */
export function tellersOf(
  plugins: readonly JobPlugin[],
  env: (name: string) => string | undefined,
): SchedulePlugin[] {
  return plugins.filter((entry) => TELLERS.has(entry.path)).map((entry) => {
    const names = entry.allow.env === true ? [] : entry.allow.env ?? [];
    const values = names.flatMap((name) => {
      const value = env(name);
      return value === undefined ? [] : [[name, value]];
    });
    return { entry, env: Object.fromEntries(values) };
  });
}

function fileOf(state: string, job: string): string {
  return below(state, "schedule", `${safeName(job)}.json`);
}

function parse(text: string | undefined): Booked | undefined {
  try {
    const value = JSON.parse(text ?? "") as Partial<Booked> | null;
    const good = value?.format === 1 && typeof value.job === "string" &&
      typeof value.config === "string" && Array.isArray(value.tellers);
    return good ? value as Booked : undefined;
  } catch {
    return undefined;
  }
}
