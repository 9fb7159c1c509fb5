/** `hikae verify` of any vault: one that is far away is seen ahead of its checks. @module */

import type { EnginePorts } from "../ports.ts";
import type { VerifyCounts, VerifyRequest } from "./request.ts";
import { isFarAway, SeenFiles } from "../seen_files.ts";
import { verify, verifying } from "./verify.ts";

/**
 * Verifies a vault; gives the counts. What is checked far away is seen ahead, many files at once; what a repair writes has
 * everything seen anew.
 */
export async function verifySeeing(
  ports: EnginePorts,
  request: VerifyRequest,
): Promise<VerifyCounts> {
  const { ahead, separator } = ports;
  if (ahead === undefined || !isFarAway(ports, request.root, separator)) {
    return verify(ports, request);
  }
  const seen = new SeenFiles(ports.fs, ahead, request.root);
  const steps = verifying({ ...ports, fs: seen.fs, opened: () => seen.forgetAll() }, request, seen);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await value;
  }
}
