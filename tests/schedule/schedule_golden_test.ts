/** What each scheduler is given, pinned by golden files (HIKAE_GOLDEN=write renews them). */

import { assertEquals, assertThrows } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { planCron } from "../../src/schedule/cron.ts";
import { planLaunchd, renderPlist } from "../../src/schedule/launchd.ts";
import {
  renderPlan,
  type ScheduleRequest,
  type SchedulerPlace,
  SCHEDULERS,
} from "../../src/schedule/plan.ts";
import { PLAIN_OPTIONS, refuseUnable, type ScheduleOptions } from "../../src/schedule/options.ts";
import { parseSchedule, type Schedule } from "../../src/schedule/schedule.ts";
import { planSystemd, renderService, renderTimer } from "../../src/schedule/systemd.ts";
import { planTask } from "../../src/schedule/task_scheduler.ts";

const dir = new URL("../testdata/schedule/", import.meta.url);

export const schedules: Record<string, Schedule> = {
  daily: parseSchedule({ daily: ["21:00"] }),
  hourly: { kind: "hourly" },
  weekly: parseSchedule({ weekly: ["sun 03:05"] }),
  several: parseSchedule({ weekly: ["mon-fri 12:00,18:30", "sat 9:00"] }),
  twice: parseSchedule({ daily: ["21:00,09:00"] }),
  drive: { kind: "onDrive", drive: "My USB" },
  every: { kind: "every", minutes: 30 },
  odd: { kind: "every", minutes: 45 },
  login: { kind: "onLogin" },
};

/** A path with everything that some scheduler reads in its own way. */
const NASTY = `/opt/my "apps"/100% $HOME \\o' & <hikae>`;

export function posix(schedule: Schedule, nasty = false): ScheduleRequest {
  return {
    job: nasty ? "a/b %n 日本" : "documents",
    schedule,
    command: {
      program: nasty ? `${NASTY}/hikae` : "/usr/local/bin/hikae",
      args: [
        "backup",
        nasty ? "a/b %n 日本" : "documents",
        "--config",
        `${NASTY}/hikae.jsonc`,
        "--log",
      ],
      workingDirectory: nasty ? NASTY : "/home/me/.config/hikae",
      env: nasty ? { HIKAE_STATE_DIR: `${NASTY}/state` } : {},
    },
    whetherLoggedOn: false,
    network: false,
    options: PLAIN_OPTIONS,
  };
}

export function windows(schedule: Schedule, whetherLoggedOn = false): ScheduleRequest {
  return {
    job: "documents",
    schedule,
    command: {
      program: "C:\\Program Files\\hikae & co\\hikae.exe",
      args: ["backup", "documents", "--config", "\\\\nas\\conf's <me>\\hikae.jsonc", "--log"],
      workingDirectory: "\\\\nas\\conf's <me>",
      env: {},
    },
    whetherLoggedOn,
    network: false,
    options: PLAIN_OPTIONS,
  };
}

export const place: SchedulerPlace = {
  home: "/home/me",
  user: "me",
  uid: 501,
  state: "/home/me/.local/state/hikae",
  now: new Date(2026, 10, 21, 7, 38, 16).getTime(),
};

export const windowsPlace: SchedulerPlace = {
  home: "C:\\Users\\me",
  user: "DESKTOP\\me",
  sid: "S-1-5-21-1004336348-1177238915-682003330-1001",
  state: "C:\\Users\\me\\AppData\\Local\\hikae",
  now: place.now,
};

function golden(name: string, text: string): void {
  const file = new URL(name, dir);
  if (Deno.env.get("HIKAE_GOLDEN") === "write") Deno.writeTextFileSync(file, `${text}\n`);
  assertEquals(`${text}\n`, Deno.readTextFileSync(file).replaceAll("\r\n", "\n"), name);
}

for (const [name, schedule] of Object.entries(schedules)) {
  Deno.test(`schedule goldens: ${name}`, () => {
    golden(`systemd-${name}.txt`, renderPlan(planSystemd(posix(schedule), place)));
    golden(`launchd-${name}.txt`, renderPlan(planLaunchd(posix(schedule), place)));
    golden(`task-${name}.txt`, renderPlan(planTask(windows(schedule), windowsPlace)));
    if (name === "drive") {
      assertThrows(() => refuseUnable("cron", posix(schedule)), HikaeError, "--on-drive: cron");
    } else if (name === "odd") {
      assertThrows(() => planCron(posix(schedule), ""), HikaeError, "cron knows only parts");
    } else golden(`cron-${name}.txt`, renderPlan(planCron(posix(schedule), "")));
  });
}

