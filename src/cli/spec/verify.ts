/** `verify`. @module */

import type { Command } from "../command.ts";

/** Check what a vault holds. */
export const verify: Command = {
  name: "verify",
  summary: "check what a vault holds against its records, and repair it",
  usage: ["VAULT [--sample 5%] [--repair]"],
  about: "Reads current files and past versions and compares them with the recorded hashes,\n" +
    "the metadata files with what is there, and the index with the records. Damage found:\n" +
    "exit code 1. With --repair a damaged or missing copy is replaced from the source, or\n" +
    "from the same content elsewhere in the vault, when its hash is the recorded one.",
  flags: [
    { name: "sample", value: "SHARE", help: "check only a random share (5%)" },
    { name: "repair", help: "repair what can be repaired" },
  ],
  examples: [
    { line: "hikae verify /mnt/usb/documents", does: "read and check everything" },
    { line: "hikae verify /mnt/usb/documents --sample 5%", does: "check a part" },
    { line: "hikae verify /mnt/usb/documents --repair", does: "repair what is damaged" },
  ],
  access: "look",
  load: () => import("../cmd_verify.ts"),
};
