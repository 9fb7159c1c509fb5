/** A plain copy as `adopt` reads it: as if it were a source, without what does not belong to the copy. @module */

import { isDriveName } from "../../base/drive_names.ts";
import { lstatIfAny } from "../../base/io.ts";
import { joinRel } from "../../base/relpath.ts";
import { META } from "../../vault/names.ts";
import { Tree } from "../../vault/tree.ts";
import { RDIFF_DATA } from "../../vault/vault.ts";
import type { EnginePorts } from "../ports.ts";
import type { SourceView } from "../source/source_dir.ts";

/** Where a copy lies, and what it is a copy of; real paths. */
export interface CopySource {
  root: string;
  source: string;
}

/** The copy at `root`, to be read. Rules of the source do not count: what lies there was copied once. */
export function copyView(ports: EnginePorts, { root, source }: CopySource): SourceView {
  const { fs, separator } = ports;
  const excludes = (path: string, isDir: boolean): boolean =>
    isDir && isMeta(path) || isNoCopy(path, isDir, keepsRdiff);
  const keepsRdiff = lstatIfAny(fs, new Tree(source, separator).path(RDIFF_DATA))?.type === "dir";
  return {
    fs,
    tree: new Tree(root, separator),
    rules: {
      excludes,
      excludesIn: (dir, name, isDir) => excludes(joinRel(dir, name), isDir),
      isTag: () => false,
      hasTags: false,
      largest: Infinity,
      oneFileSystem: false,
    },
    device: 0,
  };
}

/** True for a meta directory, which is hikae's own. */
export function isMeta(path: string): boolean {
  return path === META || path.endsWith(`/${META}`);
}

/** What the drive keeps in its root, and what rdiff-backup keeps in that of its mirror. */
function isNoCopy(path: string, isDir: boolean, keepsRdiff: boolean): boolean {
  if (path.includes("/")) return false;
  return isDriveName(path, isDir ? "dir" : "file") || isDir && path === RDIFF_DATA && !keepsRdiff;
}
