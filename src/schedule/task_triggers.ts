/** The triggers of a task: when the Task Scheduler starts it. Pure. @module */

import type { ScheduleRequest } from "./plan.ts";
import { element } from "./quote.ts";
import { type CalendarTimes, clockTime, type TimeOfDay, WEEKDAYS } from "./schedule.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** A volume has come or gone: kept by every Windows since 10, for every file system. */
const VOLUME_QUERY = '<QueryList><Query Id="0" Path="Microsoft-Windows-Partition/Diagnostic">' +
  '<Select Path="Microsoft-Windows-Partition/Diagnostic">*[System[EventID=1006]]</Select>' +
  "</Query></QueryList>";

/** The triggers of a job's task, in lines. */
export function triggersOf(
  { schedule: s, options }: ScheduleRequest,
  { userId, now }: { userId: string; now: number },
): string[] {
  const delay = options.randomDelay === 0
    ? []
    : [element(6, "RandomDelay", `PT${options.randomDelay}M`)];
  switch (s.kind) {
    case "calendar":
      return s.at.flatMap((at) => at.times.flatMap((time) => calendar(at, time, now, delay)));
    case "hourly":
      return repeating(localTime(nextHour(now)), "PT1H", delay);
    case "every":
      return repeating(localTime(new Date(now + 60_000)), `PT${s.minutes}M`, delay);
    case "onLogin":
      return [
        "    <LogonTrigger>",
        element(6, "UserId", userId),
        "      <Delay>PT1M</Delay>",
        "    </LogonTrigger>",
      ];
    case "onDrive":
      // a drive takes its time to be there; hikae itself looks whether it is the one
      return [
        "    <EventTrigger>",
        element(6, "Subscription", VOLUME_QUERY),
        "      <Delay>PT15S</Delay>",
        "    </EventTrigger>",
      ];
  }
}

function calendar(
  { days }: CalendarTimes,
  time: TimeOfDay,
  now: number,
  delay: readonly string[],
): string[] {
  const start = element(
    6,
    "StartBoundary",
    nextAt(now, time, days.map((d) => WEEKDAYS.indexOf(d))),
  );
  const rule = days.length === 0
    ? [
      "      <ScheduleByDay>",
      "        <DaysInterval>1</DaysInterval>",
      "      </ScheduleByDay>",
    ]
    : [
      "      <ScheduleByWeek>",
      "        <WeeksInterval>1</WeeksInterval>",
      "        <DaysOfWeek>",
      ...days.map((d) => `          <${DAYS[WEEKDAYS.indexOf(d)]} />`),
      "        </DaysOfWeek>",
      "      </ScheduleByWeek>",
    ];
  return ["    <CalendarTrigger>", start, ...delay, ...rule, "    </CalendarTrigger>"];
}

function repeating(start: string, interval: string, delay: readonly string[]): string[] {
  return [
    "    <TimeTrigger>",
    element(6, "StartBoundary", start),
    "      <Repetition>",
    element(8, "Interval", interval),
    element(8, "StopAtDurationEnd", "false"),
    "      </Repetition>",
    ...delay,
    "    </TimeTrigger>",
  ];
}

/**
 * The next time that it is this time of day, by the schedule's own hour: on the eve of summer time the clock may
 * skip it, and the task would keep the hour after it for ever. A start in the past would count as missed and run
 * at once.
 */
function nextAt(now: number, at: TimeOfDay, days: readonly number[]): string {
  const date = new Date(now);
  const isLater = (): boolean => {
    const then = new Date(date);
    then.setHours(at.hour, at.minute, 0, 0);
    return then.getTime() > now;
  };
  date.setHours(12, 0, 0, 0);
  while (!isLater() || (days.length > 0 && !days.includes(date.getDay()))) {
    date.setDate(date.getDate() + 1);
  }
  return `${dayOf(date)}T${clockTime(at)}:00`;
}

function nextHour(now: number): Date {
  const date = new Date(now);
  date.setHours(date.getHours() + 1, 0, 0, 0);
  return date;
}

function localTime(d: Date): string {
  return `${dayOf(d)}T${clockTime({ hour: d.getHours(), minute: d.getMinutes() })}:00`;
}

function dayOf(d: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}
