/** `index`: the indexes that this machine keeps of vaults. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

const list: Command = {
  name: "list",
  summary: "index-list.summary",
  usage: [""],
  about: "index-list.about",
  flags: [],
  examples: [{ line: "hikae index list", does: "index-list.example-1" }],
  access: "none",
  answers: true,
  load: () => loadModule(new URL("../vault/cmd_index_list.ts", import.meta.url)),
};

const clean: Command = {
  name: "clean",
  summary: "index-clean.summary",
  usage: ["[--dry-run] [VAULT…]"],
  about: "index-clean.about",
  flags: [{ name: "dry-run", short: "n", help: "index-clean.flag-dry-run" }],
  examples: [
    { line: "hikae index clean", does: "index-clean.example-1" },
    { line: "hikae index clean /mnt/usb/documents", does: "index-clean.example-2" },
  ],
  access: "none",
  load: () => loadModule(new URL("../vault/cmd_index_clean.ts", import.meta.url)),
};

/** The table entry of `index`. */
export const index: Command = {
  name: "index",
  summary: "index.summary",
  usage: ["list|clean"],
  about: "index.about",
  flags: [],
  examples: [],
  access: "none",
  sub: [list, clean],
};
