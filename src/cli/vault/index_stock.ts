/** The indexes that this machine keeps (`hikae index`): what there are, and their removal. @module */

import { join } from "@std/path";
import { HOME_INDEX, parsePointer } from "../../vault/index_place.ts";
import { platformOf } from "../platform.ts";
import { stateDir } from "../state_dir.ts";

/** An index at home. */
export interface KeptIndex {
  /** The real path of its vault. */
  vault: string;
  /** The vault's id. */
  id: string;
  /** Of all its files. */
  bytes: number;
  /** When it was last opened, as far as the disk tells, ms since 1970. */
  used: number;
  /** Its files, the pointer first. */
  files: readonly string[];
}

/** All indexes at home, by the paths of their vaults; nothing is followed that is a link. */
export function keptIndexes(env: (name: string) => string | undefined): KeptIndex[] {
  const top = join(stateDir(env, platformOf(Deno.build.os)), HOME_INDEX);
  return dirsIn(top).flatMap((id) => inDirectory(join(top, id), id))
    .sort((a, b) => a.vault < b.vault ? -1 : 1);
}

/** Removes an index, and its directory when nothing is left there. */
export function removeIndex(index: KeptIndex): void {
  for (const path of index.files) Deno.removeSync(path);
  const [pointer = ""] = index.files;
  try {
    Deno.removeSync(join(pointer, ".."));
  } catch {
    // a copy of the vault has its index there too
  }
}

function inDirectory(dir: string, id: string): KeptIndex[] {
  const names = [...Deno.readDirSync(dir)].filter((e) => e.isFile).map((e) => e.name);
  return names.filter((name) => name.endsWith(".current")).flatMap((name) => {
    const root = parsePointer(Deno.readTextFileSync(join(dir, name)))?.root;
    if (root === undefined || root === "") return [];
    const base = name.slice(0, -"current".length);
    const own = names.filter((n) => n.startsWith(base) && n !== name);
    const infos = own.map((n) => Deno.lstatSync(join(dir, n)));
    const times = infos.flatMap((i) => [i.mtime?.getTime() ?? 0, i.atime?.getTime() ?? 0]);
    return [{
      vault: root,
      id,
      bytes: infos.reduce((sum, i) => sum + i.size, 0),
      used: Math.max(0, ...times),
      files: [name, ...own].map((n) => join(dir, n)),
    }];
  });
}

function dirsIn(top: string): string[] {
  try {
    return [...Deno.readDirSync(top)].filter((e) => e.isDirectory).map((e) => e.name);
  } catch {
    return [];
  }
}
