/**
 * WebDAV class 1, read only, so that file managers and rclone open a past tree: `/SECRET/dav/STAMP/…`, and above it
 * the list of stamps. What would change something is refused politely.
 * @module
 */

import { escape } from "../report/html/escape.ts";
import { joinRel } from "../base/relpath.ts";
import { pathParts, writeAddress } from "./address.ts";
import { contentResponse, type Sending } from "./content.ts";
import { type AskedProperties, askedProperties, propstats } from "./dav_props.ts";
import type { EntryFacts, PathEntry } from "../base/vault_questions.ts";
import { httpDate, plain } from "./http.ts";
import { text } from "../text/text.ts";

const ALLOW = "OPTIONS, GET, HEAD, PROPFIND";

/** What is asked for: the address without the secret and the vault's part. */
export interface DavRequest {
  request: Request;
  vault: number;
  /** The parts before the stamp, as they go into answers. */
  base: readonly string[];
  /** The stamp or `latest`; absent for the list of them. */
  at?: string;
  path: string;
}

/** Something that has a place in an answer. */
type DavEntry = Pick<EntryFacts, "type" | "size" | "mtime" | "hash"> & { href: string };

/** How many entries an answer asks for at a time. */
const PART = 1000;

/** Answers a WebDAV client. */
export async function davResponse(sending: Sending, asked: DavRequest): Promise<Response> {
  const { request } = asked;
  switch (request.method) {
    case "OPTIONS":
      return new Response(null, { headers: { allow: ALLOW, dav: "1", "ms-author-via": "DAV" } });
    case "PROPFIND":
      return await propfind(sending, asked);
    case "GET":
    case "HEAD":
      return await get(sending, asked);
    default:
      return plain(405, text("serve.read-only"), { allow: ALLOW });
  }
}

async function get(sending: Sending, { request, vault, at, path }: DavRequest): Promise<Response> {
  const entry = at === undefined ? null : await sending.ask(vault, "entry", { at, path });
  if (entry === null) return plain(404, text("serve.no-file"));
  const { size, hash, stamp, mtime } = entry;
  if (entry.type !== "file" || entry.gone || size === null) {
    return plain(403, text("serve.not-a-file"));
  }
  const as = { type: "application/octet-stream", preview: false };
  return await contentResponse(
    sending,
    { vault, key: { path, at: stamp }, size, hash, mtime },
    request,
    as,
  );
}

async function propfind(sending: Sending, asked: DavRequest): Promise<Response> {
  const depth = asked.request.headers.get("depth") ?? "infinity";
  if (depth !== "0" && depth !== "1") {
    return xml(403, `<error xmlns="DAV:"><propfind-finite-depth/></error>`);
  }
  const properties = askedProperties(await bodyOf(asked.request));
  const found = asked.at === undefined
    ? await stampsOf(sending, asked, depth)
    : await entriesOf(sending, asked, asked.at, depth);
  if (found === undefined) return plain(404, text("serve.no-file"));
  return xml(
    207,
    `<multistatus xmlns="DAV:">${
      found.map((entry) => responseOf(entry, properties)).join("")
    }</multistatus>`,
  );
}

/** The most letters that are read of a request. */
const MOST_ASKED = 64 << 10;

/** The text of a request, which a client may send without end. */
async function bodyOf({ body }: Request): Promise<string> {
  let read = "";
  if (body === null) return read;
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    read += part;
    if (read.length > MOST_ASKED) return "";
  }
  return read;
}

async function stampsOf(
  { ask }: Sending,
  { vault, base }: DavRequest,
  depth: string,
): Promise<DavEntry[]> {
  const dir = { type: "dir", size: null, hash: null } as const;
  const self: DavEntry = { ...dir, mtime: null, href: writeAddress([...base, ""]) };
  if (depth === "0") return [self];
  const { snapshots } = await ask(vault, "facts", {});
  const whole = snapshots.filter((s) => s.state !== "interrupted");
  const newest = whole.at(-1);
  const names = newest === undefined ? [] : [{ ...newest, stamp: "latest" }, ...whole];
  return [
    self,
    ...names.map(({ stamp, time }) => ({
      ...dir,
      mtime: time,
      href: writeAddress([...base, stamp, ""]),
    })),
  ];
}

async function entriesOf(
  { ask }: Sending,
  { vault, base, path }: DavRequest,
  at: string,
  depth: string,
): Promise<DavEntry[] | undefined> {
  const entry = await ask(vault, "entry", { at, path });
  if (entry === null || entry.type === "link") return undefined;
  const href = (e: Pick<PathEntry, "path" | "type">): string =>
    writeAddress([...base, at, ...pathParts(e.path), ...(e.type === "dir" ? [""] : [])]);
  const found: DavEntry[] = [{ ...entry, href: href({ path, type: entry.type }) }];
  let after: string | undefined;
  while (depth === "1" && entry.type === "dir") {
    const more = after === undefined ? {} : { after };
    const part = await ask(vault, "dir", { at, path, limit: PART, ...more });
    for (const e of part.entries) {
      // a link is nothing that WebDAV knows
      if (e.type === "link" || e.gone) continue;
      found.push({ ...e, href: href({ path: joinRel(path, e.name), type: e.type }) });
    }
    if (part.next === undefined) break;
    after = part.next;
  }
  return found;
}

function responseOf(entry: DavEntry, asked: AskedProperties): string {
  return `<response><href>${escape(entry.href)}</href>${propstats(propertiesOf(entry), asked)}` +
    "</response>";
}

function propertiesOf({ type, size, mtime, hash }: DavEntry): Map<string, string> {
  const all = new Map([["resourcetype", type === "dir" ? "<collection/>" : ""]]);
  if (type === "file") {
    if (size !== null) all.set("getcontentlength", String(size));
    all.set("getcontenttype", "application/octet-stream");
    if (hash !== null) all.set("getetag", `"${escape(hash)}"`);
  }
  const modified = httpDate(mtime);
  return modified === undefined ? all : all.set("getlastmodified", modified);
}

function xml(status: number, body: string): Response {
  return new Response(`<?xml version="1.0" encoding="utf-8"?>\n${body}\n`, {
    status,
    headers: { "content-type": "application/xml; charset=utf-8", "cache-control": "no-store" },
  });
}
