/** `report`. @module */

import type { Command } from "../command.ts";

/** The table entry of `report`. */
export const report: Command = {
  name: "report",
  summary: "show how a vault grew, as text or an HTML page",
  usage: ["VAULT|JOB [--html FILE]"],
  about: "Runs over time, growth, the largest and the most often changed files, and what\n" +
    "the rules of a JOB would drop next. The page is one file that loads nothing\n" +
    "and runs no script; it names private files, so only you can read it at first.",
  flags: [
    { name: "html", value: "FILE", help: "write the page to FILE (what is there is replaced)" },
  ],
  examples: [
    { line: "hikae report documents --html report.html", does: "a page to open in a browser" },
    { line: "hikae report /mnt/usb/documents --json", does: "the numbers for a script" },
  ],
  access: "look",
  load: () => import("../cmd_report.ts"),
};
