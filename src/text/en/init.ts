/** The questions of `hikae init`. */
export const init = {
  "init.welcome":
    "This sets up a first backup. Enter takes the answer in brackets, q leaves. Nothing is written before the end.",
  "init.source": "What do you want to back up? A folder",
  "init.vault": "Where to? A folder on another drive or share",
  "init.when": "How often? A time of day (21:00), hourly, login, or no",
  "init.exclude": "What to leave out? Patterns with commas between them, or none",
  "init.keep":
    "How long to keep past versions? usual (7 last, 14 days, 8 weeks, 12 months), or all",
  "init.tell": "Who is told when a run fails? desktop, the address of a webhook (https://…), or no",
  "init.same-disk":
    "This folder is on the same disk as what it saves: if the disk breaks, both are lost. Use it anyway? yes or no",
  "init.write": "Write this to {file}, and begin? yes or no",
  "init.left": "left: nothing was written",
  "init.again": "{problem} Try again.",
  "init.no-answer": "An answer is needed.",
  "init.no-folder": "{path} is not a folder.",
  "init.vault-in-source": "A backup cannot lie inside what it saves.",
  "init.source-in-vault": "This folder lies inside the place for the backup.",
  "init.no-notifier": "{program} is not installed, and no notification can be shown without it.",
  "init.no-time": '"{text}" is not a time of day, hourly, login or no.',
  "init.no-choice": "Answer {choices}.",
  "init.exists": "init: there is a config already",
  "init.exists-hint":
    "edit it, or see hikae config check; hikae config init FILE writes another one",
  "init.no-place": "init: the place of the config is not known",
  "init.no-place-hint": "set HOME (on Windows APPDATA)",
  "init.wrote": "wrote {file}",
  "init.added": "added the job {job} to {file}",
  "init.backup": "first backup:",
  "init.no-backup":
    "the first backup was not made; change {file} where it is wrong, then run 'hikae backup {job} --init'",
  "init.no-schedule":
    "the schedule could not be installed; run 'hikae backup {job}' yourself, or see hikae schedule doctor",
  "init.drill": "restored {path} as a drill: it is the same",
  "init.drill-differs": "restored {path} as a drill: it differs from the original",
  "init.drill-nothing": "there is no file to restore as a drill",
  "init.next": "hikae status shows the state; hikae serve --open shows what was backed up",
} as const;
