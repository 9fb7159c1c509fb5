/**
 * The words of a tar archive as bundles have it: POSIX pax, whole files (holes as zeros), hard links, times to the millisecond.
 * No library that was tried writes all of it right, and it is few lines (docs/bundles.md).
 * @module
 */

/** One entry of an archive. */
export interface TarEntry {
  /** With `/`, without one at the end; relative; "." is the directory that the archive is of. */
  path: string;
  type: "file" | "dir" | "link" | "hardlink";
  /** Bytes of content, 0 for what has none. */
  size: number;
  /** In ms since 1970. */
  mtime: number;
  mode: number;
  uid: number;
  gid: number;
  /** Where a link leads, or the path that a hard link is another name of; "" for others. */
  target: string;
  /** More records of its extended header: attributes. */
  more?: readonly PaxRecord[];
}

/** A record of an extended header. */
export interface PaxRecord {
  key: string;
  value: Uint8Array<ArrayBuffer>;
}

/** The size of a block; everything in an archive takes whole ones. */
export const BLOCK = 512;

/** The type letters of what is written and read. */
export const LETTER = { file: "0", hardlink: "1", link: "2", dir: "5" } as const;

/** The places of a header's fields: from where, how long. */
export const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  sum: [148, 8],
  letter: [156, 1],
  target: [157, 100],
  magic: [257, 8],
  prefix: [345, 155],
} as const;

/** Bytes after `size` bytes of content up to the next block. */
export function padding(size: number): number {
  return (BLOCK - size % BLOCK) % BLOCK;
}

/** The sum of a header's bytes, its own field taken for blanks. */
export function sumOf(header: Uint8Array): number {
  const [from, length] = FIELD.sum;
  let sum = 0x20 * length;
  for (let i = 0; i < BLOCK; i++) if (i < from || i >= from + length) sum += header[i] ?? 0;
  return sum;
}
