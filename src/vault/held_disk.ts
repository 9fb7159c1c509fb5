/** The disk of a vault that is held, which may be taken away, or by somebody else, while it is worked with. @module */

import { isNotFound } from "../base/errors.ts";
import type { DirEntry, FileSystem } from "../base/fs.ts";
import { text } from "../text/text.ts";
import { type HeldBy, isHolder, type LockPorts } from "./lock.ts";
import { META } from "./names.ts";
import { VaultTree } from "./tree.ts";

/** A pause of so many ms between two writes may have been the machine's sleep. */
const ASLEEP = 10_000;

/** So long a proof that the vault still stands serves, in ms; so many times as long as it took where that is longer. */
const [SERVES, TIMES] = [10, 50];

/**
 * A disk that is written to while a lock is held, and what throws once it may be somebody else's: before a write where that
 * was not proven a moment ago, and in any case where it is to be `sure`.
 */
export interface HeldDisk {
  fs: FileSystem;
  check: (sure?: boolean) => void;
}

/** Whether a vault is still the one that is held, and held by the same. */
class Standing {
  readonly #fs: FileSystem;
  readonly #tree: VaultTree;
  readonly #held: HeldBy;
  readonly #now: () => number;
  #last: number;
  #proven: number;
  #serves = SERVES;
  /** Only who holds the lock tells. */
  #slept = false;
  #lost = false;

  constructor(fs: FileSystem, tree: VaultTree, held: HeldBy, now: () => number) {
    this.#fs = fs;
    this.#tree = tree;
    this.#held = held;
    this.#now = now;
    this.#last = this.#proven = now();
  }

  /** Before each write. */
  readonly check = (sure = false): void => {
    const time = this.#now();
    this.#slept ||= Math.abs(time - this.#last) >= ASLEEP;
    this.#last = time;
    if (sure || this.#slept || this.#lost || !this.#isProven(time)) this.prove();
  };

  #isProven(time: number): boolean {
    return Math.abs(time - this.#proven) < this.#serves;
  }

  /** Throws as {@link prove} does; true where it was proven a moment ago as well: what the disk said in between counts. */
  stood(): boolean {
    const wasProven = this.#isProven(this.#now());
    return this.prove() && wasProven;
  }

  /**
   * Throws where the vault's lock is not there, and nothing else tells that this one holds it: then the disk is not there any
   * more, or another one lies there; or somebody removed the lock, and another run has taken the vault. True where the lock is
   * there.
   */
  prove(): boolean {
    const time = this.#now();
    const isThere = this.#isLockThere();
    if (!this.#lost && (this.#slept || !isThere)) {
      this.#lost = !isHolder(this.#fs, this.#tree, this.#held.holder);
    }
    if (this.#lost) throw lockLost();
    this.#slept = false;
    this.#proven = this.#now();
    this.#serves = Math.max(SERVES, TIMES * Math.abs(this.#proven - time));
    return isThere;
  }

  /** A call that believes that something is not there only where the vault is. */
  asked<A extends unknown[], R>(call: (...given: A) => R): (...given: A) => R {
    return (...given) => {
      try {
        return call(...given);
      } catch (error) {
        if (!isNotFound(error) || this.stood()) throw error;
        return call(...given);
      }
    };
  }

  /** True for what lies in the vault's root itself. */
  isInRoot(path: string): boolean {
    const { root, separator } = this.#tree;
    return path.startsWith(root) && path.lastIndexOf(separator) <= root.length;
  }

  #isLockThere(): boolean {
    const { file } = this.#held;
    try {
      const { type, dev, ino } = this.#fs.lstat(this.#tree.rootFile("lock"));
      return type === "file" && (file === undefined || dev === file.dev && ino === file.ino);
    } catch {
      return false;
    }
  }

  /** True for a listing that is not the vault's root: that has its meta directory. It is to be made once more. */
  isOther(path: string, entries: readonly DirEntry[]): boolean {
    if (path !== this.#tree.root || entries.some(({ name }) => isMeta(name))) return false;
    this.prove();
    return true;
  }
}

function isMeta(name: string): boolean {
  return name === META || name.toLowerCase() === META.toLowerCase();
}

function lockLost(): Error {
  return Object.assign(new Error(text("vault.lock-lost")), { code: "ESTALE" });
}

/**
 * The disk of a vault as its holder sees it and writes to it. A machine that sleeps loses its lock on a share; the drive of
 * the vault may be taken away, or another one lie there; and who removes the lock by hand lets another run in. So before
 * anything is written it is looked, from time to time, whether the vault stands; and that something is not there is believed
 * only where the vault is.
 */
export function heldDisk(
  { fs, separator, now }: Pick<LockPorts, "fs" | "separator" | "now">,
  root: string,
  held: HeldBy,
): HeldDisk {
  if (now === undefined) return { fs, check: () => {} };
  const standing = new Standing(fs, new VaultTree(root, separator), held, now);
  return {
    fs: { ...fs, ...asking(fs, standing), ...writing(fs, standing) },
    check: standing.check,
  };
}

type AskingCall = "lstat" | "readLink" | "realPath" | "list" | "listWhole";

/** What asks: that something is not there is told where the vault is there. */
function asking(fs: FileSystem, standing: Standing): Pick<FileSystem, AskingCall> {
  const list = standing.asked(fs.list);
  const whole: FileSystem["listWhole"] = (path, how) =>
    fs.listWhole(path, how).catch((error: unknown) => {
      if (!isNotFound(error) || standing.stood()) throw error;
      return fs.listWhole(path, how);
    });
  return {
    lstat: standing.asked(fs.lstat),
    readLink: standing.asked(fs.readLink),
    realPath: standing.asked(fs.realPath),
    list: (path) => {
      const entries = list(path);
      return standing.isOther(path, entries) ? list(path) : entries;
    },
    listWhole: async (path, how) => {
      const entries = await whole(path, how);
      return standing.isOther(path, entries) ? await whole(path, how) : entries;
    },
  };
}

/** What writes. */
function writing(fs: FileSystem, standing: Standing): Pick<FileSystem, WritingCall> {
  const written = <A extends unknown[], R>(call: (...given: A) => R): (...given: A) => R => {
    const answer = standing.asked(call);
    return (...given) => {
      standing.check();
      return answer(...given);
    };
  };
  const [open, mkdir] = [standing.asked(fs.open), standing.asked(fs.mkdir)];
  return {
    mkdir: (path, mode) => {
      // the first that would be made where the vault was
      standing.check(standing.isInRoot(path));
      mkdir(path, mode);
    },
    rename: written(fs.rename),
    remove: written(fs.remove),
    chmod: written(fs.chmod),
    utime: written(fs.utime),
    lutime: written(fs.lutime),
    lchown: written(fs.lchown),
    symlink: written(fs.symlink),
    link: written(fs.link),
    copyFile: written(fs.copyFile),
    open: (path, options) => {
      const { write, create, createNew } = options;
      if (write === true || create === true || createNew === true) standing.check();
      return open(path, options);
    },
  };
}

type WritingCall =
  | "mkdir"
  | "rename"
  | "remove"
  | "chmod"
  | "utime"
  | "lutime"
  | "lchown"
  | "symlink"
  | "link"
  | "copyFile"
  | "open";
