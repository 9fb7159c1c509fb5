/** `init`. @module */

import type { Command } from "../command.ts";

/** The table entry of `init`. */
export const init: Command = {
  name: "init",
  summary: "set up a first backup, step by step",
  usage: [""],
  about: "Asks what to back up, where to, how often, what to leave out, how long to keep\n" +
    "it and who is told; shows the config, writes it, makes the first backup,\n" +
    "installs the schedule, and restores one file as a drill. Answers may be piped,\n" +
    "one a line. Nothing is written before the last question, and never over a\n" +
    "config that is there (hikae config init writes one without questions).",
  flags: [],
  examples: [{ line: "hikae init", does: "ask, then do all of it" }],
  access: "none",
  load: () => import("../cmd_init.ts"),
};
