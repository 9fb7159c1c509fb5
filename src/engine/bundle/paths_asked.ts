/** The paths that a restore from bundles is asked for. Pure. @module */

import { HikaeError } from "../../base/errors.ts";
import { normalizeRel } from "../../base/relpath.ts";
import { text } from "../../text/text.ts";

/** Relative to the source; the whole tree where none is named. */
export function pathsAsked(
  { paths, windows }: { paths: readonly string[]; windows: boolean },
): string[] {
  if (paths.length === 0) return [""];
  return paths.map((given) => {
    const rel = normalizeRel(given, windows);
    if (rel !== undefined) return rel;
    throw new HikaeError("usage", text("bundle.path-outside"), { path: given });
  });
}
