/** A file on a share that takes standard output: that the share is full shows when the file is closed, which nobody hears. @module */

import { isNoDrive } from "../base/io.ts";
import { builtin } from "../platform/builtin.ts";

const STDOUT = 1;

/** Has what went to standard output arrive where it goes to a share; gives what the share has against it. */
export function settleStdout(): Error | undefined {
  if (Deno.build.os === "windows") return undefined;
  const { fdatasyncSync, fstatSync } = builtin<typeof import("node:fs")>("node:fs");
  try {
    const info = fstatSync(STDOUT);
    if (!info.isFile() || !isNoDrive(info.dev)) return undefined;
  } catch {
    // it was closed before, or is of a kind of its own
    return undefined;
  }
  try {
    fdatasyncSync(STDOUT);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
