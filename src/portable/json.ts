/**
 * A pull reader for JSON in constant memory: strings and numbers are bounded, nesting is too, Base64 is
 * decoded piece by piece. Whatever is wrong is a `damaged` error that names the place.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import type { SnapshotSource } from "./source.ts";
import { text } from "../text/text.ts";

/** The longest string but content, in bytes as written. */
const MAX_STRING = 1 << 18;
/** The deepest nesting of values that are left out. */
const MAX_DEPTH = 32;
/** The most keys of one object. */
const MAX_KEYS = 256;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const PADDING = 0x3d;
const SLASH = 0x2f;
const SMALL_U = 0x75;
/** Characters of Base64 that are decoded at a time where some are escapes; a multiple of four. */
const STAGE = 1 << 16;
/** Reads JSON from a source. */
export class JsonReader {
  #in: SnapshotSource;
  #name: string;
  #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #ascii = new TextDecoder();
  #decoded = new Uint8Array(1 << 20);
  /** Put before what is wrong: which entry is being read. */
  place = "";

  /** `name` is what messages call the file. */
  constructor(source: SnapshotSource, name: string) {
    this.#in = source;
    this.#name = name;
  }

  /** Throws a `damaged` error for the place that was reached. */
  fail(problem: string, cause?: unknown): never {
    const place = this.place === "" ? "" : `${this.place}, `;
    throw new HikaeError(
      "damaged",
      text("portable.read", { name: this.#name, place, byte: String(this.#in.position), problem }),
      { path: this.#name, hint: text("portable.damaged-hint"), cause },
    );
  }

  /** The next byte that is no white space, not taken; -1 at the end. */
  peek(): number {
    const source = this.#in;
    for (;;) {
      while (source.start < source.end) {
        const byte = source.buffer[source.start] ?? 0;
        if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
        source.start++;
      }
      if (!source.fill()) return -1;
    }
  }

  /** Takes the next byte that is no white space if it is `char`. */
  accept(char: string): boolean {
    if (this.peek() !== char.charCodeAt(0)) return false;
    this.#in.start++;
    return true;
  }

  /** Takes `char`. */
  expect(char: string): void {
    if (this.accept(char)) return;
    this.fail(this.peek() < 0 ? text("portable.ends-early") : `"${char}" expected`);
  }

  /** Reads an object; `onKey` reads the value of each key. */
  object(onKey: (key: string) => void): void {
    for (const key of this.keys()) onKey(key);
  }

  /** Reads an object key by key; who asks for the next one has read the value. */
  *keys(): Generator<string> {
    const seen = new Set<string>();
    this.expect("{");
    if (this.accept("}")) return;
    do {
      const key = this.string();
      if (seen.has(key)) this.fail(text("portable.key-twice", { key: printable(key) }));
      if (seen.add(key).size > MAX_KEYS) this.fail(text("portable.keys-many"));
      this.expect(":");
      yield key;
    } while (this.accept(","));
    this.expect("}");
  }

  /** Reads an array item by item; who asks for the next one has read the one before. */
  *items(): Generator<void> {
    this.expect("[");
    if (this.accept("]")) return;
    do yield; while (this.accept(","));
    this.expect("]");
  }

  /** Reads a string. */
  string(): string {
    this.expect('"');
    const end = this.#stringEnd();
    const source = this.#in;
    const bytes = source.buffer.subarray(source.start, end);
    let value: unknown;
    try {
      value = JSON.parse(`"${this.#utf8.decode(bytes)}"`);
    } catch (error) {
      this.fail(text("portable.string-json"), error);
    }
    source.start = end + 1;
    return value as string;
  }

  /** The place of the quote that ends the string whose first byte is next. */
  #stringEnd(): number {
    const source = this.#in;
    for (let i = 0;; i++) {
      if (i > MAX_STRING) this.fail(text("portable.string-long"));
      while (source.start + i >= source.end) {
        if (!source.fill()) this.fail(text("portable.ends-early"));
      }
      const byte = source.buffer[source.start + i];
      if (byte === QUOTE) return source.start + i;
      if (byte === BACKSLASH) i++;
    }
  }

  /** Reads a number. */
  number(): number {
    this.peek();
    const source = this.#in;
    let chars = "";
    for (;;) {
      if (source.start === source.end && !source.fill()) break;
      const char = String.fromCharCode(source.buffer[source.start] ?? 0);
      if (!/[0-9+\-.eE]/.test(char)) break;
      chars += char;
      source.start++;
      if (chars.length > 40) this.fail(text("portable.number-long"));
    }
    if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(chars)) {
      this.fail(text("portable.number-expected"));
    }
    return Number(chars);
  }

  /** Reads a whole number that counts something. */
  count(): number {
    const value = this.number();
    if (!Number.isSafeInteger(value) || value < 0) this.fail(text("portable.no-count", { value }));
    return value;
  }

  /** Leaves out a value of any kind. */
  skipValue(depth = 0): void {
    if (depth > MAX_DEPTH) this.fail(text("portable.nested"));
    const next = this.peek();
    if (next === 0x7b) this.object(() => this.skipValue(depth + 1));
    else if (next === 0x5b) { for (const _ of this.items()) this.skipValue(depth + 1); }
    else if (next === QUOTE) void this.string();
    else if (next === 0x74) this.#word("true");
    else if (next === 0x66) this.#word("false");
    else if (next === 0x6e) this.#word("null");
    else this.number();
  }

  #word(word: string): void {
    for (const char of word) {
      const source = this.#in;
      if (source.start === source.end && !source.fill()) this.fail(text("portable.ends-early"));
      if (source.buffer[source.start] !== char.charCodeAt(0)) this.fail(`"${word}" expected`);
      source.start++;
    }
  }

