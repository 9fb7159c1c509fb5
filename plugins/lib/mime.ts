/** A mail as the text that servers pass on: nothing in it can begin a header, an address or a line of its own. @module */

import { say } from "./mail_words.ts";

/** A text that goes with a mail. */
export interface Attached {
  name: string;
  text: string;
  /** What it is; plain text unless it says so. */
  type?: "text/html" | "text/plain";
}

/** A mail. */
export interface Mail {
  from: string;
  to: readonly string[];
  subject: string;
  text: string;
  /** Texts to go with it. */
  attached?: readonly Attached[];
  /** When it was written, ms since 1970. */
  time: number;
}

/** An address without a name, as `me@example.com`; throws for anything else. */
export function plainAddress(address: string): string {
  if (/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}$/.test(address)) return address;
  throw new Error(say("no-address", { address: address.replace(/\p{Cc}/gu, " ").slice(0, 80) }));
}

/** The mail from its first header to its last line, lines ended by CRLF, without the dot that ends it. */
export function mailText(mail: Mail): string {
  const { from, to, subject, text, attached = [], time } = mail;
  const domain = plainAddress(from).split("@")[1] ?? "localhost";
  const head = [
    `From: hikae <${plainAddress(from)}>`,
    `To: ${to.map((address) => `<${plainAddress(address)}>`).join(",\r\n ")}`,
    `Subject: ${encodedWords(subject)}`,
    `Date: ${new Date(time).toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${random()}@${domain}>`,
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
  ];
  if (attached.length === 0) return [...head, ...part(text)].join("\r\n");
  const boundary = random();
  return [
    ...head,
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    ...part(text),
    ...attached.flatMap((file) => [
      `--${boundary}`,
      `Content-Disposition: attachment; filename="${file.name.replace(/[^A-Za-z0-9._-]/g, "_")}"`,
      ...part(file.text, file.type),
    ]),
    `--${boundary}--`,
  ].join("\r\n");
}

/** A text with its own headers; in Base64 no line can be a dot, too long, or another header. */
function part(text: string, type = "text/plain"): string[] {
  const bytes = new TextEncoder().encode(text.replace(/\r?\n/g, "\r\n"));
  return [
    `Content-Type: ${type}; charset=utf-8`,
    "Content-Transfer-Encoding: base64",
    "",
    ...bytes.toBase64().match(/.{1,76}/g) ?? [""],
  ];
}

/** A header's text: as it is where it is short and plain, else in encoded words of at most 75 characters. */
export function encodedWords(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
  if (/^[\x20-\x7e]{0,60}$/.test(line) && !line.includes("=?")) return line;
  const words: string[] = [];
  let bytes: number[] = [];
  for (const char of line) {
    const more = new TextEncoder().encode(char);
    if (bytes.length + more.length > 45) {
      words.push(word(bytes));
      bytes = [];
    }
    bytes.push(...more);
  }
  return [...words, word(bytes)].join("\r\n ");
}

function word(bytes: readonly number[]): string {
  return `=?utf-8?B?${Uint8Array.from(bytes).toBase64()}?=`;
}

function random(): string {
  return crypto.getRandomValues(new Uint8Array(16)).toHex();
}
