/** Text as it can be shown: no name, and nothing that a plugin says, may drive a terminal. Pure. @module */

const NAMED: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\x1b": "\\e" };

// control characters of ASCII and Latin-1, and the marks that turn the direction of text around
// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The same without line ends and tabs; and, to be told apart, the colours of hikae's own. */
const IN_LINES =
  // deno-lint-ignore no-control-regex
  /\x1b\[(?:0|3[1-6])m|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** What JSON may hold as it is, and a terminal may not. */
const IN_JSON = /[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The text with control characters written out. */
export function printable(text: string): string {
  return text.replace(CONTROL, written);
}

/** Lines of text with control characters written out; line ends and tabs stay, with `color` hikae's colours too. */
export function printableLines(text: string, color: boolean): string {
  return text.replace(IN_LINES, (c) => c.length > 1 && color ? c : c.replace(CONTROL, written));
}

/** JSON with the control characters that it may hold as they are written as its escapes: the same JSON. */
export function printableJson(json: string): string {
  return json.replace(IN_JSON, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The system's message without its number, which is for programs. */
export function withoutNumber(message: string): string {
  return message.replace(/ \(os error \d+\)/g, "");
}

function written(c: string): string {
  return NAMED[c] ?? `\\u{${c.codePointAt(0)?.toString(16)}}`;
}
