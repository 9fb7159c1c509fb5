/** Vaults inside their source (decision 12). Pure. @module */

import type { BackupRequest } from "../backup/request.ts";

/**
 * The paths, relative to the source, of the vaults that lie inside it. Those inside the directory that a snapshot
 * stands for are in the snapshot too: read from there, a vault would go into itself with each run.
 */
export function vaultsInside(
  request: Pick<BackupRequest, "source" | "originalSource" | "vaults" | "ownDirs">,
  separator: string,
): string[] {
  const { source, originalSource = source } = request;
  const found = [...new Set([source, originalSource])].flatMap((dir) => {
    const prefix = dir.endsWith(separator) ? dir : dir + separator;
    return [...request.vaults.map((v) => v.root), ...request.ownDirs ?? []]
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length).replaceAll(separator, "/"));
  });
  return [...new Set(found)];
}
