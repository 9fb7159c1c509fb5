/** A directory as of a snapshot as one zip, stored: made while it is sent. @module */

import { defined } from "../base/defined.ts";
import { utf8 } from "../base/bytes.ts";
import { dirOf, joinRel, nameOf } from "../base/relpath.ts";
import { type Sending, whole } from "./content.ts";
import type { PathEntry } from "../base/vault_questions.ts";
import type { Crc32 } from "../base/crc32.ts";
import { printable } from "../report/printable.ts";
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
  const names = new ZipNames(path);
  let after: string | undefined;
  do {
    const part = await sending.ask(vault, "tree", {
      at,
      path,
      limit: PART,
      ...defined({ after }),
    });
    for (const entry of part.entries) {
      const zipped = entryOf(sending, vault, names, entry);
      if (zipped === undefined) leftOut.push(`${printable(entry.path)} (${entry.type})`);
      else yield zipped;
    }
    after = part.next;
  } while (after !== undefined);
  if (leftOut.length > 0) {
    const input = utf8(`${leftOut.join("\n")}\n`);
    yield {
      name: names.of(joinRel(path, LEFT_OUT)),
      mtime: new Date(0),
      size: input.length,
      content: one(input),
    };
  }
}

/** An entry of the zip; undefined for what a zip cannot hold safely (links) and for what is gone. */
function entryOf(
  sending: Sending,
  vault: number,
  names: ZipNames,
  entry: PathEntry,
): ZipInput | undefined {
  const time = entry.mtime === null ? NaN : Date.parse(entry.mtime);
  const mtime = new Date(Number.isNaN(time) ? 0 : time);
  if (entry.type === "dir") return { name: `${names.of(entry.path)}/`, mtime, size: 0 };
  if (entry.type === "link" || entry.gone || entry.size === null) return undefined;
  const { path, stamp, size, hash } = entry;
  const content = begun(whole(sending, { vault, key: { path, at: stamp }, size, hash }));
  return { name: names.of(path), mtime, size, content };
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

/**
 * The names that entries have in a zip: such that no program takes one for a way out of where it unpacks (some read a
 * backslash as a slash, and `C:` as a drive), each given once, since the later of two would be unpacked over the first.
 */
class ZipNames {
  readonly #taken = new Set<string>();
  /** By their paths, the names of directories that have others than their own. */
  readonly #other = new Map<string, string>();
  readonly #top: string;

  /** Of what lies below `top`. */
  constructor(top: string) {
    this.#top = top;
  }

  /** The name of the next entry, which comes after the directory that it lies in. */
  of(path: string): string {
    const dir = dirOf(path);
    const below = dir === this.#top ? "" : this.#other.get(dir) ?? this.#own(dir);
    const own = joinRel(below, nameOf(path)).toWellFormed();
    let name = own.replaceAll("\\", "_").replace(/^([A-Za-z]):/, "$1_");
    while (this.#taken.has(name)) name += "_";
    this.#taken.add(name);
    if (name !== this.#own(path)) this.#other.set(path, name);
    return name;
  }

  #own(path: string): string {
    return this.#top === "" ? path : path.slice(this.#top.length + 1);
  }
}
