/** The pages of one vault, each of one or two questions to it. @module */

import { overlap } from "../base/relpath.ts";
import { pathParts, readCodedPath } from "./address.ts";
import { compareTexts, MOST_COMPARED } from "./compare.ts";
import { contentResponse, type ContentSource, damaged } from "./content.ts";
import type { PathEntry, VersionFacts } from "../base/vault_questions.ts";
import { page, pageOf, plain, seeOther } from "./http.ts";
import { LOOKED_AT, mediaOf } from "./media.ts";
import { comparePage, filePage, type FilePreview, viewPage } from "./pages/file.ts";
import { inVault } from "./pages/frame.ts";
import { vaultPage } from "./pages/home.ts";
import { findPage, foundList, runPage, spacePage, vanishedPage } from "./pages/lists.ts";
import { restorePage } from "./pages/restore.ts";
import { treePage } from "./pages/tree.ts";
import { readForm } from "./form.ts";
import { brokenOff, notFound, type Server } from "./serving.ts";
import { zipResponse } from "./zip.ts";
import { text } from "../text/text.ts";

/** What is asked of a vault: the parts after its number. */
interface PageRequest {
  parts: readonly string[];
  query: URLSearchParams;
}

/** How much a page lists. */
const LISTED = 500;
const FOUND = 200;

/** How much of a text is shown, in bytes. */
const SHOWN = 256 << 10;

/** Larger pictures are not shown: they are hashed before their first byte is sent. In bytes. */
const LARGEST_IMAGE = 64 << 20;

/** Answers a request about a vault. */
export async function vaultResponse(
  server: Server,
  request: Request,
  vault: number,
  asked: PageRequest,
): Promise<Response> {
  const [kind, ...rest] = asked.parts;
  if (request.method === "POST") {
    return kind === "restore"
      ? await restore(server, request, vault)
      : plain(405, text("serve.no-form"));
  }
  switch (kind) {
    case undefined:
      return page(vaultPage(server.site, vault, await server.ask(vault, "facts", {})));
    case "tree":
      return await tree(server, vault, rest, asked.query);
    case "as-of":
      return asOf(server, vault, rest, asked.query);
    case "file":
      return await file(server, vault, rest.join("/"));
    case "find":
      return await find(server, vault, asked.query);
    case "vanished": {
      const gone = await server.ask(vault, "vanished", { limit: LISTED });
      return page(vanishedPage(server.site, vault, gone));
    }
    case "space": {
      const space = await server.ask(vault, "space", { limit: 100 });
      return page(spacePage(server.site, vault, space));
    }
    case "zip":
      return await zip(server, vault, rest);
    default:
      return await ofRun(server, request, vault, kind, rest);
  }
}

/** The pages of a run, or of the version that came with a run. */
async function ofRun(
  server: Server,
  request: Request,
  vault: number,
  kind: string,
  rest: readonly string[],
): Promise<Response> {
  const [stamp, ...names] = rest;
  if (stamp === undefined) return notFound(server.site);
  if (kind === "run") {
    const done = await server.ask(vault, "changes", { stamp, limit: LISTED });
    return page(runPage(server.site, vault, stamp, done));
  }
  const version = await server.ask(vault, "version", { path: names.join("/"), at: stamp });
  const source = version === null ? undefined : sourceOf(vault, version);
  if (version === null || source === undefined) return notFound(server.site);
  if (kind === "get" || kind === "image") return await send(server, request, source, kind);
  if (kind === "view") return await view(server, source);
  return kind === "compare" ? await compare(server, source) : notFound(server.site);
}

function sourceOf(vault: number, v: VersionFacts): ContentSource | undefined {
  if (v.type !== "file" || v.gone || v.size === null) return undefined;
  return { vault, key: { path: v.path, at: v.from }, size: v.size, hash: v.hash, mtime: v.mtime };
}

async function tree(
  server: Server,
  vault: number,
  [at, ...names]: readonly string[],
  query: URLSearchParams,
): Promise<Response> {
  if (at === undefined) return notFound(server.site);
  const after = query.get("after");
  const path = names.join("/");
  const entry = await entryAt(server, vault, at, path);
  if (entry === "no-backup") {
    return page(vaultPage(server.site, vault, await server.ask(vault, "facts", {})));
  }
  if (entry === null) return notFound(server.site);
  if (entry.type !== "dir") return seeOther(inVault(server.site, vault, "file", ...names));
  const more = after === null ? {} : { after };
  const { stamp } = entry;
  const asked = {
    facts: server.ask(vault, "facts", {}),
    dir: server.ask(vault, "dir", { at: stamp, path, limit: LISTED, ...more }),
  };
  // met by the page, which may never be sent
  for (const answer of Object.values(asked)) answer.catch(() => {});
  return pageOf(treePage(server.site, vault, { path, stamp }, asked), brokenOff);
}

/** What is at a path; what a vault without a backup answers is told apart. */
async function entryAt(
  server: Server,
  vault: number,
  at: string,
  path: string,
): Promise<PathEntry | null | "no-backup"> {
  try {
    return await server.ask(vault, "entry", { at, path });
  } catch (error) {
    const { snapshots } = await server.ask(vault, "facts", {});
    if (snapshots.length === 0) return "no-backup";
    throw error;
  }
}

