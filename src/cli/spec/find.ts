/** `find`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** The table entry of `find`. */
export const find: Command = {
  name: "find",
  summary: "find.summary",
  usage: ["VAULT GLOB"],
  about: "find.about",
  flags: [{ name: "ignore-case", short: "i", help: "find.flag-ignore-case" }],
  examples: [
    { line: "hikae find /mnt/usb/documents 'budget*.ods'", does: "find.example-1" },
    { line: "hikae find /mnt/usb/documents 'notes/**'", does: "find.example-2" },
  ],
  access: "look",
  load: () => loadModule(new URL("../vault/cmd_find.ts", import.meta.url)),
};
