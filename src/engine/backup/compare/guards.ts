/** Guards that stop a backup before anything is written (design, *Never lose anything*). @module */

import { HikaeError } from "../../../base/errors.ts";
import { text } from "../../../text/text.ts";
import type { Census } from "./census.ts";

/** What the look before the first write counted for one vault. */
export interface Candidates {
  /** Files and links seen in the source, left out or not. */
  files: number;
  /** True when a part of the source could not be seen. */
  blind: boolean;
  /** Changed for sure, and deleted. */
  sure: number;
  /** Changed if their content says so. */
  unsure: number;
  /** Living files and links of the vault. */
  living: number;
}

const MANY = 100;

/** True when a guard may trip, and how much lives in the vault matters. */
export function mayTrip({ files, sure, unsure }: Omit<Candidates, "living">): boolean {
  return sure + unsure > MANY || (files === 0 && sure > 0);
}

/** Where so many live, {@link looksTripped} says what it would with all that do: to count those takes a look at every version. */
export function enoughLiving({ sure, unsure }: Omit<Candidates, "living">): number {
  return 2 * (sure + unsure);
}

/** True when so many files change that it looks like ransomware or a wrong path. */
function isMass(changed: number, living: number): boolean {
  return changed > MANY && changed > living / 2;
}

/** True when a guard trips by what the look alone counted, before new directories were looked into. */
export function looksTripped(c: Candidates): boolean {
  return looksEmpty(c) || isMass(c.sure + c.unsure, c.living);
}

function looksEmpty(c: Candidates): boolean {
  return c.files === 0 && !c.blind && c.living > 0 && c.sure > 0;
}

/** The guard that trips, if any, by all that is there: `census` counts new directories too, and what merely moved. */
export function trippedGuard(
  c: Candidates,
  { added, changed, gone, moved }: Census,
  source: string,
): HikaeError | undefined {
  // what was not listed may be there all the same
  if (looksEmpty(c) && added === 0 && gone > 0) {
    return new HikaeError("guard_empty_source", text("guard.empty-source", { n: c.living }), {
      path: source,
      hint: text("guard.empty-source-hint"),
    });
  }
  const n = changed + gone - moved;
  if (!isMass(n, c.living)) return undefined;
  const { living } = c;
  return new HikaeError(
    "guard_mass_change",
    text("guard.mass-change", { n, living, added: added - moved, changed, gone: gone - moved }),
    { path: source, hint: text("guard.mass-change-hint") },
  );
}
