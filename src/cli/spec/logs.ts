/** `logs`. @module */

import type { Command } from "../command.ts";

/** The table entry of `logs`. */
export const logs: Command = {
  name: "logs",
  summary: "show what scheduled runs said",
  usage: ["[JOB] [--last N] [--follow]"],
  about: "Shows the log of the last run of a job, or of every job. Runs by a schedule have\n" +
    "one, and those by `hikae backup JOB --log`.",
  flags: [
    { name: "last", value: "N", help: "the last N runs, the newest at the end (default 1)" },
    { name: "follow", help: "go on with what is written, and with the next run, until Ctrl-C" },
  ],
  examples: [
    { line: "hikae logs documents --last 3", does: "what the last three runs said" },
  ],
  access: "none",
  load: () => import("../cmd_logs.ts"),
};
