/** `schedule`: the system's own scheduler. @module */

import type { Command, Flag } from "../command.ts";

const CONFIG: Flag = {
  name: "config",
  value: "FILE",
  help: "the config to use, instead of looking for one",
};

const SCHEDULER: Flag = {
  name: "scheduler",
  value: "NAME",
  choices: ["systemd", "cron", "launchd", "task-scheduler"],
  help: "the scheduler, instead of this system's own",
};

const PRINT: Flag = {
  name: "print",
  help: "show what would be written and run, and install nothing",
};

const ALL: Flag = { name: "all", help: "every job of the config" };

const install: Command = {
  name: "install",
  summary: "schedule a job",
  usage: [
    "JOB|--all (--daily HH:MM | --hourly | --weekly DAYS HH:MM | --every DURATION | " +
    "--on-login | --on-drive NAME) [options]",
  ],
  about: "Has the system's own scheduler run `hikae backup JOB`: the Task Scheduler, a\n" +
    "systemd user timer, launchd, or cron where there is nothing better. Installing a\n" +
    "job again replaces its schedule. Each run leaves a log (docs/schedule.md). What\n" +
    "the scheduler cannot do is refused (exit code 2).",
  flags: [
    ALL,
    { name: "daily", value: "HH:MM", many: true, help: "every day: 21:00, or 09:00,21:00" },
    { name: "hourly", help: "every hour, on the hour" },
    {
      name: "weekly",
      value: "DAYS HH:MM",
      many: true,
      help: 'on days of the week: "sun 03:00", "mon-fri 12:00,18:00"',
    },
    { name: "every", value: "DURATION", help: "at a fixed interval: 30m, 6h (at least 1m)" },
    { name: "on-login", help: "a minute after you log in" },
    {
      name: "on-drive",
      value: "NAME",
      help: "when a drive is plugged in: its label, its mount point, or E: on Windows",
    },
    { name: "whether-logged-on", help: "also while you are not logged in" },
    { name: "only-on-ac", help: "not on batteries" },
    { name: "only-idle", help: "only while nobody uses the machine" },
    { name: "wake", help: "wake the machine for it" },
    { name: "highest", help: "with an administrator's rights (Windows)" },
    { name: "random-delay", value: "TIME", help: "start at random within this time (30m)" },
    { name: "retry", value: "N", help: "try a failed run again, ten minutes later, N times" },
    { name: "priority", value: "HOW", choices: ["low", "normal"], help: "low (default) or normal" },
    { name: "max-duration", value: "TIME", help: "end a run after this time (3d; 0 for never)" },
    {
      name: "warn-after",
      value: "TIME",
      help: "notify when the last good run is older (3d, weekly 15d; 0 for never)",
    },
    PRINT,
    SCHEDULER,
    CONFIG,
  ],
  examples: [
    {
      line: "hikae schedule install documents --daily 21:00",
      does: "back up documents every evening",
    },
    {
      line: "hikae schedule install --all --weekly mon-fri 12:00,18:00 --print",
      does: "show what would be written for all jobs",
    },
  ],
  access: "none",
  load: () => import("../cmd_schedule_install.ts"),
};

const remove: Command = {
  name: "remove",
  summary: "remove a job's schedule",
  usage: ["JOB|--all"],
  flags: [{ ...ALL, help: "every job that is scheduled" }, PRINT, SCHEDULER],
  examples: [{ line: "hikae schedule remove documents", does: "take it out of the scheduler" }],
  access: "none",
  load: () => import("../cmd_schedule_remove.ts"),
};

const list: Command = {
  name: "list",
  summary: "the jobs that are scheduled, their next run and last outcome",
  usage: [""],
  flags: [SCHEDULER, CONFIG],
  examples: [{ line: "hikae schedule list", does: "list them" }],
  access: "none",
  answers: true,
  load: () => import("../cmd_schedule_list.ts"),
};

const doctor: Command = {
  name: "doctor",
  summary: "run a job through the scheduler and say what differs from a run by hand",
  usage: ["JOB"],
  about: "Compares what a scheduled run finds with what this console has: drives, user,\n" +
    "PATH, variables that the config uses, permissions. Then runs the job through the\n" +
    "scheduler and says how it ended. Exit code 1: it found a problem.",
  flags: [{ name: "no-run", help: "compare only" }, SCHEDULER, CONFIG],
  examples: [{ line: "hikae schedule doctor documents", does: "try the schedule out" }],
  access: "none",
  load: () => import("../cmd_schedule_doctor.ts"),
};

/** The table entry of `schedule`. */
export const schedule: Command = {
  name: "schedule",
  summary: "run jobs from the system's scheduler",
  usage: ["install|remove|list|doctor"],
  flags: [],
  examples: [],
  access: "none",
  sub: [install, remove, list, doctor],
};
