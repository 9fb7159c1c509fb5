/** `cleanup`. @module */

import type { Command } from "../command.ts";

/** Remove deleted files from a vault, by age or by date. */
export const cleanup: Command = {
  name: "cleanup",
  summary: "remove deleted files, by age or by date",
  usage: ["VAULT --max-retention PERIOD [options]", "VAULT --date DATE [options]"],
  about: "Removes copies of files that are gone from the source, with the past generations\n" +
    "of the same life of the file. What still exists in the source keeps its history.\n" +
    "A JOB may stand for VAULT; its maxRetention holds where no rule is given.",
  flags: [
    {
      name: "max-retention",
      value: "PERIOD",
      help: "what was deleted longer ago than this (30d, 8w, 6mo, 1y)",
    },
    {
      name: "date",
      value: "DATE",
      help: 'what was deleted on this day (2026-11-21) or in this run ("2026-11-21 04:54:00")',
    },
    { name: "dry-run", short: "n", help: "print what would go and why, write nothing" },
  ],
  examples: [
    {
      line: "hikae cleanup /mnt/usb/documents --max-retention 90d --dry-run",
      does: "see what a cleanup would take",
    },
    { line: "hikae cleanup /mnt/usb/documents --max-retention 90d", does: "take it" },
  ],
  access: "maintain",
  load: () => import("../cmd_cleanup.ts"),
};
