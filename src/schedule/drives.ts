/**
 * Drive letters that stand for a share. A scheduled task may run before they are there, or without them;
 * the name of the share itself always works.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import { text } from "../text/text.ts";

/** Mapped drives: the letter with its colon (`Z:`, upper case) to `\\server\share`. */
export type Drives = ReadonlyMap<string, string>;

/** The command whose output {@link parseDrives} reads; the registry's answer is the same in every language. */
export const DRIVES_COMMAND: readonly [string, readonly string[]] = [
  "reg",
  ["query", "HKCU\\Network", "/s"],
];

/** The drives that are mapped for good, from the registry; throws where a letter of a share was lost on the way. */
export function parseDrives(registry: string): Drives {
  const drives = new Map<string, string>();
  let letter: string | undefined;
  for (const line of registry.split(/\r?\n/)) {
    const key = /\\Network\\([A-Za-z])\s*$/i.exec(line);
    if (key !== null) letter = `${key[1]?.toUpperCase()}:`;
    const path = /^\s+RemotePath\s+REG_(?:EXPAND_)?SZ\s+(.+?)\s*$/.exec(line)?.[1];
    if (path === undefined || letter === undefined) continue;
    // no name of a share can hold either
    if (/[?\ufffd]/.test(path)) {
      throw new HikaeError("failed", text("windows.lost-share", { letter, path }), {
        hint: text("windows.lost-letters-hint"),
      });
    }
    drives.set(letter, path);
  }
  return drives;
}

/** The path by its share, when it lies on a mapped drive. */
export function toUnc(path: string, drives: Drives): string {
  const share = drives.get(path.slice(0, 2).toUpperCase());
  if (share === undefined) return path;
  const rest = path.slice(2).replaceAll("/", "\\");
  return share.replace(/\\+$/, "") + (rest.startsWith("\\") ? rest : `\\${rest}`);
}

/** True for a path on another machine: a share by its name, or on a mapped drive. */
export function isNetworkPath(path: string, drives: Drives): boolean {
  const unc = toUnc(path, drives).replaceAll("/", "\\");
  if (/^\\\\\?\\UNC\\/i.test(unc)) return true;
  return unc.startsWith("\\\\") && !/^\\\\[?.]\\/.test(unc);
}
