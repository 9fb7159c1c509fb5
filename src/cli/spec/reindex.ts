/** `reindex`. @module */

import type { Command } from "../command.ts";

/** Rebuild the index of a vault. */
export const reindex: Command = {
  name: "reindex",
  summary: "rebuild a vault's index from its plain files",
  usage: ["VAULT"],
  about: "The index lies in hikae's state directory and only makes answers fast; records, marks\n" +
    "and metadata files hold all that it knows. Every command does this by itself when the\n" +
    "index is damaged or missing. Nothing is written into the vault.",
  flags: [],
  examples: [{ line: "hikae reindex /mnt/usb/documents", does: "rebuild the index" }],
  access: "look",
  load: () => import("../cmd_reindex.ts"),
};
