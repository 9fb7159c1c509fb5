/**
 * The language of a call: `--lang`, the config's `lang`, LC_ALL, LC_MESSAGES, LANG, the system's display language, in
 * this order; English where none of them says another that there is.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import { isLanguage, LANGUAGES, type LanguageTag } from "../text/languages.ts";
import { languageTag, text, useLanguage } from "../text/text.ts";
import { loadModule } from "../base/load_module.ts";
import { configPlaces } from "./config/config_places.ts";
import { callersDirectory } from "./places/callers_directory.ts";
import { platformOf, variable } from "./platform.ts";

/** What the language is chosen by. */
export interface LanguageFacts {
  /** The line after `hikae`. */
  words: readonly string[];
  env(name: string): string | undefined;
  /** The value of the config's key `lang`; asked only when the line does not say. */
  config(): Promise<string | undefined>;
  /** The system's display language as a tag, where the environment has none (Windows). */
  display?: string;
}

/** Chooses; throws a `usage` error for a `--lang` that there is not. */
export async function languageOf(facts: LanguageFacts): Promise<LanguageTag> {
  const asked = flagValue(facts.words, "lang");
  if (asked !== undefined) {
    if (isLanguage(asked)) return asked;
    throw new HikaeError("usage", text("usage.no-choice", { flag: "lang", value: asked }), {
      hint: text("usage.choices", { choices: LANGUAGES.join(", ") }),
    });
  }
  const configured = await facts.config();
  return isLanguage(configured) ? configured : ofSystem(facts);
}

/** What the environment says: the first variable that is set decides, also for a language that there is not. */
function ofSystem({ env, display }: Pick<LanguageFacts, "env" | "display">): LanguageTag {
  const names = ["LC_ALL", "LC_MESSAGES", "LANG"];
  const said = names.map((name) => env(name) ?? "").find((value) => value !== "") ?? display ?? "";
  const tag = /^[a-z]{2,3}(?=$|[-_.@])/i.exec(said)?.[0].toLowerCase();
  return isLanguage(tag) ? tag : "en";
}

/** What the environment said when the program began: later it may be closed to it. */
let atStart: LanguageTag | undefined;

/** Has this program speak the language of its call. */
export async function chooseLanguage(words: readonly string[]): Promise<void> {
  const env = variable;
  const windows = Deno.build.os === "windows";
  atStart = ofSystem({ env, ...displayOf(windows) });
  const config = async (): Promise<string | undefined> => await ofConfig(words, env);
  const tag = await languageOf({ words, env, config, ...displayOf(windows) });
  if (tag === languageTag()) return;
  const japanese = new URL("../text/ja.ts", import.meta.url);
  if (tag === "en") useLanguage();
  else useLanguage({ tag, texts: (await loadModule<typeof import("../text/ja.ts")>(japanese)).JA });
}

/** The flag that has a child speak as this program does, where its environment would not say so. */
export function languageFlag(words: readonly string[]): string[] {
  if (flagValue(words, "lang") !== undefined) return [];
  const env = variable;
  const plain = atStart ?? ofSystem({ env, ...displayOf(Deno.build.os === "windows") });
  return plain === languageTag() ? [] : [`--lang=${languageTag()}`];
}

function displayOf(windows: boolean): { display?: string } {
  return windows ? { display: navigator.language } : {};
}

/** The line without `--lang`, which every command and none takes. */
export function withoutLanguage(words: readonly string[]): string[] {
  return words.filter((word, i) =>
    !word.startsWith("--lang=") && word !== "--lang" && words[i - 1] !== "--lang"
  );
}

/** The value of a flag before anything else is understood of the line. */
function flagValue(words: readonly string[], name: string): string | undefined {
  const end = words.indexOf("--");
  const flags = end < 0 ? words : words.slice(0, end);
  const at = flags.findLastIndex((w) => w === `--${name}` || w.startsWith(`--${name}=`));
  const flag = flags[at];
  if (flag === undefined) return undefined;
  return flag.includes("=") ? flag.slice(flag.indexOf("=") + 1) : flags[at + 1];
}

/** A config larger than this, in bytes, is not looked into for its language. */
const LARGEST = 1 << 20;

/** Where the working directory cannot be told none is looked for: the command says so, and help needs none. */
function placesHere(env: (name: string) => string | undefined): string[] {
  try {
    return configPlaces({ cwd: callersDirectory(), env, platform: platformOf(Deno.build.os) });
  } catch {
    return [];
  }
}

/** A config that cannot be read has no language; whoever needs it says what is wrong with it. */
async function ofConfig(
  words: readonly string[],
  env: (name: string) => string | undefined,
): Promise<string | undefined> {
  const asked = flagValue(words, "config");
  const files = asked === undefined ? placesHere(env) : [asked];
  for (const file of files) {
    try {
      // a pipe in its place would hold the program up before any limit is known
      const info = Deno.statSync(file);
      if (!info.isFile || info.size > LARGEST) return undefined;
      const source = Deno.readTextFileSync(file);
      if (!source.includes('"lang"')) return undefined;
      const { parse } = await import("jsonc-parser");
      const lang: unknown = parse(source)?.lang;
      return typeof lang === "string" ? lang : undefined;
    } catch {
      // not there, or not to be read
    }
  }
  return undefined;
}
