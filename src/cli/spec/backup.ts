/** `backup`. @module */

import { loadModule } from "../../base/load_module.ts";
import { SHARE_MODES } from "../../base/share_mode.ts";
import type { Command } from "../command.ts";
import { RULE_FLAGS } from "./rule_flags.ts";

/** Make or bring up to date the mirror of a directory in one or more vaults. */
export const backup: Command = {
  name: "backup",
  summary: "backup.summary",
  usage: [
    "SOURCE VAULT [VAULT…] [options]",
    "SOURCE… --to DIR [options]",
    "JOB… [options]",
    "--all [options]",
  ],
  about: "backup.about",
  flags: [
    {
      name: "to",
      value: "DIR",
      help: "backup.flag-to",
    },
    { name: "all", help: "backup.flag-all" },
    ...RULE_FLAGS,
    {
      name: "max-generations",
      value: "N",
      help: "backup.flag-max-generations",
    },
    {
      name: "share",
      value: "MODE",
      choices: SHARE_MODES,
      help: "backup.flag-share",
    },
    { name: "checksum", help: "backup.flag-checksum" },
    { name: "check-mirror", help: "backup.flag-check-mirror" },
    {
      name: "attributes",
      help: "backup.flag-attributes",
    },
    {
      name: "verify-share",
      value: "SHARE",
      help: "backup.flag-verify-share",
    },
    {
      name: "allow-mass-change",
      help: "backup.flag-allow-mass-change",
    },
    {
      name: "init",
      help: "backup.flag-init",
    },
    { name: "dry-run", short: "n", help: "backup.flag-dry-run" },
    { name: "snapshot-source", help: "backup.flag-snapshot-source" },
    { name: "only-backup", help: "backup.flag-only-backup", hidden: true },
    { name: "max-duration", value: "TIME", help: "backup.flag-max-duration" },
    { name: "log", help: "backup.flag-log" },
    { name: "log-as", value: "STAMP", help: "backup.flag-log-as", hidden: true },
    { name: "watched", help: "backup.flag-watched", hidden: true },
    { name: "retry", value: "N", help: "backup.flag-retry", hidden: true },
    { name: "retry-wait", value: "TIME", help: "backup.flag-retry-wait", hidden: true },
    { name: "random-delay", value: "TIME", help: "backup.flag-random-delay", hidden: true },
    { name: "if-drive", value: "NAME", help: "backup.flag-if-drive", hidden: true },
    {
      name: "warn-after",
      value: "TIME",
      help: "backup.flag-warn-after",
    },
  ],
  examples: [
    { line: "hikae backup ~/Documents /mnt/usb/documents", does: "backup.example-1" },
    {
      line: "hikae backup ~/Documents /mnt/usb/documents --dry-run",
      does: "backup.example-2",
    },
    {
      line: "hikae backup ~/Documents /mnt/usb/documents --exclude '*.tmp' --exclude cache/",
      does: "backup.example-3",
    },
  ],
  access: "backup",
  load: () => loadModule(new URL("../backup/cmd_backup.ts", import.meta.url)),
};
