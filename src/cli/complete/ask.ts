/**
 * What completions ask hikae itself for: jobs of the config, stamps of a vault, paths in it. Everything is read from
 * names in directories, so that a key press waits for no engine; what cannot be read offers nothing.
 * @module
 */

import { basename, dirname, join } from "@std/path";
import { namesOf } from "../../config/resolve.ts";
import { META } from "../../vault/names.ts";
import { recordStamp } from "../../vault/record.ts";
import type { Command } from "../command.ts";
import { loadConfig, type LoadedConfig } from "../config/config_load.ts";
import { callersDirectory } from "../places/callers_directory.ts";
import { platformOf, variable } from "../platform.ts";

/** More than a person reads. */
const MOST = 200;

/** Where a command's arguments are what: the first names a vault or a job, the others lie in it. */
const REST: Readonly<Record<string, "paths" | "stamps" | "none">> = {
  ls: "paths",
  cat: "paths",
  history: "paths",
  restore: "paths",
  diff: "stamps",
  delete: "stamps",
};

/** Flags whose value is a snapshot. */
const STAMP_FLAGS: ReadonlySet<string> = new Set(["--at"]);

/** Commands whose first argument may be a job. */
const TAKES_JOB = /\b(JOB|VAULT)\b/;

/** What could stand in place of the last of `words` (the line after `hikae`), a line each. */
export async function completionsFor(
  words: readonly string[],
  commands: readonly Command[],
): Promise<string[]> {
  const [last = "", ...before] = [...words].reverse();
  // as PowerShell writes an empty word
  const current = last === '""' ? "" : last;
  const { command, args } = commandOf(before.reverse(), commands);
  if (command === undefined || current.startsWith("-")) return [];
  const loaded = await configOf();
  const previous = words.at(-2) ?? "";
  const [first] = args;
  const vault = first === undefined ? undefined : vaultOf(first, loaded);
  if (STAMP_FLAGS.has(previous)) return fitting(stamps(vault), current);
  if (previous.startsWith("-") && takesValue(command, previous)) return [];
  if (first === undefined) {
    return TAKES_JOB.test(command.usage.join(" ")) ? fitting(jobs(loaded), current) : [];
  }
  if (REST[command.name] === "stamps") return fitting(stamps(vault), current);
  return REST[command.name] === "paths" ? paths(vault, current) : [];
}

function commandOf(
  words: readonly string[],
  commands: readonly Command[],
): { command: Command | undefined; args: string[] } {
  let [command, among]: [Command | undefined, readonly Command[]] = [undefined, commands];
  const args: string[] = [];
  let skip = false;
  for (const word of words) {
    const next = among.find((c) => c.name === word);
    if (skip) skip = false;
    else if (word.startsWith("-")) skip = command !== undefined && takesValue(command, word);
    else if (args.length === 0 && next !== undefined) {
      command = next;
      among = next.sub ?? [];
    } else args.push(word);
  }
  return { command, args };
}

function takesValue(command: Command, flag: string): boolean {
  const found = command.flags.find((f) => `--${f.name}` === flag || `-${f.short}` === flag);
  return found?.value !== undefined || ["--config", "--vault"].includes(flag);
}

async function configOf(): Promise<LoadedConfig | undefined> {
  try {
    const env = variable;
    const cwd = callersDirectory();
    return await loadConfig({ cwd, env, platform: platformOf(Deno.build.os) });
  } catch {
    // a config that is wrong says so elsewhere
    return undefined;
  }
}

function jobs(loaded: LoadedConfig | undefined): string[] {
  if (loaded === undefined) return [];
  return [...new Set([...namesOf(loaded.config), ...Object.keys(loaded.config.jobs)])];
}

function vaultOf(word: string, loaded: LoadedConfig | undefined): string {
  const job = loaded !== undefined && Object.hasOwn(loaded.config.jobs, word)
    ? loaded.config.jobs[word]
    : undefined;
  return job?.vaults[0] ?? join(callersDirectory(), word);
}

function stamps(vault: string | undefined): string[] {
  const found = namesIn(join(vault ?? "", META, "runs")).flatMap(({ name }) =>
    recordStamp(name) ?? []
  );
  return found.length === 0 ? [] : ["latest", ...found.sort().reverse()];
}

/** The entries of the mirror that go on from what is typed, with `/`; directories end in one. */
function paths(vault: string | undefined, current: string): string[] {
  const above = current.endsWith("/")
    ? current
    : current.includes("/")
    ? `${dirname(current)}/`
    : "";
  const start = current.endsWith("/") ? "" : basename(current);
  const found = namesIn(join(vault ?? "", above)).filter(({ name }) =>
    name !== META && name.startsWith(start)
  );
  return fitting(found.map(({ name, dir }) => `${above}${name}${dir ? "/" : ""}`).sort(), current);
}

function namesIn(dir: string): { name: string; dir: boolean }[] {
  try {
    return [...Deno.readDirSync(dir)].map((e) => ({ name: e.name, dir: e.isDirectory }));
  } catch {
    return [];
  }
}

/** A candidate is a line of its own: one with a control character is none. */
function fitting(all: readonly string[], start: string): string[] {
  return all.filter((c) => c.startsWith(start) && !/\p{Cc}/u.test(c)).slice(0, MOST);
}
