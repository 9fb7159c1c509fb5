/** `list`. @module */

import type { Command } from "../command.ts";

/** The table entry of `list`. */
export const list: Command = {
  name: "list",
  summary: "list the snapshots of a vault",
  usage: ["VAULT"],
  about: "A snapshot is complete, partial (files of it could not be read, or are gone\n" +
    "from the vault since) or interrupted (the run did not reach its end). Oldest\n" +
    "first.",
  flags: [],
  examples: [{ line: "hikae list /mnt/usb/documents", does: "what was backed up, and when" }],
  access: "look",
  load: () => import("../cmd_list.ts"),
};
