/**
 * The file system and the database with somebody standing in every call: what the other doubles are made of.
 * Each call is told before it is done, by name and path, and can be failed, cut short, or left out.
 * @module
 */

import type { FileHandle, FileSystem, OpenOptions } from "../../base/fs.ts";
import type { Database, OpenDatabase, SqlValue, Statement } from "../../base/sql.ts";

/** What a call does to the disk: nothing, a change, or the flushing of changes. */
export type Effect = "read" | "change" | "flush";

/** A call as it is about to be done. */
export interface FsCall {
  /** The port's name of it; `file.` before calls on an open file, `sql.` before those of the database. */
  op: string;
  path: string;
  /** The other path of a rename, a link, a copy. */
  to?: string;
  /** All paths of a `syncAll`. */
  paths?: readonly string[];
  effect: Effect;
  /** Of a `file.write`: writes only the first bytes of what was to be written. */
  writePart?: (bytes: number) => number;
  /** Of a `file.write`: how many bytes were to be written. */
  size?: number;
  /** Of an `open`. */
  options?: OpenOptions;
  /** Which open file it is: one token from the `open` on, wherever the file is moved. */
  file?: object;
}

/** Stands in a call: does `work`, or does not. */
export type Around = <T>(call: FsCall, work: () => T) => T;

/** Wraps a file system so that every call passes through `around`; closing a file does not, it always works. */
export function tapFs(fs: FileSystem, around: Around): FileSystem {
  const read = (op: string, path: string): FsCall => ({ op, path, effect: "read" });
  const change = (op: string, path: string): FsCall => ({ op, path, effect: "change" });
  return {
    lstat: (path) => around(read("lstat", path), () => fs.lstat(path)),
    // it throws nothing: what fails in its call is a disk that cannot tell
    exists: (path) => {
      try {
        return around(read("exists", path), () => fs.exists(path));
      } catch {
        return false;
      }
    },
    list: (path) => around(read("list", path), () => fs.list(path)),
    listWhole: async (path, how) =>
      await around(read("listWhole", path), () => fs.listWhole(path, how)),
    readLink: (path) => around(read("readLink", path), () => fs.readLink(path)),
    realPath: (path) => around(read("realPath", path), () => fs.realPath(path)),
    open: (path, options) => {
      const file = {};
      return around(
        { op: "open", path, effect: makes(options) ? "change" : "read", options, file },
        () => tapFile(fs.open(path, options), { path, file }, around),
      );
    },
    mkdir: (path, mode) => around(change("mkdir", path), () => fs.mkdir(path, mode)),
    rename: (from, to) => around({ ...change("rename", from), to }, () => fs.rename(from, to)),
    remove: (path) => around(change("remove", path), () => fs.remove(path)),
    chmod: (path, mode) => around(change("chmod", path), () => fs.chmod(path, mode)),
    utime: (path, a, m) => around(change("utime", path), () => fs.utime(path, a, m)),
    lutime: (path, a, m) => around(change("lutime", path), () => fs.lutime(path, a, m)),
    lchown: (path, u, g) => around(change("lchown", path), () => fs.lchown(path, u, g)),
    symlink: (target, path, kind) =>
      around(change("symlink", path), () => fs.symlink(target, path, kind)),
    link: (from, to) => around({ ...change("link", from), to }, () => fs.link(from, to)),
    copyFile: (from, to) =>
      around({ ...change("copyFile", from), to }, () => fs.copyFile(from, to)),
    syncAll: async (paths) =>
      await around(
        { op: "syncAll", path: paths[0] ?? "", paths, effect: "flush" },
        () => fs.syncAll(paths),
      ),
  };
}

function makes(o: OpenOptions): boolean {
  return o.create === true || o.createNew === true || o.truncate === true;
}

function tapFile(
  file: FileHandle,
  which: { path: string; file: object },
  around: Around,
): FileHandle {
  const call = (op: string, effect: Effect): FsCall => ({ op: `file.${op}`, ...which, effect });
  return {
    read: (buffer) => around(call("read", "read"), () => file.read(buffer)),
    write: (buffer) =>
      around({
        ...call("write", "change"),
        size: buffer.length,
        writePart: (bytes) => bytes === 0 ? 0 : file.write(buffer.subarray(0, bytes)),
      }, () => file.write(buffer)),
    stat: () => around(call("stat", "read"), () => file.stat()),
    utime: (a, m) => around(call("utime", "change"), () => file.utime(a, m)),
    seek: (position) => around(call("seek", "read"), () => file.seek(position)),
    truncate: (size) => around(call("truncate", "change"), () => file.truncate(size)),
    sync: () => around(call("sync", "flush"), () => file.sync()),
    syncLater: async () => await around(call("sync", "flush"), () => file.syncLater()),
    tryLock: (shared) => around(call("tryLock", "read"), () => file.tryLock(shared)),
    close: () => file.close(),
  };
}

/** Wraps a database door in the same way; a database in memory is nobody's disk and passes untouched. */
export function tapSql(open: OpenDatabase, around: Around): OpenDatabase {
  return (path, options) => {
    if (path === ":memory:") return open(path, options);
    const effect = options.readOnly ? "read" : "change";
    const call = (op: string, e: Effect): FsCall => ({ op: `sql.${op}`, path, effect: e });
    return around(call("open", effect), () => tapDatabase(open(path, options), call, around));
  };
}

function tapDatabase(
  db: Database,
  call: (op: string, effect: Effect) => FsCall,
  around: Around,
): Database {
  return {
    // a change is on the disk with the end of its transaction, or with a statement outside any
    exec: (sql) => around(call(`exec ${sql.trim().split(/\s/)[0]}`, "change"), () => db.exec(sql)),
    prepare: (sql) => tapStatement(db.prepare(sql), call, around),
    close: () => db.close(),
  };
}

function tapStatement(
  s: Statement,
  call: (op: string, effect: Effect) => FsCall,
  around: Around,
): Statement {
  return {
    run: (...v: SqlValue[]) => around(call("run", "read"), () => s.run(...v)),
    get: (...v: SqlValue[]) => around(call("get", "read"), () => s.get(...v)),
    all: (...v: SqlValue[]) => around(call("all", "read"), () => s.all(...v)),
    rows: (...v: SqlValue[]) => around(call("rows", "read"), () => s.rows(...v)),
    iterate: (...v: SqlValue[]) => around(call("iterate", "read"), () => s.iterate(...v)),
  };
}
