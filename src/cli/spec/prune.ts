/** `prune`. @module */

import type { Command, Flag } from "../command.ts";

const period = (name: string, help: string): Flag => ({ name, value: "PERIOD", help });
const count = (name: string, help: string): Flag => ({ name, value: "N", help });

/** Forget snapshots by rule. */
export const prune: Command = {
  name: "prune",
  summary: "remove snapshots by rule, with the versions nothing else needs",
  usage: ["VAULT --keep-… N [options]", "JOB [options]"],
  about: "A snapshot stays when any rule keeps it; the newest always stays. A version goes\n" +
    "when no snapshot that stays needs it; what exists in the source never goes.\n" +
    "A JOB's own rules (keep) hold where no rule is given. See docs/retention.md.",
  flags: [
    count("keep-last", "keep the newest N snapshots"),
    count("keep-hourly", "keep the last one of each of N hours"),
    count("keep-daily", "keep the last one of each of N days"),
    count("keep-weekly", "keep the last one of each of N weeks"),
    count("keep-monthly", "keep the last one of each of N months"),
    count("keep-yearly", "keep the last one of each of N years"),
    period("keep-within", "keep all that are younger than this, seen from the newest"),
    period("keep-within-hourly", "keep hourly ones that are younger than this"),
    period("keep-within-daily", "keep daily ones that are younger than this"),
    period("keep-within-weekly", "keep weekly ones that are younger than this"),
    period("keep-within-monthly", "keep monthly ones that are younger than this"),
    period("keep-within-yearly", "keep yearly ones that are younger than this"),
    count(
      "keep-min-versions",
      "keep the newest N versions of each file, regardless of other rules",
    ),
    period("keep-deleted", "keep the last version of files deleted within this time"),
    count("snapshot-number", "the same as --keep-last"),
    { name: "dry-run", short: "n", help: "print what would go and why, write nothing" },
  ],
  examples: [
    {
      line: "hikae prune /mnt/usb/documents --keep-last 7 --keep-daily 14 --dry-run",
      does: "see what the rules keep",
    },
    { line: "hikae prune /mnt/usb/documents --keep-within 1y", does: "forget what is older" },
  ],
  access: "maintain",
  load: () => import("../cmd_prune.ts"),
};
