/** `ls`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";
import { AT } from "./point.ts";

/** The table entry of `ls`. */
export const ls: Command = {
  name: "ls",
  summary: "ls.summary",
  usage: ["VAULT [PATH] [--at POINT] [--depth N]", "FILE [--at POINT] [--depth N]"],
  about: "ls.about",
  flags: [AT, { name: "depth", value: "N", help: "ls.flag-depth" }],
  examples: [
    { line: "hikae ls /mnt/usb/documents", does: "ls.example-1" },
    { line: "hikae ls /mnt/usb/documents notes --at 3d", does: "ls.example-2" },
  ],
  access: "look",
  load: () => loadModule(new URL("../vault/cmd_ls.ts", import.meta.url)),
};
