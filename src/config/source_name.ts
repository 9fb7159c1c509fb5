/** The names of several sources, which their vaults bear. Pure. @module */

import { pathsOf } from "./expand.ts";
import type { Platform } from "./types.ts";

/** The name of a source among several: that of its directory; of a drive its letter. */
export function sourceName(source: string, platform: Platform): string {
  const name = pathsOf(platform).basename(source);
  if (name !== "") return name;
  return /^([A-Za-z]):/.exec(source)?.[1]?.toUpperCase() ?? "root";
}
