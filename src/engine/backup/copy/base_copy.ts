/** Which copy of the vault a new version begins as. @module */

import type { LaneVault } from "../lane_vault.ts";
import type { Arrival } from "./arrival.ts";
import { LARGE } from "./block_wise.ts";

/** The copy that a large new version in `dir` can begin as, where the disk shares blocks. */
export function baseOf(
  { sharing, vault }: LaneVault,
  dir: string,
  { known, source, repair }: Arrival,
): string | undefined {
  if (repair || known?.type !== "file" || source.type !== "file") return undefined;
  if (Math.min(known.size, source.info.size) < LARGE) return undefined;
  return sharing?.sharesBlocks() === true ? vault.tree.entry(dir, source.name) : undefined;
}
