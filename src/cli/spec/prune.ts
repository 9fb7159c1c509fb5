/** `prune`. @module */

import { loadModule } from "../../base/load_module.ts";
import type { HelpId } from "../../text/help_text.ts";
import type { Command, Flag } from "../command.ts";

const period = (name: string, help: HelpId): Flag => ({ name, value: "PERIOD", help });
const count = (name: string, help: HelpId): Flag => ({ name, value: "N", help });

/** Forget snapshots by rule. */
export const prune: Command = {
  name: "prune",
  summary: "prune.summary",
  usage: ["VAULT --keep-… N [options]", "JOB [options]"],
  about: "prune.about",
  flags: [
    count("keep-last", "prune.flag-keep-last"),
    count("keep-hourly", "prune.flag-keep-hourly"),
    count("keep-daily", "prune.flag-keep-daily"),
    count("keep-weekly", "prune.flag-keep-weekly"),
    count("keep-monthly", "prune.flag-keep-monthly"),
    count("keep-yearly", "prune.flag-keep-yearly"),
    period("keep-within", "prune.flag-keep-within"),
    period("keep-within-hourly", "prune.flag-keep-within-hourly"),
    period("keep-within-daily", "prune.flag-keep-within-daily"),
    period("keep-within-weekly", "prune.flag-keep-within-weekly"),
    period("keep-within-monthly", "prune.flag-keep-within-monthly"),
    period("keep-within-yearly", "prune.flag-keep-within-yearly"),
    count("keep-min-versions", "prune.flag-keep-min-versions"),
    period("keep-deleted", "prune.flag-keep-deleted"),
    count("snapshot-number", "prune.flag-snapshot-number"),
    { name: "dry-run", short: "n", help: "prune.flag-dry-run" },
  ],
  examples: [
    {
      line: "hikae prune /mnt/usb/documents --keep-last 7 --keep-daily 14 --dry-run",
      does: "prune.example-1",
    },
    { line: "hikae prune /mnt/usb/documents --keep-within 1y", does: "prune.example-2" },
  ],
  access: "maintain",
  load: () => loadModule(new URL("../vault/cmd_prune.ts", import.meta.url)),
};
