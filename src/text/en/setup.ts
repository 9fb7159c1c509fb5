/** The first set-up on the page. */
export const setup = {
  "setup.title": "Set up a backup",
  "setup.about":
    "Nothing is written before you have seen it. Here you choose a folder and a place for its backup; everything else can stay as it is.",
  "setup.source": "What is to be backed up?",
  "setup.other-source": "Another folder (its full path)",
  "setup.drive": "Where to?",
  "setup.other-vault": "Another folder for the backup (its full path)",
  "setup.no-drive":
    "No drive is plugged in. Plug one in and load this page again, or type a folder.",
  "setup.choose": "choose one",
  "setup.when": "How often?",
  "setup.daily": "Every day",
  "setup.hourly": "Every hour",
  "setup.login": "When I log in",
  "setup.never": "Only when I start it",
  "setup.time": "At what time (every day)",
  "setup.exclude": "What to leave out? Patterns with commas between them",
  "setup.keep": "How long to keep past versions?",
  "setup.keep-usual": "As usual: 7 last, 14 days, 8 weeks, 12 months",
  "setup.keep-all": "All of them",
  "setup.next": "Show what will be done",
  "setup.plan": "This is what will be done",
  "setup.writes": "This is written to {file}:",
  "setup.same-disk":
    "This folder is on the same disk as what it saves: a broken disk takes both. Use it all the same.",
  "setup.same-disk-no":
    "The place for the backup is on the same disk as what it saves, and that was not confirmed.",
  "setup.begin": "Set it up and begin the first backup",
  "setup.change": "Change the answers",
  "setup.exists":
    "The directory in which hikae serve was started has a config of its own: {file}. It is never changed here.",
  "setup.exists-next":
    "Start hikae serve in another directory, or add a job to it with an editor; hikae config check looks it over.",
  "setup.adds": "This is added to {file}. The rest of it stays as it is:",
  "setup.changed":
    "The config has changed since the page showed what would be written: look again.",
  "setup.vault-taken": "{path} is the place of the backup {job}: choose another folder.",
  "setup.running": "The first backup is running",
  "setup.done": "The backup is set up",
  "setup.failed": "The set-up did not end well",
  "setup.files": "{n} files, {size}",
  "setup.percent": "{percent}% of {n} files, {size}",
  "setup.waits": "This page shows how far it is, and goes on by itself.",
  "setup.look": "Look at the backup",
  "setup.problems": "This cannot be done yet",
  "setup.outside":
    "{path} lies outside of your home and of the drives that can be unplugged: set that up in a terminal, with hikae init.",
  "setup.not-empty": "{path} holds other files: choose an empty or a new folder for the backup.",
  "setup.not-read": "{path} cannot be written into a config as it is: use hikae config init.",
  "setup.link": "Set up a backup",
} as const;
