/** `reindex`. @module */

import type { Command } from "../command.ts";

/** Rebuild the catalog of a vault. */
export const reindex: Command = {
  name: "reindex",
  summary: "rebuild a vault's index from its plain files",
  usage: ["VAULT"],
  about: "The index (catalog.db) only makes answers fast; records, marks and metadata files\n" +
    "hold all that it knows. A backup does this by itself when the index is damaged.",
  flags: [],
  examples: [{ line: "hikae reindex /mnt/usb/documents", does: "rebuild the index" }],
  access: "maintain",
  load: () => import("../cmd_reindex.ts"),
};
