/** The flags of `backup` that `job` takes too. @module */

import { backup } from "./backup.ts";

/** Flags of `backup` that mean nothing to many runs in a row. */
const NOT_PASSED = new Set(["all", "dry-run", "only-backup"]);

/** The flags that `job` hands on to each backup. */
export const PASSED = backup.flags.filter((f) => !NOT_PASSED.has(f.name));