  /** Reads a string of Base64; gives each piece to `take` (valid only there) and the number of bytes. */
  base64(take: (data: Uint8Array) => void): number {
    this.expect('"');
    const source = this.#in;
    let total = 0;
    for (;;) {
      const quote = indexOf(source, QUOTE, source.end);
      const stop = quote < 0 ? source.end : quote;
      if (indexOf(source, BACKSLASH, stop) >= 0) return total + this.#escapedBase64(take);
      // the last four characters wait for the quote, for they may be padded
      const length = quote < 0 ? Math.max(0, stop - source.start - 4) & ~3 : stop - source.start;
      if (length > 0) {
        const data = this.#decode(
          source.buffer.subarray(source.start, source.start + length),
          quote >= 0,
        );
        total += data.length;
        take(data);
        source.start += length;
      }
      if (quote >= 0) {
        source.start++;
        return total;
      }
      if (!source.fill()) this.fail(text("portable.ends-early"));
    }
  }

  /** The rest of a string of Base64 in which some characters are written as escapes of JSON. */
  #escapedBase64(take: (data: Uint8Array) => void): number {
    const characters = new Uint8Array(STAGE);
    let used = 0;
    let total = 0;
    const hand = (count: number, last: boolean): void => {
      if (count === 0) return;
      const data = this.#decode(characters.subarray(0, count), last);
      total += data.length;
      take(data);
      characters.copyWithin(0, count, used);
      used -= count;
    };
    for (let c = this.#character(); c !== undefined; c = this.#character()) {
      characters[used++] = c;
      if (used === STAGE) hand(STAGE - 4, false);
    }
    hand(used, true);
    return total;
  }

  /** Takes the next character of a string of Base64, escaped or not; undefined at its quote, which is taken too. */
  #character(): number | undefined {
    const byte = this.#byte();
    if (byte === QUOTE) return undefined;
    if (byte !== BACKSLASH) return byte;
    const escaped = this.#byte();
    if (escaped === SLASH) return SLASH;
    if (escaped !== SMALL_U) this.fail(text("portable.not-base64"));
    const digits = String.fromCharCode(this.#byte(), this.#byte(), this.#byte(), this.#byte());
    if (!/^00[0-7][0-9A-Fa-f]$/.test(digits)) this.fail(text("portable.not-base64"));
    return parseInt(digits, 16);
  }

  #byte(): number {
    const source = this.#in;
    if (source.start === source.end && !source.fill()) this.fail(text("portable.ends-early"));
    return source.buffer[source.start++] ?? 0;
  }

  #decode(bytes: Uint8Array, last: boolean): Uint8Array {
    const chars = this.#ascii.decode(bytes);
    const padding = !last || bytes.at(-1) !== PADDING ? 0 : bytes.at(-2) === PADDING ? 2 : 1;
    let written = -1;
    try {
      written = this.#decoded.setFromBase64(chars, { lastChunkHandling: "strict" }).written;
    } catch (error) {
      this.fail(text("portable.not-base64"), error);
    }
    // white space, which the decoder forgives, shows in the count
    if (written !== bytes.length / 4 * 3 - padding) this.fail(text("portable.not-base64"));
    return this.#decoded.subarray(0, written);
  }

  /** Leaves out a string of Base64 of `size` bytes, without reading it where no character is written as an escape. */
  skipBase64(size: number): void {
    this.expect('"');
    const source = this.#in;
    const begin = source.position;
    const length = Math.ceil(size / 3) * 4;
    source.skip(length);
    const there = source.start < source.end || source.fill();
    if (there && source.buffer[source.start] === QUOTE) {
      source.start++;
      return;
    }
    source.rewind(begin);
    let count = 0;
    while (this.#character() !== undefined) {
      if (++count > length) break;
    }
    if (count !== length) this.fail(text("portable.other-size"));
  }
}

function indexOf(source: SnapshotSource, byte: number, end: number): number {
  const at = source.buffer.subarray(source.start, end).indexOf(byte);
  return at < 0 ? -1 : source.start + at;
}

/** A text for a message: control characters escaped, long ones cut. */
export function printable(chars: string): string {
  const short = chars.length > 200 ? `${chars.slice(0, 200)}…` : chars;
  // deno-lint-ignore no-control-regex
  return short.replace(/[\x00-\x1f\x7f]/g, (c) => JSON.stringify(c).slice(1, -1));
}
