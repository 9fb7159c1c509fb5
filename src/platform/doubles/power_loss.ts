/**
 * A double that knows what has reached the disk for good. At the cut, changes of names that no directory flush
 * covers are undone from the last one backwards as far as chance has it (a journal keeps their order), and
 * contents that were not flushed are torn: cut, zeroed, or whole.
 * @module
 */

import type { FileInfo, FileSystem } from "../../base/fs.ts";
import { Killed } from "./stepping.ts";
import { type FsCall, tapFs } from "./tap.ts";

const SEPARATOR = Deno.build.os === "windows" ? "\\" : "/";

/** A number below `n`, from 0; the caller's own chance, so that a cut can be repeated. */
export type Chance = (n: number) => number;

/** A file's content as far as it is safe. */
interface SafeContent {
  /** What of it was flushed; undefined when nothing was. */
  safe: Uint8Array | undefined;
}

/** A disk that will lose power. */
export interface PowerLoss {
  fs: FileSystem;
  /** True once the power is gone. */
  dead: boolean;
  /** Changes and flushes so far. */
  steps: number;
  /** Leaves on the disk what the cut leaves; gives how much was undone and torn. */
  cut(chance: Chance): { undone: number; torn: number };
}

/** A disk below `fs` that loses power before the change or flush number `at` (from 0). */
export function powerLoss(fs: FileSystem, at: number): PowerLoss {
  const disk = new SimulatedDisk(fs);
  const state: PowerLoss = {
    dead: false,
    steps: 0,
    cut: (chance) => disk.cut(chance),
    fs: tapFs(fs, (call, work) => {
      if (!state.dead && call.effect !== "read" && state.steps === at) state.dead = true;
      if (state.dead) throw new Killed();
      if (call.effect === "read") return work();
      state.steps++;
      const before = disk.before(call);
      const result = call.effect === "flush" ? flushed(call) : work();
      disk.after(call, before);
      return result as ReturnType<typeof work>;
    }),
  };
  return state;
}

/** The flush itself is this double's own business. */
function flushed(call: FsCall): unknown {
  return call.op === "syncAll" ? Promise.resolve() : undefined;
}

/** What is kept of a file before a change takes it away. */
interface KeptFile {
  bytes: Uint8Array;
  info: FileInfo;
  content: SafeContent | undefined;
}

/** What is kept before a change: of a file, of a link its target; of a directory only that it is one. */
type BeforeChange = KeptFile | { target: string } | "dir" | undefined;

class SimulatedDisk {
  readonly #fs: FileSystem;
  /** The changes of names that may be lost, with how to undo each. */
  #undo: (() => void)[] = [];
  /** Files whose content is not wholly safe, by where they are now. */
  readonly #unsafe = new Map<string, SafeContent>();
  readonly #opened = new WeakMap<object, SafeContent>();

  constructor(fs: FileSystem) {
    this.#fs = fs;
  }

  before(call: FsCall): BeforeChange {
    if (call.op === "rename") return this.#keep(call.to ?? "");
    if (call.op === "remove" || call.op === "open") return this.#keep(call.path);
    if (call.op === "file.write" && !this.#unsafe.has(call.path)) {
      const kept = this.#keep(call.path);
      if (typeof kept === "object" && "bytes" in kept) {
        this.#unsafe.set(call.path, { safe: kept.bytes });
      }
    }
    return undefined;
  }

