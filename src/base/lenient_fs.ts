/**
 * A disk that refuses something as a whole (times, modes, owners, flushing): it is found once, by asking it for the
 * same with a file of one's own, told once, and is no error from then on (decision 28). What one file alone refuses
 * stays an error.
 * @module
 */

import { errorCode } from "./errors.ts";
import type { FileHandle, FileSystem } from "./fs.ts";

/** What a disk may refuse as a whole. */
export type RefusedCall = "times" | "modes" | "owners" | "flush-dir" | "flush";

/** A tree on one disk. */
export interface LenientRoot {
  /** Its absolute path; what lies below it is on this disk. */
  path: string;
  /** An absolute path in it where nothing is, for a file to ask with. */
  probe: () => string;
}

/** Codes by which systems say that they do not do such a thing. */
const CODES = new Set([
  "EPERM",
  "EACCES",
  "EINVAL",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "ENOTTY",
  "EBADF",
]);

/** True for an error that may say that a disk does not do such a thing. */
export function isRefusal(error: unknown): boolean {
  return CODES.has(errorCode(error));
}

/** Wraps `fs` for trees on disks that may refuse something; `tell` hears each refusal of each tree once. */
export function lenientFs(
  fs: FileSystem,
  roots: readonly LenientRoot[],
  separator: string,
  tell: (refusal: RefusedCall, root: string) => void,
): FileSystem {
  const disks = roots.map((root) => new LenientTree(fs, root, separator, tell));
  const diskOf = (path: string): LenientTree | undefined => disks.find((d) => d.has(path));
  const call = (path: string, kind: RefusedCall, what: (path: string) => void): void => {
    const disk = diskOf(path);
    if (disk === undefined) what(path);
    else disk.call(path, kind, what);
  };
  return {
    ...fs,
    open: (path, options) => {
      const file = fs.open(path, options);
      const disk = diskOf(path);
      return disk === undefined ? file : new LenientFile(file, path, disk);
    },
    chmod: (path, mode) => call(path, "modes", (p) => fs.chmod(p, mode)),
    utime: (path, a, m) => call(path, "times", (p) => fs.utime(p, a, m)),
    lutime: (path, a, m) => call(path, "times", (p) => fs.lutime(p, a, m)),
    lchown: (path, u, g) => call(path, "owners", (p) => fs.lchown(p, u, g)),
    syncAll: async (paths) => {
      const mine = disks.map((disk) => [disk, paths.filter((p) => disk.has(p))] as const);
      for (const [disk, own] of mine) if (own.length > 0) await disk.syncAll(own);
      const rest = paths.filter((p) => diskOf(p) === undefined);
      if (rest.length > 0) await fs.syncAll(rest);
    },
  };
}

/** One tree, and what its disk refuses. */
class LenientTree {
  readonly fs: FileSystem;
  readonly #root: LenientRoot;
  readonly #prefix: string;
  readonly #tell: (refusal: RefusedCall, root: string) => void;
  readonly #refused = new Set<RefusedCall>();

  constructor(
    fs: FileSystem,
    root: LenientRoot,
    separator: string,
    tell: (refusal: RefusedCall, root: string) => void,
  ) {
    this.fs = fs;
    this.#root = root;
    this.#prefix = root.path.endsWith(separator) ? root.path : root.path + separator;
    this.#tell = tell;
  }

  has(path: string): boolean {
    return path === this.#root.path || path.startsWith(this.#prefix);
  }

  refuses(kind: RefusedCall): boolean {
    return this.#refused.has(kind);
  }

  /** Does `what` for `path`, unless the disk is known to refuse it. */
  call(path: string, kind: RefusedCall, what: (path: string) => void): void {
    if (this.#refused.has(kind)) return;
    try {
      what(path);
    } catch (error) {
      if (!this.asks(kind, error, what)) throw error;
    }
  }

  /** True when the disk refuses the same for a new file of one's own: it does so as a whole. */
  asks(kind: RefusedCall, error: unknown, what: (path: string) => void): boolean {
    if (this.#refused.has(kind)) return true;
    if (!isRefusal(error)) return false;
    const probe = this.#makeProbe();
    if (probe === undefined) return false;
    try {
      what(probe);
      return false;
    } catch (again) {
      return isRefusal(again) && this.#refuse(kind);
    } finally {
      this.#remove(probe);
    }
  }

  #refuse(kind: RefusedCall): true {
    if (!this.#refused.has(kind)) {
      this.#refused.add(kind);
      this.#tell(kind, this.#root.path);
    }
    return true;
  }

  #makeProbe(): string | undefined {
    const path = this.#root.probe();
    try {
      this.fs.open(path, { write: true, createNew: true, mode: 0o600 }).close();
      return path;
    } catch {
      return undefined;
    }
  }

