/** `status`. @module */

import type { Command } from "../command.ts";

/** The table entry of `status`. */
export const status: Command = {
  name: "status",
  summary: "show how the last backups went",
  usage: ["[VAULT|JOB…] [--max-age TIME]"],
  about: "One line per vault: how its last run ended, the last good one and its age, how\n" +
    "much it holds, what changed. Without a name: all jobs of the config file, or\n" +
    "the vaults that this machine has used. With --max-age the exit code is 1 when\n" +
    "one of them has no good run as young as that: put it into a health check.",
  flags: [
    { name: "max-age", value: "TIME", help: "how old the last good run may be (36h, 7d)" },
  ],
  examples: [
    { line: "hikae status", does: "all jobs" },
    { line: "hikae status documents --max-age 36h", does: "fail when the last good run is older" },
  ],
  access: "look",
  load: () => import("../cmd_status.ts"),
};
