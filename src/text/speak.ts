/**
 * The language that a thread speaks. Main chooses it once; every thread and process that it starts is told with its
 * name, so that a message is in the language of whoever reads it, wherever it was made.
 * @module
 */

import { useLanguage } from "./text.ts";
import { isLanguage, type LanguageTag } from "./languages.ts";

/** Has this thread speak a language; its texts are loaded only now. */
export async function speak(tag: LanguageTag): Promise<void> {
  // the paths are literal, for a thread without rights and a compiled program find no others
  if (tag === "ja") useLanguage({ tag, texts: (await import("./ja.ts")).JA });
  else useLanguage();
}

/** In a thread that was just started: speaks as its name says; gives what it works at. */
export async function startedAs(name: string): Promise<string> {
  const [work = "", tag] = name.split("@");
  if (isLanguage(tag)) await speak(tag);
  return work;
}
