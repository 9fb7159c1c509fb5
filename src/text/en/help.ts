/** What the first screen and the help of commands say besides the table of commands. */
export const help = {
  "help.lead": "hikae keeps a plain, browsable copy of a directory, and all its past versions.",
  "help.start": "Getting started",
  "help.start-backup": "make a copy, and bring it up to date",
  "help.start-list": "see what was backed up, and when",
  "help.start-restore": "get it back, as of any backup",
  "help.group-backup": "Back up",
  "help.group-look": "Look",
  "help.group-restore": "Get back",
  "help.group-tidy": "Tidy up",
  "help.group-automate": "Automate",
  "help.group-more": "More",
  "help.all-commands": "Commands",
  "help.details": "Run 'hikae COMMAND --help' for details, 'hikae help --all' for all commands.",
  "help.usage": "Usage",
  "help.subcommands": "Subcommands",
  "help.options": "Options",
  "help.everywhere": "Everywhere",
  "help.examples": "Examples",
  "help.exit-codes": "Exit codes",
  "help.job-for-vault":
    "VAULT may be a job of the config file: its first vault that can be read, or the one of --vault.",
  "help.more": "Options of every command and exit codes: hikae {path} --help --all",
  "help.network-path":
    "  a network path: only the engine's own check of each write guards it (docs/security.md)",
} as const;
