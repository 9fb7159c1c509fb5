/** `diff`. @module */

import type { Command } from "../command.ts";

/** The table entry of `diff`. */
export const diff: Command = {
  name: "diff",
  summary: "show what changed between two snapshots",
  usage: ["VAULT [A [B]]", "VAULT A --source"],
  about: "A and B are points in time; B is latest when it is not given, and A then the\n" +
    "snapshot before: what the last backup changed. One line per\n" +
    "path: + new, - gone, M other content, T another type. Modes and times alone\n" +
    "are not shown.",
  flags: [
    { name: "source", help: "compare with the source as it is now" },
    { name: "path", value: "PATH", help: "only PATH and what lies below it" },
  ],
  examples: [
    { line: "hikae diff /mnt/usb/documents", does: "what the last backup changed" },
    { line: "hikae diff /mnt/usb/documents 3d", does: "what changed in three days" },
    {
      line: "hikae diff /mnt/usb/documents latest --source",
      does: "what the next backup would pick up",
    },
  ],
  access: "look",
  load: () => import("../cmd_diff.ts"),
};
