/** Whether the disk of a source tells letters by case. @module */

import type { FileSystem } from "../../base/fs.ts";
import { lstatIfAny } from "../../base/io.ts";
import type { Rules } from "./request.ts";

/** So many directories are searched for a name with a letter. */
const FAR = 100;

/** The rules with {@link Rules.ignoreCase} as the disk of the source has it. Throws when the source cannot be listed. */
export function rulesOnDisk(
  { fs, separator }: { fs: FileSystem; separator: "/" | "\\" },
  source: string,
  rules: Rules,
): Rules {
  const asks = rules.exclude.length > 0 || rules.excludeIfPresent.length > 0;
  return asks && ignoresCase(fs, source, separator) ? { ...rules, ignoreCase: true } : rules;
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
