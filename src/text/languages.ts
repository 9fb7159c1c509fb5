/** Which languages there are, without a word of any. @module */

/** The languages that there are, as `--lang` takes them. */
export const LANGUAGES = ["en", "ja"] as const;

/** One of {@link LANGUAGES}. */
export type LanguageTag = (typeof LANGUAGES)[number];

/** True of a language that there is. */
export function isLanguage(word: string | undefined): word is LanguageTag {
  return LANGUAGES.some((tag) => tag === word);
}

/** The name of a thread that works at something and is to speak a language. */
export function nameIn(tag: string, work: string): string {
  return tag === "en" ? work : `${work}@${tag}`;
}
