/** The vaults in a directory that holds several, as a NAS or a backup drive does. @module */

import { join } from "@std/path";
import { META, ROOT_FILES } from "../../vault/names.ts";

/** How many levels below a directory vaults are looked for. */
const LEVELS = 2;

/**
 * True when a directory is a vault by the files that it has, one that lost its `vault.json` too; nothing of it is
 * believed yet.
 */
export function isVault(dir: string): boolean {
  return look(dir, ROOT_FILES.vault)?.isFile === true ||
    look(dir, ROOT_FILES.runs)?.isDirectory === true;
}

function look(dir: string, name: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(join(dir, META, name));
  } catch {
    return undefined;
  }
}

/**
 * The directory itself when it is a vault, else the vaults one or two levels below it, by path; no link is followed.
 * `closed` hears of each directory below it that cannot be read, and so may hold vaults that are not found.
 */
export function findVaults(dir: string, closed?: (dir: string, why: unknown) => void): string[] {
  return vaultsIn(dir, LEVELS, closed);
}

function vaultsIn(
  dir: string,
  levels: number,
  closed: ((dir: string, why: unknown) => void) | undefined,
): string[] {
  if (isVault(dir)) return [dir];
  if (levels === 0) return [];
  try {
    const names = [...Deno.readDirSync(dir)].filter((e) => e.isDirectory).map((e) => e.name).sort();
    return names.flatMap((name) => vaultsIn(join(dir, name), levels - 1, closed));
  } catch (error) {
    closed?.(dir, error);
    return [];
  }
}
