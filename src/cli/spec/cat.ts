/** `cat`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";
import { AT } from "./point.ts";

/** The table entry of `cat`. */
export const cat: Command = {
  name: "cat",
  summary: "cat.summary",
  usage: ["VAULT PATH [--at POINT]", "FILE [--at POINT]"],
  about: "cat.about",
  flags: [AT],
  examples: [
    {
      line: "hikae cat /mnt/usb/documents notes/todo.txt --at latest~1",
      does: "cat.example-1",
    },
  ],
  access: "look",
  load: () => loadModule(new URL("../vault/cmd_cat.ts", import.meta.url)),
};
