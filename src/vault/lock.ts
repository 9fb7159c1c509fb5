/**
 * The vault's lock: an empty file under an advisory lock of the system, which dies with its holder; `lock.json`
 * beside it says who holds it, which means nothing while the lock is free (design, *Vault on disk*), and which record is
 * the newest that was ever written.
 * @module
 */

import { errorCode, HikaeError, isNotFound } from "../base/errors.ts";
import type { FileHandle, FileInfo, FileSystem } from "../base/fs.ts";
import type { HashOf } from "../base/hash.ts";
import { isTold } from "../base/inode.ts";
import { LONGEST_LINE, lstatIfAny, readTextIfAny, replaceFile } from "../base/io.ts";
import { parseStamp, type Stamp } from "../base/stamp.ts";
import { saysNoLocks } from "../base/no_locks.ts";
import { indexNames, type IndexPlace } from "./index_place.ts";
import { TEMPORARY } from "./names.ts";
import { VaultTree } from "./tree.ts";
import { text } from "../text/text.ts";

/** Who holds a lock. */
export interface LockHolder {
  pid: number;
  host: string;
  command: string;
  /** RFC 3339. */
  since: string;
}

/** What `lock.json` says: of who holds the lock or held it last, and of the newest record that was written. */
interface HolderFile extends LockHolder {
  stamp: Stamp;
}

/** What locks are taken with. */
export interface LockPorts {
  fs: FileSystem;
  hashOf: HashOf;
  separator: string;
  /** The time in ms. */
  now?: () => number;
  /** Where the index of a vault lies at home, and the lock beside it; undefined where there is no such place. */
  index?: ((root: string) => IndexPlace | undefined) | undefined;
}

/** By whom a vault is held, and by what it is known again. */
export interface HeldBy {
  holder: LockHolder;
  /** The lock's own file, as it lay in the vault when it was taken; undefined where nobody could tell. */
  file: Pick<FileInfo, "dev" | "ino"> | undefined;
}

/** A held lock. */
export interface Lock extends HeldBy {
  /** What the user should know: the vault's disk has no locks, so others are kept out less, or not at all. */
  note?: LockNote;
  /** Since when the one before held it, RFC 3339; undefined where nothing tells. */
  before?: string | undefined;
  /** The newest record that had been written, as {@link newestWritten} tells it. */
  written: Stamp | undefined;
  /** False where `lock.json` could not be written. */
  told: boolean;
  release(): void;
}

/** That the lock is kept on this machine alone, or nowhere (decision 28). */
type LockNote = "disk.no-locks" | "disk.no-locks-at-all";

/** What a lock is besides who holds it, and since when. */
type BareLock = Pick<Lock, "note" | "release">;

const TRY_MS = 2000;
const STEP_MS = 50;

/** Where somebody removed the lock, who makes it anew gives whoever holds the old one so many ms to see that. */
const GIVEN_MS = 1000;

/**
 * Takes the lock of a vault, trying for 2 s; throws `locked` with the holder's name. Where the vault's disk has no
 * locks it is taken beside the index at home, which keeps out who else is on this machine. `taken` is told once it is held.
 */
export function takeLock(
  ports: LockPorts,
  tree: VaultTree,
  holder: LockHolder,
  sleep: (ms: number) => void,
  taken?: () => void,
): Lock {
  const { fs } = ports;
  let isNew = false;
  let lock: BareLock;
  try {
    const own = lockOnDisk(fs, tree, sleep);
    isNew = own.isNew;
    lock = { release: () => own.file.close() };
  } catch (error) {
    if (!saysNoLocks(error)) throw error;
    lock = takeAtHome(ports, tree, sleep);
  }
  if (!isNew) taken?.();
  const { since, stamp } = readHolder(fs, tree);
  // which record was the newest one stays known, whoever holds the lock without writing any
  const told = writeHolder(fs, tree, stamp === undefined ? holder : { ...holder, stamp });
  if (isNew && since !== undefined) sleep(GIVEN_MS);
  if (isNew) taken?.();
  return { ...lock, holder, file: lockFile(fs, tree), before: since, written: stamp, told };
}

