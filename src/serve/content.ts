/**
 * Sends the content of a version: read piece by piece as the reader takes it, hashed on the way. What does not hold
 * its hash breaks off before its last byte and never looks whole (design, *hikae serve*).
 * @module
 */

import type { NewHash } from "../base/hash.ts";
import { nameOf } from "../base/relpath.ts";
import type { AskVault, ContentKey } from "../base/vault_questions.ts";
import { contentHeaders, type Headed, httpDate, plain, streamOf } from "./http.ts";
import { type ByteRange, readRange } from "./range.ts";
import { text } from "../text/text.ts";

/** One piece, in bytes. */
export const PIECE = 1 << 20;

/** A content that can be sent. */
export interface ContentSource {
  vault: number;
  key: ContentKey;
  size: number;
  /** In hex; null where nothing tells what it should be. */
  hash: string | null;
  /** When it was modified, RFC 3339; null or absent where it is not known. */
  mtime?: string | null;
}

/** What sending needs. */
export interface Sending {
  ask: AskVault;
  newHash: NewHash;
}

/** The pieces of a content from `start` to `end`; the next one is read while one is sent. */
export async function* pieces(
  { ask }: Pick<Sending, "ask">,
  { vault, key }: ContentSource,
  { start, end }: ByteRange,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const read = (offset: number): Promise<Uint8Array<ArrayBuffer>> => {
    const length = Math.min(PIECE, end + 1 - offset);
    const piece = ask(vault, "read", { ...key, offset, length });
    // met by who waits for it
    piece.catch(() => {});
    return piece;
  };
  let offset = start;
  let next = offset > end ? undefined : read(offset);
  while (next !== undefined) {
    const bytes = await next;
    if (bytes.length === 0) throw new Error("the content ends too early");
    offset += bytes.length;
    next = offset > end ? undefined : read(offset);
    yield bytes;
  }
}

/** A whole content, its last piece held back until its hash is right. */
export async function* whole(
  sending: Sending,
  source: ContentSource,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const hash = sending.newHash();
  let held: Uint8Array<ArrayBuffer> | undefined;
  for await (const piece of pieces(sending, source, { start: 0, end: source.size - 1 })) {
    if (held !== undefined) yield held;
    hash.update(piece);
    held = piece;
  }
  if (source.hash !== null && hash.hex() !== source.hash) {
    throw new Error("the content is not what its record says");
  }
  if (held !== undefined) yield held;
}

/** Answers a request for a content, a part of it if that is asked for. */
export async function contentResponse(
  sending: Sending,
  source: ContentSource,
  request: Request,
  as: { type: string; preview: boolean },
): Promise<Response> {
  const headers = new Headers({
    ...contentHeaders(nameOf(source.key.path), as.type, as.preview),
    "accept-ranges": "bytes",
  });
  const tag = source.hash === null ? undefined : `"${source.hash}"`;
  if (tag !== undefined) headers.set("etag", tag);
  const modified = httpDate(source.mtime ?? null);
  if (modified !== undefined) headers.set("last-modified", modified);
  if (!names(request.headers.get("if-match"), tag, true)) {
    return plain(412, text("serve.other-content"));
  }
  if (request.headers.has("if-none-match") && names(request.headers.get("if-none-match"), tag)) {
    return new Response(null, { status: 304, headers });
  }
  const range = rangeOf(request, source.size, tag);
  if (range === "none") {
    return plain(416, text("serve.range"), { "content-range": `bytes */${source.size}` });
  }
  if (range === "all") {
    headers.set("content-length", String(source.size));
    const body = request.method === "HEAD" ? null : streamOf(whole(sending, source));
    return new Response(body, { headers });
  }
  if (!await sending.ask(source.vault, "check", source.key)) return damaged();
  headers.set("content-range", `bytes ${range.start}-${range.end}/${source.size}`);
  headers.set("content-length", String(range.end - range.start + 1));
  const body = request.method === "HEAD" ? null : streamOf(pieces(sending, source, range));
  return new Response(body, { status: 206, headers });
}

/** Whether a list of tags names this content; `*` names any, and no list is one that does. */
function names(list: string | null, tag: string | undefined, strong = false): boolean {
  if (list === null || list.trim() === "*") return true;
  const tags = list.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((one) => (strong ? one : one.replace(/^W\//, "")) === tag);
}

/** A range counts only for the content that the client saw before. */
function rangeOf(
  request: Request,
  size: number,
  tag: string | undefined,
): ReturnType<typeof readRange> {
  const saw = request.headers.get("if-range");
  return saw !== null && saw !== tag ? "all" : readRange(request.headers.get("range"), size);
}

/** What is said of a content that is not what its record says. */
export function damaged(more: Headed = {}): Response {
  return plain(500, text("serve.damaged"), more);
}
