/** A file on a share that takes standard output: that the share is full shows when the file is closed, which nobody hears. @module */

import { isNoDrive } from "../base/io.ts";
import { isRefusal } from "../base/lenient_fs.ts";
import { builtin } from "../platform/builtin.ts";

const STDOUT = 1;

/** The calls of the system that this takes. */
type StdoutCalls = Pick<typeof import("node:fs"), "fdatasyncSync" | "fstatSync">;

/** Has what went to standard output arrive where it goes to a share; gives what the share has against it. */
export function settleStdout(calls?: StdoutCalls): Error | undefined {
  if (Deno.build.os === "windows") return undefined;
  const { fdatasyncSync, fstatSync } = calls ?? builtin<typeof import("node:fs")>("node:fs");
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
    // a disk that flushes nothing at all has nothing to tell
    if (isRefusal(error)) return undefined;
    return error instanceof Error ? error : new Error(String(error));
  }
}
