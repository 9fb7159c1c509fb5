/** The few files that the `config` commands touch by themselves, outside any engine. @module */

import { writeNewFile } from "../new_file.ts";
import type { FolderPorts } from "./config_folders.ts";

/** The disk of this machine; what cannot be read is not there. */
export const look: FolderPorts = {
  isDirectory: (path) => attempt(() => Deno.lstatSync(path).isDirectory, false),
  leadsToDirectory: (path) => attempt(() => Deno.statSync(path).isDirectory, false),
  names: (path) => attempt(() => Array.from(Deno.readDirSync(path), (entry) => entry.name), []),
  text: (path) => attempt(() => Deno.readTextFileSync(path), ""),
};

/** Replaces a file whole, with the mode that is given, so that what was there stays until the new text is on the disk. */
export async function replaceFile(
  path: string,
  text: string,
  mode: number | null = null,
): Promise<void> {
  // A config may be a link into a directory of dotfiles; what it names is replaced then.
  const real = await Deno.realPath(path).catch(() => path);
  const temporary = `${real}.${crypto.randomUUID()}.tmp`;
  try {
    writeNewFile(temporary, text);
    if (mode !== null && Deno.build.os !== "windows") await Deno.chmod(temporary, mode & 0o777);
    await Deno.rename(temporary, real);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

function attempt<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}
