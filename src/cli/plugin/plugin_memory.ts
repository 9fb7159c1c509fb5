/** What plugins keep from run to run (`host.remember`): files at home, one for each name that a plugin keeps. @module */

import { join } from "@std/path";
import { createHash } from "node:crypto";
import type { Json } from "../../plugins/api.ts";
import type { PluginMemory } from "./plugin_start.ts";
import { WrongAnswer } from "../../plugins/answers.ts";
import { text } from "../../text/text.ts";
import type { StateDir } from "../state.ts";

/** Whose memory it is: a job's, or, without a job, a source's. */
export interface MemoryOwner {
  job: string | undefined;
  source: string;
}

/** The largest file that is read back, in bytes: what a plugin may keep, in UTF-8. */
const MOST_BYTES = 64 << 20;
/** How many names a plugin may keep something by, and how much by all of them, in UTF-16 units. */
const MOST_NAMES = 100;
const MOST_KEPT = 64 << 20;

/** The memory of one job's plugins. Without a state directory, or in a dry run, nothing is kept. */
export function pluginMemory(
  state: StateDir,
  { job, source }: MemoryOwner,
  writes: boolean,
): PluginMemory {
  const owner = job === undefined ? `source\0${source}` : `job\0${job}`;
  const accounts = new Map<string, Account>();
  const placeOf = (path: string): string[] => ["plugins", digest(`${owner}\0${path}`)];
  return {
    read: (path) => {
      const dir = state.directory;
      const kept = dir === undefined ? {} : readAll(join(dir, ...placeOf(path)));
      accounts.set(path, new Account(kept));
      return kept;
    },
    write: (path, name, value) => {
      if (!writes) return;
      const place = [...placeOf(path), `${name}.json`];
      const line = value === null ? undefined : `${JSON.stringify(value)}\n`;
      accounts.get(path)?.keep(name, line?.length ?? 0);
      state.keep(place, line);
    },
  };
}

/** What a plugin keeps, in sizes by name. */
class Account {
  readonly #sizes = new Map<string, number>();

  /** One that begins with what it kept before. */
  constructor(kept: Readonly<Record<string, Json>>) {
    for (const [name, value] of Object.entries(kept)) {
      this.#sizes.set(name, JSON.stringify(value).length);
    }
  }

  /** It keeps so much by this name from now on, nothing where it is 0; throws when that is too much. */
  keep(name: string, size: number): void {
    if (size === 0) this.#sizes.delete(name);
    else this.#sizes.set(name, size);
    const sum = [...this.#sizes.values()].reduce((sum, one) => sum + one, 0);
    if (this.#sizes.size > MOST_NAMES || sum > MOST_KEPT) {
      throw new WrongAnswer(text("plugin.keeps-too-much", { n: MOST_NAMES }));
    }
  }
}

function readAll(dir: string): Record<string, Json> {
  const kept: Record<string, Json> = {};
  let sum = 0;
  for (const name of namesIn(dir)) {
    try {
      const path = join(dir, name);
      const { isFile, size } = Deno.lstatSync(path);
      sum += size;
      if (isFile && sum <= MOST_BYTES) {
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
