/** `backup`. @module */

import type { Command } from "../command.ts";

/** Make or bring up to date the mirror of a directory in one or more vaults. */
export const backup: Command = {
  name: "backup",
  summary: "back up a directory into one or more vaults",
  usage: [
    "SOURCE VAULT [VAULT…] [options]",
    "SOURCE… --to DIR [options]",
    "JOB… [options]",
    "--all [options]",
  ],
  about: "Copies what is new or changed, keeps the version that it replaces, and marks what\n" +
    "is gone as deleted; nothing is thrown away. A vault is made by the first backup\n" +
    "into a missing or empty directory; missing directories above it are made on a\n" +
    "drive or mount point that is there and in your home directory, elsewhere only\n" +
    "with --init. JOB is a job of the config file; write ./name\n" +
    "for a directory of the same name.",
  flags: [
    {
      name: "to",
      value: "DIR",
      help: "several sources, each in a vault of its own name below DIR",
    },
    { name: "all", help: "all jobs of the config file" },
    {
      name: "exclude",
      value: "GLOB",
      many: true,
      help: "leave out what matches (gitignore syntax)",
    },
    {
      name: "exclude-from",
      value: "FILE",
      many: true,
      help: "leave out what the patterns in FILE match",
    },
    {
      name: "exclude-if-present",
      value: "NAME",
      many: true,
      help: "leave out directories that hold NAME",
    },
    { name: "exclude-larger-than", value: "SIZE", help: "leave out larger files (500, 10K, 1.5G)" },
    { name: "one-file-system", help: "do not cross into other file systems" },
    {
      name: "max-generations",
      value: "N",
      help: "keep N past generations of a file (default: all)",
    },
    { name: "checksum", help: "hash every source file, even if time and size are unchanged" },
    {
      name: "verify-share",
      value: "SHARE",
      help: "after the run, hash this share of the vault again (jobs: 1%; 0 for none)",
    },
    {
      name: "allow-mass-change",
      help: "continue even if most files changed or the source is empty",
    },
    {
      name: "init",
      help: "make a new vault where a known one, or the directories above it, are missing",
    },
    { name: "dry-run", short: "n", help: "print what would be done, write nothing" },
    { name: "snapshot-source", help: "back up from a file-system snapshot where one can be had" },
    { name: "only-backup", help: "without what the job does after a run", hidden: true },
    { name: "max-duration", value: "TIME", help: "end the run after this time (6h; 0 for never)" },
    { name: "log", help: "also write a log below the state directory (for schedulers)" },
    { name: "log-as", value: "STAMP", help: "go on with this log", hidden: true },
    { name: "watched", help: "another process watches this run", hidden: true },
    { name: "retry", value: "N", help: "with --log: try a failed run again", hidden: true },
    { name: "retry-wait", value: "TIME", help: "how long it waits before", hidden: true },
    { name: "random-delay", value: "TIME", help: "start at random within", hidden: true },
    { name: "if-drive", value: "NAME", help: "do nothing when it is not there", hidden: true },
    {
      name: "warn-after",
      value: "TIME",
      help: "with --log: show a notification when the last good run is older (3d)",
    },
  ],
  examples: [
    { line: "hikae backup ~/Documents /mnt/usb/documents", does: "back up into one vault" },
    {
      line: "hikae backup ~/Documents /mnt/usb/documents --dry-run",
      does: "see what would be done",
    },
    {
      line: "hikae backup ~/Documents /mnt/usb/documents --exclude '*.tmp' --exclude cache/",
      does: "leave things out",
    },
  ],
  access: "backup",
  load: () => import("../cmd_backup.ts"),
};
