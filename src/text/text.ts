/**
 * The catalogue of messages: `text("id", { placeholder })` gives a text for people in the language of this thread.
 *
 * To add a message: choose the subject's file below `en/` (or make one and spread it in `en.ts`), add the id and the
 * English text in plain present tense, and call `text` where it is said. Placeholders stand in braces; the compiler
 * asks for each of them. A text that counts has two forms, `{ one, other }`, chosen by its placeholder `n`.
 * @module
 */

import type { Filling, MessageText, PlaceholdersOf } from "./catalog.ts";
import type { EN } from "./en.ts";
import { areGiven, giveEnglish, giveLanguage, givenText } from "./given.ts";

/** The id of a message. */
export type TextId = keyof typeof EN;

/** The ids of messages without placeholders: a table may hold them, and say them when it is asked. */
export type PlainTextId = {
  [I in TextId]: PlaceholdersOf<(typeof EN)[I]> extends never ? I : never;
}[TextId];

type Fillings<I extends TextId> = PlaceholdersOf<(typeof EN)[I]>;

type Arguments<I extends TextId> = [Fillings<I>] extends [never] ? []
  : [fillings: Readonly<Record<Fillings<I>, Filling>>];

/** A language: the texts that differ from English, by id, and how its numbers are written. */
export interface Language {
  /** The tag, as `en` or `ja`. */
  readonly tag: string;
  readonly texts: Readonly<Record<string, MessageText>>;
}

let tag = "en";

if (!areGiven()) {
  // by its address: what is named in plain letters Deno reads for a thread too that is told its texts
  const english: typeof import("./en.ts") = await import(new URL("./en.ts", import.meta.url).href);
  giveEnglish(english.EN);
}

/** Chooses the language of this thread; every thread and child is told its own when it starts. */
export function useLanguage(language?: Language): void {
  tag = language?.tag ?? "en";
  giveLanguage(language?.texts);
}

/** Says which language the texts are in that this thread is told. */
export function speaksAs(told: string): void {
  tag = told;
}

/** The tag of the language of this thread. */
export function languageTag(): string {
  return tag;
}

/** A whole number in groups of three, as `26,925`. */
function grouped(n: number): string {
  return Number.isInteger(n) ? String(n).replace(/\B(?=(\d{3})+$)/g, ",") : String(n);
}

function formOf(message: MessageText, n: Filling | undefined): string {
  if (typeof message === "string") return message;
  return n === 1 ? message.one : message.other;
}

/** The text of a message in the language of this thread, its placeholders filled; braces in fillings stay as they are. */
export function text<I extends TextId>(id: I, ...args: Arguments<I>): string {
  const fillings: Readonly<Record<string, Filling>> = args[0] ?? {};
  const message = givenText(id) ?? id;
  return formOf(message, fillings.n).replace(/\{([A-Za-z]+)\}/g, (whole, name: string) => {
    const filling = fillings[name];
    if (filling === undefined) return whole;
    return typeof filling === "number" ? grouped(filling) : filling;
  });
}
