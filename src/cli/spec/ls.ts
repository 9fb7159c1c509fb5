/** `ls`. @module */

import type { Command } from "../command.ts";
import { AT } from "./point.ts";

/** The table entry of `ls`. */
export const ls: Command = {
  name: "ls",
  summary: "list what a snapshot holds",
  usage: ["VAULT [PATH] [--at POINT] [--depth N]"],
  about: "Lists PATH and all below it, or the whole snapshot, by path: time, size and\n" +
    "name; a / ends the name of a directory, an @ that of a link. POINT is a stamp,\n" +
    'latest, latest~2, 2026-11-20, "2026-11-20 18:00" or an age such as 3d; the\n' +
    "newest snapshot not after it answers.",
  flags: [AT, { name: "depth", value: "N", help: "go only N levels down (default: all the way)" }],
  examples: [
    { line: "hikae ls /mnt/usb/documents", does: "all files of the newest snapshot" },
    { line: "hikae ls /mnt/usb/documents notes --at 3d", does: "a directory three days ago" },
  ],
  access: "look",
  load: () => import("../cmd_ls.ts"),
};
