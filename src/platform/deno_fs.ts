/**
 * The file system of the machine behind the port of `base/fs.ts`. The only place with raw file calls
 * (`@std/fs` is not to be had where hikae is built; docs/dependencies.md).
 * @module
 */

import { builtin } from "./builtin.ts";
import { worked } from "./heap.ts";
import { listBits } from "./list_bits.ts";
import type { AheadCalls } from "../base/ahead.ts";
import { isNotFound } from "../base/errors.ts";
import type {
  DirEntry,
  EntryType,
  FileHandle,
  FileInfo,
  FileSystem,
  HowListed,
  LinkKind,
  OpenOptions,
} from "../base/fs.ts";
import { linkKindOf, windowsFs } from "./windows_fs.ts";

interface DenoEntryType {
  isFile: boolean;
  isDirectory: boolean;
  isSymlink: boolean;
}

function typeOf(e: DenoEntryType): EntryType {
  return e.isFile ? "file" : e.isDirectory ? "dir" : e.isSymlink ? "link" : "special";
}

/** The last instant that a date can say; the system knows later ones, and earlier ones than dates do. */
const LAST = 8.64e15;

/** A time in ms; one that no date can say comes as none, and is taken for the nearest that one can. */
export function timeOf(date: Date | null): number {
  if (date === null) return 0;
  const ms = date.getTime();
  return Number.isNaN(ms) ? LAST : ms;
}

/** Times of links before 1970 are taken as dates alone, and of whole seconds. */
function linkTime(ms: number): number | Date {
  return ms < 0 ? new Date(Math.floor(ms / 1000) * 1000) : ms / 1000;
}

function infoOf(i: Deno.FileInfo): FileInfo {
  return {
    // what a listing or stat calls none of the three is a socket, FIFO or device
    type: typeOf(i),
    size: i.size,
    mtime: timeOf(i.mtime),
    ctime: timeOf(i.ctime),
    ino: i.ino ?? 0,
    dev: i.dev,
    mode: (i.mode ?? 0) & 0o7777,
    uid: i.uid ?? 0,
    gid: i.gid ?? 0,
    blocks: (i.blocks ?? 0) * 512,
    nlink: i.nlink ?? 0,
  };
}

class DenoFile implements FileHandle {
  #file: Deno.FsFile;
  #locked = false;

  constructor(file: Deno.FsFile) {
    this.#file = file;
  }
  read(buffer: Uint8Array): number {
    const n = this.#file.readSync(buffer) ?? 0;
    worked(1 + (n >> 16));
    return n;
  }
  write(buffer: Uint8Array): number {
    worked(1 + (buffer.length >> 16));
    return this.#file.writeSync(buffer);
  }
  stat(): FileInfo {
    return infoOf(this.#file.statSync());
  }
  utime(atimeMs: number, mtimeMs: number): void {
    this.#file.utimeSync(new Date(atimeMs), new Date(mtimeMs));
  }
  seek(position: number): void {
    this.#file.seekSync(position, Deno.SeekMode.Start);
  }
  truncate(size: number): void {
    this.#file.truncateSync(size);
  }
  sync(): void {
    this.#file.syncDataSync();
  }
  async syncLater(): Promise<void> {
    await this.#file.syncData();
  }
  tryLock(shared = false): boolean {
    return this.#locked = this.#file.tryLockSync(!shared);
  }
  close(): void {
    try {
      // a program that is being started just now shares the file until it runs, and the lock with it
      if (this.#locked) this.#file.unlockSync();
    } catch {
      // closing lets go of it too (Wine refuses to unlock)
    }
    this.#file.close();
  }
}

function openFlags(o: OpenOptions): Deno.OpenOptions {
  const flags: Deno.OpenOptions = { read: o.read ?? false, write: o.write ?? false };
  if (o.append) flags.append = true;
  if (o.create) flags.create = true;
  if (o.createNew) flags.createNew = true;
  if (o.truncate) flags.truncate = true;
  if (o.mode !== undefined) flags.mode = o.mode & 0o777;
  return flags;
}

/** How many the last listing had: a wide directory is listed more than once, and each time takes 100 to 300 B a name. */
let listed = 0;

function listSync(path: string): DirEntry[] {
  worked(listed);
  const entries: DirEntry[] = [];
  for (const e of Deno.readDirSync(path)) entries.push({ name: e.name, type: typeOf(e) });
  listed = entries.length;
  return entries;
}

/** A directory that takes so many bytes of its disk, 150,000 entries or so, would be too much at once, however slow its bits are. */
const TOO_MUCH = 4 << 20;

/** After so many entries the heap may be looked at. */
const PASSED = 512;

async function listWhole(path: string, how?: HowListed): Promise<DirEntry[]> {
  worked(listed);
  const entries: DirEntry[] = [];
  const { soon = false, each = (e: DirEntry) => void entries.push(e) } = how ?? {};
  const bits = Deno.readDir(path);
  let passed = 0;
  const take = (e: Deno.DirEntry): void => {
    each({ name: e.name, type: typeOf(e) });
    // what nobody keeps of a wide directory's listing would be there until its end
    if (++passed % PASSED === 0) worked(PASSED);
  };
  const hastens = soon && Deno.lstatSync(path).size < TOO_MUCH;
  const now = hastens ? () => performance.now() : () => 0;
  const count = await listBits({ bits, take, now });
  // a busy machine gives each bit when it likes
  if (count === undefined) return listSync(path);
  worked(listed = count);
  return entries;
}

const WINDOWS = Deno.build.os === "windows";

/** Opens a file for writing even when it is read-only: the attribute is looked at when a file is opened. */
async function openToFlush(path: string): Promise<Deno.FsFile> {
  const options = { read: true, write: true };
  try {
    return await Deno.open(path, options);
  } catch (error) {
    if (isNotFound(error)) throw error;
    const info = Deno.lstatSync(path);
    if (!info.isFile || ((info.mode ?? 0o200) & 0o200) !== 0) throw error;
    Deno.chmodSync(path, 0o666);
    try {
      return await Deno.open(path, options);
    } finally {
      Deno.chmodSync(path, 0o444);
    }
  }
}

async function syncOne(path: string): Promise<void> {
  let file: Deno.FsFile;
  try {
    // Windows flushes only what is open for writing, and no directory at all
    file = await (WINDOWS ? openToFlush(path) : Deno.open(path, { read: true }));
  } catch (error) {
    // it was moved or removed since, its directory perhaps become a file
    if (isNotFound(error)) return;
    if (WINDOWS) return;
    throw error;
  }
  try {
    await file.syncData();
  } finally {
    file.close();
  }
}

/** How many flushes are under way at once: the system then joins them in one journal commit. */
const SYNC_WIDTH = 32;

async function syncAll(paths: readonly string[]): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) await syncOne(path);
  };
  await Promise.all(Array.from({ length: Math.min(SYNC_WIDTH, paths.length) }, lane));
}

