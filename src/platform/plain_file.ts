/** Reads a file that somebody else may have put there: only a plain one, and only so much of it. @module */

import { dirname } from "@std/path";
import { HikaeError } from "../base/errors.ts";
import { builtin } from "./builtin.ts";
import { text } from "../text/text.ts";

/** The bits by which others than the owner may write. */
const OTHERS = 0o022;

/** The bit by which in a directory each may move and remove only what is his. */
const STICKY = 0o1000;

/** Why {@link readPlainFile} gives nothing. */
export type PlainFileFault = "kind" | "size";

/** A file that is not plain, or larger than was asked for. */
export class NotPlain extends HikaeError {
  /** What is wrong with it. */
  readonly fault: PlainFileFault;

  /** The file at `path` has this fault. */
  constructor(path: string, fault: PlainFileFault, max: number) {
    const size = `${Math.floor(max / 1024)} KiB`;
    const why = fault === "kind" ? text("system.not-plain") : text("system.larger", { size });
    super("failed", why, { path });
    this.fault = fault;
  }
}

/** So much of a file is read: all of it, which is too large where it is more, or its beginning. */
interface PlainBytes {
  max: number;
  whole: boolean;
}

/**
 * The bytes of the plain file at `path` (a link to one counts), at most `max` of them; throws {@link NotPlain}, or
 * what the system says.
 */
function readPlainFile(path: string, wanted: PlainBytes): Uint8Array<ArrayBuffer> {
  check(Deno.statSync(path), path, wanted);
  return isOursAlone(path) ? readOwn(path, wanted) : readWithoutWaiting(path, wanted);
}

/** True where nobody else can put a FIFO in the place of the file at `path` now that it was looked at; Windows has none. */
export function isOursAlone(path: string): boolean {
  if (Deno.build.os === "windows") return true;
  try {
    const own = Deno.uid();
    if (!Deno.lstatSync(path).isFile) return false;
    for (let dir = dirname(path), above = 0;; dir = dirname(dir), above++) {
      if (!isKept(Deno.lstatSync(dir), own, above)) return false;
      if (dirname(dir) === dir) return true;
    }
  } catch {
    return false;
  }
}

/**
 * True for a directory in which nobody but `own` (and root) can put something else in the place of the entry on the way:
 * the file's own and the one above it are the user's and shut for others; further up root's do, and those where each may
 * move only what is his (`/tmp`).
 */
function isKept(dir: Deno.FileInfo, own: number | null, above: number): boolean {
  if (!dir.isDirectory) return false;
  const mode = dir.mode ?? OTHERS;
  if (above < 2) return dir.uid === own && (mode & OTHERS) === 0;
  return (dir.uid === own || dir.uid === 0) && ((mode & OTHERS) === 0 || (mode & STICKY) !== 0);
}

function readOwn(path: string, wanted: PlainBytes): Uint8Array<ArrayBuffer> {
  using file = Deno.openSync(path, { read: true });
  check(file.statSync(), path, wanted);
  return readAtMost((into) => file.readSync(into) ?? 0, path, wanted);
}

/** Opened without waiting, so that a FIFO that comes into its place holds nobody up: Node alone can, which costs 20 ms. */
function readWithoutWaiting(path: string, wanted: PlainBytes): Uint8Array<ArrayBuffer> {
  const fs = builtin<typeof import("node:fs")>("node:fs");
  const { O_RDONLY, O_NONBLOCK = 0 } = fs.constants;
  const file = fs.openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    const info = fs.fstatSync(file);
    check({ isFile: info.isFile(), size: info.size }, path, wanted);
    return readAtMost((into) => fs.readSync(file, into, 0, into.length, null), path, wanted);
  } finally {
    fs.closeSync(file);
  }
}

function readAtMost(
  read: (into: Uint8Array) => number,
  path: string,
  { max, whole }: PlainBytes,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(max + 1);
  let length = 0;
  for (;;) {
    const n = read(bytes.subarray(length));
    length += n;
    if (n === 0 || length === bytes.length) break;
  }
  if (whole && length > max) throw new NotPlain(path, "size", max);
  return bytes.slice(0, Math.min(length, max));
}

/** Its text, read as UTF-8. */
export function readPlainText(path: string, max: number): string {
  return new TextDecoder().decode(readPlainFile(path, { max, whole: true }));
}

/** The text of its first `max` bytes, which may end in the middle of a letter. */
export function readPlainBeginning(path: string, max: number): string {
  return new TextDecoder().decode(readPlainFile(path, { max, whole: false }));
}

function check(
  info: { isFile: boolean; size: number },
  path: string,
  { max, whole }: PlainBytes,
): void {
  if (!info.isFile) throw new NotPlain(path, "kind", max);
  if (whole && info.size > max) throw new NotPlain(path, "size", max);
}
