/** What plugins keep from run to run (`host.remember`): files at home, one for each name that a plugin keeps. @module */

import { join } from "@std/path";
import { createHash } from "node:crypto";
import type { Json } from "../plugins/api.ts";
import type { PluginMemory } from "./plugin_start.ts";
import type { State } from "./state.ts";

/** Whose memory it is: a job's, or, without a job, a source's. */
export interface MemoryOwner {
  job: string | undefined;
  source: string;
}

/** The largest file that is read back, in bytes: what a plugin may keep, in UTF-8. */
const MOST_BYTES = 64 << 20;

/** The memory of one job's plugins. Without a state directory, or in a dry run, nothing is kept. */
export function pluginMemory(
  state: State,
  { job, source }: MemoryOwner,
  writes: boolean,
): PluginMemory {
  const owner = job === undefined ? `source\0${source}` : `job\0${job}`;
  const placeOf = (path: string): string[] => ["plugins", digest(`${owner}\0${path}`)];
  return {
    read: (path) => {
      const dir = state.directory;
      return dir === undefined ? {} : readAll(join(dir, ...placeOf(path)));
    },
    write: (path, name, value) => {
      if (!writes) return;
      const place = [...placeOf(path), `${name}.json`];
      state.keep(place, value === null ? undefined : `${JSON.stringify(value)}\n`);
    },
  };
}

function readAll(dir: string): Record<string, Json> {
  const kept: Record<string, Json> = {};
  for (const name of namesIn(dir)) {
    try {
      const path = join(dir, name);
      const { isFile, size } = Deno.lstatSync(path);
      if (isFile && size <= MOST_BYTES) {
        kept[name.slice(0, -".json".length)] = JSON.parse(Deno.readTextFileSync(path)) as Json;
      }
    } catch {
      // what cannot be read is not there: memory is a help and no condition
    }
  }
  return kept;
}

function namesIn(dir: string): string[] {
  try {
    return [...Deno.readDirSync(dir)].map((e) => e.name).filter((n) => n.endsWith(".json"));
  } catch {
    return [];
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
