/** `cleanup`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** Remove deleted files from a vault, by age or by date. */
export const cleanup: Command = {
  name: "cleanup",
  summary: "cleanup.summary",
  usage: ["VAULT --max-retention PERIOD [options]", "VAULT --date DATE [options]"],
  about: "cleanup.about",
  flags: [
    {
      name: "max-retention",
      value: "PERIOD",
      help: "cleanup.flag-max-retention",
    },
    {
      name: "date",
      value: "DATE",
      help: "cleanup.flag-date",
    },
    { name: "dry-run", short: "n", help: "cleanup.flag-dry-run" },
  ],
  examples: [
    {
      line: "hikae cleanup /mnt/usb/documents --max-retention 90d --dry-run",
      does: "cleanup.example-1",
    },
    { line: "hikae cleanup /mnt/usb/documents --max-retention 90d", does: "cleanup.example-2" },
  ],
  access: "maintain",
  load: () => loadModule(new URL("../vault/cmd_cleanup.ts", import.meta.url)),
};
