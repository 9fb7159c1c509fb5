/** `cat`. @module */

import type { Command } from "../command.ts";
import { AT } from "./point.ts";

/** The table entry of `cat`. */
export const cat: Command = {
  name: "cat",
  summary: "write a file of a snapshot to standard output",
  usage: ["VAULT PATH [--at POINT]"],
  about: "Writes the bytes as they are. They are checked on the way: exit code 1 means\n" +
    "that what was written is not what was backed up. Windows PowerShell (5.1)\n" +
    "changes bytes on the way through its >: use hikae restore there.",
  flags: [AT],
  examples: [
    {
      line: "hikae cat /mnt/usb/documents notes/todo.txt --at latest~1",
      does: "a file as it was one snapshot before the newest",
    },
  ],
  access: "look",
  load: () => import("../cmd_cat.ts"),
};
