/** `dedupe`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** Share what a vault has twice. */
export const dedupe: Command = {
  name: "dedupe",
  summary: "dedupe.summary",
  usage: ["VAULT [options]"],
  about: "dedupe.about",
  flags: [
    { name: "share", value: "MODE", choices: ["auto", "link"], help: "dedupe.flag-share" },
    { name: "dry-run", short: "n", help: "dedupe.flag-dry-run" },
  ],
  examples: [
    { line: "hikae dedupe /mnt/usb/documents --dry-run", does: "dedupe.example-1" },
    { line: "hikae dedupe /mnt/usb/documents", does: "dedupe.example-2" },
  ],
  access: "maintain",
  load: () => loadModule(new URL("../vault/cmd_dedupe.ts", import.meta.url)),
};
