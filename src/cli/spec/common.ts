/** Flags that every command has. @module */

import type { Flag } from "../command.ts";
import { LANGUAGES } from "../../text/languages.ts";

/** The flags that stand in no command's own table. */
export const COMMON: readonly Flag[] = [
  { name: "json", help: "common.flag-json" },
  { name: "quiet", short: "q", help: "common.flag-quiet" },
  { name: "verbose", short: "v", help: "common.flag-verbose" },
  { name: "no-color", help: "common.flag-no-color" },
  { name: "no-progress", help: "common.flag-no-progress" },
  { name: "config", value: "FILE", help: "common.flag-config" },
  { name: "vault", value: "VAULT", help: "common.flag-vault" },
  { name: "explain-permissions", help: "common.flag-explain-permissions" },
  {
    name: "lang",
    value: "LANG",
    choices: LANGUAGES,
    help: "common.flag-lang",
  },
  { name: "help", short: "h", help: "common.flag-help" },
];
