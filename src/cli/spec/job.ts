/** `job`. @module */

import type { Command } from "../command.ts";
import { PASSED } from "./job_flags.ts";

/** The table entry of `job`. */
export const job: Command = {
  name: "job",
  summary: "run backups at an interval",
  usage: ["SOURCE VAULT [VAULT…] --interval TIME [--duration TIME]", "JOB --interval TIME"],
  about: "The first backup runs at once, the next ones at the interval, counted from\n" +
    "start to start; one that falls due while another still runs is skipped. A\n" +
    "failed run is reported, and the job goes on. It ends after the duration, or on\n" +
    "Ctrl-C. TIME is a number of seconds, or like 30s, 10m, 2h. The other options\n" +
    "are those of backup.",
  flags: [
    { name: "interval", value: "TIME", help: "from the start of one run to that of the next" },
    {
      name: "duration",
      value: "TIME",
      help: "how long to keep starting runs (default: until Ctrl-C)",
    },
    ...PASSED,
  ],
  examples: [
    {
      line: "hikae job ~/Documents /mnt/usb/documents --interval 10s --duration 1m",
      does: "six backups in a minute",
    },
  ],
  access: "backup",
  load: () => import("../cmd_job.ts"),
};
