/** Reads an answer of HTTP/1.1 off a connection, whole or not at all. @module */

import { joinBytes } from "../../base/bytes.ts";

/** An answer. */
export interface WireAnswer {
  status: number;
  headers: Headers;
  bytes: Uint8Array;
  /** Its end was told, and came. */
  isWhole: boolean;
  /** The connection takes another request. */
  goesOn: boolean;
}

/** What answers are read off. */
export interface WireSource {
  read(into: Uint8Array): Promise<number | null>;
}

/** The most bytes of an answer's head, and of its body: what is stored is answered with a few lines. */
const MOST_HEAD = 1 << 16;
const MOST_BODY = 1 << 20;

/** Reads an answer; throws when it is cut or is none. */
export async function readAnswer(source: WireSource): Promise<WireAnswer> {
  const input = new WireInput(source);
  for (;;) {
    const { status, version, headers } = await readHead(input);
    // "go on", and early hints
    if (status < 200 && status !== 101) continue;
    const { bytes, isWhole } = await readBody(input, status, headers);
    const word = headers.get("connection")?.toLowerCase() ?? "";
    const goesOn = isWhole && version === "1.1" && !word.includes("close") && input.isEmpty;
    return { status, headers, bytes, isWhole, goesOn };
  }
}

interface Head {
  status: number;
  version: string;
  headers: Headers;
}

async function readHead(input: WireInput): Promise<Head> {
  const [, version = "", status = ""] = /^HTTP\/(1\.[01]) ([1-5]\d\d)(?: |$)/
    .exec(await input.line(MOST_HEAD)) ?? [];
  if (status === "") throw new Error("the answer is none of HTTP");
  const headers = new Headers();
  let left = MOST_HEAD;
  for (let line = await input.line(left); line !== ""; line = await input.line(left)) {
    left -= line.length + 2;
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error("the answer's head is broken");
    headers.append(name, value);
  }
  return { status: Number(status), version, headers };
}

async function readBody(
  input: WireInput,
  status: number,
  headers: Headers,
): Promise<{ bytes: Uint8Array; isWhole: boolean }> {
  if (status === 204 || status === 304) return { bytes: new Uint8Array(), isWhole: true };
  if (headers.get("transfer-encoding")?.toLowerCase().endsWith("chunked") === true) {
    return { bytes: await readChunks(input), isWhole: true };
  }
  const told = headers.get("content-length");
  if (told === null) return { bytes: await input.rest(MOST_BODY), isWhole: false };
  if (!/^\d{1,9}$/.test(told) || Number(told) > MOST_BODY) {
    throw new Error("the answer is too long");
  }
  return { bytes: await input.bytes(Number(told)), isWhole: true };
}

async function readChunks(input: WireInput): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let all = 0;
  for (;;) {
    const [, digits] = /^([0-9a-fA-F]{1,8})(?:;.*)?$/.exec(await input.line(MOST_HEAD)) ?? [];
    if (digits === undefined) throw new Error("the answer is broken");
    const length = parseInt(digits, 16);
    all += length;
    if (all > MOST_BODY) throw new Error("the answer is too long");
    if (length === 0) break;
    parts.push(await input.bytes(length));
    if (await input.line(MOST_HEAD) !== "") throw new Error("the answer is broken");
  }
  let left = MOST_HEAD;
  for (let line = await input.line(left); line !== ""; line = await input.line(left)) {
    left -= line.length + 2;
  }
  return joinBytes(...parts);
}

/** Bytes as they come. */
class WireInput {
  readonly #source: WireSource;
  readonly #buffer = new Uint8Array(1 << 14);
  #rest = new Uint8Array();

  constructor(source: WireSource) {
    this.#source = source;
  }

  /** Nothing has come that was not taken. */
  get isEmpty(): boolean {
    return this.#rest.length === 0;
  }

  async #more(): Promise<boolean> {
    const n = await this.#source.read(this.#buffer);
    if (n === null) return false;
    this.#rest = joinBytes(this.#rest, this.#buffer.subarray(0, n));
    return true;
  }

  /** A line, without its end. */
  async line(most: number): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf(10);
      if (end > most || end < 0 && this.#rest.length > most) {
        throw new Error("the answer is too long");
      }
      if (end >= 0) {
        const line = new TextDecoder("latin1").decode(this.#rest.subarray(0, end));
        this.#rest = this.#rest.slice(end + 1);
        return line.replace(/\r$/, "");
      }
      if (!await this.#more()) throw cutOff();
    }
  }

  /** Exactly so many bytes. */
  async bytes(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      if (this.#rest.length === 0 && !await this.#more()) throw cutOff();
      const part = this.#rest.subarray(0, length - at);
      bytes.set(part, at);
      at += part.length;
      this.#rest = this.#rest.slice(part.length);
    }
    return bytes;
  }

  /** What comes until the connection ends. */
  async rest(most: number): Promise<Uint8Array> {
    while (await this.#more()) {
      if (this.#rest.length > most) throw new Error("the answer is too long");
    }
    return this.#rest;
  }
}

function cutOff(): Error {
  return new Error("the answer was cut off");
}
