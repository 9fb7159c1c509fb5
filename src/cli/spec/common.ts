/** Flags that every command has. @module */

import type { Flag } from "../command.ts";

/** The flags that stand in no command's own table. */
export const COMMON: readonly Flag[] = [
  { name: "json", help: "one JSON object per line on standard output" },
  { name: "quiet", short: "q", help: "only errors and answers" },
  { name: "verbose", short: "v", help: "say more" },
  { name: "no-color", help: "no colours (also NO_COLOR)" },
  { name: "no-progress", help: "print a progress line now and then, not a moving one" },
  { name: "config", value: "FILE", help: "the config file" },
  { name: "vault", value: "VAULT", help: "of a job with several vaults, use this one" },
  { name: "explain-permissions", help: "print what each thread may do, and do nothing" },
  { name: "help", short: "h", help: "this help" },
];
