/** A double that only writes down what is called, in order: the map on which the others choose their place. @module */

import type { Around, FsCall } from "./tap.ts";

/** Calls as they were made. */
export interface Recording {
  calls: FsCall[];
  around: Around;
}

/** Starts a recording, for `tapFs` and `tapSql`. */
export function recording(): Recording {
  const calls: FsCall[] = [];
  return {
    calls,
    around: (call, work) => {
      calls.push(call);
      return work();
    },
  };
}
