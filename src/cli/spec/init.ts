/** `init`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** The table entry of `init`. */
export const init: Command = {
  name: "init",
  summary: "init.summary",
  usage: [""],
  about: "init.about",
  flags: [],
  examples: [{ line: "hikae init", does: "init.example-1" }],
  access: "none",
  load: () => loadModule(new URL("../init/cmd_init.ts", import.meta.url)),
};
