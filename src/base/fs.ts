/**
 * The file system as a port. Everything that hikae does to a disk goes through it, so that a test can
 * fail, count, cut or record each call. Calls are synchronous (docs/performance.md), paths absolute, errors
 * those of the operating system with its `code` (`errorCode` in errors.ts).
 * @module
 */

/** What kind of thing a directory entry is; `special` is a socket, FIFO or device. */
export type EntryType = "file" | "dir" | "link" | "special";

/** An entry as a listing gives it. */
export interface DirEntry {
  name: string;
  type: EntryType;
}

/** What `lstat` tells. Times are ms since 1970; the change time has whole seconds on POSIX. */
export interface FileInfo {
  type: EntryType;
  size: number;
  mtime: number;
  ctime: number;
  ino: number;
  dev: number;
  /** The permission bits with set-id and sticky (`& 0o7777`). */
  mode: number;
  uid: number;
  gid: number;
  /** Bytes that the file takes on the disk, 0 when unknown. */
  blocks: number;
  /** How many names the file has, 0 when unknown. */
  nlink: number;
}

/** What a link on Windows is made as; elsewhere links have no kind. */
export type LinkKind = "file" | "dir" | "junction";

/** How a file is opened. */
export interface OpenOptions {
  read?: boolean;
  write?: boolean;
  append?: boolean;
  /** Create it when missing. */
  create?: boolean;
  /** Create it, fail when it exists. */
  createNew?: boolean;
  truncate?: boolean;
  /** Permission bits of a created file, default 0o666 less the umask. */
  mode?: number;
}

/** An open file. */
export interface FileHandle {
  /** Reads into `buffer`; the number of bytes, 0 at the end. */
  read(buffer: Uint8Array): number;
  /** Writes a part of `buffer`; the number of bytes written, at least 1. */
  write(buffer: Uint8Array): number;
  /** `fstat`. */
  stat(): FileInfo;
  /** Sets access and modification time, in ms. */
  utime(atimeMs: number, mtimeMs: number): void;
  /** Moves to a position from the start, in bytes. */
  seek(position: number): void;
  truncate(size: number): void;
  /** Flushes the content to the disk. */
  sync(): void;
  /** The same without blocking this thread, so that the system can join several. */
  syncLater(): Promise<void>;
  /** Takes an advisory lock if it is free (exclusive unless `shared`); false when somebody else holds it. */
  tryLock(shared?: boolean): boolean;
  close(): void;
}

/** How a directory is listed bit by bit. */
export interface HowListed {
  /** Where the bits come slowly, it is listed as by `list` after all. */
  soon: boolean;
  /** May be told each entry as it comes; those of the answer are told by nobody, and it has all or none. */
  each?: (entry: DirEntry) => void;
}

/** The calls that hikae makes of a file system. Nothing here follows a link in the last component but `realPath`, `list` and `open`. */
export interface FileSystem {
  lstat(path: string): FileInfo;
  /** True when something answers by this name; false also when the disk cannot tell. Costs a fifth of a failed `lstat`. */
  exists(path: string): boolean;
  /** Entries in the order of the system; may miss some when the disk fails (see {@link listWhole}). */
  list(path: string): DirEntry[];
  /**
   * The same, but an error in the middle is thrown: the word to decide a deletion on. It comes bit by bit, and takes far less
   * memory for a moment.
   */
  listWhole(path: string, how?: HowListed): Promise<DirEntry[]>;
  readLink(path: string): string;
  realPath(path: string): string;
  open(path: string, options: OpenOptions): FileHandle;
  /** Creates one directory; its parent exists. */
  mkdir(path: string, mode?: number): void;
  /** Replaces `to` if it is a file. */
  rename(from: string, to: string): void;
  /** Removes a file, a link or an empty directory. */
  remove(path: string): void;
  chmod(path: string, mode: number): void;
  utime(path: string, atimeMs: number, mtimeMs: number): void;
  /** Sets the times of a link itself. */
  lutime(path: string, atimeMs: number, mtimeMs: number): void;
  /** Sets the owner of the entry itself. */
  lchown(path: string, uid: number, gid: number): void;
  /** Makes a symbolic link; only a thread with unscoped rights can. */
  symlink(target: string, path: string, kind?: LinkKind): void;
  /** Gives a file another name (a hard link); fails when `to` is there. A link is not followed. */
  link(from: string, to: string): void;
  /**
   * Copies a file's content and mode to `to`, which is made, or written over; where the disk can, both then share their
   * blocks until one is written to (a reflink). Times are not copied.
   */
  copyFile(from: string, to: string): void;
  /** Flushes a file or directory by path, together with as many others as the system can overlap. */
  syncAll(paths: readonly string[]): Promise<void>;
}
