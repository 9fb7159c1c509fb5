/** `restore`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command } from "../command.ts";

/** Bring files or the whole tree back as of a point in time. */
export const restore: Command = {
  name: "restore",
  summary: "restore.summary",
  usage: [
    "VAULT [PATH…] --to DIR [options]",
    "VAULT [PATH…] --in-place [options]",
    "VAULT [PATH…] --vanished [--since PERIOD] [--to DIR | --in-place]",
    "FILE… [--at POINT] --to DIR | --in-place",
  ],
  about: "restore.about",
  flags: [
    {
      name: "at",
      value: "POINT",
      help: "restore.flag-at",
    },
    { name: "to", value: "DIR", help: "restore.flag-to" },
    { name: "in-place", help: "restore.flag-in-place" },
    {
      name: "overwrite",
      value: "WHEN",
      choices: ["always", "if-newer", "if-changed", "never"],
      help: "restore.flag-overwrite",
    },
    { name: "delete", help: "restore.flag-delete" },
    {
      name: "dry-run",
      short: "n",
      help: "restore.flag-dry-run",
    },
    {
      name: "vanished",
      help: "restore.flag-vanished",
    },
    { name: "since", value: "PERIOD", help: "restore.flag-since" },
    { name: "verify", help: "restore.flag-verify" },
    {
      name: "owners",
      help: "restore.flag-owners",
    },
    { name: "attributes", help: "restore.flag-attributes" },
    { name: "force", help: "restore.flag-force" },
  ],
  examples: [
    { line: "hikae restore /mnt/usb/documents --to /tmp/restored", does: "restore.example-1" },
    {
      line: "hikae restore /mnt/usb/documents notes/todo.txt@3d --to .",
      does: "restore.example-2",
    },
    {
      line: "hikae restore /mnt/usb/documents --in-place --dry-run",
      does: "restore.example-3",
    },
    {
      line: "hikae restore /mnt/usb/documents --vanished --since 7d",
      does: "restore.example-4",
    },
  ],
  access: "restore",
  load: () => loadModule(new URL("../vault/cmd_restore.ts", import.meta.url)),
};