/** The lock's file, where its disk tells inodes to the last bit. */
function lockFile(fs: FileSystem, tree: VaultTree): HeldBy["file"] {
  try {
    const { dev, ino } = fs.lstat(tree.rootFile("lock"));
    return isTold({ ino }) ? { dev, ino } : undefined;
  } catch {
    return undefined;
  }
}

/** How often a lock that was removed while it was waited for is taken anew. */
const REMOVED = 3;

/** Locks the vault's own file: the one that lies there, for whoever comes next asks that one. */
function lockOnDisk(fs: FileSystem, tree: VaultTree, sleep: (ms: number) => void): OpenedLock {
  for (let left = REMOVED;; left--) {
    const own = openLock(fs, tree.rootFile("lock"));
    try {
      if (!keepsTrying(own.file, sleep)) throw heldBy(fs, tree);
      if (left === 0 || isThere(fs, tree, own.file)) return own;
    } catch (error) {
      own.file.close();
      throw error;
    }
    own.file.close();
  }
}

/** False where the file that was opened lies there no more; a disk that tells no inodes is believed. */
function isThere(fs: FileSystem, tree: VaultTree, file: FileHandle): boolean {
  const now = lstatIfAny(fs, tree.rootFile("lock"));
  const own = file.stat();
  return now !== undefined && (now.ino === own.ino || !isTold(now) || !isTold(own));
}

/** Tries for 2 s; false when somebody else holds it all the while. */
function keepsTrying(file: FileHandle, sleep: (ms: number) => void): boolean {
  for (let waited = 0; !file.tryLock(); waited += STEP_MS) {
    if (waited >= TRY_MS) return false;
    sleep(STEP_MS);
  }
  return true;
}

/** Takes the lock beside the index; where there is no place for it, or none that has locks, nobody is kept out. */
function takeAtHome(
  ports: LockPorts,
  tree: VaultTree,
  sleep: (ms: number) => void,
): BareLock {
  if (ports.index?.(tree.root)?.busy === true) throw heldAtHome(tree);
  const file = openAtHome(ports, tree);
  try {
    if (file !== undefined && keepsTrying(file, sleep)) {
      return { note: "disk.no-locks", release: () => file.close() };
    }
  } catch {
    file?.close();
    return { note: "disk.no-locks-at-all", release: () => {} };
  }
  if (file === undefined) return { note: "disk.no-locks-at-all", release: () => {} };
  file.close();
  throw heldAtHome(tree);
}

function heldAtHome(tree: VaultTree): HikaeError {
  const hint = text("vault.locked-hint");
  return new HikaeError("locked", text("disk.held-at-home"), { path: tree.root, hint });
}

