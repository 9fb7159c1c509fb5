/** Secret keys of bundles that lie where they are of no use but to a thief: in the config, or on this machine. @module */

import { join } from "@std/path";
import type { Message } from "../../base/event.ts";
import { publicKeysIn } from "../../bundle/keygen.ts";
import type { Job } from "../../config/types.ts";
import { text } from "../../text/text.ts";

/** The largest file that is taken for one of keys. */
const LARGEST = 64 << 10;

/** Where files of keys are looked for. */
export interface KeyPlaces {
  /** The config file. */
  file: string;
  /** Its directory. */
  baseDir: string;
  env: (name: string) => string | undefined;
}

/** A `note` for each secret key of a job's recipients that is found. */
export async function keysHere(jobs: readonly Job[], places: KeyPlaces): Promise<Message[]> {
  const bundles = jobs.filter((job) => job.bundle !== undefined);
  const notes: Message[] = [];
  const own = textOf(places.file) ?? "";
  if (/AGE-SECRET-KEY-(?:PQ-)?1/.test(own)) {
    notes.push({ message_type: "note", path: places.file, message: text("bundle.key-in-config") });
  }
  for (const path of bundles.length === 0 ? [] : candidates(places)) {
    const keys = new Set(await publicKeysIn(textOf(path) ?? ""));
    for (const { name, bundle } of bundles) {
      if (!bundle?.recipients.some((r) => keys.has(r))) continue;
      const message = text("bundle.key-on-machine", { job: name });
      notes.push({ message_type: "note", path, message });
    }
  }
  return notes;
}

/** Files that may hold keys: beside the config, at home, and where age's users keep them. */
function candidates({ baseDir, env }: KeyPlaces): string[] {
  const home = env("HOME") ?? env("USERPROFILE");
  const config = env("XDG_CONFIG_HOME") ?? (home === undefined ? undefined : join(home, ".config"));
  const dirs = [
    baseDir,
    ...(home === undefined ? [] : [home, join(home, ".age")]),
    ...(config === undefined ? [] : [join(config, "age"), join(config, "sops", "age")]),
  ];
  return [...new Set(dirs)].flatMap((dir) => filesIn(dir).map((name) => join(dir, name)));
}

function filesIn(dir: string): string[] {
  try {
    return [...Deno.readDirSync(dir)]
      .filter((e) => e.isFile && /\.(txt|key|age)$|key|identity/i.test(e.name)).map((e) => e.name);
  } catch {
    return [];
  }
}

function textOf(path: string): string | undefined {
  try {
    return Deno.statSync(path).size > LARGEST ? undefined : Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
