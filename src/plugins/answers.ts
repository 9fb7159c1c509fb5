/**
 * Checks what plugins answer. Everything that comes from a plugin is untrusted: each function here takes
 * anything and gives a value of its type, or throws a {@link WrongAnswer} that says what is wrong.
 * @module
 */

import { normalizeRel } from "../base/relpath.ts";
import { parseGrants } from "./grants.ts";
import type { Json, LogLevel, Permissions, PreBackupResult, Progress } from "./api.ts";
import { type HookName, HOOKS, type PluginInfo } from "./entry.ts";
import { text } from "../text/text.ts";

/** A plugin's answer has the wrong shape. */
export class WrongAnswer extends Error {
  override readonly name = "WrongAnswer";
}

const MAX_PATTERNS = 1000;
const MAX_TEXT = 4096;
const MAX_PROTECTED = 1_000_000;
/** All patterns of one answer together, in characters. */
const MAX_ALL_PATTERNS = 256 * 1024;
/** All that a plugin wants, and all that it says of its options. */
const MAX_WANTS = 8 * 1024;
const MAX_DOCS = 16 * 1024;
const LEVELS: readonly unknown[] = ["debug", "info", "warn", "error"];

/** A filter's answer: for each directory of the batch, the indexes that are left out. */
export interface CheckedFilter {
  leaveOut: number[][];
  hold?: string;
}

/** A `preCleanup` answer. */
export interface CheckedCleanup {
  ids: number[];
  paths: string[];
}

/** Text from a plugin, made fit to be shown: without control characters and not longer than `max`. */
export function cleanText(said: string, max = 2000): string {
  const cut = said.length > max ? `${said.slice(0, max)}…` : said;
  return cut.replace(/(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu, "\ufffd");
}

/** Text from a plugin for one line: line ends and tabs are blanks too. */
export function cleanLine(said: string, max = 2000): string {
  return cleanText(said.slice(0, max + 1), max).replace(/\s+/g, " ").trim();
}

/** Checks what a plugin says of itself. */
export function checkInfo(value: unknown): PluginInfo {
  const o = record(value, "description", [
    "name",
    "version",
    "description",
    "options",
    "wants",
    "hooks",
    "slips",
  ]);
  const given = textOf(o["name"], "name", 100);
  const name = cleanLine(given);
  if (name === "" || /[\r\n\t]/.test(given)) throw new WrongAnswer(text("plugin.odd-name"));
  const version = optionalText(o["version"], "version", 100);
  const description = optionalText(o["description"], "description", 1000);
  const slips = checkOptionDocs(o["slips"]);
  return {
    name,
    ...(version === undefined ? {} : { version: cleanLine(version) }),
    ...(description === undefined ? {} : { description: cleanLine(description) }),
    options: checkOptionDocs(o["options"]),
    wants: checkWants(o["wants"], name),
    hooks: list(o["hooks"], "hooks", HOOKS.length).map(checkHook),
    ...(Object.keys(slips).length === 0 ? {} : { slips }),
  };
}

/** What a plugin wants: every word of it is shown, so it is short and drives no terminal. */
function checkWants(value: unknown, name: string): Permissions {
  const wants = parseGrants(value ?? {}, name);
  const items = Object.values(wants).flatMap((list) => list === true ? [] : [...list ?? []]);
  if (items.some((item) => cleanLine(item, MAX_TEXT) !== item.trim())) {
    throw new WrongAnswer(text("plugin.wants-control"));
  }
  if (items.reduce((sum, item) => sum + item.length, 0) > MAX_WANTS) {
    throw new WrongAnswer(text("plugin.wants-much", { most: MAX_WANTS }));
  }
  return wants;
}

/** Checks a log line. */
export function checkLog(value: Record<string, unknown>): { level: LogLevel; message: string } {
  const level = value["level"];
  if (!LEVELS.includes(level)) throw new WrongAnswer(text("plugin.log-level"));
  return {
    level: level as LogLevel,
    message: textOf(value["message"], text("plugin.a-log-line"), 10_000),
  };
}

/** The longest JSON that a plugin may keep under one name, in UTF-16 units. */
const MAX_KEPT = 15_000_000;

/** Checks what a plugin keeps. */
export function checkRemember(value: Record<string, unknown>): { name: string; value: Json } {
  const name = textOf(value["name"], text("plugin.what-it-keeps"), 100);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw new WrongAnswer(text("plugin.keeps-odd"));
  const kept = (value["value"] ?? null) as Json; // it came as JSON
  if (JSON.stringify(kept).length > MAX_KEPT) throw new WrongAnswer(text("plugin.keeps-much"));
  return { name, value: kept };
}

/** Checks how far a plugin says that it has come. */
export function checkProgress(value: unknown): Progress {
  const given = typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
  const progress: Progress = {};
  for (const key of ["part", "bytes", "totalBytes", "files", "totalFiles"] as const) {
    const number = given[key];
    if (typeof number === "number" && number >= 0 && Number.isFinite(number)) {
      progress[key] = key === "part" ? Math.min(1, number) : number;
    }
  }
  return progress;
}

/** Checks the answer of `preBackup`. */
export function checkPreBackup(value: unknown): PreBackupResult {
  if (value === undefined || value === null) return {};
  const o = record(value, "preBackup", ["skip", "hold", "exclude", "source"]);
  const result: PreBackupResult = {};
  for (const key of ["skip", "hold", "source"] as const) {
    const got = optionalText(o[key], key, MAX_TEXT);
    if (got !== undefined) result[key] = key === "source" ? plain(got, key) : cleanLine(got);
  }
  // no backup, for no reason and with exit code 0, is what nobody means
  if (result.skip === "") throw new WrongAnswer(text("plugin.no-reason"));
  if (o["exclude"] !== undefined) {
    result.exclude = list(o["exclude"], "exclude", MAX_PATTERNS).map(addedPattern);
    const sum = result.exclude.reduce((sum, pattern) => sum + pattern.length, 0);
    if (sum > MAX_ALL_PATTERNS) throw new WrongAnswer(text("plugin.patterns-much"));
  }
  return result;
}

/** Checks the answer of `filter` to a batch whose directories have `counts` entries. */
export function checkFilter(value: unknown, counts: readonly number[]): CheckedFilter {
  const leaveOut: number[][] = counts.map(() => []);
  if (value === undefined || value === null) return { leaveOut };
  const o = record(value, "filter", ["leaveOut", "hold"]);
  const lists = o["leaveOut"] === undefined ? [] : list(o["leaveOut"], "leaveOut", counts.length);
  for (let d = 0; d < lists.length; d++) {
    if (lists[d] !== null) leaveOut[d] = indexes(lists[d], counts[d] ?? 0);
  }
  const hold = optionalText(o["hold"], "hold", MAX_TEXT);
  return hold === undefined ? { leaveOut } : { leaveOut, hold: cleanLine(hold) };
}

/** Checks the answer of `preCleanup` to a plan whose ids are `ids`. */
export function checkCleanup(value: unknown, ids: ReadonlySet<number>): CheckedCleanup {
  const result: CheckedCleanup = { ids: [], paths: [] };
  if (value === undefined || value === null) return result;
  const o = record(value, "preCleanup", ["protect"]);
  if (o["protect"] === undefined) return result;
  for (const item of list(o["protect"], "protect", MAX_PROTECTED)) {
    if (typeof item === "number") {
      if (!ids.has(item)) throw new WrongAnswer(text("plugin.no-entry", { entry: item }));
      result.ids.push(item);
    } else result.paths.push(relative(textOf(item, "protect", 32_768)));
  }
  return result;
}

/** An object of `value` with no keys but those `known`. */
export function record(
  value: unknown,
  what: string,
  known: readonly string[],
): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new WrongAnswer(text("plugin.not-object", { what }));
  }
  const odd = Object.keys(value).find((key) => !known.includes(key));
  if (odd !== undefined) {
    throw new WrongAnswer(text("plugin.unknown-key", { what, key: cleanText(odd, 50) }));
  }
  return value as Record<string, unknown>;
}

