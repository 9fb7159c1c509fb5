/** The first set-up on the page: what is asked, what is planned, how far it is. Plain data. @module */

/** A place to choose, by the name that the system has for it. */
export interface NamedPlace {
  name: string;
  path: string;
}

/** What there is to choose on this machine. */
export interface SetupChoices {
  folders: readonly NamedPlace[];
  drives: readonly NamedPlace[];
  /** What is usually left out. */
  exclude: string;
  /** A config that counts before the user's own: nothing is set up then. */
  exists?: string;
}

/** The answers as they were typed. */
export interface SetupWords {
  source: string;
  /** The path of a drive, or empty. */
  drive: string;
  /** A folder for the backup, where it is not to lie on a drive by a name of hikae's. */
  vault: string;
  /** `HH:MM`, `hourly`, `login` or `no`. */
  when: string;
  exclude: string;
  /** `usual` or `all`. */
  keep: string;
  /** A vault on the disk of its source is meant. */
  sameDisk: boolean;
  /** The digest of the plan that was shown; empty before one was. */
  shown: string;
}

/** What the answers come to. */
export interface SetupPlan {
  /** What cannot be done so; the rest is empty then. */
  problems: readonly string[];
  job: string;
  file: string;
  /** The whole text of the config. */
  config: string;
  /** What of it is new, in a config that is there; absent where there is none. */
  added?: string;
  /** Of what would be written: only what was shown is done. */
  digest: string;
  /** The same in a terminal. */
  commands: readonly string[];
  /** The vault lies on the disk of its source, which has to be confirmed. */
  sameDisk: boolean;
}

/** True for choices, as another process of hikae told them. */
export function isSetupChoices(told: object): told is SetupChoices {
  return "folders" in told && "drives" in told && "exclude" in told;
}

/** True for a plan, as another process of hikae told it. */
export function isSetupPlan(told: object): told is SetupPlan {
  return "problems" in told && "config" in told && "digest" in told;
}

/** How far a set-up is. */
export interface SetupState {
  step: "none" | "running" | "done" | "failed";
  /** What was done, in words. */
  lines: readonly string[];
  /** The first backup while it runs: files, bytes, and the share of 1 that is done, where it is known. */
  progress?: { files: number; bytes: number; share?: number };
  /** The vault's number on the page, once it is there. */
  vault?: number;
}
