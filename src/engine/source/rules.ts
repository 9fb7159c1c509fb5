/** Which entries of a source are left out (spec decisions 12 and 21). @module */

import { Ignore } from "../../base/gitignore.ts";
import type { FileSystem } from "../../base/fs.ts";
import { lstatIfAny } from "../../base/io.ts";
import { dirOf, joinRel, nameOf } from "../../base/relpath.ts";
import type { Emit } from "../../base/event.ts";
import { text } from "../../text/text.ts";

/** Rules, made ready. */
export interface RuleSet {
  /** True when a name or pattern rule leaves the entry out. */
  excludes(path: string, isDir: boolean): boolean;
  /** The same of a name in a directory. */
  excludesIn(dir: string, name: string, isDir: boolean): boolean;
  /** True when a directory with an entry of this name in it is left out. */
  isTag(name: string): boolean;
  /** True when a rule needs the names of a directory. */
  readonly hasTags: boolean;
  readonly largest: number;
  readonly oneFileSystem: boolean;
}

/** Told once of each pattern that would leave an entry out if letter case did not count. */
export type CaseNotice = (pattern: string, path: string) => void;

/** Makes rules ready; `vaults` are the paths of vaults inside the source. */
export function compileRules(
  rules: Rules,
  vaults: readonly string[],
  notice?: CaseNotice,
): RuleSet {
  const inside = Map.groupBy(vaults, dirOf);
  const patterns = patternRule(rules, notice);
  const excludesIn = inside.size === 0 && patterns === undefined
    ? () => false
    : (dir: string, name: string, isDir: boolean): boolean =>
      inside.get(dir)?.includes(joinRel(dir, name)) === true ||
      (patterns?.(dir, name, isDir) ?? false);
  const fold = (name: string): string => rules.ignoreCase ? name.toLowerCase() : name;
  const tags = rules.excludeIfPresent.map(fold);
  return {
    excludes: (path, isDir) => excludesIn(dirOf(path), nameOf(path), isDir),
    excludesIn,
    isTag: (name) => tags.includes(fold(name)),
    hasTags: tags.length > 0,
    largest: rules.excludeLargerThan ?? Infinity,
    oneFileSystem: rules.oneFileSystem,
  };
}

function patternRule(
  { exclude, ignoreCase = false }: Rules,
  notice: CaseNotice | undefined,
): RuleSet["excludesIn"] | undefined {
  if (exclude.length === 0) return undefined;
  if (ignoreCase || notice === undefined || !exclude.some((p) => /\p{L}/u.test(p))) {
    const ignore = new Ignore(exclude, { ignoreCase });
    return (dir, name, isDir) => ignore.ignoresIn(dir, name, isDir);
  }
  const ignore = new Ignore(exclude, { tellOtherCase: true });
  const noticed = new Set<number>();
  return (dir, name, isDir) => {
    if (ignore.ignoresIn(dir, name, isDir)) return true;
    const line = ignore.lineInOtherCase(isDir);
    if (line !== undefined && !noticed.has(line)) {
      noticed.add(line);
      notice(exclude[line] ?? "", joinRel(dir, name));
    }
    return false;
  };
}

/**
 * The paths, relative to the source, of the vaults that lie inside it. Those inside the directory that a snapshot
 * stands for are in the snapshot too: read from there, a vault would go into itself with each run.
 */
export function vaultsInside(
  request: {
    source: string;
    originalSource?: string;
    vaults: readonly { root: string }[];
    ownDirs?: readonly string[];
  },
  separator: string,
): string[] {
  const { source, originalSource = source } = request;
  const found = [...new Set([source, originalSource])].flatMap((dir) => {
    const prefix = dir.endsWith(separator) ? dir : dir + separator;
    return [...request.vaults.map((v) => v.root), ...request.ownDirs ?? []]
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length).replaceAll(separator, "/"));
  });
  return [...new Set(found)];
}

