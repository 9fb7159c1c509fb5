/**
 * Reads a file of the source once for all vaults: a consistent read, hashed while the buffer is hot, written
 * to as many temporary files as want it (design, *Never lose anything*).
 * @module
 */

import { systemText } from "../../../base/system_text.ts";
import { HikaeError } from "../../../base/errors.ts";
import type { FileHandle, FileInfo } from "../../../base/fs.ts";
import { isSparse } from "../../../base/sparse.ts";
import { text } from "../../../text/text.ts";
import {
  attempt,
  dropFailed,
  dropTemporaries,
  finishTemporary,
  openOut,
  settle,
  stream,
  take,
  taken,
  writeInto,
} from "./content_write.ts";
import type { Content, CopyOutcome, Destination, ReadContext, Sharer } from "../content_types.ts";

export { dropTemporaries } from "./content_write.ts";

const TRIES = 3;

const NO_SHARER: Sharer = { isLikely: () => false, make: () => undefined, written: () => {} };

/** A file to read, and for whom. */
interface FileReading {
  path: string;
  seen: FileInfo;
  wants: readonly Destination[];
  likelySame: boolean;
  sharer: Sharer;
}

/** Reads `path`, last seen as `seen`, for `wants`; throws a `changing` error when it will not hold still. */
export function readContent(
  context: ReadContext,
  path: string,
  seen: FileInfo,
  wants: readonly Destination[],
  likelySame: boolean,
  sharer: Sharer = NO_SHARER,
): Content {
  for (let attempt = 1;; attempt++) {
    const reading = { path, seen, wants, likelySame, sharer };
    const content = tryRead(context, reading, attempt > 1);
    if (content !== undefined) return content;
    if (attempt === TRIES) throw changing(path);
  }
}

/**
 * The target of the link at `path`, last seen as `seen`, and what was seen of it: no handle holds a link, and where a
 * directory above it changes places with another meanwhile, what is read is another's.
 */
export function readTarget(
  { fs }: Pick<ReadContext, "fs">,
  path: string,
  seen: FileInfo,
): { target: string; info: FileInfo } {
  let info = seen;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const target = fs.readLink(path);
    const now = fs.lstat(path);
    if (now.type === "link" && mayBeSame(now, info) && held(now, info)) return { target, info };
    info = now;
  }
  throw changing(path);
}

function changing(path: string): HikaeError {
  return new HikaeError("changing", text("backup.changing"), {
    path,
    hint: text("backup.changing-hint"),
  });
}

/**
 * Hashes a file of the source for who asks whether it is what a vault has. It is not looked at again: the hash of other
 * content is another one, and what is to be stored is read by {@link readContent}.
 */
export function hashContent(context: ReadContext, path: string, seen: FileInfo): string {
  return hashOnce(context, path, seen).hash;
}

/** Reads a file to its end, whatever size is told of it. */
function hashOnce(
  context: ReadContext,
  path: string,
  seen: FileInfo,
): { hash: string; size: number } {
  const file = context.fs.open(path, { read: true });
  try {
    const size = seen.size < context.buffer.length ? readWhole(context, file, seen) : undefined;
    if (size !== undefined) {
      context.progress(1, size);
      return { hash: context.hashOf(context.buffer.subarray(0, size)), size };
    }
    if (seen.size < context.buffer.length) file.seek(0);
    const read = stream(context, file, seen, []);
    context.progress(1, 0);
    return read;
  } finally {
    file.close();
  }
}

/**
 * True when content may be believed: as long as was told, or, where a disk tells another size, the same in a second read
 * (decision 27).
 */
function agrees(
  context: ReadContext,
  path: string,
  seen: FileInfo,
  first: { hash: string; size: number },
): boolean {
  if (first.size === seen.size) return true;
  const second = hashOnce({ ...context, progress: () => {} }, path, seen);
  return second.hash === first.hash && second.size === first.size;
}

function tryRead(context: ReadContext, reading: FileReading, again: boolean): Content | undefined {
  const { path, seen, wants } = reading;
  const file = context.fs.open(path, { read: true });
  let content: Content | undefined;
  try {
    // one look at the open file, after the read, tells that it is the one that was seen and did not change since:
    // each look costs as much as the read of a small file
    const before = again ? checked(file.stat(), seen) : seen;
    const size = before.size < context.buffer.length ? readWhole(context, file, before) : undefined;
    if (size !== undefined) {
      const hash = context.hashOf(context.buffer.subarray(0, size));
      if (!held(checked(file.stat(), seen), before)) return undefined;
      if (!agrees(context, path, before, { hash, size })) return undefined;
      context.progress(1, size);
      return writeSmall(context, { hash, size }, before, reading);
    }
    if (before.size < context.buffer.length) file.seek(0);
    content = readLarge(context, file, before, reading);
    if (
      content !== undefined && held(checked(file.stat(), seen), before) &&
      agrees(context, path, before, content)
    ) {
      context.progress(1, 0);
      return content;
    }
    closeAll(content);
    dropTemporaries(context.fs, wants);
    return undefined;
  } catch (error) {
    closeAll(content);
    dropTemporaries(context.fs, wants);
    throw error;
  } finally {
    file.close();
  }
}

