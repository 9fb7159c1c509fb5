/** Which entries of a source are left out (spec decisions 12 and 21). @module */

import type { Ignore } from "ignore";
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

let library:
  | ((options: { ignorecase: boolean; allowRelativePaths: boolean }) => Ignore)
  | undefined;

/** Loads what patterns need; most runs have none, and every thread would pay 6 ms. Comes before {@link compileRules}. */
export async function loadRules(rules: Pick<Rules, "exclude">): Promise<void> {
  if (rules.exclude.length > 0) library ??= (await import("ignore")).default;
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
  if (library === undefined) throw new Error("loadRules comes before compileRules");
  try {
    // the library's own check refuses paths that a source may well have ("..x" is fine, "./x" never comes)
    const set = library({ ignorecase: false, allowRelativePaths: true }).add(patterns as string[]);
    return (path) => set.ignores(path);
  } catch (cause) {
    throw new HikaeError("usage", `read exclude patterns: ${messageOf(cause)}`, { cause });
  }
}
