/**
 * Configs that were allowed to start something. A config that merely lies in the working directory may be anybody's (an
 * unpacked archive, a checkout, a shared folder), so it starts no plugin and no program until somebody has said
 * `hikae config trust`; what it says then is known by its hash, and any change of it asks again.
 * @module
 */

import { HikaeError } from "../../base/errors.ts";
import { below, smallFiles } from "../../base/small_files.ts";
import type { Config, Job, Platform } from "../../config/types.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { sha256Of } from "../../platform/hash.ts";
import { text } from "../../text/text.ts";
import { stateDir } from "../state_dir.ts";

/** What a config has that starts something, in words, each once. */
export function startedBy(config: Config): string[] {
  const all = Object.values(config.jobs).flatMap((job) =>
    thingsOf(job).map((thing) => `${job.name}: ${thing}`)
  );
  return [...new Set(all)];
}

/** True for a job that starts something. */
export function starts(job: Job): boolean {
  return thingsOf(job).length > 0;
}

function thingsOf(job: Job): string[] {
  const plugins = job.plugins.map(({ path, allow: { run } }) => {
    if (run === true) return text("trust.plugin-any", { path });
    const programs = (run ?? []).join(", ");
    return programs === ""
      ? text("trust.plugin", { path })
      : text("trust.plugin-runs", { path, programs });
  });
  return [
    ...plugins,
    ...(job.snapshotSource ? [text("trust.plugin", { path: "hikae:snapshot_source" })] : []),
    ...(job.bundle === undefined ? [] : [text("trust.bundle", { to: job.bundle.to })]),
  ];
}

/** Where the state directory is. */
interface StatePlace {
  env: (name: string) => string | undefined;
  platform: Platform;
}

/** The error of starting something for a config that was not allowed to; undefined when it was. */
export function untrusted(file: string, config: string, place: StatePlace): HikaeError | undefined {
  try {
    if (readTrusted(place)[realOr(file)] === sha256Of(config)) return undefined;
  } catch {
    // without a state directory nothing is known to be allowed
  }
  return new HikaeError("config", text("trust.asked", { file }), {
    path: file,
    hint: text("trust.hint", { file }),
  });
}

/** Allows the config in this file, as it is now, to start what it has. */
export function trust(file: string, config: string, place: StatePlace): void {
  const path = trustFile(place);
  const all = { ...readTrusted(place), [realOr(file)]: sha256Of(config) };
  Deno.mkdirSync(stateDir(place.env, place.platform), { recursive: true, mode: 0o700 });
  smallFiles(denoFs).write(path, `${JSON.stringify(all, null, 2)}\n`);
}

function trustFile({ env, platform }: StatePlace): string {
  return below(stateDir(env, platform), "trusted.json");
}

function readTrusted(place: StatePlace): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(smallFiles(denoFs).read(trustFile(place)) ?? "");
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
  } catch {
    return {};
  }
}

function realOr(file: string): string {
  try {
    return Deno.realPathSync(file);
  } catch {
    return file;
  }
}
