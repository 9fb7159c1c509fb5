/** Whether two files have the same content, byte by byte. @module */

import type { FileHandle, FileSystem } from "./fs.ts";

const PIECE = 1 << 20;

/** True for two files of the same bytes; `check` is called between pieces, and may throw. */
export function sameFiles(fs: FileSystem, a: string, b: string, check = (): void => {}): boolean {
  const first = fs.open(a, { read: true });
  try {
    const second = fs.open(b, { read: true });
    try {
      return sameContent(first, second, check);
    } finally {
      second.close();
    }
  } finally {
    first.close();
  }
}

function sameContent(a: FileHandle, b: FileHandle, check: () => void): boolean {
  const [x, y] = [new Uint8Array(PIECE), new Uint8Array(PIECE)];
  for (;;) {
    check();
    const n = fill(a, x);
    if (fill(b, y) !== n || !areEqual(x, y, n)) return false;
    if (n === 0) return true;
  }
}

function fill(file: FileHandle, buffer: Uint8Array): number {
  let length = 0;
  while (length < buffer.length) {
    const n = file.read(length === 0 ? buffer : buffer.subarray(length));
    if (n === 0) break;
    length += n;
  }
  return length;
}

function areEqual(a: Uint8Array, b: Uint8Array, length: number): boolean {
  const words = length >> 3;
  const [x, y] = [new BigUint64Array(a.buffer, 0, words), new BigUint64Array(b.buffer, 0, words)];
  for (let i = 0; i < words; i++) if (x[i] !== y[i]) return false;
  for (let i = words << 3; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}
