/**
 * Holds a run when many files have been scrambled since the last one: their contents became noise, or their
 * names got another ending. What the vault has stays as it is until somebody has looked.
 *
 * ```jsonc
 * {
 *   "path": "hikae:ransom_guard",
 *   "allow": { "read": ["{source}", "{vaults}"] },
 *   "options": { "files": 30, "canaries": ["Documents/!keep.docx"] }
 * }
 * ```
 *
 * It compares each changed file with its copy in the vault: a file counts when its first 64 KiB look random and
 * did not before, or begin otherwise than before; and when a name is gone and the same name with something after
 * it is new. Canaries are files that nobody edits: a run is held at once when one is gone or changed.
 *
 * With `"content": false` it reads nothing and wants no grant: then only names count, such as `letter.docx.x7k2`
 * of the last `days` days, many with the same ending. Held for nothing? Raise `files`, or set `passUntil`.
 *
 * Put it before `snapshot_source`: it may read the source, not a snapshot of it.
 *
 * Wants: `read` on `{source}` and `{vaults}`, unless `"content": false`.
 * @module
 */

import type { Directory, Permissions, Plugin, RunContext } from "../src/plugins/api.ts";
import { ABOUT, TEXTS } from "./lib/ransom_guard_words.ts";
import { looksScrambled, strangeEnding } from "./lib/scrambled.ts";
import { inLanguage, sayer } from "./lib/words.ts";

interface Options {
  files?: number;
  content?: boolean;
  canaries?: string[];
  days?: number;
  passUntil?: string;
}

interface Answer {
  hold?: string;
}

/** The source that `read` was granted for: what a later plugin points the run to, a snapshot, is another place. */
let place: string | undefined;
const found = new Set<string>();
const endings = new Map<string, number>();

const { description, ...options } = inLanguage(ABOUT);
const say = sayer(TEXTS);

export default {
  name: "ransom_guard",
  version: "1.0.0",
  description,
  options,
  permissions: ({ content, canaries }): Permissions =>
    content === false && (canaries ?? []).length === 0 ? {} : { read: ["{source}", "{vaults}"] },
  preBackup(run): Answer {
    place = run.source;
    const wrong = (run.options.canaries ?? []).find((canary) => !sameAsBefore(canary, run));
    if (wrong === undefined || passes(run)) return {};
    return { hold: say("canary", { file: wrong }) };
  },
  filter(batch, run): Answer {
    if (passes(run)) return {};
    for (const directory of batch) {
      if (run.options.content === false) countEndings(directory, run);
      else compare(directory, run);
    }
    const limit = run.options.files ?? 30;
    const most = [...endings].find(([, count]) => count >= limit);
    const why = say("why");
    if (most !== undefined) return { hold: say("endings", { n: most[1], ending: most[0], why }) };
    if (found.size < limit) return {};
    const [example = ""] = found;
    return { hold: say("scrambled", { n: found.size, example, why }) };
  },
} satisfies Plugin<Options>;

function passes({ options, started }: RunContext<Options>): boolean {
  return options.passUntil !== undefined && Date.parse(started) < Date.parse(options.passUntil);
}

/** A canary that no vault has yet is taken as it is. */
function sameAsBefore(canary: string, run: RunContext<Options>): boolean {
  return run.vaults.every((vault) => {
    const before = readStart(`${vault}/${canary}`);
    const now = readStart(`${run.source}/${canary}`);
    return before === undefined || (now !== undefined && sameBytes(before, now));
  });
}

function countEndings({ entries }: Directory, { options, started }: RunContext<Options>): void {
  const since = Date.parse(started) - (options.days ?? 2) * 86_400_000;
  for (const { name, type, mtime } of entries) {
    const ending = type === "file" && mtime >= since ? strangeEnding(name) : undefined;
    if (ending !== undefined) endings.set(ending, (endings.get(ending) ?? 0) + 1);
  }
}

/** Compares a directory with the first vault that has it. */
function compare({ dir, entries }: Directory, run: RunContext<Options>): void {
  const [vault, before] = copyOf(dir, run.vaults);
  const present = new Set(entries.map((entry) => entry.name));
  for (const { name, type, size, mtime } of entries) {
    if (type !== "file") continue;
    const old = before.has(name) ? name : originOf(name, before, present);
    if (old === undefined) continue;
    const copy = `${vault}/${dir}/${old}`;
    if (old === name && isUnchanged(copy, size, mtime)) continue;
    const now = readStart(`${place ?? run.source}/${dir}/${name}`);
    const then = readStart(copy);
    if (now === undefined || then === undefined) continue;
    if (looksScrambled(then, now)) found.add(dir === "" ? name : `${dir}/${name}`);
  }
}

function copyOf(dir: string, vaults: readonly string[]): [string, Set<string>] {
  for (const vault of vaults) {
    const names = namesIn(`${vault}/${dir}`);
    if (names.size > 0) return [vault, names];
  }
  return ["", new Set()];
}

/** The file that a new name was made from: gone now, and the name's beginning (`a.docx` of `a.docx.x7k2`). */
function originOf(
  name: string,
  before: ReadonlySet<string>,
  present: ReadonlySet<string>,
): string | undefined {
  for (let dot = name.lastIndexOf("."); dot > 0; dot = name.lastIndexOf(".", dot - 1)) {
    const origin = name.slice(0, dot);
    if (before.has(origin) && !present.has(origin)) return origin;
  }
  return undefined;
}

function namesIn(path: string): Set<string> {
  try {
    return new Set(Deno.readDirSync(path).filter((e) => e.isFile).map((e) => e.name));
  } catch {
    return new Set(); // the vault does not have it yet
  }
}

function isUnchanged(copy: string, size: number, mtime: number): boolean {
  const { size: before, mtime: time } = Deno.lstatSync(copy);
  return before === size && Math.abs((time?.getTime() ?? 0) - mtime) < 2000;
}

/** The first 64 KiB of a file; undefined when it cannot be read. Throws when it may not: a guard must not be blind. */
function readStart(path: string): Uint8Array | undefined {
  try {
    using file = Deno.openSync(path);
    const buffer = new Uint8Array(65_536);
    return buffer.subarray(0, file.readSync(buffer) ?? 0);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return undefined;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, n) => byte === b[n]);
}
