/** `status`. @module */

import type { Command } from "../command.ts";

/** The table entry of `status`. */
export const status: Command = {
  name: "status",
  summary: "show the state of the last backups",
  usage: ["[VAULT|JOB|DIR…] [options]"],
  about: "One line per vault: how its last run ended, the last good one and its age, how\n" +
    "much it holds, what changed. Without a name: all jobs of the config file, or\n" +
    "the vaults that this machine has used. With --max-age the exit code is 1 when\n" +
    "one of them has no good run as young as that: put it into a health check. DIR\n" +
    "stands for every vault one or two levels below it, the worst first; the exit code\n" +
    "is 1 when one is late: older than --max-age, or than three of its usual intervals.",
  flags: [
    { name: "max-age", value: "TIME", help: "how old the last good run may be (36h, 7d)" },
    {
      name: "prometheus",
      value: "FILE",
      help: "also write gauges for Prometheus' textfile collector",
    },
    {
      name: "notify",
      value: "NAME",
      help: "tell this plugin of the config what is wrong, on change or weekly",
    },
  ],
  examples: [
    { line: "hikae status", does: "all jobs" },
    { line: "hikae status documents --max-age 36h", does: "fail when the last good run is older" },
    {
      line: "hikae status --prometheus hikae.prom",
      does: "also as gauges, for a monitor",
    },
  ],
  access: "look",
  load: () => import("../cmd_status.ts"),
};
