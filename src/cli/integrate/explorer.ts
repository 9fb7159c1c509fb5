/** Explorer: two keys in the user's own branch of the registry, for files and for folders. Pure. @module */

import type { ScheduleStep } from "../../schedule/plan.ts";
import { quoteWindows } from "../../schedule/quote.ts";
import type { Manager } from "./manager.ts";

const KEYS = ["*", "Directory"].map((of) =>
  `HKCU\\Software\\Classes\\${of}\\shell\\hikae.versions`
);

/** Explorer of Windows. */
export const explorer: Manager = {
  name: "explorer",
  title: "Explorer",
  os: "windows",
  where: "integrate.in-explorer",
  add: ({ label, command }) => {
    const [program = ""] = command;
    // a name has no quotation mark there, so between two it is one word
    const line = `${command.map(quoted).join(" ")} "%1"`;
    return KEYS.flatMap((key) => [
      add(key, ["/ve"], label),
      add(key, ["/v", "Icon"], program),
      // with several chosen there is no entry, instead of a server for each
      add(key, ["/v", "MultiSelectModel"], "Single"),
      add(`${key}\\command`, ["/ve"], line),
    ]);
  },
  remove: () => KEYS.map((key) => ({ ...reg("delete", key, "/f"), mayFail: true })),
};

function add(key: string, value: readonly string[], data: string): ScheduleStep {
  return reg("add", key, ...value, "/t", "REG_SZ", "/d", data, "/f");
}

function reg(...args: string[]): ScheduleStep & { kind: "run" } {
  return { kind: "run", program: "reg", args };
}

/** The program always in quotation marks, for where Windows would try each blank as its end. */
function quoted(word: string, i: number): string {
  const made = quoteWindows(word);
  return i === 0 && !made.startsWith('"') ? `"${made}"` : made;
}