function closeAll(content: Content | undefined): void {
  for (const open of content?.open ?? []) open?.close();
}

/** The open file must be the one that was seen, not one behind a link that took its place. */
function checked(info: FileInfo, seen: FileInfo): FileInfo {
  if (info.type === "file" && mayBeSame(info, seen)) return info;
  throw Object.assign(new Error("read: another file took its place"), { code: "changing" });
}

function held(after: FileInfo, before: FileInfo): boolean {
  return after.size === before.size && after.mtime === before.mtime && after.ctime === before.ctime;
}

/** True where no inode speaks against it: on systems without them the type has to do. */
function mayBeSame(a: FileInfo, b: FileInfo): boolean {
  return a.ino === b.ino && (a.dev === b.dev || a.dev === 0 || b.dev === 0);
}

/** Reads a file to its end into the buffer; gives how many bytes came, undefined when it does not fit. */
function readWhole(context: ReadContext, file: FileHandle, info: FileInfo): number | undefined {
  const { buffer } = context;
  let size = 0;
  while (size < buffer.length) {
    const n = file.read(size === 0 ? buffer : buffer.subarray(size));
    if (n === 0) break;
    size += n;
    // one that grows while it is read is not run after: it is read again
    if (size > info.size && file.stat().size !== info.size) break;
  }
  context.check();
  return size < buffer.length ? size : undefined;
}

/** Writes what the buffer holds for those who want it. */
function writeSmall(
  context: ReadContext,
  { hash, size }: { hash: string; size: number },
  info: FileInfo,
  { wants, sharer }: FileReading,
): Content {
  const data = context.buffer.subarray(0, size);
  const open: (FileHandle | undefined)[] = [];
  const wrote: (number | undefined)[] = [];
  const got = wants.map((want, i): CopyOutcome => {
    if (want.has === hash) return "same";
    const shared = sharer.make(i, want.temporary, { hash, size }, info);
    if (shared !== undefined) return take(context, want, open, i, shared.open);
    return attempt(() => {
      const out = openOut(context, want, info);
      const { file } = out;
      if (file === undefined) throw out.failed;
      try {
        const sparse = isSparse(info);
        writeInto(out, file, data, { at: 0, sparse });
        if (sparse || out.pieces !== undefined) file.truncate(size);
        finishTemporary(context, file, want, info, out.pieces !== undefined);
      } catch (error) {
        file.close();
        throw error;
      }
      wrote[i] = taken(out);
      if (want.durable) file.close();
      else open[i] = file;
      sharer.written(i, want.temporary, { hash, size }, info);
    });
  });
  dropFailed(context.fs, wants, got);
  return { hash, size, info, got, open, wrote };
}

/** Reads a file in chunks; undefined when it changed between two readings. */
function readLarge(
  context: ReadContext,
  file: FileHandle,
  info: FileInfo,
  { wants, likelySame, sharer }: FileReading,
): Content | undefined {
  const got: CopyOutcome[] = [];
  const open: (FileHandle | undefined)[] = [];
  const wrote: (number | undefined)[] = [];
  // where only what differs is written, a look before saves nothing
  const mayBeSame = likelySame && wants.every((w) => w.has !== undefined) &&
    wants.some((w) => w.base === undefined);
  const mayShare = wants.some((w, i) => w.has === undefined && sharer.isLikely(i, info.size));
  const looked = mayBeSame || mayShare ? stream(context, file, info, []) : undefined;
  if (looked !== undefined) {
    if (mayBeSame && wants.every((w) => w.has === looked.hash)) {
      return { ...looked, info, got: wants.map(() => "same"), open: [] };
    }
    for (const [i, want] of wants.entries()) {
      const shared = want.has === looked.hash
        ? undefined
        : sharer.make(i, want.temporary, looked, info);
      if (shared !== undefined) got[i] = take(context, want, open, i, shared.open);
    }
    if (wants.every((_, i) => got[i] !== undefined)) return { ...looked, info, got, open };
    file.seek(0);
  }
  const outs = wants.map((want, i) =>
    got[i] === undefined ? openOut(context, want, info) : undefined
  );
  try {
    const unmeasured = looked === undefined ? context : { ...context, progress: () => {} };
    const read = stream(unmeasured, file, info, outs.filter((out) => out !== undefined));
    if (got.length > 0 && read.hash !== looked?.hash) {
      for (const file of open) file?.close();
      return undefined;
    }
    for (const [i, want] of wants.entries()) {
      const out = outs[i];
      if (out !== undefined) got[i] = settle(context, want, i, out, info, read, sharer);
      if (got[i] === "written" && out !== undefined) wrote[i] = taken(out);
      if (out?.file === undefined || want.durable || got[i] !== "written") continue;
      open[i] = out.file;
      out.file = undefined;
    }
    dropFailed(context.fs, wants, got);
    return { ...read, info, got, open, wrote };
  } finally {
    for (const out of outs) out?.file?.close();
  }
}

/** The message of a failed want. */
export function failureOf(got: CopyOutcome): string {
  return typeof got === "object" ? systemText(got.failed) : "";
}
