/** What commands that take something away are asked for, and what they answer: plain data between threads. @module */

/** What every such request has. */
export interface MaintainRequest {
  /** The vault's real path. */
  root: string;
  /** As the user wrote it; messages and the summary name it so. */
  given: string;
  host: string;
  pid: number;
  /** Report the plan and write nothing. */
  dryRun: boolean;
  /** True when somebody (plugins) is to be asked what of the plan stays. */
  askPlugins: boolean;
}

/** How such a command ended. */
export interface MaintainOutcome {
  /** The stamp of the record that it left, if it did anything. */
  stamp: string | undefined;
  snapshots: number;
  versions: number;
  bytes: number;
  protected: number;
  errors: number;
}

/** The outcome of a command that has done nothing yet. */
export function noOutcome(): MaintainOutcome {
  return { stamp: undefined, snapshots: 0, versions: 0, bytes: 0, protected: 0, errors: 0 };
}
