/**
 * Requests to a server that speaks S3: signed by `aws4fetch`, tried again with growing pauses where that can help, and what
 * went wrong said in words. @module
 */

import { AwsV4Signer } from "aws4fetch";
import { joinBytes } from "../../base/bytes.ts";
import { HikaeError, messageOf } from "../../base/errors.ts";
import type { S3Config } from "../../base/remote_work.ts";
import { text } from "../../text/text.ts";
import { type FilePiece, pieces, Wire } from "./wire.ts";
import { parseXml, textIn } from "./xml.ts";

/** A request. */
export interface S3Request {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** The object's key below the prefix; undefined for the bucket itself. */
  key?: string;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array<ArrayBuffer> | FilePiece;
  /** The SHA-256 of the body in hex. */
  hash?: string;
  /** Codes of HTTP that are an answer and no failure. */
  expect?: readonly number[];
}

/** An answer, read to its end. */
export interface S3Response {
  status: number;
  headers: Headers;
  bytes: Uint8Array;
}

/** How often and how patiently a request is tried. */
export interface Patience {
  tries: number;
  /** The first pause at most, ms; each later one may be twice as long. */
  first: number;
  longest: number;
  /** How long a request may take, ms. */
  timeout: number;
}

const PATIENCE: Patience = { tries: 8, first: 250, longest: 20_000, timeout: 300_000 };

function* copies(piece: FilePiece): Generator<Uint8Array> {
  for (const part of pieces(piece)) yield part.slice();
}

/** The SHA-256 of nothing. */
export const NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** A client of one bucket. */
export class S3Client {
  readonly #config: S3Config;
  readonly #signal: AbortSignal;
  readonly #patience: Patience;
  readonly #wire = new Wire();

