/** `history`. @module */

import { loadModule } from "../../base/load_module.ts";
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
  load: () => loadModule(new URL("../vault/cmd_history.ts", import.meta.url)),
};