/** Only what writes needs it, and loading it costs every thread 5 ms. */
function nodeFs(): typeof import("node:fs") {
  return builtin<typeof import("node:fs")>("node:fs");
}

function symlink(target: string, path: string, kind?: LinkKind): void {
  if (kind === undefined) Deno.symlinkSync(target, path);
  else Deno.symlinkSync(target, path, { type: kind });
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

const raw: FileSystem = {
  lstat: (path) => {
    worked(1);
    return infoOf(Deno.lstatSync(path));
  },
  exists: (path) => nodeFs().existsSync(path),
  list: listSync,
  listWhole,
  readLink: (path) => Deno.readLinkSync(path),
  realPath: (path) => Deno.realPathSync(path),
  open: (path, options) => {
    worked(1);
    return new DenoFile(Deno.openSync(path, openFlags(options)));
  },
  mkdir: (path, mode) => Deno.mkdirSync(path, mode === undefined ? {} : { mode: mode & 0o777 }),
  rename: (from, to) => Deno.renameSync(from, to),
  remove: (path) => Deno.removeSync(path),
  chmod: (path, mode) => Deno.chmodSync(path, mode & 0o7777),
  utime: (path, atime, mtime) => Deno.utimeSync(path, new Date(atime), new Date(mtime)),
  lutime: (path, atime, mtime) => nodeFs().lutimesSync(path, linkTime(atime), linkTime(mtime)),
  lchown: (path, uid, gid) => nodeFs().lchownSync(path, uid, gid),
  symlink,
  link: (from, to) => Deno.linkSync(from, to),
  copyFile: (from, to) => Deno.copyFileSync(from, to),
  syncAll,
};

const cell = new Int32Array(new SharedArrayBuffer(4));

/** The machine's own file system. */
export const denoFs: FileSystem = WINDOWS
  ? windowsFs(
    raw,
    (ms) => void Atomics.wait(cell, 0, 0, ms),
    (target, path) => linkKindOf(target, path, isDirectory),
  )
  : raw;

/** The machine's file system, asked without waiting. */
export const denoAhead: AheadCalls = {
  lstat: async (path) => {
    worked(1);
    return infoOf(await Deno.lstat(path));
  },
  list: (path) => listWhole(path),
  read: async (path) => {
    worked(1);
    return await Deno.readFile(path);
  },
};
