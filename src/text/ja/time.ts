/** The same in Japanese. @module */

/** The texts. */
export const time = {
  "time.seconds": "{time} 秒",
  "time.minutes": "{time} 分",
  "time.hours": "{time} 時間",
  "time.days": "{time} 日",
} as const;
