/** `schedule`: the system's own scheduler. @module */

import { loadModule } from "../../base/load_module.ts";
import type { Command, Flag } from "../command.ts";

const CONFIG: Flag = {
  name: "config",
  value: "FILE",
  help: "schedule.flag-config",
};

const SCHEDULER: Flag = {
  name: "scheduler",
  value: "NAME",
  choices: ["systemd", "cron", "launchd", "task-scheduler"],
  help: "schedule.flag-scheduler",
};

const PRINT: Flag = {
  name: "print",
  help: "schedule.flag-print",
};

const ALL: Flag = { name: "all", help: "schedule.flag-all" };

const install: Command = {
  name: "install",
  summary: "schedule-install.summary",
  usage: [
    "JOB|--all (--daily HH:MM | --hourly | --weekly DAYS HH:MM | --every DURATION | " +
    "--on-login | --on-drive NAME) [options]",
  ],
  about: "schedule-install.about",
  flags: [
    ALL,
    { name: "daily", value: "HH:MM", many: true, help: "schedule-install.flag-daily" },
    { name: "hourly", help: "schedule-install.flag-hourly" },
    {
      name: "weekly",
      value: "DAYS HH:MM",
      many: true,
      help: "schedule-install.flag-weekly",
    },
    { name: "every", value: "DURATION", help: "schedule-install.flag-every" },
    { name: "on-login", help: "schedule-install.flag-on-login" },
    {
      name: "on-drive",
      value: "NAME",
      help: "schedule-install.flag-on-drive",
    },
    { name: "whether-logged-on", help: "schedule-install.flag-whether-logged-on" },
    { name: "only-on-ac", help: "schedule-install.flag-only-on-ac" },
    { name: "only-idle", help: "schedule-install.flag-only-idle" },
    { name: "wake", help: "schedule-install.flag-wake" },
    { name: "highest", help: "schedule-install.flag-highest" },
    { name: "random-delay", value: "TIME", help: "schedule-install.flag-random-delay" },
    { name: "retry", value: "N", help: "schedule-install.flag-retry" },
    {
      name: "priority",
      value: "HOW",
      choices: ["low", "normal"],
      help: "schedule-install.flag-priority",
    },
    { name: "max-duration", value: "TIME", help: "schedule-install.flag-max-duration" },
    {
      name: "warn-after",
      value: "TIME",
      help: "schedule-install.flag-warn-after",
    },
    PRINT,
    SCHEDULER,
    CONFIG,
  ],
  examples: [
    {
      line: "hikae schedule install documents --daily 21:00",
      does: "schedule-install.example-1",
    },
    {
      line: "hikae schedule install --all --weekly mon-fri 12:00,18:00 --print",
      does: "schedule-install.example-2",
    },
  ],
  access: "none",
  load: () => loadModule(new URL("../schedule/cmd_schedule_install.ts", import.meta.url)),
};

const remove: Command = {
  name: "remove",
  summary: "schedule-remove.summary",
  usage: ["JOB|--all"],
  flags: [{ ...ALL, help: "schedule-remove.flag-all" }, PRINT, SCHEDULER],
  examples: [{ line: "hikae schedule remove documents", does: "schedule-remove.example-1" }],
  access: "none",
  load: () => loadModule(new URL("../schedule/cmd_schedule_remove.ts", import.meta.url)),
};

const list: Command = {
  name: "list",
  summary: "schedule-list.summary",
  usage: [""],
  flags: [SCHEDULER, CONFIG],
  examples: [{ line: "hikae schedule list", does: "schedule-list.example-1" }],
  access: "none",
  answers: true,
  load: () => loadModule(new URL("../schedule/cmd_schedule_list.ts", import.meta.url)),
};

const doctor: Command = {
  name: "doctor",
  summary: "schedule-doctor.summary",
  usage: ["JOB"],
  about: "schedule-doctor.about",
  flags: [{ name: "no-run", help: "schedule-doctor.flag-no-run" }, SCHEDULER, CONFIG],
  examples: [{ line: "hikae schedule doctor documents", does: "schedule-doctor.example-1" }],
  access: "none",
  load: () => loadModule(new URL("../schedule/cmd_schedule_doctor.ts", import.meta.url)),
};

/** The table entry of `schedule`. */
export const schedule: Command = {
  name: "schedule",
  summary: "schedule.summary",
  usage: ["install|remove|list|doctor"],
  flags: [],
  examples: [],
  access: "none",
  sub: [install, remove, list, doctor],
};
