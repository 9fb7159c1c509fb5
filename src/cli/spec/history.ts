/** `history`. @module */

import type { Command } from "../command.ts";

/** The table entry of `history`. */
export const history: Command = {
  name: "history",
  summary: "history.summary",
  usage: ["VAULT PATH", "FILE"],
  about: "history.about",
  flags: [],
  examples: [
    { line: "hikae history /mnt/usb/documents notes/todo.txt", does: "history.example-1" },
  ],
  access: "look",
  load: () => import("../vault/cmd_history.ts"),
};
