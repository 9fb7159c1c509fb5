/** Where a plugin's directory to read from lies: its real path, or none, as in a shadow copy. @module */

import { systemText } from "../../base/system_text.ts";
import { errorCode, HikaeError, isNotFound } from "../../base/errors.ts";
import { text } from "../../text/text.ts";

/** What is asked of the file system. */
export interface SourceLook {
  realPath(path: string): string;
  /** Follows no link in the last component. */
  isDirectory(path: string): boolean;
  readLink(path: string): string;
}

/** A directory to read a backup from. */
export interface SourcePlace {
  /** Its real path; where it has none, a path that leads to it and is no link itself. */
  source: string;
  /** True when it has no real path: then a narrowed thread cannot read below it. */
  unscoped: boolean;
}

/**
 * Finds the place. A shadow copy of Windows has no drive letter: the system opens what is in it and yet cannot
 * say its real path (`GetFinalPathNameByHandle`), which Deno asks for before it lets a narrowed thread open a
 * file.
 */
export function sourcePlace(path: string, look: SourceLook, windows: boolean): SourcePlace {
  try {
    return { source: look.realPath(path), unscoped: false };
  } catch (cause) {
    const source = windows && errorCode(cause) !== "ENOTCAPABLE" ? unnamed(path, look) : undefined;
    if (source !== undefined) return { source, unscoped: true };
    throw new HikaeError(
      "source_missing",
      text("plugin.source", {
        problem: isNotFound(cause) ? text("place.no-directory") : systemText(cause),
      }),
      { path, hint: text("plugin.source-hint"), cause },
    );
  }
}

/** A directory without a real path; undefined when there is none. */
function unnamed(path: string, look: SourceLook): string | undefined {
  if (look.isDirectory(path)) return path;
  try {
    const device = deviceRoot(look.readLink(path));
    return look.isDirectory(device) ? device : undefined;
  } catch {
    return undefined;
  }
}

/** The root of the device that a link leads to: without the last separator it would be the device itself. */
function deviceRoot(target: string): string {
  const plain = target.replace(/^\\\?\?\\/, "\\\\?\\").replace(
    /^\\Device\\/i,
    "\\\\?\\GLOBALROOT$&",
  );
  return plain.endsWith("\\") ? plain : `${plain}\\`;
}
