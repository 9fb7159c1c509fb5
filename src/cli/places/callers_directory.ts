/** Where the caller stood: `deno task` changes the directory to the checkout's, and deno and npm say where it was. @module */

import { HikaeError, isNotFound, messageOf } from "../../base/errors.ts";
import { variable } from "../platform.ts";
import { text } from "../../text/text.ts";

/** The directory that relative paths start from; a binary is started in it. */
export function callersDirectory(): string {
  return Deno.build.standalone ? workingDirectory() : variable("INIT_CWD") ||
    workingDirectory();
}

/** One that was removed, or whose name is no text, has no path. */
function workingDirectory(): string {
  try {
    return Deno.cwd();
  } catch (cause) {
    const said = isNotFound(cause)
      ? text("place.cwd-gone")
      : text("place.cwd", { problem: messageOf(cause) });
    throw new HikaeError("failed", said, { hint: text("place.cwd-hint"), cause });
  }
}

/**
 * Goes back to where the caller stood: a program that a job's commands or a plugin start, and a file that is opened by
 * a relative name, must not find the checkout.
 */
export function enterCallersDirectory(): void {
  if (Deno.build.standalone) return;
  try {
    Deno.chdir(callersDirectory());
  } catch {
    // it is gone, or closed to this user: whatever lies in it says so by its own name
  }
}
