/** `restore`. @module */

import type { Command } from "../command.ts";

/** Bring files or the whole tree back as of a point in time. */
export const restore: Command = {
  name: "restore",
  summary: "bring back files, or everything, as of any backup",
  usage: [
    "VAULT [PATH…] --to DIR [options]",
    "VAULT [PATH…] --in-place [options]",
    "VAULT [PATH…] --vanished [--since PERIOD] [--to DIR | --in-place]",
  ],
  about: "PATH is relative to the source and keeps its place below DIR. It may be a glob, and\n" +
    "may name its own point in time as PATH@POINT (notes/todo.txt@3d); a path of that\n" +
    "very name wins. What is there already is replaced when it differs (--overwrite).\n" +
    "Links are made as they were and never followed. Without --at the newest finished\n" +
    "backup is restored.",
  flags: [
    {
      name: "at",
      value: "POINT",
      help: 'as of this time: a stamp, latest~2, "2026-11-20 18:00", 3d',
    },
    { name: "to", value: "DIR", help: "restore into DIR, which is made when missing" },
    { name: "in-place", help: "restore to where the files were backed up from" },
    {
      name: "overwrite",
      value: "WHEN",
      choices: ["always", "if-newer", "if-changed", "never"],
      help: "what is there is replaced: always (when its content differs; the default), " +
        "if-newer (when the backup is newer), if-changed (when size or time differ), never",
    },
    { name: "delete", help: "delete what the backup does not have, only below what is restored" },
    {
      name: "dry-run",
      short: "n",
      help: "print what would be done, write nothing (-v: also what would stay)",
    },
    {
      name: "vanished",
      help: "list what was deleted; with --to or --in-place bring it back, as it was last",
    },
    { name: "since", value: "PERIOD", help: "of --vanished: only what is gone for less than this" },
    { name: "verify", help: "read again what was written and compare its hash" },
    {
      name: "owners",
      help: "as root: owners and set-id bits also from a vault that others than root may write",
    },
    { name: "force", help: "write damaged content too, as NAME.hikae-damaged" },
  ],
  examples: [
    { line: "hikae restore /mnt/usb/documents --to /tmp/restored", does: "everything, the newest" },
    {
      line: "hikae restore /mnt/usb/documents notes/todo.txt@3d --to .",
      does: "one file as it was three days ago",
    },
    {
      line: "hikae restore /mnt/usb/documents --in-place --dry-run",
      does: "see what would change in the source",
    },
    {
      line: "hikae restore /mnt/usb/documents --vanished --since 7d",
      does: "see what was deleted in the last week",
    },
  ],
  access: "restore",
  load: () => import("../cmd_restore.ts"),
};