function openAtHome(ports: LockPorts, tree: VaultTree): FileHandle | undefined {
  const { fs } = ports;
  const path = homeLock(ports, tree);
  try {
    if (path === undefined || (lstatIfAny(fs, path)?.type ?? "file") !== "file") return undefined;
    return fs.open(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch {
    return undefined;
  }
}

/** The path of the lock at home; undefined where there is no place for it. */
function homeLock({ index, hashOf, separator }: LockPorts, tree: VaultTree): string | undefined {
  const place = index?.(tree.root);
  if (place === undefined) return undefined;
  return `${place.dir}${separator}${indexNames(tree.root, hashOf).lock}`;
}

/** Says who holds the lock; a full disk must not keep `prune` from making room, so a failure is nothing: then it is false. */
function writeHolder(fs: FileSystem, tree: VaultTree, holder: LockHolder | HolderFile): boolean {
  const temporary = tree.below(tree.meta(""), `${TEMPORARY}lock`);
  try {
    replaceFile(fs, tree.rootFile("holder"), temporary, `${JSON.stringify(holder)}\n`, false);
    return true;
  } catch {
    try {
      fs.remove(temporary);
    } catch {
      // it was never made, or the next run removes it
    }
    return false;
  }
}

/** True where `lock.json` names this holder. A share may say once that it is not there, or give a part: it is read twice. */
export function isHolder(
  fs: FileSystem,
  tree: VaultTree,
  { pid, host, since }: LockHolder,
): boolean {
  const isNamed = (): boolean => {
    const told = holderOf(holderText(fs, tree));
    return told.pid === pid && told.host === host && told.since === since;
  };
  return isNamed() || isNamed();
}

function holderOf(said: string | undefined): Partial<LockHolder> {
  try {
    const value: unknown = JSON.parse(said ?? "null");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** The lock's file, and whether it was made for it. */
interface OpenedLock {
  file: FileHandle;
  isNew: boolean;
}

function openLock(fs: FileSystem, path: string): OpenedLock {
  let isNew = false;
  try {
    const type = fs.lstat(path).type;
    // a lock replaced by a link or a directory is damage; only what cannot hold anything is put right
    isNew = type === "link" || type === "dir";
    if (isNew) fs.remove(path);
  } catch (error) {
    if (errorCode(error) === "ENOTEMPTY") throw inTheWay(path, error);
    if (!isNotFound(error)) throw error;
    isNew = true;
  }
  return { file: fs.open(path, { read: true, write: true, create: true, mode: 0o666 }), isNew };
}

function inTheWay(path: string, cause: unknown): HikaeError {
  return new HikaeError("failed", text("vault.lock-dir"), {
    path,
    hint: text("vault.lock-dir-hint"),
    cause,
  });
}

/** Since when the one holds the lock, or held it, who took it last; undefined where nothing tells. */
export function heldSince(fs: FileSystem, tree: VaultTree): string | undefined {
  return readHolder(fs, tree).since;
}

/**
 * The newest record that was ever written in the vault, as far as anything but the records tells: should it be lost
 * although it changed nothing, nothing else on the disk is other than before its run.
 */
export function newestWritten(fs: FileSystem, tree: VaultTree): Stamp | undefined {
  return readHolder(fs, tree).stamp;
}

/** It has the first line of a record, and no more. */
function holderText(fs: FileSystem, tree: VaultTree): string | undefined {
  return readTextIfAny(fs, tree.rootFile("holder"), LONGEST_LINE);
}

function readHolder(fs: FileSystem, tree: VaultTree): Partial<HolderFile> {
  try {
    const value: unknown = JSON.parse(holderText(fs, tree) ?? "");
    const told = typeof value === "object" && value !== null ? value : {};
    const text = ([key, said]: [string, unknown]): [string, string][] =>
      typeof said === "string" && (key !== "stamp" || parseStamp(said) !== undefined)
        ? [[key, said]]
        : [];
    return Object.fromEntries(Object.entries(told).flatMap(text));
  } catch {
    return {};
  }
}

/** True when some run holds the lock now; looks with a shared lock and writes nothing. */
export function isHeld(ports: LockPorts, tree: VaultTree): boolean {
  try {
    return holds(ports.fs, tree.rootFile("lock"));
  } catch (error) {
    if (!saysNoLocks(error)) throw error;
  }
  try {
    const home = homeLock(ports, tree);
    return home !== undefined && holds(ports.fs, home);
  } catch {
    return false;
  }
}

/** True when somebody holds a lock on the file; throws what the disk says against locks. */
function holds(fs: FileSystem, path: string): boolean {
  let file: FileHandle;
  try {
    if (fs.lstat(path).type !== "file") return false;
    file = fs.open(path, { read: true });
  } catch {
    return false;
  }
  try {
    return !file.tryLock(true);
  } finally {
    file.close();
  }
}

function heldBy(fs: FileSystem, tree: VaultTree): HikaeError {
  let who = text("vault.another-run");
  try {
    const h = JSON.parse(holderText(fs, tree) ?? "") as Partial<LockHolder>;
    const { command, pid, host, since } = h;
    if (command !== undefined) {
      who = text("vault.lock-holder", {
        command,
        pid: String(pid),
        host: String(host),
        since: String(since),
      });
    }
  } catch {
    // who holds it is only a courtesy
  }
  return new HikaeError("locked", text("vault.locked", { who }), {
    path: tree.root,
    hint: text("vault.locked-hint"),
  });
}
