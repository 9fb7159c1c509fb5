/** How long something is, in whole units. */
export const time = {
  "time.seconds": "{time} s",
  "time.minutes": "{time} min",
  "time.hours": "{time} h",
  "time.days": "{time} d",
} as const;
