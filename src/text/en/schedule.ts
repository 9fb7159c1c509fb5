/** What the `schedule` commands say. */
export const schedule = {
  "schedule.no-time": "schedule: no time given",
  "schedule.two-times": "schedule: more than one kind of time given",
  "schedule.times-hint": "give one kind of: --daily HH:MM, --hourly, --weekly DAYS HH:MM, " +
    "--every DURATION, --on-login, --on-drive NAME",
  "schedule.cannot": "{flag}: {scheduler} cannot do this",
  "schedule.cannot-idle-hint": "only the Task Scheduler knows whether the machine is idle; " +
    "--priority low (the default) keeps a run out of the way",
  "schedule.cannot-ac-hint": "systemd and the Task Scheduler know the power supply; use one of " +
    "them, or leave the flag out",
  "schedule.cannot-wake-hint": "wake the machine by other means (rtcwake, pmset), or leave the " +
    "flag out: what was missed while it slept runs when it wakes",
  "schedule.cannot-highest-hint": "it is for Windows; elsewhere install the schedule as root",
  "schedule.cannot-drive-hint": "use systemd, launchd or the Task Scheduler, or back up by the " +
    "clock: a run without its drive stops with exit code 4",
  "schedule.drive-letter": "--on-drive: on Windows name the letter of the drive, as E:",
  "schedule.retry-hint": "a failed run is tried again {minutes} minutes later, at most so often",
  "schedule.one-job": "schedule install: one job at a time, not also {stray}",
  "schedule.one-job-hint": "--all schedules every job of the config",
  "schedule.all-and-job": "schedule {action}: --all and {stray}",
  "schedule.all-and-job-hint": "--all stands for all jobs of the config; leave one of the two out",
  "schedule.no-job": "schedule: no job given",
  "schedule.no-job-hint":
    "name a job of the config: hikae schedule install JOB --daily 21:00 (--all for all jobs)",
  "schedule.too-long": "schedule: the directory of the config is longer than 260 characters, and " +
    "no task can start there",
  "schedule.too-long-hint": "move the config to a shorter path; --print shows the task anyway",
  "schedule.doctor-next": "to see what differs from a run by hand: `{line}`",
  "schedule.lost-mail": "note: {job}: could not keep what tells you without the config: {problem}",
  "schedule.task-written": "this file is written; the command below registers it",
  "schedule.setx": "a task has no variables of its own: make {name} permanent with `{line}`",
  "schedule.open-path": "schedule: {path} can be changed by others, and would run with all rights",
  "schedule.open-path-hint":
    "put hikae, its config and its plugins where only {who} may write: {where}",
  "schedule.not-elevated": "--highest: this console has no administrator's rights",
  "schedule.not-elevated-hint": 'open a console with "Run as administrator" and type it again',
  "schedule.no-user": "schedule: Windows does not say who you are",
  "schedule.no-user-hint": "see what whoami /user says",
  "schedule.no-jobs": "schedule --all: {file} has no job",
  "schedule.no-jobs-hint": "add one to it, under jobs",
  "schedule.none": "no job is scheduled ({scheduler}); see: hikae schedule install --help",
  "schedule.no-scheduler": "schedule: neither a systemd user session nor cron is available",
  "schedule.no-scheduler-hint":
    "log in as the user that is to run it (not by su), or see --print --scheduler systemd",
  "schedule.printed-for-systemd":
    "note: neither a systemd user session nor cron is available; this is for systemd",
  "schedule.needs-highest":
    "{plugin} wants an administrator's rights, which the task has not: install it with --highest",
} as const;
