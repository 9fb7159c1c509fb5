/** `logs`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** The table entry of `logs`. */
export const logs: Command = {
  name: "logs",
  summary: "logs.summary",
  usage: ["[JOB] [--last N] [--follow]"],
  about: "logs.about",
  flags: [
    { name: "last", value: "N", help: "logs.flag-last" },
    { name: "follow", help: "logs.flag-follow" },
  ],
  examples: [
    { line: "hikae logs documents --last 3", does: "logs.example-1" },
  ],
  access: "none",
  load: () => loadModule(new URL("../schedule/cmd_logs.ts", import.meta.url)),
};
