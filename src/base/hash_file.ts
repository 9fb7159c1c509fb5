/** Hashes files piece by piece, and ends when the run is to end. @module */

import { HikaeError } from "./errors.ts";
import type { FileHandle, FileSystem } from "./fs.ts";
import type { NewHash } from "./hash.ts";
import { text } from "../text/text.ts";

/** What reading takes: the engine's ports fit. */
export interface ReadingPorts {
  fs: FileSystem;
  newHash: NewHash;
  /** True once the run is to end. */
  cancelled: () => boolean;
  progress: { done(files: number, bytes: number): void };
}

/** Throws `interrupted` when the run is to end. */
export function checkCancelled(ports: Pick<ReadingPorts, "cancelled">): void {
  if (ports.cancelled()) throw new HikaeError("interrupted", "interrupted");
}

const CHUNK = 1 << 18;

/** Nothing is read into it by two at once: one for each file would be zeroed and collected for a few bytes. */
let chunk: Uint8Array<ArrayBuffer> | undefined;

/** Hashes a plain file in hex; a link or directory in its place is an error. */
export function hashFile(ports: ReadingPorts, path: string): string {
  if (ports.fs.lstat(path).type !== "file") {
    throw Object.assign(new Error(text("system.not-plain")), { code: "EINVAL" });
  }
  const file = ports.fs.open(path, { read: true });
  try {
    return hashRest(ports, file, (bytes) => ports.progress.done(0, bytes));
  } finally {
    file.close();
  }
}

/** Hashes a file to its end, in hex, for who neither ends it nor watches. */
export function hashToEnd(ports: Pick<ReadingPorts, "fs" | "newHash">, path: string): string {
  const file = ports.fs.open(path, { read: true });
  try {
    return hashRest({ newHash: ports.newHash, cancelled: () => false }, file);
  } finally {
    file.close();
  }
}

/** Hashes what is left of an open file, in hex; `told` hears of each piece in bytes. */
export function hashRest(
  ports: Pick<ReadingPorts, "newHash" | "cancelled">,
  file: FileHandle,
  told: (bytes: number) => void = () => {},
): string {
  const hash = ports.newHash();
  const buffer = chunk ??= new Uint8Array(CHUNK);
  for (let n = file.read(buffer); n > 0; n = file.read(buffer)) {
    checkCancelled(ports);
    hash.update(buffer.subarray(0, n));
    told(n);
  }
  return hash.hex();
}