function checkHook(value: unknown): HookName {
  const hook = HOOKS.find((h) => h === value);
  if (hook === undefined) throw new WrongAnswer(text("plugin.no-hook"));
  return hook;
}

function checkOptionDocs(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new WrongAnswer(text("plugin.options-object"));
  }
  const entries = Object.entries(value);
  if (entries.length > 100) throw new WrongAnswer(text("plugin.options-many"));
  const docs = entries.map(([key, doc]): [string, string] => [
    cleanLine(key, 100),
    cleanLine(textOf(doc, "options", 1000)),
  ]);
  const sum = docs.reduce((sum, [key, doc]) => sum + key.length + doc.length, 0);
  if (sum > MAX_DOCS) throw new WrongAnswer(text("plugin.options-long", { most: MAX_DOCS }));
  return Object.fromEntries(docs);
}

function textOf(value: unknown, what: string, max: number): string {
  if (typeof value !== "string") throw new WrongAnswer(text("plugin.not-string", { what }));
  if (value.length > max) throw new WrongAnswer(text("plugin.longer", { what, most: max }));
  return value;
}

function optionalText(value: unknown, what: string, max: number): string | undefined {
  return value === undefined || value === null ? undefined : textOf(value, what, max);
}

/** A pattern that leaves something out: what the user leaves out, no plugin takes in again. */
function addedPattern(value: unknown): string {
  const pattern = plain(textOf(value, "exclude", MAX_TEXT), "exclude");
  if (/^\ufeff?!/.test(pattern)) {
    throw new WrongAnswer(text("plugin.takes-in", { pattern: cleanLine(pattern, 100) }));
  }
  return pattern;
}

/** A pattern or path; a line end or NUL in it would be read as something else further on. */
function plain(value: string, what: string): string {
  // deno-lint-ignore no-control-regex
  if (value.trim() === "" || /[\u0000\r\n]/.test(value)) {
    throw new WrongAnswer(text("plugin.odd-line", { what }));
  }
  return value;
}

function list(value: unknown, what: string, max: number): unknown[] {
  if (!Array.isArray(value)) throw new WrongAnswer(text("plugin.not-list", { what }));
  if (value.length > max) throw new WrongAnswer(text("plugin.more-items", { what, most: max }));
  return value;
}

function indexes(value: unknown, count: number): number[] {
  const seen = new Set<number>();
  for (const item of list(value, "leaveOut", count)) {
    if (typeof item !== "number" || !Number.isInteger(item) || item < 0 || item >= count) {
      throw new WrongAnswer(text("plugin.no-index"));
    }
    seen.add(item);
  }
  return [...seen];
}

function relative(path: string): string {
  const rel = path.startsWith("/") || /^[A-Za-z]:/.test(path) || path.includes("\0")
    ? undefined
    : normalizeRel(path, false);
  if (rel === undefined || rel === "") {
    throw new WrongAnswer(text("plugin.path-outside"));
  }
  return rel;
}