Deno.test("schedule: a task gets the letter of its drive, and no name that a run would look for in vain", () => {
  const on = (given: string): ScheduleRequest => windows(parseSchedule({ onDrive: given }));
  for (const given of ["E:", "E:\\", "e:/", "C:\\mnt\\usb"]) {
    refuseUnable("task-scheduler", on(given));
  }
  assertEquals(on("E:\\").schedule, { kind: "onDrive", drive: "E:" });
  for (const given of ["E", "My USB"]) {
    assertThrows(() => refuseUnable("task-scheduler", on(given)), HikaeError, "not the letter");
    refuseUnable("systemd", posix({ kind: "onDrive", drive: given }));
  }
});

Deno.test("schedule goldens: names and paths with everything in them", () => {
  const request = posix(schedules["daily"] as Schedule, true);
  golden("nasty.service", renderService(request, place).trimEnd());
  golden("nasty.timer", renderTimer(request).trimEnd());
  golden("nasty.plist", renderPlist(request).trimEnd());
  golden("nasty-cron.txt", renderPlan(planCron(request, "MAILTO=me\n5 4 * * * mine")));
});

Deno.test("schedule goldens: whether logged on or not", () => {
  const daily = schedules["daily"] as Schedule;
  golden("task-s4u.txt", renderPlan(planTask(windows(daily, true), windowsPlace)));
  const onShare = { ...windows(daily, true), network: true };
  golden("task-password.txt", renderPlan(planTask(onShare, windowsPlace)));
  const linger = { ...posix(daily), whetherLoggedOn: true };
  golden("systemd-linger.txt", renderPlan(planSystemd(linger, place)));
  assertThrows(() => planLaunchd(linger, place), HikaeError, "launchd");
});

/** Everything that a scheduler can do. */
const ALL: ScheduleOptions = {
  onlyOnAc: true,
  onlyIdle: true,
  highest: true,
  wake: true,
  randomDelay: 30,
  retry: 3,
  maxDuration: 6 * 3_600_000,
  priority: "normal",
};

Deno.test("schedule goldens: all that can be asked of a run", () => {
  const daily = schedules["daily"] as Schedule;
  golden("task-all.txt", renderPlan(planTask({ ...windows(daily), options: ALL }, windowsPlace)));
  const some = { ...ALL, onlyIdle: false, highest: false, wake: false };
  golden("systemd-all.txt", renderPlan(planSystemd({ ...posix(daily), options: some }, place)));
  const few = { ...some, onlyOnAc: false };
  golden("launchd-all.txt", renderPlan(planLaunchd({ ...posix(daily), options: few }, place)));
  golden("cron-all.txt", renderPlan(planCron({ ...posix(daily), options: few }, "", true)));
});

Deno.test("what a scheduler cannot do is refused by name, and what it can is not", () => {
  const can: Record<string, readonly string[]> = {
    "task-scheduler": ["onlyOnAc", "onlyIdle", "highest", "wake", "drive"],
    systemd: ["onlyOnAc", "drive"],
    launchd: ["drive"],
    cron: [],
  };
  const flags: Record<string, string> = {
    onlyOnAc: "--only-on-ac",
    onlyIdle: "--only-idle",
    highest: "--highest",
    wake: "--wake",
    drive: "--on-drive",
  };
  for (const scheduler of SCHEDULERS) {
    for (const [ability, flag] of Object.entries(flags)) {
      const schedule = schedules[ability === "drive" ? "drive" : "daily"] as Schedule;
      const options = ability === "drive" ? PLAIN_OPTIONS : { ...PLAIN_OPTIONS, [ability]: true };
      const letter: Schedule = { kind: "onDrive", drive: "E:" };
      const request = scheduler === "task-scheduler" && ability === "drive"
        ? windows(letter)
        : posix(schedule);
      const ask = (): void => refuseUnable(scheduler, { ...request, options });
      if (can[scheduler]?.includes(ability)) ask();
      else {
        const error = assertThrows(ask, HikaeError);
        assertEquals([error.id, error.message], ["usage", `${flag}: ${scheduler} cannot do this`]);
        assertEquals(typeof error.hint, "string");
      }
    }
  }
});
