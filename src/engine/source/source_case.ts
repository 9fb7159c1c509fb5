/** Whether the disk of a source tells letters by case. @module */

import type { FileSystem } from "../../base/fs.ts";
import { lstatIfAny } from "../../base/io.ts";
import type { Emit } from "../../base/event.ts";
import { text } from "../../text/text.ts";
import type { CaseNotice } from "./rules.ts";
import type { BackupRequest } from "../backup/request.ts";

/** Says of a pattern that an entry differs from it in letter case alone. */
export function caseNotice(emit: Emit): CaseNotice {
  return (pattern, path) => {
    const message = text("backup.case-differs", { pattern });
    emit({ message_type: "note", message, path, pattern });
  };
}

/** Each lane looks at other directories: what several say of one pattern is said once. */
export function oncePerPattern(emit: Emit): Emit {
  const told = new Set<string>();
  return (message) => {
    if (message.message_type === "note" && message.pattern !== undefined) {
      if (told.has(message.pattern)) return;
      told.add(message.pattern);
    }
    emit(message);
  };
}

/** So many directories are searched for a name with a letter. */
const FAR = 100;

/** The request with `ignoreCase` as the disk of the source has it. Throws when the source cannot be listed. */
export function onDisk(
  { fs, separator }: { fs: FileSystem; separator: "/" | "\\" },
  request: BackupRequest,
): BackupRequest {
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
