/** Directories that are listed in the way that tells of an error in the middle, for who decides by what is not there. @module */

import type { DirEntry } from "../../base/fs.ts";
import type { EnginePorts } from "../ports.ts";
import { readSourceDir, type SourceView } from "./source_dir.ts";

/** As {@link readSourceDir}; throws also where the disk lists a part of the directory. */
export async function readWholeDir(
  view: SourceView,
  path: string,
): Promise<ReturnType<typeof readSourceDir>> {
  const abs = view.tree.path(path);
  const info = view.fs.lstat(abs);
  // what is no directory is told in its words
  const listed = info.type === "dir" ? await view.fs.listWhole(abs) : [];
  return readSourceDir(view, path, { info, listed, isWhole: true });
}

/** What lies in the directory `abs`; undefined where it cannot be listed whole. */
export async function wholeListing(
  { fs }: Pick<EnginePorts, "fs">,
  abs: string,
): Promise<DirEntry[] | undefined> {
  try {
    return await fs.listWhole(abs);
  } catch {
    return undefined;
  }
}
