/** Which entries of a source are left out (spec decisions 12 and 21). @module */

import { Ignore } from "../../base/gitignore.ts";
import type { Rules } from "../backup/request.ts";

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

/** Told once of each pattern that would leave an entry out if letter case did not count. */
export type CaseNotice = (pattern: string, path: string) => void;

/** Makes rules ready; `vaults` are the paths of vaults inside the source. */
export function compileRules(
  rules: Rules,
  vaults: readonly string[],
  notice?: CaseNotice,
): RuleSet {
  const inside = new Set(vaults);
  const patterns = patternRule(rules, notice);
  const excludes = (path: string, isDir: boolean): boolean =>
    inside.has(path) || (patterns?.(path, isDir) ?? false);
  const fold = (name: string): string => rules.ignoreCase ? name.toLowerCase() : name;
  const tags = rules.excludeIfPresent.map(fold);
  return {
    excludes: inside.size === 0 && patterns === undefined ? () => false : excludes,
    tagged: (names) => {
      const all = rules.ignoreCase ? new Set([...names].map(fold)) : names;
      return tags.some((name) => all.has(name));
    },
    hasTags: tags.length > 0,
    largest: rules.excludeLargerThan ?? Infinity,
    oneFileSystem: rules.oneFileSystem,
  };
}

function patternRule(
  { exclude, ignoreCase = false }: Rules,
  notice: CaseNotice | undefined,
): RuleSet["excludes"] | undefined {
  if (exclude.length === 0) return undefined;
  const exact = new Ignore(exclude, { ignoreCase });
  if (ignoreCase || notice === undefined || !exclude.some((p) => /\p{L}/u.test(p))) {
    return (path, isDir) => exact.ignores(path, isDir);
  }
  const either = new Ignore(exclude, { ignoreCase: true });
  const told = new Set<number>();
  return (path, isDir) => {
    if (exact.ignores(path, isDir)) return true;
    const line = either.lineFor(path, isDir);
    if (line !== undefined && !told.has(line)) {
      told.add(line);
      notice(exclude[line] ?? "", path);
    }
    return false;
  };
}