/** The list of snapshots is a form: what it asks for has an address of its own. */
function asOf(
  server: Server,
  vault: number,
  names: readonly string[],
  query: URLSearchParams,
): Response {
  return seeOther(inVault(server.site, vault, "tree", query.get("at") ?? "latest", ...names));
}

async function file(server: Server, vault: number, path: string): Promise<Response> {
  const versions = await server.ask(vault, "versions", { path, limit: LISTED });
  const newest = versions.items.at(-1);
  if (newest === undefined) return notFound(server.site);
  if (newest.type === "dir" && versions.items.every((v) => v.type === "dir")) {
    return seeOther(inVault(server.site, vault, "tree", "latest", ...pathParts(path)));
  }
  return page(filePage(server.site, vault, path, versions));
}

async function find(server: Server, vault: number, query: URLSearchParams): Promise<Response> {
  const words = (query.get("q") ?? "").slice(0, 400).trim();
  if (words === "") return seeOther(inVault(server.site, vault, ""));
  const found = await server.ask(vault, "find", { words, limit: FOUND });
  // only the list, for a search while it is typed
  return query.has("part")
    ? page(foundList(server.site, vault, found))
    : page(findPage(server.site, vault, words, found));
}

async function zip(
  server: Server,
  vault: number,
  [at, ...names]: readonly string[],
): Promise<Response> {
  const path = names.join("/");
  const entry = at === undefined ? null : await server.ask(vault, "entry", { at, path });
  if (entry === null || entry.type !== "dir") return notFound(server.site);
  return zipResponse(server, vault, entry.stamp, path);
}

async function send(
  server: Server,
  request: Request,
  source: ContentSource,
  kind: "get" | "image",
): Promise<Response> {
  if (kind === "get") {
    const as = { type: "application/octet-stream", preview: false };
    return await contentResponse(server, source, request, as);
  }
  const media = mediaOf(await beginning(server, source, LOOKED_AT));
  if (media.show !== "image" || source.size > LARGEST_IMAGE) return notFound(server.site);
  return await contentResponse(server, source, request, { type: media.type, preview: true });
}

function beginning(
  server: Server,
  { vault, key, size }: ContentSource,
  most: number,
): Promise<Uint8Array> {
  const length = Math.min(most, size);
  if (length === 0) return Promise.resolve(new Uint8Array());
  return server.ask(vault, "read", { ...key, offset: 0, length });
}

async function view(server: Server, source: ContentSource): Promise<Response> {
  if (!await server.ask(source.vault, "check", source.key)) return damaged();
  const { vault, key: { path, at }, size } = source;
  const first = await beginning(server, source, SHOWN);
  const media = mediaOf(first.subarray(0, LOOKED_AT));
  const names = pathParts(path);
  const shown: FilePreview = media.show === "text"
    ? { text: new TextDecoder().decode(first), cut: size > SHOWN }
    : media.show === "image" && size <= LARGEST_IMAGE
    ? { image: inVault(server.site, vault, "image", at, ...names) }
    : { nothing: true };
  return page(viewPage(server.site, vault, path, at, shown));
}

/** A version beside the one before it. */
async function compare(server: Server, source: ContentSource): Promise<Response> {
  const { vault, key: { path, at: since } } = source;
  const { items } = await server.ask(vault, "versions", { path, limit: LISTED });
  const at = items.findIndex((v) => v.from === since);
  const before = at < 1 ? undefined : items[at - 1];
  const other = before === undefined ? undefined : sourceOf(vault, before);
  if (other === undefined) return notFound(server.site);
  const [a, b] = await Promise.all([wholeText(server, other), wholeText(server, source)]);
  const lines = a === undefined || b === undefined ? undefined : compareTexts(a, b);
  const sides = { before: other.key.at, after: since };
  return page(comparePage(server.site, vault, path, sides, lines));
}

/** The text of a version; undefined when it is no text, is too large, or does not match its hash. */
async function wholeText(server: Server, source: ContentSource): Promise<string | undefined> {
  if (source.size > MOST_COMPARED) return undefined;
  if (!await server.ask(source.vault, "check", source.key)) return undefined;
  const bytes = await beginning(server, source, MOST_COMPARED);
  return mediaOf(bytes.subarray(0, LOOKED_AT)).show === "text"
    ? new TextDecoder().decode(bytes)
    : undefined;
}

/** Shows what a restore would write; does it when the form of that page asks for it. */
async function restore(server: Server, request: Request, vault: number): Promise<Response> {
  const { site } = server;
  if (site.restoreInto === undefined) return plain(403, text("serve.shows-only"));
  const form = await readForm(request);
  const path = readCodedPath(form?.get("path") ?? "..");
  const at = form?.get("at");
  if (form === undefined || path === undefined || !at) {
    return plain(400, text("serve.no-form"));
  }
  const { source } = await server.ask(vault, "facts", {});
  if (overlap(site.restoreInto, source)) {
    return plain(403, text("serve.restore-inside", { dir: source }));
  }
  const sure = form.get("sure") === "yes";
  const answer = await server.restore(vault, path, at, !sure);
  return page(restorePage(site, vault, { path, at, sure }, answer));
}
