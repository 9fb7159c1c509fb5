/** Vaults inside their source (decision 12). Pure. @module */

import type { BackupRequest } from "./request.ts";

/** The paths, relative to the source, of the vaults that lie inside it. */
export function vaultsInside(request: BackupRequest, separator: string): string[] {
  const prefix = request.source.endsWith(separator) ? request.source : request.source + separator;
  return request.vaults
    .filter((v) => v.root.startsWith(prefix))
    .map((v) => v.root.slice(prefix.length).replaceAll(separator, "/"));
}
