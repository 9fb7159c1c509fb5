/** The vaults in a directory that holds several, as a NAS or a backup drive does. @module */

import { join } from "@std/path";
import { META, ROOT_FILES } from "../../vault/names.ts";

/** How many levels below a directory vaults are looked for. */
const LEVELS = 2;

/** True when a directory is a vault by the files that it has; nothing of it is believed yet. */
export function isVault(dir: string): boolean {
  try {
    return Deno.lstatSync(join(dir, META, ROOT_FILES.vault)).isFile;
  } catch {
    return false;
  }
}

/** The directory itself when it is a vault, else the vaults one or two levels below it, by path; no link is followed. */
export function findVaults(dir: string, levels = LEVELS): string[] {
  if (isVault(dir)) return [dir];
  if (levels === 0) return [];
  return subdirectories(dir).flatMap((name) => findVaults(join(dir, name), levels - 1));
}

function subdirectories(dir: string): string[] {
  try {
    return [...Deno.readDirSync(dir)].filter((e) => e.isDirectory).map((e) => e.name).sort();
  } catch {
    // what may not be read holds no vault that could be shown
    return [];
  }
}
