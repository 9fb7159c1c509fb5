/** `find`. @module */

import type { Command } from "../command.ts";

/** The table entry of `find`. */
export const find: Command = {
  name: "find",
  summary: "find a name, in the present and in the past",
  usage: ["VAULT GLOB"],
  about: "A GLOB without / is matched with names at any depth, one with / with whole\n" +
    "paths: * ? [a-z] {a,b} and ** for any number of directories. All versions are\n" +
    "shown, also of what is gone from the source.",
  flags: [{ name: "ignore-case", short: "i", help: "ignore upper and lower case" }],
  examples: [
    { line: "hikae find /mnt/usb/documents 'budget*.ods'", does: "a name anywhere" },
    { line: "hikae find /mnt/usb/documents 'notes/**'", does: "all that ever was in notes" },
  ],
  access: "look",
  load: () => import("../cmd_find.ts"),
};