/** Says of a pattern that an entry differs from it in letter case alone. */
export function caseNotice(emit: Emit): CaseNotice {
  return (pattern, path) => {
    const message = text("backup.case-differs", { pattern });
    emit({ message_type: "note", message, path, pattern });
  };
}

/** Each lane looks at other directories: what several say of one pattern is said once. */
export function oncePerPattern(emit: Emit): Emit {
  const noticed = new Set<string>();
  return (message) => {
    if (message.message_type === "note" && message.pattern !== undefined) {
      if (noticed.has(message.pattern)) return;
      noticed.add(message.pattern);
    }
    emit(message);
  };
}

/** So many directories are searched for a name with a letter. */
const FAR = 100;

/** The request with `ignoreCase` as the disk of the source has it. Throws when the source cannot be listed. */
export function onDisk<R extends { source: string; rules: Rules }>(
  { fs, separator }: { fs: FileSystem; separator: "/" | "\\" },
  request: R,
): R {
  const { rules, source } = request;
  const asks = rules.exclude.length > 0 || rules.excludeIfPresent.length > 0;
  return asks && ignoresCase(fs, source, separator)
    ? { ...request, rules: { ...rules, ignoreCase: true } }
    : request;
}

/**
 * True when the disk takes a name in another letter case for the same: asked with a name that is there. Where no name
 * has a letter, Windows does and others do not.
 */
export function ignoresCase(fs: FileSystem, source: string, separator: "/" | "\\"): boolean {
  const open = [source];
  for (let n = 0; n < FAR; n++) {
    const dir = open.shift();
    if (dir === undefined) break;
    const prefix = dir.endsWith(separator) ? dir : dir + separator;
    let entries: ReturnType<FileSystem["list"]>;
    try {
      entries = fs.list(dir);
    } catch (error) {
      if (dir === source) throw error;
      continue;
    }
    const answer = askOfNames(fs, prefix, entries.map((e) => e.name));
    if (answer !== undefined) return answer;
    for (const e of entries) if (e.type === "dir") open.push(prefix + e.name);
  }
  return separator === "\\";
}

/** Undefined when none of the names tells. */
function askOfNames(
  fs: FileSystem,
  prefix: string,
  names: readonly string[],
): boolean | undefined {
  const listed = new Set(names);
  for (const name of names) {
    const other = inOtherCase(name);
    if (other === name) continue;
    if (listed.has(other)) return false;
    try {
      if (lstatIfAny(fs, prefix + other) !== undefined) return true;
      // one that went in between says nothing
      if (lstatIfAny(fs, prefix + name) !== undefined) return false;
    } catch {
      // one that cannot be looked at says nothing
    }
  }
  return undefined;
}

/** Letters of ASCII in their other case: of others, systems do not all think alike. */
function inOtherCase(name: string): string {
  return name.replaceAll(
    /[A-Za-z]/g,
    (c) => c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase(),
  );
}

/** What is left out of a backup (spec decision 21). */
export interface Rules {
  /** Patterns in gitignore syntax. */
  exclude: readonly string[];
  /** A directory that holds an entry of one of these names is left out. */
  excludeIfPresent: readonly string[];
  /** Files of more bytes than this are left out. */
  excludeLargerThan?: number;
  oneFileSystem: boolean;
  /** Letters of patterns and of names that leave a directory out match in either case: the source's disk tells them not. */
  ignoreCase?: boolean;
}

/** The rules that a run was made with, by what the first line of its record says of them. */
export function recordedRules(options: Readonly<Record<string, unknown>>): Rules {
  const strings = (key: string): string[] => {
    const value = options[key];
    return Array.isArray(value) ? value.filter((v) => typeof v === "string") : [];
  };
  const larger = options.excludeLargerThan;
  return {
    exclude: strings("exclude"),
    excludeIfPresent: strings("excludeIfPresent"),
    oneFileSystem: options.oneFileSystem === true,
    ignoreCase: options.ignoreCase === true,
    ...(typeof larger === "number" ? { excludeLargerThan: larger } : {}),
  };
}
