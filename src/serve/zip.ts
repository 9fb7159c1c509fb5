/** A directory as of a snapshot as one zip, stored: made while it is sent. @module */

import { defined } from "../base/defined.ts";
import { utf8 } from "../base/bytes.ts";
import { nameOf } from "../base/relpath.ts";
import { type Sending, whole } from "./content.ts";
import type { PathEntry } from "../base/vault_questions.ts";
import type { Crc32 } from "../base/crc32.ts";
import { contentHeaders, streamOf } from "./http.ts";
import { type ZipInput, zipStream } from "./zip_stream.ts";

/** Entries asked for at a time. */
const PART = 1000;

/** The file in the zip that tells what could not be put into it. */
const LEFT_OUT = "hikae-left-out.txt";

/** So many contents are begun before it is their turn: small files would wait for one another. */
const AHEAD = 4;

/** What making a zip needs. */
export interface Zipping extends Sending {
  crc32: Crc32;
}

/** The zip of `path` as of `at`. */
export function zipResponse(sending: Zipping, vault: number, at: string, path: string): Response {
  const name = `${path === "" ? "files" : nameOf(path)} ${at}.zip`;
  const inputs = ahead(entries(sending, vault, at, path), AHEAD);
  return new Response(streamOf(zipStream(inputs, sending.crc32)), {
    headers: contentHeaders(name, "application/zip", false),
  });
}

async function* entries(
  sending: Sending,
  vault: number,
  at: string,
  path: string,
): AsyncGenerator<ZipInput> {
  const leftOut: string[] = [];
  let after: string | undefined;
  do {
    const part = await sending.ask(vault, "tree", {
      at,
      path,
      limit: PART,
      ...defined({ after }),
    });
    for (const entry of part.entries) {
      const zipped = entryOf(sending, vault, path, entry);
      if (zipped === undefined) leftOut.push(`${entry.path} (${entry.type})`);
      else yield zipped;
    }
    after = part.next;
  } while (after !== undefined);
  if (leftOut.length > 0) {
    const input = utf8(`${leftOut.join("\n")}\n`);
    yield { name: LEFT_OUT, mtime: new Date(0), size: input.length, content: one(input) };
  }
}

/** An entry of the zip; undefined for what a zip cannot hold safely (links) and for what is gone. */
function entryOf(
  sending: Sending,
  vault: number,
  top: string,
  entry: PathEntry,
): ZipInput | undefined {
  const name = zipName(top === "" ? entry.path : entry.path.slice(top.length + 1));
  const time = entry.mtime === null ? NaN : Date.parse(entry.mtime);
  const mtime = new Date(Number.isNaN(time) ? 0 : time);
  if (entry.type === "dir") return { name: `${name}/`, mtime, size: 0 };
  if (entry.type === "link" || entry.gone || entry.size === null) return undefined;
  const { path, stamp, size, hash } = entry;
  const content = begun(whole(sending, { vault, key: { path, at: stamp }, size, hash }));
  return { name, mtime, size, content };
}

async function* one<T>(piece: T): AsyncGenerator<T> {
  yield piece;
}

/** Pieces whose first one is asked for at once. What it throws meets who takes it. */
async function* taken<T>(
  first: Promise<IteratorResult<T>>,
  rest: AsyncGenerator<T>,
): AsyncGenerator<T> {
  try {
    const { done, value } = await first;
    if (done === true) return;
    yield value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

function begun<T>(pieces: AsyncGenerator<T>): AsyncGenerator<T> {
  const first = pieces.next();
  first.catch(() => {});
  return taken(first, pieces);
}

/** The same, in the same order, each asked for while those before it are still taken. */
async function* ahead<T>(source: AsyncGenerator<T>, most: number): AsyncGenerator<T> {
  const next = (): Promise<IteratorResult<T>> => {
    const one = source.next();
    one.catch(() => {});
    return one;
  };
  try {
    const asked = Array.from({ length: most }, next);
    for (let one = asked.shift(); one !== undefined; one = asked.shift()) {
      const { done, value } = await one;
      if (done === true) return;
      asked.push(next());
      yield value;
    }
  } finally {
    await source.return(undefined);
  }
}

/** A name that no program takes for a way out of where it unpacks: some read a backslash as a slash, and `C:` as a drive. */
function zipName(path: string): string {
  return path.toWellFormed().replaceAll("\\", "_").replace(/^([A-Za-z]):/, "$1_");
}
