/** Flags that say what of a source is left out. @module */

import type { Flag } from "../command.ts";

/** Those of every command that looks at a source by rules of the command line. */
export const RULE_FLAGS: readonly Flag[] = [
  { name: "exclude", value: "GLOB", many: true, help: "backup.flag-exclude" },
  { name: "exclude-from", value: "FILE", many: true, help: "backup.flag-exclude-from" },
  {
    name: "exclude-if-present",
    value: "NAME",
    many: true,
    help: "backup.flag-exclude-if-present",
  },
  { name: "exclude-larger-than", value: "SIZE", help: "backup.flag-exclude-larger-than" },
  { name: "one-file-system", help: "backup.flag-one-file-system" },
];
