/** Bytes in memory as an open file that is read. Pure. @module */

import type { FileHandle, FileInfo } from "./fs.ts";

/** An open file that has these bytes and is as `info` says; nothing can be written to it. */
export function bytesHandle(bytes: Uint8Array, info: FileInfo): FileHandle {
  let at = 0;
  const refuse = (): never => {
    throw new Error("bytes in memory are read only");
  };
  return {
    read: (buffer) => {
      const piece = bytes.subarray(at, at + buffer.length);
      buffer.set(piece);
      at += piece.length;
      return piece.length;
    },
    seek: (position) => void (at = position),
    stat: () => info,
    close: () => {},
    write: refuse,
    utime: refuse,
    truncate: refuse,
    sync: refuse,
    syncLater: refuse,
    tryLock: refuse,
  };
}
