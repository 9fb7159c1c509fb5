/** `serve`. @module */

import type { Command } from "../command.ts";

/** The table entry of `serve`. */
export const serve: Command = {
  name: "serve",
  summary: "show backups in the browser: find files, see and get versions",
  usage: ["[VAULT|JOB|DIR...] [--port N] [--open] [--allow-restore DIR]"],
  about: "Serves a page at 127.0.0.1 for this user alone, read only. The printed link\n" +
    "works once; press Enter for a new one, Ctrl-C to end. Without arguments it\n" +
    "shows the vaults that this machine knows; DIR may hold vaults one or two levels\n" +
    "below. Past trees open in file managers too (WebDAV; the page has the address).\n" +
    "Only with --allow-restore can files be brought back, into DIR and nowhere else.",
  flags: [
    { name: "port", value: "N", help: "listen at this port (default: any free one)" },
    { name: "open", help: "open the page in the browser" },
    { name: "allow-restore", value: "DIR", help: "offer to bring files back into DIR" },
  ],
  examples: [
    { line: "hikae serve --open", does: "open the page of all backups of this machine" },
    { line: "hikae serve /mnt/usb/documents --port 8080", does: "one vault, at this port" },
  ],
  access: "serve",
  load: () => import("../cmd_serve.ts"),
};
