/** A directory as of a snapshot as one zip, stored: made while it is sent. @module */

import { defined } from "../base/defined.ts";
import { makeZip } from "client-zip";
import { utf8 } from "../base/bytes.ts";
import { nameOf } from "../base/relpath.ts";
import { type Sending, whole } from "./content.ts";
import type { PathEntry } from "../base/vault_questions.ts";
import { contentHeaders } from "./http.ts";

/** Entries asked for at a time. */
const PART = 1000;

/** The file in the zip that tells what could not be put into it. */
const LEFT_OUT = "hikae-left-out.txt";

interface ZipEntry {
  name: string;
  lastModified: Date;
  input?: AsyncIterable<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>;
  size?: number;
}

/** The zip of `path` as of `at`. */
export function zipResponse(sending: Sending, vault: number, at: string, path: string): Response {
  const name = `${path === "" ? "files" : nameOf(path)} ${at}.zip`;
  const stream = makeZip(entries(sending, vault, at, path), { buffersAreUTF8: true });
  return new Response(stream, { headers: contentHeaders(name, "application/zip", false) });
}

async function* entries(
  sending: Sending,
  vault: number,
  at: string,
  path: string,
): AsyncGenerator<ZipEntry> {
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
    yield { name: LEFT_OUT, lastModified: new Date(0), input, size: input.length };
  }
}

/** An entry of the zip; undefined for what a zip cannot hold safely (links) and for what is gone. */
function entryOf(
  sending: Sending,
  vault: number,
  top: string,
  entry: PathEntry,
): ZipEntry | undefined {
  const name = zipName(top === "" ? entry.path : entry.path.slice(top.length + 1));
  const time = entry.mtime === null ? NaN : Date.parse(entry.mtime);
  const lastModified = new Date(Number.isNaN(time) ? 0 : time);
  if (entry.type === "dir") return { name: `${name}/`, lastModified };
  if (entry.type === "link" || entry.gone || entry.size === null) return undefined;
  const { path, stamp, size, hash } = entry;
  const input = whole(sending, { vault, key: { path, at: stamp }, size, hash });
  return { name, lastModified, input, size };
}

/** A name that no program takes for a way out of where it unpacks: some read a backslash as a slash, and `C:` as a drive. */
function zipName(path: string): string {
  return path.toWellFormed().replaceAll("\\", "_").replace(/^([A-Za-z]):/, "$1_");
}
