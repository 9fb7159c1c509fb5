/** Brings a file's content out of the vault into a temporary file of the target, hashing it on the way. @module */

import { cutUtf8, utf8Length } from "../../base/bytes.ts";
import { HikaeError } from "../../base/errors.ts";
import type { FileHandle, FileSystem } from "../../base/fs.ts";
import type { Hash } from "../../base/hash.ts";
import { createFresh, removeIfAny, writeAll } from "../../base/io.ts";
import { HOLE, isSparse, writeWithHoles } from "../../base/sparse.ts";
import { contentInfo, openSeen, type StoredContent } from "../../vault/content.ts";
import { tellsLate } from "../../base/late_errors.ts";
import { dirOf } from "../../base/relpath.ts";
import { NAME_MAX } from "../../vault/names.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { bornOwned, bornRight, giveAway, setMode } from "./attrs.ts";
import { hasMode } from "./compare.ts";
import type { Attrs, Self } from "./request.ts";
import { text } from "../../text/text.ts";

/** What the names of damaged content end with. */
const DAMAGED = ".hikae-damaged";

/** Files of fewer bytes are read whole before anything of them is written. */
export const BUFFER = 1 << 20;

/** The `n`-th name under which damaged content of `name` may be written with `--force`. */
export function damagedName(name: string, n = 1): string {
  const end = n === 1 ? DAMAGED : `${DAMAGED}${n}`;
  const fits = utf8Length(name) + end.length <= NAME_MAX;
  return (fits ? name : cutUtf8(name, NAME_MAX - end.length)) + end;
}

/** How a copy ended; a damaged one lies in the temporary file only when it was asked for. */
export interface Copied {
  sound: boolean;
  bytes: number;
}

/** What is to be copied: its recorded attributes, size and hash. */
export interface Recorded extends Attrs {
  size: number | null;
  hash: string | null;
}

/** How to copy. */
export interface CopyHow {
  inherits: boolean;
  own?: boolean;
  keepsDamaged?: boolean;
}

interface CopyJob {
  to: string;
  /** Nobody else's file is taken for what an earlier run left. */
  own: boolean;
  keepsDamaged: boolean;
  v: Recorded;
  self: Self;
  /** The copy in the vault has holes. */
  sparse: boolean;
}

/** Copies files, one after the other, through one buffer. */
export class Copier {
  readonly #ports: EnginePorts;
  readonly #self: Self;
  readonly #buffer = new Uint8Array(BUFFER);
  #late: boolean | undefined;

  /** A copier of files that belong to `self`. */
  constructor(ports: EnginePorts, self: Self) {
    this.#ports = ports;
    this.#self = self;
  }

