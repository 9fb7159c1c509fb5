/** Which vaults hold a file of a source, by what this machine knows: its vaults, and the jobs of its config. @module */

import { basename, dirname, join, relative } from "@std/path";
import { parseStamp, type Stamp } from "../../base/stamp.ts";
import { META, ROOT_FILES } from "../../vault/names.ts";
import type { Context } from "../command.ts";
import { isVault } from "../places/find_vaults.ts";
import { absolute, isInside, realPlaceAndRest } from "../places/places.ts";
import { StateDir } from "../state.ts";
import { configOf } from "./vault_arg.ts";

const WINDOWS = Deno.build.os === "windows";

/** A vault of a source that a path lies in. */
export interface SourceVault {
  /** The real path of the vault; as this machine knows it while its drive is not there. */
  vault: string;
  /** False while it cannot be reached. */
  there: boolean;
  /** The real path of the source. */
  source: string;
  /** The path in the source, with `/`; empty for the source itself. */
  path: string;
  /** The newest finished or unfinished run, by the names of its records. */
  newest: Stamp | undefined;
}

/** The place of an original: that of its directory, and its own name, so that a link is the link itself. */
export function originalPlace(cwd: string, given: string): string | undefined {
  try {
    const name = basename(given);
    if (name === "" || name === "." || name === "..") {
      return Deno.realPathSync(absolute(cwd, given));
    }
    const { real, missing } = realPlaceAndRest(cwd, dirname(given));
    return join(real, ...missing, name);
  } catch {
    return undefined;
  }
}

/** The vaults whose source holds the place `real`, those that can be reached first, the newest first. */
export async function holdersOf(context: Context, real: string): Promise<SourceVault[]> {
  const holders = new Map<string, SourceVault>();
  for (const [vault, source] of await knownSources(context)) {
    const from = realOr(source);
    if (!isInside(real, from, WINDOWS)) continue;
    const root = realOr(vault);
    // a vault that lies in its source is left out of it
    if (isInside(real, root, WINDOWS)) continue;
    const path = relative(from, real).replaceAll(WINDOWS ? "\\" : "/", "/");
    const there = isVault(root);
    holders.set(root, { vault: root, there, source: from, path, newest: newestRun(root) });
  }
  return [...holders.values()].sort((a, b) =>
    Number(b.there) - Number(a.there) || ((a.newest ?? "") > (b.newest ?? "") ? -1 : 1)
  );
}

/** Vaults and what they are backups of: from the config's jobs, and those that this machine has used. */
async function knownSources(context: Context): Promise<[string, string][]> {
  const known = Object.entries(new StateDir(context.env).knownVaults())
    .flatMap(([vault, { source }]): [string, string][] =>
      typeof source === "string" ? [[vault, source]] : []
    );
  try {
    const jobs = Object.values((await configOf(context))?.config.jobs ?? {});
    return [
      ...known,
      ...jobs.flatMap(({ vaults, source }) => vaults.map((v): [string, string] => [v, source])),
    ];
  } catch {
    // a config with a slip hides no file
    return known;
  }
}

function newestRun(root: string): Stamp | undefined {
  try {
    let newest: Stamp | undefined;
    for (const { name } of Deno.readDirSync(join(root, META, ROOT_FILES.runs))) {
      const stamp = name.endsWith(".jsonl") ? parseStamp(name.slice(0, -6)) : undefined;
      if (stamp !== undefined && (newest === undefined || stamp > newest)) newest = stamp;
    }
    return newest;
  } catch {
    return undefined;
  }
}

function realOr(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}
