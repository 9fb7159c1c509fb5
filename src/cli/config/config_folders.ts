/** This machine's folders for `config init`: what a person keeps, and a drive for the copies. @module */

import { homeOf, pathsOf } from "../../config/expand.ts";
import type { StarterParts } from "../../config/starter.ts";
import type { Expansion } from "../../config/types.ts";

/** What a look at the disk takes. */
export interface FolderPorts {
  /** True for a directory, not for a link to one: in /Volumes one leads to the system's own disk. */
  isDirectory(path: string): boolean;
  /** True for a link to a directory as well: a person may keep a folder on another disk. */
  leadsToDirectory(path: string): boolean;
  /** Names in a directory, none when it cannot be read. */
  names(path: string): string[];
  /** The text of a file, "" when it cannot be read. */
  text(path: string): string;
}

const FOLDERS = ["Documents", "Pictures", "Desktop"];

/** The parts of a starter for this machine; undefined when it is not known whose it is. */
export function findFolders(expansion: Expansion, look: FolderPorts): StarterParts | undefined {
  const home = homeOf(expansion);
  if (home === undefined) return undefined;
  const named = FOLDERS.map((folder) => ({
    name: folder.toLowerCase(),
    path: candidates(home, folder, expansion, look).find((path) => look.leadsToDirectory(path)),
  }));
  const folders = named.flatMap(({ name, path }) => path === undefined ? [] : [{ name, path }]);
  const drive = drives(home, expansion, look)[0];
  return {
    platform: expansion.platform,
    folders: folders.length > 0 ? folders : [{ name: "home", path: home }],
    // With the home itself as the source too: beside it few may write, and a run leaves its own vault out.
    vaultRoot: drive ?? home,
    external: drive !== undefined,
  };
}

function candidates(
  home: string,
  folder: string,
  expansion: Expansion,
  look: FolderPorts,
): string[] {
  const { join } = pathsOf(expansion.platform);
  const plain = join(home, folder);
  if (expansion.platform === "windows") {
    const cloud = expansion.env("OneDrive");
    return cloud === undefined ? [plain] : [join(cloud, folder), plain];
  }
  return expansion.platform === "linux" ? [...xdgFolder(home, folder, look), plain] : [plain];
}

/** Linux desktops name these folders in the user's language, and say so in `user-dirs.dirs`. */
function xdgFolder(home: string, folder: string, look: FolderPorts): string[] {
  const text = look.text(`${home}/.config/user-dirs.dirs`);
  const match = new RegExp(`^XDG_${folder.toUpperCase()}_DIR="([^"\\n]+)"`, "m").exec(text);
  const path = match?.[1]?.replace(/^\$HOME(?=\/|$)/, home).replace(/\/+$/, "");
  // A folder that is switched off there is given as the home directory itself.
  return path === undefined || path === home || !path.startsWith("/") ? [] : [path];
}

/** The roots of the drives that are not the home's own, as the system mounts them. */
export function driveRoots(expansion: Expansion, look: FolderPorts): string[] {
  const home = homeOf(expansion);
  return home === undefined ? [] : drives(home, expansion, look);
}

function drives(home: string, expansion: Expansion, look: FolderPorts): string[] {
  if (expansion.platform === "windows") {
    const own = home.slice(0, 2).toUpperCase();
    return [..."DEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => `${letter}:`)
      .filter((drive) => drive !== own && look.isDirectory(`${drive}\\`))
      .map((drive) => `${drive}\\`);
  }
  const user = pathsOf(expansion.platform).basename(home);
  const places = expansion.platform === "darwin"
    ? ["/Volumes"]
    : [`/run/media/${user}`, `/media/${user}`];
  return places.flatMap((place) => look.names(place).sort().map((name) => `${place}/${name}`))
    .filter((path) => look.isDirectory(path));
}
