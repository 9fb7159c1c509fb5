/**
 * Requests with a piece of a file as their body, over connections of our own. `fetch` takes bytes alone with a length, and
 * copies them three times until they are collected: 80 MB more for parts of 5 MiB (docs/bundles.md, *What it costs*). Here
 * the piece passes through one small buffer. HTTP/1.1, and of it what such a request needs. @module
 */

import type { Piece } from "../../base/remote.ts";
import { utf8 } from "../../base/bytes.ts";
import { HikaeError } from "../../base/errors.ts";
import { text } from "../../text/text.ts";
import { worked } from "../heap.ts";
import { readAnswer, type WireAnswer } from "./wire_answer.ts";

/** A piece of a file. */
export interface FilePiece extends Piece {
  path: string;
}

/** What is sent: its method, where to, its headers less those of the length and the host. */
export interface WireRequest {
  method: string;
  url: URL;
  headers: Headers;
  body: FilePiece;
}

/** The bytes that are read and sent at once. */
const CHUNK = 1 << 17;
/** So many connections wait for the next request. */
const MOST_IDLE = 2;

/** Connections to one server. */
export class Wire {
  readonly #idle: Deno.Conn[] = [];

  /** Sends a request, and gives the answer; throws when the connection fails, the answer is cut or `signal` ends it. */
  async send(asked: WireRequest, signal: AbortSignal): Promise<WireAnswer> {
    signal.throwIfAborted();
    for (let kept = this.#idle.pop(); kept !== undefined; kept = this.#idle.pop()) {
      const answer = await this.#over(kept, asked, signal).catch((cause: unknown) => cause);
      if (isAnswer(answer)) return answer;
      // the server has ended it meanwhile, or it has not: sent again it is told what is there already
      signal.throwIfAborted();
    }
    return await this.#over(await connect(asked.url, signal), asked, signal);
  }

  /** Ends the connections that wait. */
  close(): void {
    this.#idle.splice(0).forEach(closed);
  }

  async #over(conn: Deno.Conn, asked: WireRequest, signal: AbortSignal): Promise<WireAnswer> {
    const end = (): void => closed(conn);
    signal.addEventListener("abort", end);
    let isSent = false;
    let goesOn = false;
    let failed: unknown;
    write(conn, asked).then(() => isSent = true, (cause: unknown) => {
      // a server that refuses may end before it has read all: its answer says why
      if (isCut(cause)) return;
      failed = cause;
      end();
    });
    try {
      const answer = await readAnswer(conn);
      goesOn = answer.goesOn;
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      throw failed ?? error;
    } finally {
      signal.removeEventListener("abort", end);
      if (goesOn && isSent && this.#idle.length < MOST_IDLE && !signal.aborted) {
        this.#idle.push(conn);
      } else closed(conn);
    }
  }
}

function isAnswer(value: unknown): value is WireAnswer {
  return typeof value === "object" && value !== null && "goesOn" in value;
}

function isCut(cause: unknown): boolean {
  return cause instanceof Deno.errors.BrokenPipe || cause instanceof Deno.errors.ConnectionReset ||
    cause instanceof Deno.errors.ConnectionAborted;
}

function closed(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // it is
  }
}

async function connect({ protocol, hostname, port }: URL, signal: AbortSignal): Promise<Deno.Conn> {
  const safe = protocol === "https:";
  const at = {
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? safe ? 443 : 80 : Number(port),
  };
  const opening: Promise<Deno.Conn> = safe ? Deno.connectTls(at) : Deno.connect(at);
  const ended = Promise.withResolvers<never>();
  const stop = (): void => ended.reject(signal.reason);
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([opening, ended.promise]);
  } catch (error) {
    opening.then(closed, () => {});
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function write(conn: Deno.Conn, { method, url, headers, body }: WireRequest): Promise<void> {
  const lines = [...headers].filter(([name]) => name !== "host" && name !== "content-length")
    .map(([name, value]) => `${name}: ${value}\r\n`);
  await writeAll(
    conn,
    utf8(
      `${method} ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\n` +
        `content-length: ${body.length}\r\n${lines.join("")}\r\n`,
    ),
  );
  for (const part of pieces(body)) await writeAll(conn, part);
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

/** The bytes of a piece, each part in a buffer that is used again; throws when the file has become shorter. */
export function* pieces({ path, from, length }: FilePiece): Generator<Uint8Array<ArrayBuffer>> {
  const file = Deno.openSync(path, { read: true });
  try {
    file.seekSync(from, Deno.SeekMode.Start);
    const buffer = new Uint8Array(Math.min(CHUNK, length));
    for (let left = length; left > 0;) {
      const n = file.readSync(buffer.subarray(0, Math.min(left, CHUNK))) ?? 0;
      if (n === 0) {
        throw new HikaeError("failed", text("bundle.spool-short"), {
          path,
          hint: text("bundle.spool-short-hint"),
        });
      }
      left -= n;
      worked(n >> 10);
      yield buffer.subarray(0, n);
    }
  } finally {
    file.close();
  }
}