  /** `signal` ends whatever is under way. */
  constructor(config: S3Config, signal: AbortSignal, patience: Patience = PATIENCE) {
    this.#config = config;
    this.#signal = signal;
    this.#patience = patience;
    signal.addEventListener("abort", () => this.#wire.close());
  }

  /** The whole key of an object. */
  keyOf(name: string): string {
    const { prefix } = this.#config;
    return prefix === "" ? name : `${prefix}/${name}`;
  }

  /** Asks; tries again where that can help. Throws `failed` for what is no answer, `interrupted` when it is to end. */
  async ask(asked: S3Request): Promise<S3Response> {
    for (let tried = 1;; tried++) {
      const answer = await this.#once(asked).catch((cause: unknown) => cause);
      if (this.#signal.aborted) throw new HikaeError("interrupted", "interrupted");
      // what is wrong on this machine does not pass
      if (answer instanceof HikaeError) throw answer;
      const last = tried >= this.#patience.tries;
      if (isAnswered(answer)) {
        if (answer.status < 300 || asked.expect?.includes(answer.status) === true) return answer;
        if (last || !AGAIN.has(answer.status)) throw this.#refused(asked, answer);
        await this.#pause(tried, Number(answer.headers.get("retry-after") ?? 0) * 1000);
      } else {
        if (last) throw this.#unreached(answer);
        await this.#pause(tried, 0);
      }
    }
  }

  async #once(
    { method, key, query = {}, headers = {}, body, hash }: S3Request,
  ): Promise<S3Response> {
    const { keys, region, proxied } = this.#config;
    const signed = await new AwsV4Signer({
      method,
      url: this.#url(key, query),
      headers: { ...headers, "x-amz-content-sha256": hash ?? NOTHING },
      accessKeyId: keys.id,
      secretAccessKey: keys.secret,
      ...(keys.token === undefined ? {} : { sessionToken: keys.token }),
      service: "s3",
      region,
    }).sign();
    const ends = AbortSignal.any([this.#signal, AbortSignal.timeout(this.#patience.timeout)]);
    if (body !== undefined && "path" in body && !proxied) {
      const { url, headers } = signed;
      return await this.#wire.send({ method, url, headers: new Headers(headers), body }, ends);
    }
    const response = await fetch(signed.url, {
      method,
      headers: signed.headers,
      // this worker has nothing to do with another host, and a redirect loses the signature
      redirect: "manual",
      signal: ends,
      ...(body === undefined ? {} : { body: "path" in body ? joinBytes(...copies(body)) : body }),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    // a body that was cut is no answer
    const told = response.headers.get("content-length");
    if (method !== "HEAD" && told !== null && Number(told) !== bytes.length) {
      throw new Error("the answer was cut off");
    }
    return { status: response.status, headers: response.headers, bytes };
  }

  #url(key: string | undefined, query: Readonly<Record<string, string>>): string {
    const { origin, bucket, virtual } = this.#config;
    const names = [
      ...(virtual ? [] : [bucket]),
      ...(key === undefined ? [] : this.keyOf(key).split("/")),
    ];
    const words = Object.entries(query).map(([k, v]) => `${strict(k)}=${strict(v)}`).join("&");
    return `${origin}/${names.map(strict).join("/")}${words === "" ? "" : `?${words}`}`;
  }

  /** Waits for a random part of a time that grows, so that many machines do not come back at once. */
  async #pause(tried: number, atLeast: number): Promise<void> {
    const { first, longest } = this.#patience;
    const most = Math.min(longest, first * 2 ** (tried - 1));
    const ms = Math.max(Math.min(atLeast, longest), Math.random() * most);
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const stop = (): void => resolve();
    this.#signal.addEventListener("abort", stop);
    await promise;
    clearTimeout(timer);
    this.#signal.removeEventListener("abort", stop);
    if (this.#signal.aborted) throw new HikaeError("interrupted", "interrupted");
  }

  #refused(asked: S3Request, { status, headers, bytes }: S3Response): HikaeError {
    const xml = parseXml(new TextDecoder().decode(bytes), "Error");
    const code = textIn(xml, "Code") || `HTTP ${status}`;
    const said = textIn(xml, "Message");
    const { origin, bucket } = this.#config;
    const about = { path: asked.key === undefined ? bucket : this.keyOf(asked.key) };
    if (code === "RequestTimeTooSkewed") {
      return new HikaeError("failed", text("bundle.s3-clock", { server: serverTime(headers) }), {
        hint: text("bundle.s3-clock-hint"),
      });
    }
    const problem = said === "" ? code : `${code}: ${said}`;
    if (status === 403 || status === 401) {
      return new HikaeError("failed", text("bundle.s3-denied", { method: asked.method, problem }), {
        ...about,
        hint: text("bundle.s3-denied-hint"),
        cause: { status },
      });
    }
    if (code === "NoSuchBucket") {
      return new HikaeError("failed", text("bundle.s3-no-bucket", { bucket, server: origin }), {
        hint: text("bundle.s3-no-bucket-hint"),
      });
    }
    if (status >= 300 && status < 400) {
      return new HikaeError("failed", text("bundle.s3-elsewhere", { problem }), {
        ...about,
        hint: text("bundle.s3-elsewhere-hint"),
      });
    }
    const message = text("bundle.s3-failed", { method: asked.method, problem });
    return new HikaeError("failed", message, { ...about, cause: { status } });
  }

  #unreached(cause: unknown): HikaeError {
    const { origin } = this.#config;
    // `fetch` says only that it failed: what failed is the cause
    const why = cause instanceof Error ? cause.cause ?? cause : cause;
    return new HikaeError(
      "failed",
      text("bundle.s3-unreached", { server: origin, problem: messageOf(why) }),
      { hint: text("bundle.s3-unreached-hint"), cause },
    );
  }
}

/** Codes after which the same request may succeed. */
const AGAIN = new Set([408, 409, 425, 429, 500, 502, 503, 504, 507]);

function isAnswered(value: unknown): value is S3Response {
  return typeof value === "object" && value !== null && "status" in value && "bytes" in value;
}

/** The HTTP code that a refusal was made of; undefined for other errors. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof HikaeError)) return undefined;
  const status = (error.cause as { status?: unknown } | undefined)?.status;
  return typeof status === "number" ? status : undefined;
}

function serverTime(headers: Headers): string {
  return headers.get("date") ?? "?";
}

/** Encoded so that a server that decodes it once has what was meant. */
function strict(name: string): string {
  return encodeURIComponent(name).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
