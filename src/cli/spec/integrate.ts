/** `integrate`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";
import { MANAGER_NAMES } from "../integrate/manager.ts";

/** The table entry of `integrate`. */
export const integrate: Command = {
  name: "integrate",
  summary: "integrate.summary",
  usage: ["[--remove] [--for NAME]... [-n]"],
  about: "integrate.about",
  flags: [
    { name: "remove", help: "integrate.flag-remove" },
    {
      name: "for",
      value: "NAME",
      many: true,
      choices: MANAGER_NAMES,
      help: "integrate.flag-for",
    },
    { name: "print", short: "n", help: "integrate.flag-print" },
  ],
  examples: [
    { line: "hikae integrate", does: "integrate.example-1" },
    { line: "hikae integrate --for explorer --print", does: "integrate.example-2" },
    { line: "hikae integrate --remove", does: "integrate.example-3" },
  ],
  access: "none",
  load: () => loadModule(new URL("../integrate/cmd_integrate.ts", import.meta.url)),
};
