/**
 * The texts of this thread: loaded by itself (`text.ts`), with its own modules (`own_texts.ts`), or told by who started it,
 * for to load a catalogue of fifty files would be most of the start of a thread that may never say a word.
 * @module
 */

import type { MessageText } from "./catalog.ts";

/** All texts as they are told to a thread: in memory that is not copied for each. */
export type ToldTexts = Uint8Array<SharedArrayBuffer>;

/** Texts by id. */
type Texts = Readonly<Record<string, MessageText>>;

let english: Texts | undefined;
let current: Texts | undefined;
let told: ToldTexts | undefined;
/** All of it as threads are told it: made once, and shared by them. */
let toTell: ToldTexts | undefined;

/** The mark at the end of the name of a thread that is told its texts. */
const TOLD = "+";

/** The name of a thread that will be told its texts. */
export function toldName(name: string): string {
  return `${name}${TOLD}`;
}

/** The name of a thread without the mark, and whether it had one. */
export function parseToldName(name: string): { name: string; isTold: boolean } {
  const isTold = name.endsWith(TOLD);
  return { name: isTold ? name.slice(0, -TOLD.length) : name, isTold };
}

/** True where English need not be loaded: it is here, or will be told. */
export function areGiven(): boolean {
  const scope: object = globalThis;
  const name = "name" in scope && typeof scope.name === "string" ? scope.name : "";
  return english !== undefined || parseToldName(name).isTold;
}

/** Has this thread the English texts. */
export function giveEnglish(texts: Texts): void {
  english = texts;
  toTell = undefined;
}

/** Has this thread speak another language, with what that lacks in English; English where none is given. */
export function giveLanguage(texts?: Texts): void {
  current = texts;
  toTell = undefined;
}

/** All texts of this thread, to be told to others. */
export function textsToTell(): ToldTexts {
  if (toTell !== undefined) return toTell;
  const bytes = new TextEncoder().encode(JSON.stringify({ ...english, ...current }));
  toTell = new Uint8Array(new SharedArrayBuffer(bytes.length));
  toTell.set(bytes);
  return toTell;
}

/** Takes the texts that this thread was told; they are understood when one is needed. */
export function takeTold(texts: ToldTexts): void {
  told = texts;
}

/** The text of an id; undefined where this thread was not told any yet. */
export function givenText(id: string): MessageText | undefined {
  if (english === undefined && told !== undefined) english = parsed(told);
  return current?.[id] ?? english?.[id];
}

function parsed(told: ToldTexts): Texts {
  // what is shared is not decoded
  const texts: Texts = JSON.parse(new TextDecoder().decode(told.slice()));
  return texts;
}
