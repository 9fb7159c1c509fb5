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

const PRINT: Flag = { name: "print", help: "show what would be written and run, and do nothing" };

const install: Command = {
  name: "install",
  summary: "run a job by the clock",
  usage: ["JOB (--daily HH:MM | --hourly | --weekly DAY HH:MM | --every DURATION | --on-login)"],
  about: "Has the system's own scheduler run `hikae backup JOB`: the Task Scheduler, a\n" +
    "systemd user timer, launchd, or cron where there is nothing better. Installing a\n" +
    "job again replaces its schedule. Each run leaves a log (docs/schedule.md).",
  flags: [
    { name: "daily", value: "HH:MM", help: "every day at this time" },
    { name: "hourly", help: "every full hour" },
    { name: "weekly", value: "DAY HH:MM", help: 'every week: "sun 03:00", sun@03:00' },
    { name: "every", value: "DURATION", help: "again and again: 30m, 6h (at least 1m)" },
    { name: "on-login", help: "a minute after you log in" },
    { name: "whether-logged-on", help: "also while you are not logged on" },
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
      line: "hikae schedule install documents --weekly sun 03:00 --print",
      does: "show what a weekly schedule would write",
    },
  ],
  access: "none",
  load: () => import("../cmd_schedule_install.ts"),
};

const remove: Command = {
  name: "remove",
  summary: "run a job no longer",
  usage: ["JOB"],
  flags: [PRINT, SCHEDULER],
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
  summary: "have the system's own scheduler run jobs",
  usage: ["install|remove|list|doctor"],
  flags: [],
  examples: [],
  access: "none",
  sub: [install, remove, list, doctor],
};
