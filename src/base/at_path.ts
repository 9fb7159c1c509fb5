/**
 * `PATH@POINT`, a path as of a point in time (`notes/todo.txt@3d`). `@` is common in names, so a text has
 * readings; the caller, who can look, takes the first whose path exists.
 * @module
 */

import { tryParsePoint } from "./point.ts";

/** One reading of `PATH@POINT`. */
export interface AtPath {
  readonly path: string;
  /** The point in time as written, known to be one; undefined when the text is all path. */
  readonly point: string | undefined;
}

/**
 * The readings of `text`, in the order in which to try them: all of it as a path (so that `icon@2x.png` and
 * even a file named `todo@3d` stay names), then split at the last `@` when what follows is a point in time.
 */
export function splitAtPoint(text: string): AtPath[] {
  const literal: AtPath = { path: text, point: undefined };
  // No point in time has an "@" in it, so no other "@" than the last can be the one.
  const at = text.lastIndexOf("@");
  if (at < 0) return [literal];
  const point = text.slice(at + 1).trim();
  if (tryParsePoint(point) === undefined) return [literal];
  return [literal, { path: text.slice(0, at), point }];
}
