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
  "schedule.no-job": "schedule {action}: no job given",
  "schedule.no-job-hint": "name a job of the config: {call}",
  "schedule.no-job-hint-all": "name a job of the config: {call} (--all for all jobs)",
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
  "schedule.not-scheduled": "schedule doctor: {job} is not scheduled ({scheduler})",
  "schedule.not-scheduled-hint": "first: {line}",
  "schedule.running": "running {job} through {scheduler} …",
  "schedule.share-password-needed": "--whether-logged-on: a vault on a share needs your password",
  "schedule.share-password-hint":
    "run by hand what --print shows; schtasks asks for the password itself",
  "schedule.next": ", next {time}",
  "schedule.never-ran": "never ran",
  "schedule.last": "last {time} {result}",
  "schedule.no-config": " (not in the config)",
  "schedule.removed": "{job}: no longer scheduled ({scheduler})",
  "schedule.no-retry": '--retry: "{given}" is not a number from 0 to 10',
  "schedule.one-of": "one of {names}",
  "schedule.no-job-yet": "the config has no job yet",
  "schedule.jobs": "its jobs: {names}",
  "schedule.log": "; log: {file}",
  "schedule.ran-well": "it ran well{log}",
  "schedule.no-outcome": "it was started but left no result within a minute",
  "schedule.exit": "exit code {code}{why}{log}",
  "schedule.doctor-stopped": "schedule doctor: interrupted",
  "schedule.doctor-stopped-hint": "the run itself goes on",
  "schedule.cron-missed":
    "cron does not catch up on missed runs; use a systemd timer where there is one",
  "schedule.cron-login": "cron has no logins: it runs when the machine starts",
  "schedule.cron-no-end": "crontab: the block of {job} has no end",
  "schedule.cron-no-end-hint": 'add the line "{line}" after it by hand (crontab -e)',
  "schedule.cron-every": "--every: cron knows only parts of an hour or of a day",
  "schedule.cron-every-hint":
    "take one of 1m 2m 3m 4m 5m 6m 10m 12m 15m 20m 30m 1h 2h 3h 4h 6h 8h 12h 1d",
  "schedule.mapped-drive":
    "the {what} {path} is on a mapped drive, which a task may not have: write {unc} in the config",
  "schedule.share-password":
    "the {what} {path} is a share: a task that runs while you are not logged in needs your password stored for it",
  "schedule.desktop-mount":
    "the {what} {path} is there only while your desktop has it mounted; an entry in /etc/fstab mounts it for scheduled runs too",
  "schedule.no-session": "no path of the job depends on the session",
  "schedule.elevated":
    "this console is elevated, the task is not: drives mapped here are not there, and files of other users are closed to it",
  "schedule.user-logged-in":
    "it runs only while you are logged in; a missed run is caught up later",
  "schedule.same-user": "the same user",
  "schedule.same-path": "the same PATH",
  "schedule.path-lost":
    "not in the scheduled run's PATH: {dirs} (matters to plugins that start programs; name those by their whole path)",
  "schedule.variable-missing":
    "the config uses {name}, which is set here but not in the scheduled run: {how}",
  "schedule.variable-other": 'the config uses {name}, which is "{value}" in the scheduled run',
  "schedule.no-variable-differs":
    "relative paths start from the config file, and no variable of it differs",
  "schedule.set-systemd": "put it into ~/.config/environment.d/hikae.conf",
  "schedule.set-launchd": "write a path out in the config; set anything else with launchctl setenv",
  "schedule.set-cron":
    "write a path out in the config; set anything else by crontab -e, in a line above the jobs",
  "schedule.set-task": "make it permanent with setx",
  "schedule.mac-access":
    "macOS keeps {paths} from programs it has not been told about: allow full disk access to {program} in System Settings",
  "schedule.root": "this is root: the schedule is root's own, and its files are root's",
  "schedule.launchd-logged-in":
    "--whether-logged-on: an agent of launchd runs only while you are logged in",
  "schedule.launchd-logged-in-hint":
    "leave it out, or set up a LaunchDaemon by hand (docs/schedule.md)",
  "schedule.launchd-access":
    "it runs while you are logged in; allow hikae full disk access in System Settings, Privacy & Security, or Documents, Desktop and Downloads stay closed to it",
  "schedule.not-loaded": "not loaded",
  "schedule.control": "schedule: {what} holds a control character",
  "schedule.control-hint": "rename the directory, or start hikae from another one",
  "schedule.failed": "{line}: exit code {code}: {said}",
  "schedule.failed-hint": "run the command by hand to see more; --print shows every step",
  "schedule.other-hint": "choose another scheduler with --scheduler",
  "schedule.every-hour": "every hour",
  "schedule.every": "every {period}",
  "schedule.at-login": "at login",
  "schedule.on-drive": "when {drive} is plugged in",
  "schedule.bad-time": '{flag}: "{given}" is not a time of day',
  "schedule.bad-time-hint": "write it like 21:00, in 24 hours",
  "schedule.no-day": '--weekly: "{given}" is not a day and a time',
  "schedule.no-day-hint": 'write it like "sun 03:00" or "mon-fri 12:00,18:00" (days: {days})',
  "schedule.no-drive": '--on-drive: "{given}" is not the name of a drive',
  "schedule.drive-label":
    '--on-drive: "{drive}" is not the letter of a drive, which the Task Scheduler needs',
  "schedule.drive-label-hint": "write the letter with its colon: --on-drive {letter}:",
  "schedule.no-drive-hint": "name its label, its mount point, or on Windows its letter (E:)",
  "schedule.no-every": '--every: "{given}" is not between 1m and 31d in whole minutes',
  "schedule.no-every-hint":
    "write it like 30m, 2h or 7d; for shorter intervals use: hikae job SOURCE VAULT --interval 10s",
  "schedule.crontab-hint": "check that crontab -l works for you",
  "schedule.systemd-logged-in":
    "it runs while you are logged in; a missed run is caught up at the next login; --whether-logged-on keeps it running without one (loginctl enable-linger)",
  "schedule.systemd-long": "schedule: the name of the job is too long for systemd: {job}",
  "schedule.systemd-long-hint": "give the job a shorter name in the config",
  "schedule.systemd-dir": 'schedule: systemd cannot start in "{path}"',
  "schedule.systemd-dir-hint": "rename the directory that the config file lies in",
  "schedule.task-logged-in":
    "it runs while you are logged in; a missed run is caught up at the next chance",
  "schedule.task-elevated":
    "a task that runs while you are not logged in can only be made from an elevated console",
  "schedule.task-password": "schtasks asks for your password: a share cannot be opened without it",
  "schedule.task-percent": "schedule: the Task Scheduler would replace the %…% in {what}",
  "schedule.task-percent-hint": "rename the directory or file",
  "schedule.unknown-scheduler": '--scheduler: there is no "{given}"',
  "schedule.job-not-there": 'find job: {file} has no job named "{job}"',
  "schedule.daily": "every day at {times}",
  "schedule.on-days": "every {days} at {times}",
} as const;
