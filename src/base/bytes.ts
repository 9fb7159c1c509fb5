/** Text as UTF-8: lengths, order and cuts, without a copy where none is needed. @module */

const encoder = new TextEncoder();
// a mark of order at the beginning belongs to the text: names and targets of links may begin so
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; invalid ones become U+FFFD. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The bytes of all parts, one after the other, in a piece of their own. */
export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** How many bytes a text has in UTF-8. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    length += unit < 0x800 ? 1 : 2;
    // a pair is four bytes for two units; a half alone is written as U+FFFD, which is three
    const isPair = unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
    if (isPair) i++;
  }
  return length;
}

/** The longest beginning of a text that has at most `max` bytes in UTF-8 and ends between characters. */
export function cutUtf8(text: string, max: number): string {
  let bytes = 0;
  let end = 0;
  for (const char of text) {
    bytes += utf8Length(char);
    if (bytes > max) break;
    end += char.length;
  }
  return text.slice(0, end);
}

/** Compares two texts in the order of their UTF-8 bytes (which is that of code points). */
export function compareUtf8(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return weight(x) - weight(y);
  }
  return a.length - b.length;
}

const HALF = /[\ud800-\udfff]/;

/** Puts texts in that order; without halves of pairs it is that of their units, for which nothing is called for each two. */
export function sortUtf8(texts: string[]): string[] {
  return texts.some((text) => HALF.test(text)) ? texts.sort(compareUtf8) : texts.sort();
}

/** Halves of pairs stand for code points above all other units. */
function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
