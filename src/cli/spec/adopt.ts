/** `adopt`. @module */

import type { Command } from "../command.ts";

/** Make a vault of a plain copy. */
export const adopt: Command = {
  name: "adopt",
  summary: "adopt.summary",
  usage: ["DIR --source SOURCE [options]"],
  about: "adopt.about",
  flags: [
    { name: "source", value: "DIR", help: "adopt.flag-source" },
    { name: "exclude", value: "GLOB", many: true, help: "backup.flag-exclude" },
    { name: "exclude-from", value: "FILE", many: true, help: "backup.flag-exclude-from" },
    {
      name: "exclude-if-present",
      value: "NAME",
      many: true,
      help: "backup.flag-exclude-if-present",
    },
    { name: "exclude-larger-than", value: "SIZE", help: "backup.flag-exclude-larger-than" },
    { name: "one-file-system", help: "backup.flag-one-file-system" },
    { name: "allow-mass-change", help: "adopt.flag-allow-mass-change" },
    { name: "dry-run", short: "n", help: "backup.flag-dry-run" },
  ],
  examples: [
    { line: "hikae adopt /mnt/usb/copy --source ~/Documents --dry-run", does: "adopt.example-1" },
    { line: "hikae adopt /mnt/usb/copy --source ~/Documents", does: "adopt.example-2" },
  ],
  access: "backup",
  load: () => import("../backup/cmd_adopt.ts"),
};
