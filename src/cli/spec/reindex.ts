/** `reindex`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** Rebuild the index of a vault. */
export const reindex: Command = {
  name: "reindex",
  summary: "reindex.summary",
  usage: ["VAULT"],
  about: "reindex.about",
  flags: [],
  examples: [{ line: "hikae reindex /mnt/usb/documents", does: "reindex.example-1" }],
  access: "look",
  load: () => loadModule(new URL("../vault/cmd_reindex.ts", import.meta.url)),
};
