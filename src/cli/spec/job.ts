/** `job`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";
import { PASSED } from "./job_flags.ts";

/** The table entry of `job`. */
export const job: Command = {
  name: "job",
  summary: "job.summary",
  usage: ["SOURCE VAULT [VAULT…] --interval TIME [--duration TIME]", "JOB --interval TIME"],
  about: "job.about",
  flags: [
    { name: "interval", value: "TIME", help: "job.flag-interval" },
    {
      name: "duration",
      value: "TIME",
      help: "job.flag-duration",
    },
    ...PASSED,
  ],
  examples: [
    {
      line: "hikae job ~/Documents /mnt/usb/documents --interval 10s --duration 1m",
      does: "job.example-1",
    },
  ],
  access: "backup",
  load: () => loadModule(new URL("../backup/cmd_job.ts", import.meta.url)),
};
