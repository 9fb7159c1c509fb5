/** A version as an entry of a bundle's archive. @module */

import { fromUtf8 } from "../../base/bytes.ts";
import { errorCode, messageOf } from "../../base/errors.ts";
import { readBytes } from "../../base/io.ts";
import type { TarEntry } from "../../bundle/tar.ts";
import type { Version } from "../../vault/catalog.ts";
import { text } from "../../text/text.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import type { Reader } from "../reader.ts";

/** Told of what cannot be packed, or is not what the record says. */
export type Told = (code: string, message: string) => void;

/** An entry and where its content lies. */
export type PlacedEntry = TarEntry & { place: string };

const CHUNK = 1 << 18;

/** The entry of a version under `path`; undefined when its content is nowhere, which is told. */
export function entryOf(
  ports: EnginePorts,
  reader: Reader,
  v: Version,
  path: string,
  told: Told,
): PlacedEntry | undefined {
  const entry: PlacedEntry = {
    path,
    type: v.type,
    size: 0,
    mtime: Math.round(v.mtime ?? 0),
    mode: v.mode ?? (v.type === "dir" ? 0o755 : 0o644),
    uid: v.uid ?? 0,
    gid: v.gid ?? 0,
    target: "",
    place: "",
  };
  if (v.type === "dir") return entry;
  const place = v.gone === null ? reader.find(v) : undefined;
  if (place === undefined) {
    told("missing", text("bundle.content-missing"));
    return undefined;
  }
  try {
    if (v.type === "link") return { ...entry, target: fromUtf8(readBytes(ports.fs, place)) };
    return { ...entry, size: ports.fs.lstat(place).size, place };
  } catch (error) {
    told(errorCode(error) || "unreadable", messageOf(error));
    return undefined;
  }
}

/** Exactly `size` bytes of a file; what is not what the record says, or ends too early, is told. */
export function* contentOf(
  ports: EnginePorts,
  place: string,
  v: Version,
  size: number,
  told: Told,
): Generator<Uint8Array> {
  const hash = ports.newHash();
  let left = size;
  let failed: unknown;
  try {
    for (const part of partsOf(ports, place, size)) {
      hash.update(part);
      left -= part.length;
      yield part;
    }
  } catch (error) {
    checkCancelled(ports);
    failed = error;
  }
  if (failed !== undefined) told(errorCode(failed) || "unreadable", messageOf(failed));
  else if (left > 0 || v.hash !== null && hash.hex() !== v.hash) {
    told("damaged", text("bundle.content-damaged"));
  }
  // the archive says how many there are
  for (; left > 0; left -= Math.min(left, CHUNK)) yield new Uint8Array(Math.min(left, CHUNK));
}

function* partsOf(ports: EnginePorts, place: string, size: number): Generator<Uint8Array> {
  const file = ports.fs.open(place, { read: true });
  try {
    for (let left = size; left > 0;) {
      checkCancelled(ports);
      const buffer = new Uint8Array(Math.min(left, CHUNK));
      const n = file.read(buffer);
      if (n === 0) return;
      left -= n;
      ports.progress.done(0, n);
      yield buffer.subarray(0, n);
    }
  } finally {
    file.close();
  }
}
