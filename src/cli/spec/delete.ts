/** `delete`. @module */

import type { Command } from "../command.ts";

/** Forget single snapshots. */
export const deleteCommand: Command = {
  name: "delete",
  summary: "remove single snapshots, with the versions nothing else needs",
  usage: ["VAULT SNAPSHOT… [options]"],
  about: "A snapshot is named by its stamp, or as a point in time (docs/points.md). The\n" +
    "newest one cannot be forgotten; what exists in the source never goes.",
  flags: [{ name: "dry-run", short: "n", help: "print what would go and why, write nothing" }],
  examples: [
    { line: "hikae delete /mnt/usb/documents latest~1 --dry-run", does: "see what would go" },
  ],
  access: "maintain",
  load: () => import("../cmd_delete.ts"),
};
