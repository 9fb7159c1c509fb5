/** `delete`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** Forget single snapshots. */
export const deleteCommand: Command = {
  name: "delete",
  summary: "delete.summary",
  usage: ["VAULT SNAPSHOT… [options]"],
  about: "delete.about",
  flags: [{ name: "dry-run", short: "n", help: "delete.flag-dry-run" }],
  examples: [
    {
      line: "hikae delete /mnt/usb/documents latest~1 --dry-run",
      does: "delete.example-1",
    },
  ],
  access: "maintain",
  load: () => loadModule(new URL("../vault/cmd_delete.ts", import.meta.url)),
};
