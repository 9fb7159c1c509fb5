/** `[…]` of gitignore patterns, as git reads it. @module */

import { upperCode } from "./automaton.ts";

const between = (low: number, high: number) => (code: number): boolean =>
  low <= code && code <= high;
const oneOf = (text: string) => (code: number): boolean =>
  code < 0x80 && text.includes(String.fromCharCode(code));

const lower = between(0x61, 0x7a);
const upper = between(0x41, 0x5a);
const digit = between(0x30, 0x39);
const graph = between(0x21, 0x7e);
const alpha = (code: number): boolean => lower(code) || upper(code);
const alnum = (code: number): boolean => alpha(code) || digit(code);

/** The names that may stand in `[:…:]`: letters and signs of ASCII, as for git. */
const NAMED: Readonly<Record<string, (code: number) => boolean>> = {
  alnum,
  alpha,
  blank: oneOf(" \t"),
  cntrl: (code) => code < 0x20 || code === 0x7f,
  digit,
  graph,
  lower,
  print: between(0x20, 0x7e),
  punct: (code) => graph(code) && !alnum(code),
  space: oneOf(" \t\n\v\f\r"),
  upper,
  xdigit: oneOf("0123456789abcdefABCDEF"),
};

/** A class: what it takes, and where the pattern goes on after it. */
export interface ClassOf {
  /** Asked with one code point; where case does not count, with its lower case. */
  readonly test: (code: number) => boolean;
  readonly end: number;
}

/** A reader's place in a pattern: code points, and nothing past the end. */
class PatternReader {
  at: number;

  constructor(readonly text: string, start: number) {
    this.at = start;
  }

  get char(): string {
    return this.text.charAt(this.at);
  }

  /** The code point here, a `\` before it passed over; undefined at the end. */
  take(): number | undefined {
    if (this.char === "\\") this.at++;
    const code = this.text.codePointAt(this.at);
    if (code !== undefined) this.at += code > 0xffff ? 2 : 1;
    return code;
  }

  /** The name of the `[:name:]` here; undefined where none is, null where the pattern ends in it. */
  name(): string | undefined | null {
    if (!this.text.startsWith("[:", this.at)) return undefined;
    const end = this.text.indexOf("]", this.at + 2);
    if (end < 0) return null;
    return end > this.at + 2 && this.text[end - 1] === ":"
      ? this.text.slice(this.at + 2, end - 1)
      : undefined;
  }

  /** True at a `-` that has an end of a range after it. */
  get ranges(): boolean {
    const next = this.text.charAt(this.at + 1);
    return this.char === "-" && next !== "" && next !== "]";
  }
}

/** Reads the class that begins with the `[` at `start`; undefined when it has no end, or a name that git does not know. */
export function parseClass(text: string, start: number, fold: boolean): ClassOf | undefined {
  const place = new PatternReader(text, start + 1);
  const not = place.char === "!" || place.char === "^";
  if (not) place.at++;
  const tests: ((code: number) => boolean)[] = [];
  const first = place.at;
  // the character that a "-" makes a range of
  let low: number | undefined;
  while (place.at === first || place.char !== "]") {
    const name = place.name();
    if (name !== undefined) {
      const test = name === null ? undefined : named(name, fold);
      if (name === null || test === undefined) return undefined;
      tests.push(test);
      place.at += name.length + 4;
      low = undefined;
      continue;
    }
    const isRange = low !== undefined && place.ranges;
    if (isRange) place.at++;
    const code = place.take();
    if (code === undefined) return undefined;
    tests.push(isRange ? range(low ?? 0, code, fold) : (c) => c === code);
    low = isRange ? undefined : code;
  }
  return { test: (code) => tests.some((test) => test(code)) !== not, end: place.at + 1 };
}

function named(name: string, fold: boolean): ((code: number) => boolean) | undefined {
  return fold && name === "upper" ? alpha : Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
}

function range(low: number, high: number, fold: boolean): (code: number) => boolean {
  const within = between(low, high);
  if (!fold) return within;
  return (code) => within(code) || within(upperCode(code));
}
