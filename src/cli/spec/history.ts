/** `history`. @module */

import type { Command } from "../command.ts";

/** The table entry of `history`. */
export const history: Command = {
  name: "history",
  summary: "show every version of one path",
  usage: ["VAULT PATH"],
  about: "Each version with the run that brought it, when and why it ended, its size,\n" +
    "and where it lies in the vault, so that it can be opened with any program.",
  flags: [],
  examples: [
    { line: "hikae history /mnt/usb/documents notes/todo.txt", does: "all versions of a file" },
  ],
  access: "look",
  load: () => import("../cmd_history.ts"),
};
