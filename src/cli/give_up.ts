/** How a process of hikae gives up the rights that it was started with. @module */

import { KINDS, type RightKind } from "../sandbox/permissions.ts";

/** Main keeps no right that it does not need; what a path needs on Windows shares goes with the worker. */
export function giveUp(keep: readonly RightKind[]): void {
  for (const name of KINDS) {
    if (!keep.includes(name)) Deno.permissions.revokeSync({ name });
  }
}
