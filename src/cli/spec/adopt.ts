/** `adopt`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";
import { RULE_FLAGS } from "./rule_flags.ts";

/** Make a vault of a plain copy. */
export const adopt: Command = {
  name: "adopt",
  summary: "adopt.summary",
  usage: ["DIR --source SOURCE [options]"],
  about: "adopt.about",
  flags: [
    { name: "source", value: "DIR", help: "adopt.flag-source" },
    ...RULE_FLAGS,
    { name: "allow-mass-change", help: "adopt.flag-allow-mass-change" },
    { name: "dry-run", short: "n", help: "backup.flag-dry-run" },
  ],
  examples: [
    { line: "hikae adopt /mnt/usb/copy --source ~/Documents --dry-run", does: "adopt.example-1" },
    { line: "hikae adopt /mnt/usb/copy --source ~/Documents", does: "adopt.example-2" },
  ],
  access: "backup",
  load: () => loadModule(new URL("../backup/cmd_adopt.ts", import.meta.url)),
};
