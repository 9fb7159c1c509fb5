/** `diff`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** The table entry of `diff`. */
export const diff: Command = {
  name: "diff",
  summary: "diff.summary",
  usage: ["VAULT [A [B]]", "VAULT A --source", "FILE [A [B]]"],
  about: "diff.about",
  flags: [
    { name: "source", help: "diff.flag-source" },
    { name: "path", value: "PATH", help: "diff.flag-path" },
  ],
  examples: [
    { line: "hikae diff /mnt/usb/documents", does: "diff.example-1" },
    { line: "hikae diff /mnt/usb/documents 3d", does: "diff.example-2" },
    {
      line: "hikae diff /mnt/usb/documents latest --source",
      does: "diff.example-3",
    },
  ],
  access: "look",
  load: () => loadModule(new URL("../vault/cmd_diff.ts", import.meta.url)),
};
