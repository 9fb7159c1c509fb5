/** `report`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** The table entry of `report`. */
export const report: Command = {
  name: "report",
  summary: "report.summary",
  usage: ["VAULT|JOB [--html FILE]"],
  about: "report.about",
  flags: [
    { name: "html", value: "FILE", writes: true, help: "report.flag-html" },
  ],
  examples: [
    { line: "hikae report documents --html report.html", does: "report.example-1" },
    { line: "hikae report /mnt/usb/documents --json", does: "report.example-2" },
  ],
  access: "look",
  load: () => loadModule(new URL("../vault/cmd_report.ts", import.meta.url)),
};