  /**
   * Copies `from` to the new file `to`, with the attributes of `v`; new files take the group of their directory
   * when it `inherits`. What fails leaves no file behind, save damaged content when it `keepsDamaged`. Where `to` is its
   * `own` name, what is there stays (EEXIST).
   */
  copy(
    from: StoredContent,
    to: string,
    v: Recorded,
    { inherits, own = false, keepsDamaged = false }: CopyHow,
  ): Copied {
    const self = inherits ? { ...this.#self, gid: undefined } : this.#self;
    const { fs } = this.#ports;
    const { file: source, seen } = openSeen(fs, from);
    try {
      const first = this.#fill(source, v.size);
      // only where a hole would be worth a look; by its name, since a look at the open file resolves its whole path, and
      // should another one lie there by now no more than its holes are written
      const sparse = first >= HOLE && isSparse(seen ?? contentInfo(fs, from));
      // what fits the buffer is hashed before anything is written
      return first < BUFFER || first === v.size
        ? this.#small({ to, own, keepsDamaged, v, self, sparse }, first)
        : this.#large(source, { to, own, keepsDamaged, v, self, sparse }, first);
    } finally {
      source.close();
    }
  }

  /** Reads to the end, or to as many bytes as are recorded: what follows those was never part of it. */
  #fill(source: FileHandle, size: number | null): number {
    let length = 0;
    while (length < BUFFER && length !== size) {
      const n = source.read(length === 0 ? this.#buffer : this.#buffer.subarray(length));
      if (n === 0) break;
      length += n;
    }
    return length;
  }

  #small(job: CopyJob, length: number): Copied {
    const { v } = job;
    const data = this.#buffer.subarray(0, length);
    const sound = v.hash === null || this.#ports.hashOf(data) === v.hash;
    if (!sound && !job.keepsDamaged) return { sound, bytes: length };
    this.#write(job, (file) => {
      if (job.sparse) {
        writeWithHoles(file, data, 0);
        file.truncate(length);
      } else writeAll(file, data);
      return sound && v.hash !== null;
    });
    this.#ports.progress.done(0, length);
    return { sound, bytes: length };
  }

  #large(source: FileHandle, job: CopyJob, first: number): Copied {
    const { v } = job;
    const hash = this.#ports.newHash();
    let bytes = 0;
    let sound = v.hash === null;
    this.#write(job, (file) => {
      for (let n = first; n > 0; n = source.read(this.#buffer)) {
        bytes += this.#piece(file, hash, n, job.sparse ? bytes : undefined);
        checkCancelled(this.#ports);
      }
      if (job.sparse) file.truncate(bytes);
      const isProven = hash.hex() === v.hash;
      sound ||= isProven;
      return isProven;
    });
    if (!sound && !job.keepsDamaged) removeIfAny(this.#ports.fs, job.to);
    return { sound, bytes };
  }

  /** A piece that lies at `at` in a file with holes. */
  #piece(file: FileHandle, hash: Hash, length: number, at: number | undefined): number {
    const data = this.#buffer.subarray(0, length);
    hash.update(data);
    if (at === undefined) writeAll(file, data);
    else writeWithHoles(file, data, at);
    this.#ports.progress.done(0, length);
    return length;
  }

  /** `fill` says whether the content is proven: no other gets set-id bits, which lend somebody's rights to it. */
  #write({ to, own, v, self: by }: CopyJob, fill: (file: FileHandle) => boolean): void {
    const { fs } = this.#ports;
    let self = by;
    let isOurs = !own;
    try {
      const file = own
        ? openNew(fs, to, birthMode(v, self))
        : createFresh(fs, to, birthMode(v, self));
      isOurs = true;
      try {
        if (!fill(file)) self = { ...by, setId: false };
        // an owner's change later on touches no modification time
        if (v.mtime !== null) file.utime(v.mtime, v.mtime);
        this.#late ??= tellsLate(this.#ports, dirOf(to));
        if (this.#late) file.sync();
      } finally {
        file.close();
      }
      if (bornRight(v, self)) return;
      if (!bornOwned(v, self)) giveAway(fs, to, v, self);
      setMode(fs, to, v, self);
    } catch (error) {
      if (isOurs) discard(fs, to);
      throw error;
    }
  }
}

function openNew(fs: FileSystem, path: string, mode: number | undefined): FileHandle {
  return fs.open(path, { write: true, createNew: true, ...(mode === undefined ? {} : { mode }) });
}

/** Nobody who may not read the file may do so while it is being written. */
function birthMode(v: Recorded, self: Self): number | undefined {
  if (v.mode === null || !hasMode(v)) return undefined;
  return bornOwned(v, self) ? v.mode & 0o777 : 0o600;
}

/** Removes a temporary file after a failure; only that failure is reported. */
export function discard(fs: FileSystem, path: string): void {
  try {
    fs.remove(path);
  } catch {
    // not made, or the disk is not to be written any more
  }
}

/** True for the error that {@link damaged} makes. */
export function isDamaged(error: unknown): boolean {
  return error instanceof HikaeError && error.id === "damaged";
}

/** The error for content that is not what was backed up. */
export function damaged(kept: string | undefined): HikaeError {
  return new HikaeError(
    "damaged",
    kept === undefined ? text("restore.damaged") : text("restore.damaged-kept", { file: kept }),
    {
      hint: kept === undefined ? text("restore.damaged-force-hint") : text("restore.damaged-hint"),
    },
  );
}
