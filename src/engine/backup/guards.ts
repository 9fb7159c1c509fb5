/** Guards that stop a backup before anything is written (design, *Never lose anything*). @module */

import { HikaeError } from "../../base/errors.ts";
import { text } from "../../text/text.ts";

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

/** True when a guard may trip, and how much lives in the vault matters: counting it takes a look at every version. */
export function mayTrip({ files, sure, unsure }: Omit<Candidates, "living">): boolean {
  return sure + unsure > MANY || (files === 0 && sure > 0);
}

/** True when so many files change that it looks like ransomware or a wrong path. */
export function isMass(changed: number, living: number): boolean {
  return changed > MANY && changed > living / 2;
}

/** The guard that trips, if any; `changed` are the candidates that are known to have changed. */
export function trippedGuard(
  c: Candidates,
  changed: number,
  source: string,
): HikaeError | undefined {
  if (c.files === 0 && !c.blind && c.living > 0 && c.sure > 0) {
    return new HikaeError(
      "guard_empty_source",
      text("guard.empty-source", { n: c.living }),
      {
        path: source,
        hint: text("guard.empty-source-hint"),
      },
    );
  }
  if (!isMass(changed, c.living)) return undefined;
  return new HikaeError(
    "guard_mass_change",
    text("guard.mass-change", { changed, n: c.living }),
    {
      path: source,
      hint: text("guard.mass-change-hint"),
    },
  );
}
