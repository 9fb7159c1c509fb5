/** How a thread speaks that is told its texts by who started it. @module */

import { parseToldName, takeTold, type ToldTexts } from "./given.ts";
import { isLanguage } from "./languages.ts";
import { speaksAs } from "./text.ts";

/** In such a thread, by its name: gives what it works at. */
export function toldAs(named: string): string {
  const [work = "", tag] = parseToldName(named).name.split("@");
  if (isLanguage(tag)) speaksAs(tag);
  return work;
}

/** Takes the texts that came with the work. */
export function hearTexts(texts: ToldTexts): void {
  takeTold(texts);
}
