/**
 * The vault's lock: an empty file under an advisory lock of the system, which dies with its holder; `lock.json`
 * beside it says who holds it, and means nothing while the lock is free (design, *Vault on disk*).
 * @module
 */

import { errorCode, HikaeError, isNotFound } from "../base/errors.ts";
import type { FileHandle, FileSystem } from "../base/fs.ts";
import { readTextIfAny, replaceFile } from "../base/io.ts";
import { TEMPORARY } from "./names.ts";
import type { VaultTree } from "./tree.ts";
import { text } from "../text/text.ts";

/** Who holds a lock. */
export interface Holder {
  pid: number;
  host: string;
  command: string;
  /** RFC 3339. */
  since: string;
}

/** A held lock; one that the disk `refused`, for it has none, keeps nobody out. */
export interface Lock {
  refused?: true;
  /** Since when the one before held it, RFC 3339; undefined where nothing tells. */
  before?: string | undefined;
  release(): void;
}

const TRY_MS = 2000;
const STEP_MS = 50;

/** Takes the lock of a vault, trying for 2 s; throws `locked` with the holder's name. */
export function takeLock(
  fs: FileSystem,
  tree: VaultTree,
  holder: Holder,
  sleep: (ms: number) => void,
): Lock {
  const file = openLock(fs, tree.rootFile("lock"));
  try {
    for (let waited = 0; !file.tryLock(); waited += STEP_MS) {
      if (waited >= TRY_MS) throw heldBy(fs, tree);
      sleep(STEP_MS);
    }
  } catch (error) {
    file.close();
    if (!NO_LOCKS.has(errorCode(error))) throw error;
    // decision 28: the lock is kept on this machine then
    return { refused: true, release: () => {} };
  }
  const before = heldSince(fs, tree);
  writeHolder(fs, tree, holder);
  return { before, release: () => file.close() };
}

/** Codes by which systems say that a disk has no locks. */
const NO_LOCKS = new Set(["ENOLCK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"]);

/** True for a vault whose disk has no locks; false also for one without a lock file, which is new. */
export function refusesLocks(fs: FileSystem, tree: VaultTree): boolean {
  try {
    const file = fs.open(tree.rootFile("lock"), { read: true, write: true });
    try {
      file.tryLock();
      return false;
    } finally {
      file.close();
    }
  } catch (error) {
    return NO_LOCKS.has(errorCode(error));
  }
}

/** Says who holds the lock; a full disk must not keep `prune` from making room, so a failure is nothing. */
function writeHolder(fs: FileSystem, tree: VaultTree, holder: Holder): void {
  const temporary = tree.below(tree.meta(""), `${TEMPORARY}lock`);
  try {
    replaceFile(fs, tree.rootFile("holder"), temporary, `${JSON.stringify(holder)}\n`, false);
  } catch {
    try {
      fs.remove(temporary);
    } catch {
      // it was never made, or the next run removes it
    }
  }
}

function openLock(fs: FileSystem, path: string): FileHandle {
  try {
    const type = fs.lstat(path).type;
    // a lock replaced by a link or a directory is damage; only what cannot hold anything is put right
    if (type === "link") fs.remove(path);
    else if (type === "dir") fs.remove(path);
  } catch (error) {
    if (errorCode(error) === "ENOTEMPTY") throw inTheWay(path, error);
    if (!isNotFound(error)) throw error;
  }
  return fs.open(path, { read: true, write: true, create: true, mode: 0o666 });
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
  try {
    const { since } = JSON.parse(readTextIfAny(fs, tree.rootFile("holder")) ?? "") as Partial<
      Holder
    >;
    return typeof since === "string" ? since : undefined;
  } catch {
    return undefined;
  }
}

/** True when some run holds the lock now; looks with a shared lock and writes nothing. */
export function isHeld(fs: FileSystem, tree: VaultTree): boolean {
  let file: FileHandle;
  try {
    if (fs.lstat(tree.rootFile("lock")).type !== "file") return false;
    file = fs.open(tree.rootFile("lock"), { read: true });
  } catch {
    return false;
  }
  try {
    return !file.tryLock(true);
  } catch (error) {
    if (NO_LOCKS.has(errorCode(error))) return false;
    throw error;
  } finally {
    file.close();
  }
}

function heldBy(fs: FileSystem, tree: VaultTree): HikaeError {
  let who = text("vault.another-run");
  try {
    const h = JSON.parse(readTextIfAny(fs, tree.rootFile("holder")) ?? "") as Partial<Holder>;
    who = text("vault.lock-holder", {
      command: String(h.command),
      pid: String(h.pid),
      host: String(h.host),
      since: String(h.since),
    });
  } catch {
    // who holds it is only a courtesy
  }
  return new HikaeError("locked", text("vault.locked", { who }), {
    path: tree.root,
    hint: text("vault.locked-hint"),
  });
}
