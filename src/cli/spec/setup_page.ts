/** `setup-page`: for `serve --allow-setup` alone. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** The table entry of `setup-page`. */
export const setupPage: Command = {
  name: "setup-page",
  summary: "setup-page.summary",
  usage: ["choices|plan|begin"],
  flags: [],
  examples: [],
  access: "none",
  hidden: true,
  load: () => loadModule(new URL("../init/cmd_setup_page.ts", import.meta.url)),
};
