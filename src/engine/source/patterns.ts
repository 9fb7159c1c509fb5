/** Exclude files. Pure. @module */

import { belowDir } from "../../base/relpath.ts";
import { text } from "../../text/text.ts";

/** The patterns of an exclude file: one per line, a byte-order mark and one `\r` at each end taken off, as git does. */
export function patternsOf(text: string): string[] {
  return text.replace(/^\uFEFF/, "").split("\n").map((line) => line.replace(/\r$/, ""));
}

/** A pattern that is given by itself: a `#` at its beginning is of a name, since a comment can only be in a file. */
export function givenPattern(pattern: string): string {
  return pattern.replace(/^#/, "\\#");
}

/** Why a pattern leaves nothing out, though it is meant to; undefined when nothing is odd about it. */
export function oddPattern(
  pattern: string,
  sources: readonly string[],
  windows: boolean,
): string | undefined {
  const bare = pattern.replace(/^!/, "").trimEnd();
  const slashed = windows ? bare.replaceAll("\\", "/") : bare;
  for (const source of sources) {
    const below = belowDir(slashed, windows ? source.replaceAll("\\", "/") : source, windows);
    // "/" as the source: there a full path is a path from the source
    if (below === undefined || below === "" || /^[/\\]*$/.test(source)) continue;
    return text("pattern.from-source", { pattern: below });
  }
  if (/^~\//.test(bare)) return text("pattern.home");
  const [, relative] = /^\.\/+(.+)$/.exec(slashed) ?? [];
  if (relative !== undefined) return text("pattern.from-source", { pattern: relative });
  if (windows ? /^[A-Za-z]:/.test(bare) : /^[A-Za-z]:[\\/]/.test(bare)) {
    return text("pattern.drive");
  }
  const foreign = ofOtherTool(bare);
  if (foreign !== undefined) return foreign;
  if (!windows) return undefined;
  return /\\[^\s#!*?[\]\\]/.test(bare) || bare.endsWith("\\")
    ? text("pattern.slash", { pattern: slashed })
    : undefined;
}

/** What rsync, Borg or a shell would understand, and .gitignore takes for letters. */
function ofOtherTool(pattern: string): string | undefined {
  const [, sign = "", rule] = /^([-+]) +(.+)$/.exec(pattern) ?? [];
  if (rule !== undefined) {
    return text("pattern.sign", { sign, pattern: sign === "-" ? rule : `!${rule}` });
  }
  const [, kind] = /^((?:re|sh|fm|pp|pf|regexp|glob):)\S/.exec(pattern) ?? [];
  if (kind !== undefined) return text("pattern.kind", { kind });
  return /(?<!\\)\{[^{}/]*,[^{}/]*\}/.test(pattern) ? text("pattern.braces") : undefined;
}

/** Why a name by which directories are left out leaves out none; undefined when one can hold an entry of it. */
export function oddTag(name: string, windows: boolean): string | undefined {
  return (windows ? /[/\\]/ : /\//).test(name) ? text("pattern.tag") : undefined;
}
