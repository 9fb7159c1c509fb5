/** Which entries of a source are left out (spec decisions 12 and 21). @module */

import ignore from "ignore";
import { HikaeError, messageOf } from "../../base/errors.ts";
import type { Rules } from "./request.ts";

/** Rules, made ready. */
export interface RuleSet {
  /** True when a name or pattern rule leaves the entry out. */
  excludes(path: string, isDir: boolean): boolean;
  /** True when a directory with these names in it is left out. */
  tagged(names: ReadonlySet<string>): boolean;
  /** True when a rule needs the names of a directory. */
  readonly hasTags: boolean;
  readonly largest: number;
  readonly oneFileSystem: boolean;
}

/** Makes rules ready; `vaults` are the paths of vaults inside the source. Throws `usage` for a pattern that is none. */
export function compileRules(rules: Rules, vaults: readonly string[]): RuleSet {
  const inside = new Set(vaults);
  const matcher = compilePatterns(rules.exclude);
  const excludes = (path: string, isDir: boolean): boolean =>
    inside.has(path) || (matcher !== undefined && matcher(isDir ? `${path}/` : path));
  return {
    excludes: inside.size === 0 && matcher === undefined ? () => false : excludes,
    tagged: (names) => rules.excludeIfPresent.some((name) => names.has(name)),
    hasTags: rules.excludeIfPresent.length > 0,
    largest: rules.excludeLargerThan ?? Infinity,
    oneFileSystem: rules.oneFileSystem,
  };
}

function compilePatterns(patterns: readonly string[]): ((path: string) => boolean) | undefined {
  if (patterns.length === 0) return undefined;
  try {
    // the library's own check refuses paths that a source may well have ("..x" is fine, "./x" never comes)
    const set = ignore({ ignorecase: false, allowRelativePaths: true }).add(patterns as string[]);
    return (path) => set.ignores(path);
  } catch (cause) {
    throw new HikaeError("usage", `read exclude patterns: ${messageOf(cause)}`, { cause });
  }
}

/** The patterns of an exclude file: one per line, `\r\n` and a byte-order mark taken off. */
export function patternsOf(text: string): string[] {
  return text.replace(/^\uFEFF/, "").split(/\r?\n/);
}
