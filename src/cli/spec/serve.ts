/** `serve`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** The table entry of `serve`. */
export const serve: Command = {
  name: "serve",
  summary: "serve.summary",
  usage: ["[VAULT|JOB|DIR|FILE...] [--port N] [--open] [--allow-restore DIR] [--allow-setup]"],
  about: "serve.about",
  flags: [
    { name: "port", value: "N", help: "serve.flag-port" },
    { name: "open", help: "serve.flag-open" },
    { name: "allow-restore", value: "DIR", help: "serve.flag-allow-restore" },
    { name: "allow-setup", help: "serve.flag-allow-setup" },
    { name: "clicked", help: "serve.flag-clicked", hidden: true },
    { name: "idle", value: "TIME", help: "serve.flag-idle", hidden: true },
  ],
  examples: [
    { line: "hikae serve --open", does: "serve.example-1" },
    { line: "hikae serve /mnt/usb/documents --port 8080", does: "serve.example-2" },
  ],
  access: "serve",
  load: () => loadModule(new URL("../serve/cmd_serve.ts", import.meta.url)),
};