  #remove(path: string): void {
    try {
      this.fs.remove(path);
    } catch {
      // the next run removes what is left under a temporary name
    }
  }

  /** Flushes files and directories; which of both the disk refuses is found by asking for each. */
  async syncAll(paths: readonly string[]): Promise<void> {
    // one of both may be known from before, so the other is asked for too
    for (let known = -1; known < this.#refused.size;) {
      known = this.#refused.size;
      const left = this.#flushable(paths);
      if (left.length === 0) return;
      try {
        return await this.fs.syncAll(left);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        const dir = await this.#cannotFlush(this.#root.path);
        const probe = this.#makeProbe();
        const file = probe !== undefined && await this.#cannotFlush(probe);
        if (probe !== undefined) this.#remove(probe);
        if (dir) this.#refuse("flush-dir");
        if (file) this.#refuse("flush");
        if (this.#refused.size === known) throw error;
      }
    }
  }

  /** What of these paths the disk is not known to refuse. */
  #flushable(paths: readonly string[]): readonly string[] {
    if (!this.refuses("flush-dir") && !this.refuses("flush")) return paths;
    return paths.filter((p) => !this.refuses(this.#isDir(p) ? "flush-dir" : "flush"));
  }

  async #cannotFlush(path: string): Promise<boolean> {
    try {
      await this.fs.syncAll([path]);
      return false;
    } catch (error) {
      return isRefusal(error);
    }
  }

  #isDir(path: string): boolean {
    try {
      return this.fs.lstat(path).type === "dir";
    } catch {
      return false;
    }
  }
}

/** A file on such a disk. */
class LenientFile implements FileHandle {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #disk: LenientTree;

  constructor(file: FileHandle, path: string, disk: LenientTree) {
    this.#file = file;
    this.#path = path;
    this.#disk = disk;
  }
  read(buffer: Uint8Array): number {
    return this.#file.read(buffer);
  }
  write(buffer: Uint8Array): number {
    return this.#file.write(buffer);
  }
  stat(): ReturnType<FileHandle["stat"]> {
    return this.#file.stat();
  }
  seek(position: number): void {
    this.#file.seek(position);
  }
  truncate(size: number): void {
    this.#file.truncate(size);
  }
  tryLock(shared?: boolean): boolean {
    return this.#file.tryLock(shared);
  }
  close(): void {
    this.#file.close();
  }
  utime(atimeMs: number, mtimeMs: number): void {
    const { fs } = this.#disk;
    if (this.#disk.refuses("times")) return;
    try {
      this.#file.utime(atimeMs, mtimeMs);
    } catch (error) {
      const asked = this.#disk.asks("times", error, (path) => {
        withFile(fs, path, (probe) => probe.utime(atimeMs, mtimeMs));
      });
      if (!asked) throw error;
    }
  }
  sync(): void {
    const kind = this.#flushKind();
    if (kind === undefined) return;
    try {
      this.#file.sync();
    } catch (error) {
      if (!this.#asksFlush(error)) throw error;
    }
  }
  async syncLater(): Promise<void> {
    const kind = this.#flushKind();
    if (kind === undefined) return;
    try {
      await this.#file.syncLater();
    } catch (error) {
      if (!this.#asksFlush(error)) throw error;
    }
  }

  /** What a flush of it is; undefined when the disk is known to refuse that. */
  #flushKind(): RefusedCall | undefined {
    if (!this.#disk.refuses("flush") && !this.#disk.refuses("flush-dir")) return "flush";
    const kind = this.#isDir() ? "flush-dir" : "flush";
    return this.#disk.refuses(kind) ? undefined : kind;
  }

  #asksFlush(error: unknown): boolean {
    const { fs } = this.#disk;
    if (!this.#isDir()) {
      return this.#disk.asks("flush", error, (path) => {
        withFile(fs, path, (probe) => probe.sync());
      });
    }
    // no directory is made to ask with: that this one says so is a word of the whole disk
    return this.#disk.asks("flush-dir", error, () => {
      const dir = fs.open(this.#path, { read: true });
      try {
        dir.sync();
      } finally {
        dir.close();
      }
    });
  }

  #isDir(): boolean {
    try {
      return this.#file.stat().type === "dir";
    } catch {
      return false;
    }
  }
}

function withFile(fs: FileSystem, path: string, work: (file: FileHandle) => void): void {
  const file = fs.open(path, { write: true });
  try {
    work(file);
  } finally {
    file.close();
  }
}
