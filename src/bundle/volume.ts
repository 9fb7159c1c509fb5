/** One volume: what it holds is compressed, encrypted, hashed and kept in a file. @module */

import type { FileSystem } from "../base/fs.ts";
import type { NewHash } from "../base/hash.ts";
import { removeQuietly, writeAll } from "../base/io.ts";
import { seal } from "./seal.ts";

/** What volumes are written with. */
export interface VolumePorts {
  fs: FileSystem;
  newHash: NewHash;
}

/** Writes a volume into a new file; gives its SHA-256 and size. Nothing is left of one that fails. */
export async function writeVolume(
  { fs, newHash }: VolumePorts,
  path: string,
  clear: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  recipients: readonly string[],
): Promise<{ hash: string; bytes: number }> {
  const file = fs.open(path, { write: true, createNew: true, mode: 0o600 });
  const hash = newHash();
  let bytes = 0;
  try {
    try {
      for await (const part of await seal(clear, recipients)) {
        writeAll(file, part);
        hash.update(part);
        bytes += part.length;
      }
      file.sync();
    } finally {
      file.close();
    }
  } catch (error) {
    removeQuietly(fs, path);
    throw error;
  }
  return { hash: hash.hex(), bytes };
}
