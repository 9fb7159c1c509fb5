/**
 * Leaves out files by size, age and name, and what lies in cache directories (those with a CACHEDIR.TAG).
 *
 * ```jsonc
 * {
 *   "path": "hikae:skip_rules",
 *   "allow": { "read": ["{source}"] },                        // only for "cacheDirs": "check"
 *   "options": { "largerThan": "2G", "olderThan": "3y", "patterns": ["*.iso", "node_modules"], "cacheDirs": "check" }
 * }
 * ```
 *
 * What is left out is neither seen nor gone: a copy that the vault already has stays.
 *
 * Wants: nothing; with `"cacheDirs": "check"`, `read` on `{source}`.
 * @module
 */

import type { Directory, Entry, Permissions, Plugin, RunContext } from "../src/plugins/api.ts";
import { ABOUT, TEXTS } from "./lib/skip_rules_words.ts";
import { inLanguage, sayer } from "./lib/words.ts";

interface Options {
  largerThan?: string | number;
  smallerThan?: string | number;
  olderThan?: string;
  youngerThan?: string;
  patterns?: string[];
  cacheDirs?: boolean | "check";
}

/** True when an entry is left out. */
type Rule = (entry: Entry) => boolean;

const TAG = "CACHEDIR.TAG";
const SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55";

let rules: Rule[] | undefined;
/** The source that `read` was granted for: what a later plugin points the run to, a snapshot, is another place. */
let place: string | undefined;

const { description, ...options } = inLanguage(ABOUT);
const say = sayer(TEXTS);

export default {
  name: "skip_rules",
  version: "1.0.0",
  description,
  options,
  permissions: (options): Permissions =>
    options.cacheDirs === "check" ? { read: ["{source}"] } : {},
  preBackup(run): void {
    place = run.source;
    rules = makeRules(run); // a wrong option is told before the run reads anything
  },
  filter(batch, run): { leaveOut: number[][] } {
    const all = rules ??= makeRules(run);
    return { leaveOut: batch.map((directory) => leftOut(directory, run, all)) };
  },
} satisfies Plugin<Options>;

function leftOut(directory: Directory, run: RunContext<Options>, all: readonly Rule[]): number[] {
  const cache = isCache(directory, run);
  const result: number[] = [];
  directory.entries.forEach((entry, n) => {
    // The tag itself stays: a restored directory is then a cache directory again.
    if (cache ? entry.name !== TAG : all.some((rule) => rule(entry))) result.push(n);
  });
  return result;
}

function isCache({ dir, entries }: Directory, run: RunContext<Options>): boolean {
  const { cacheDirs } = run.options;
  if (cacheDirs === undefined || cacheDirs === false) return false;
  const tag = entries.find((entry) => entry.name === TAG && entry.type === "file");
  if (tag === undefined || tag.size < SIGNATURE.length) return false;
  if (cacheDirs === true) return true;
  try {
    return Deno.readTextFileSync(`${place ?? run.source}/${dir}/${TAG}`).startsWith(SIGNATURE);
  } catch {
    return false; // what cannot be read is backed up, or at least reported
  }
}

function makeRules({ options, started }: RunContext<Options>): Rule[] {
  const now = Date.parse(started);
  const made: Rule[] = [];
  const files = (rule: Rule): void => void made.push((e) => e.type === "file" && rule(e));
  const { largerThan, smallerThan, olderThan, youngerThan, patterns } = options;
  if (largerThan !== undefined) {
    const limit = sizeOf(largerThan);
    files((e) => e.size > limit);
  }
  if (smallerThan !== undefined) {
    const limit = sizeOf(smallerThan);
    files((e) => e.size < limit);
  }
  if (olderThan !== undefined) {
    const limit = now - durationOf(olderThan);
    files((e) => e.mtime < limit);
  }
  if (youngerThan !== undefined) {
    const limit = now - durationOf(youngerThan);
    files((e) => e.mtime > limit);
  }
  const { cacheDirs = false } = options;
  if (cacheDirs !== true && cacheDirs !== false && cacheDirs !== "check") {
    throw new Error(say("odd-cache", { given: String(cacheDirs) }));
  }
  for (const pattern of patterns ?? []) {
    if (pattern.includes("/")) {
      throw new Error(say("path", { pattern }));
    }
    const known = nameMatcher(pattern);
    made.push((e) => known.test(e.name));
  }
  return made;
}

function nameMatcher(pattern: string): RegExp {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll(
    "?",
    ".",
  );
  return new RegExp(`^${source}$`, "su");
}

function sizeOf(text: string | number): number {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGTP]?)(?:I?B)?$/i.exec(String(text));
  if (match === null) throw new Error(say("odd-size", { given: text }));
  return Number(match[1]) * 1024 ** " KMGTP".indexOf((match[2] || " ").toUpperCase());
}

/** Seconds in each unit, a month as a twelfth of a year. */
const SECONDS: Record<string, number> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  mo: 2_629_800,
  y: 31_557_600,
};

function durationOf(text: string): number {
  if (!/^(\d+(mo|[smhdwy]))+$/.test(text)) {
    throw new Error(say("odd-time", { given: text }));
  }
  return [...text.matchAll(/(\d+)(mo|[smhdwy])/g)]
    .reduce((sum, [, n, unit = ""]) => sum + Number(n) * (SECONDS[unit] ?? 0) * 1000, 0);
}
