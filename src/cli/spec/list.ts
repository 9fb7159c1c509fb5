/** `list`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** The table entry of `list`. */
export const list: Command = {
  name: "list",
  summary: "list.summary",
  usage: ["VAULT"],
  about: "list.about",
  flags: [],
  examples: [{ line: "hikae list /mnt/usb/documents", does: "list.example-1" }],
  access: "look",
  load: () => loadModule(new URL("../vault/cmd_list.ts", import.meta.url)),
};