  after(call: FsCall, before: BeforeChange): void {
    const { op, path } = call;
    if (op === "mkdir" || op === "symlink") this.#undo.push(() => this.#fs.remove(path));
    else if (op === "open" && before === undefined) this.#created(path, call.file ?? {});
    else if (op === "remove") this.#removed(path, before);
    else if (op === "rename") this.#renamed(path, call.to ?? "", before);
    else if (op === "link") this.#linked(path, call.to ?? "");
    else if (op === "copyFile") this.#created(call.to ?? "", {});
    else if (op === "file.sync") this.#flushFile(call.file ?? {}, path);
    else if (op === "syncAll") { for (const p of call.paths ?? []) this.#flush(p); }
  }

  #created(path: string, file: object): void {
    const content: SafeContent = { safe: undefined };
    this.#unsafe.set(path, content);
    this.#opened.set(file, content);
    this.#undo.push(() => {
      this.#fs.remove(path);
      this.#unsafe.delete(path);
    });
  }

  /** Both names are one file: what is safe of it is so under both. */
  #linked(from: string, to: string): void {
    const content = this.#unsafe.get(from);
    if (content !== undefined) this.#unsafe.set(to, content);
    this.#undo.push(() => {
      this.#fs.remove(to);
      this.#unsafe.delete(to);
    });
  }

  #removed(path: string, before: BeforeChange): void {
    this.#unsafe.delete(path);
    this.#undo.push(() => before === "dir" ? this.#fs.mkdir(path) : this.#putBack(path, before));
  }

  #renamed(from: string, to: string, before: BeforeChange): void {
    this.#move(from, to);
    this.#undo.push(() => {
      this.#fs.rename(to, from);
      this.#move(to, from);
      if (before !== "dir") this.#putBack(to, before);
    });
  }

  /** What is known of files moves with them, and with the directory that they lie in. */
  #move(from: string, to: string): void {
    this.#unsafe.delete(to);
    for (const [path, content] of [...this.#unsafe]) {
      if (path !== from && !path.startsWith(from + SEPARATOR)) continue;
      this.#unsafe.delete(path);
      this.#unsafe.set(to + path.slice(from.length), content);
    }
  }

  /** Through an open file its content is flushed wherever it was moved meanwhile; what comes after is unsafe again. */
  #flushFile(file: object, path: string): void {
    const content = this.#opened.get(file);
    // one that was opened to be flushed, a directory perhaps
    if (content === undefined) this.#flush(path);
    for (const [path, c] of this.#unsafe) {
      if (c !== content) continue;
      c.safe = readAll(this.#fs, path, this.#fs.lstat(path).size);
    }
  }

  #flush(path: string): void {
    const kind = this.#typeOf(path);
    // the journal of a file system is one: what it wrote before this directory is safe with it
    if (kind === "dir") {
      this.#undo = [];
      return;
    }
    const content = this.#unsafe.get(path);
    for (const [other, c] of [...this.#unsafe]) if (c === content) this.#unsafe.delete(other);
  }

  #typeOf(path: string): string | undefined {
    try {
      return this.#fs.lstat(path).type;
    } catch {
      return undefined;
    }
  }

  #keep(path: string): BeforeChange {
    const type = this.#typeOf(path);
    if (type === "dir") return "dir";
    if (type === "link") return { target: this.#fs.readLink(path) };
    if (type !== "file") return undefined;
    const info = this.#fs.lstat(path);
    return { bytes: readAll(this.#fs, path, info.size), info, content: this.#unsafe.get(path) };
  }

  #putBack(path: string, kept: Exclude<BeforeChange, "dir">): void {
    if (kept === undefined) return;
    if ("target" in kept) return this.#fs.symlink(kept.target, path);
    writeBack(this.#fs, path, kept.bytes, kept.info);
    if (kept.content !== undefined) this.#unsafe.set(path, kept.content);
  }

  cut(chance: Chance): { undone: number; torn: number } {
    const undone = chance(this.#undo.length + 1);
    for (let i = 0; i < undone; i++) this.#undo.pop()?.();
    let torn = 0;
    for (const [path, content] of this.#unsafe) {
      if (this.#typeOf(path) === "file" && this.#tear(path, content, chance)) torn++;
    }
    return { undone, torn };
  }

  /** What was flushed of a file stays; of the rest anything may be there. */
  #tear(path: string, content: SafeContent, chance: Chance): boolean {
    const info = this.#fs.lstat(path);
    const bytes = readAll(this.#fs, path, info.size);
    const safe = Math.min(content.safe?.length ?? 0, bytes.length);
    const how = chance(4);
    if (how === 0) return false;
    const end = how === 1 ? safe : safe + chance(bytes.length - safe + 1);
    const left = how === 3 ? new Uint8Array(bytes.length) : bytes.slice(0, end);
    if (how === 3) left.set(bytes.subarray(0, end));
    writeBack(this.#fs, path, left, info);
    return true;
  }
}

function readAll(fs: FileSystem, path: string, size: number): Uint8Array {
  const file = fs.open(path, { read: true });
  try {
    const bytes = new Uint8Array(size);
    let at = 0;
    for (let n = -1; at < size && n !== 0; at += n) n = file.read(bytes.subarray(at));
    return bytes.subarray(0, at);
  } finally {
    file.close();
  }
}

function writeBack(fs: FileSystem, path: string, bytes: Uint8Array, info: FileInfo): void {
  const file = fs.open(path, { write: true, create: true, truncate: true });
  try {
    for (let at = 0; at < bytes.length;) at += file.write(bytes.subarray(at));
  } finally {
    file.close();
  }
  fs.chmod(path, info.mode | 0o600);
  fs.utime(path, info.mtime, info.mtime);
}
