/** `status`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** The table entry of `status`. */
export const status: Command = {
  name: "status",
  summary: "status.summary",
  usage: ["[VAULT|JOB|DIR…] [options]"],
  about: "status.about",
  flags: [
    { name: "max-age", value: "TIME", help: "status.flag-max-age" },
    {
      name: "prometheus",
      writes: true,
      value: "FILE",
      help: "status.flag-prometheus",
    },
    {
      name: "notify",
      writes: true,
      value: "NAME",
      help: "status.flag-notify",
    },
  ],
  examples: [
    { line: "hikae status", does: "status.example-1" },
    { line: "hikae status documents --max-age 36h", does: "status.example-2" },
    {
      line: "hikae status --prometheus hikae.prom",
      does: "status.example-3",
    },
  ],
  access: "look",
  load: () => loadModule(new URL("../status/cmd_status.ts", import.meta.url)),
};
