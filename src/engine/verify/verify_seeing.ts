/** `hikae verify` of any vault: one that is far away is seen ahead of its checks. @module */

import { DiskSight } from "../../vault/disk_sight.ts";
import type { EnginePorts } from "../ports.ts";
import type { VerifyCounts, VerifyRequest } from "./request.ts";
import { isFarAway, SeenFiles, sightBy } from "../seen_files.ts";
import { verifying } from "./verify.ts";

/**
 * Verifies a vault; gives the counts. What is checked far away is seen ahead, many files at once; what a repair writes has
 * everything seen anew.
 */
export async function verifySeeing(
  ports: EnginePorts,
  request: VerifyRequest,
): Promise<VerifyCounts> {
  const { ahead, separator } = ports;
  const seen = ahead !== undefined && isFarAway(ports, request.root, separator)
    ? new SeenFiles(ports.fs, ahead, request.root)
    : undefined;
  const sight = seen === undefined ? new DiskSight() : sightBy(seen, ports);
  sight.begin();
  const far = seen && { fs: seen.fs, opened: () => seen.forgetAll() };
  const steps = verifying({ ...ports, ...far, sight }, request, seen);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await value;
  }
}
