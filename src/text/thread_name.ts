/** The names of threads: they say which language a thread is to speak. @module */

import { toldName } from "./given.ts";
import { nameIn } from "./languages.ts";
import { languageTag } from "./text.ts";

/** The name of a thread: what it works at, and the language that it is to speak when that is not English. */
export function threadName(work: string): string {
  return nameIn(languageTag(), work);
}

/** The name of a thread that is told its texts when it is told its work (`told.ts`). */
export function toldThreadName(work: string): string {
  return toldName(threadName(work));
}
