/** A vault that `status` tells of. Types only. @module */

import type { LastOutcome } from "../../report/log.ts";
import type { GoodRun } from "../../sandbox/state_wire.ts";
import type { LastRunNote } from "../../sandbox/last_runs.ts";

/** A vault to tell of. */
export interface StatusTarget {
  /** As it was given, or as the config has it. */
  vault: string;
  /** Its real path; undefined when it is not there. */
  root?: string;
  /** Why it is not there. */
  problem?: string;
  job?: string;
  /** Which of the job's sources, where it has several. */
  name?: string;
  /** The directory that it was found in, when that was named and not the vault. */
  fleet?: string;
  /** True for a job that never ran: its vaults are missing because nobody made them yet. */
  fresh?: boolean;
  /** True for the one vault of a job that this machine has seen: what the job's log calls good went into it. */
  only?: boolean;
  /** How the job's last run ended, by its log. */
  outcome?: LastOutcome;
  /** The last good run into it that this machine knows of. */
  good?: GoodRun;
  /** How the last run into this vault ended that left no record in it, by hand or not. */
  ended?: LastRunNote;
}
