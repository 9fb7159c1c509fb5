/** `import`. @module */

import { loadModule } from "../../base/load_module.ts";
import { SHARE_MODES } from "../../base/share_mode.ts";
import type { Command } from "../command.ts";

/** Make a vault with the past of a series of plain copies. */
export const importCommand: Command = {
  name: "import",
  summary: "import.summary",
  usage: ["DIR… --to VAULT [options]"],
  about: "import.about",
  flags: [
    { name: "to", value: "VAULT", help: "import.flag-to" },
    { name: "at", value: "TIME", help: "import.flag-at" },
    { name: "exclude", value: "GLOB", many: true, help: "backup.flag-exclude" },
    { name: "exclude-from", value: "FILE", many: true, help: "backup.flag-exclude-from" },
    { name: "share", value: "MODE", choices: SHARE_MODES, help: "backup.flag-share" },
    { name: "checksum", help: "backup.flag-checksum" },
    { name: "init", help: "backup.flag-init" },
    { name: "dry-run", short: "n", help: "backup.flag-dry-run" },
  ],
  examples: [
    {
      line: "hikae import /mnt/usb/daily.2 /mnt/usb/daily.1 --to /mnt/usb/history --dry-run",
      does: "import.example-1",
    },
    {
      line: "hikae import /mnt/usb/daily.2 /mnt/usb/daily.1 --to /mnt/usb/history",
      does: "import.example-2",
    },
  ],
  access: "backup",
  load: () => loadModule(new URL("../backup/cmd_import.ts", import.meta.url)),
};
