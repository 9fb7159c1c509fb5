/** Guards that stop a backup before anything is written (design, *Never lose anything*). @module */

import { HikaeError } from "../../base/errors.ts";

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
      `compare: the source is empty, and the last snapshot had ${c.living} file${
        c.living === 1 ? "" : "s"
      }`,
      {
        path: source,
        hint:
          "see that the source is mounted and whole; if it is meant to be empty, add --allow-mass-change",
      },
    );
  }
  if (!isMass(changed, c.living)) return undefined;
  return new HikaeError(
    "guard_mass_change",
    `compare: ${changed} of the ${c.living} files in the vault would be changed or deleted`,
    {
      path: source,
      hint: "look at them with --dry-run; if they are meant to change, add --allow-mass-change",
    },
  );
}
