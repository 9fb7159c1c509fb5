/** Frames on standard output, from any thread of a child of hikae. @module */

import { packFrame } from "../base/frames.ts";

/**
 * Writes a frame to its end, the bytes as they are: what is read into one buffer again and again is not copied first.
 * Throws when nobody reads any more.
 */
export function writeFrame(head: unknown, bytes?: Uint8Array): void {
  writeAll(packFrame(head, bytes?.length ?? 0));
  if (bytes !== undefined) writeAll(bytes);
}

function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}
