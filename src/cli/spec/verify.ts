/** `verify`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** Check what a vault holds. */
export const verify: Command = {
  name: "verify",
  summary: "verify.summary",
  usage: ["VAULT [--sample 5%] [--repair]"],
  about: "verify.about",
  flags: [
    { name: "sample", value: "SHARE", help: "verify.flag-sample" },
    { name: "repair", writes: true, help: "verify.flag-repair" },
  ],
  examples: [
    { line: "hikae verify /mnt/usb/documents", does: "verify.example-1" },
    { line: "hikae verify /mnt/usb/documents --sample 5%", does: "verify.example-2" },
    { line: "hikae verify /mnt/usb/documents --repair", does: "verify.example-3" },
  ],
  access: "look",
  load: () => loadModule(new URL("../vault/cmd_verify.ts", import.meta.url)),
};
