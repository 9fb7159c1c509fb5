/** `cat`: the content of one file of a snapshot, as it is. @module */

import { systemText } from "../../base/system_text.ts";
import { fromUtf8 } from "../../base/bytes.ts";
import { HikaeError } from "../../base/errors.ts";
import type { FileHandle } from "../../base/fs.ts";
import { joinRel } from "../../base/relpath.ts";
import { stampFromNumber } from "../../base/stamp.ts";
import type { Version } from "../../vault/catalog.ts";
import { contentBytes } from "../../vault/content.ts";
import { aliveOf, unknownAt } from "../../vault/history/alive.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { openShown } from "../real_dirs.ts";
import type { Reader } from "../reader.ts";
import {
  caughtUp,
  choose,
  type Chosen,
  type LookRequest,
  noSuchPath,
  pathArgument,
} from "./query_point.ts";
import { text } from "../../text/text.ts";

/** What is asked. */
export interface CatRequest extends LookRequest {
  path: string;
  at?: string;
}

/** What was answered. */
export interface CatAnswer {
  stamp: string;
  path: string;
  bytes: number;
}

const CHUNK = 1 << 18;
/** How many chunks may wait to be written. */
const AHEAD = 16;

/** Hands the bytes of a file to main; throws when they are not those that the record tells of. */
export async function cat(
  ports: EnginePorts,
  reader: Reader,
  request: CatRequest,
): Promise<CatAnswer> {
  const chosen = await choose(ports, reader, request.at);
  const path = pathArgument(reader, request, request.path);
  if (path === "") throw new HikaeError("failed", text("look.cat-directory"), { path: "/" });
  const version = aliveOf(reader.catalog, chosen, path).at(-1) ??
    mayHaveBeen(ports, reader, chosen, path);
  if (version === undefined) throw noSuchPath("cat", path, chosen, reader);
  refuse(ports, reader, version, path);
  const file = openFile(ports, reader, version, path);
  try {
    return { stamp: chosen.stamp, path, bytes: await stream(ports, file, version, path) };
  } finally {
    file.close();
  }
}

/** What may have been there then, where it is one thing, and the records that would show it are lost: that is said. */
function mayHaveBeen(
  ports: EnginePorts,
  reader: Reader,
  chosen: Chosen,
  path: string,
): Version | undefined {
  if (chosen.proof.proven !== false) return undefined;
  const all = [...unknownAt(reader.catalog, chosen, path)];
  const [version, ...others] = all.filter((v) => joinRel(v.dir, v.name) === path);
  if (version === undefined || others.length > 0) return undefined;
  ports.emit({ message_type: "note", path, message: text("look.cat-maybe") });
  return version;
}

/** What has no bytes to show. */
function refuse(ports: EnginePorts, reader: Reader, v: Version, path: string): void {
  if (v.type === "dir") {
    throw new HikaeError("failed", text("look.cat-directory"), {
      path,
      hint: text("look.cat-directory-hint"),
    });
  }
  if (v.gone !== null) {
    const by = stampFromNumber(v.gone);
    throw new HikaeError("failed", text("look.cat-gone", { stamp: by }), {
      path,
      hint: text("look.cat-gone-hint"),
    });
  }
  if (v.type === "link") {
    throw new HikaeError("failed", text("look.cat-link", { target: target(ports, reader, v) }), {
      path,
      hint: text("look.cat-link-hint"),
    });
  }
}

function target(ports: EnginePorts, reader: Reader, v: Version): string {
  try {
    const { contents } = reader;
    return fromUtf8(contentBytes(ports.fs, contents.find(v) ?? contents.at(v)));
  } catch (error) {
    return text("look.link-unreadable", { problem: systemText(error) });
  }
}

/** Opens the content; a run that is under way, or broke off, may have moved it and put another one in its place. */
function openFile(ports: EnginePorts, reader: Reader, v: Version, path: string): FileHandle {
  let file: FileHandle | undefined;
  try {
    file = openShown(reader, ports, v, () => reader.mayHaveMoved());
  } catch (error) {
    throw error instanceof HikaeError ? error : unreadable(path, error);
  }
  if (file !== undefined) return file;
  throw new HikaeError("damaged", text("look.cat-missing"), {
    path,
    hint: text("look.cat-missing-hint"),
  });
}

function unreadable(path: string, cause: unknown): HikaeError {
  return new HikaeError("failed", text("look.cat-failed", { problem: systemText(cause) }), {
    path,
    cause,
  });
}

/** Reads, checks and hands on, chunk by chunk; gives the number of bytes. */
async function stream(
  ports: EnginePorts,
  file: FileHandle,
  v: Version,
  path: string,
): Promise<number> {
  const hash = ports.newHash();
  const buffer = new Uint8Array(CHUNK);
  let bytes = 0;
  let chunks = 0;
  for (let n = file.read(buffer); n > 0; n = file.read(buffer)) {
    checkCancelled(ports);
    if (++chunks % AHEAD === 0) await caughtUp(ports);
    hash.update(buffer.subarray(0, n));
    // a copy: what is posted must not change under the reader's hands
    ports.data(buffer.slice(0, n));
    bytes += n;
  }
  if (v.hash === null || hash.hex() === v.hash) return bytes;
  throw new HikaeError("damaged", text("look.cat-damaged"), {
    path,
    hint: text("look.cat-damaged-hint"),
  });
}
