/** Unpacks wanted entries of bundles into a target, and believes nothing but what has its recorded hash. @module */

import { systemText } from "../../base/system_text.ts";
import { HikaeError } from "../../base/errors.ts";
import type { FileHandle } from "../../base/fs.ts";
import type { Hash } from "../../base/hash.ts";
import { addName, bytesIn, moveOver, removeQuietly } from "../../base/io.ts";
import { tellsLate } from "../../base/late_errors.ts";
import type { LinkToMake } from "../../base/links.ts";
import { PlacedNames } from "../../base/placed_names.ts";
import { dirOf, isWithin, nameOf } from "../../base/relpath.ts";
import { TEMPORARY } from "../../base/restore_names.ts";
import { utf8 } from "../../base/bytes.ts";
import { writeWithHoles } from "../../base/sparse.ts";
import type { TarEntry } from "../../bundle/tar.ts";
import type { TarVisitor } from "../../bundle/tar_read.ts";
import type { Version } from "../../vault/catalog.ts";
import { text } from "../../text/text.ts";
import type { EnginePorts } from "../ports.ts";
import { pathOf } from "../reader.ts";
import { setAttrs } from "../restore/attrs.ts";
import type { Attrs } from "../restore/request.ts";
import { isFatal, type RestoreTarget } from "../restore/target.ts";
import { piecesOf } from "./pieces.ts";

/** Whom files are given to: bundles are not signed, so no owner and no set-id bit comes back. */
const NOBODY = { owner: false, uid: undefined, gid: undefined, umask: 0o777 };

/** The attributes that come back from a bundle. */
export function attrsOf({ mtime, mode }: Version): Attrs {
  return { mtime, mode: mode === null ? null : mode & 0o777, uid: null, gid: null };
}

/** Told of what could not be restored. */
export type UnpackTrouble = (path: string, error: unknown) => void;

/** A file that is being written. */
interface OpenFile {
  version: Version;
  file: FileHandle;
  temporary: string;
  hash: Hash;
  /** How many bytes came. */
  at: number;
}

/** A file in its temporary place. */
interface Finished {
  version: Version;
  temporary: string;
  bytes: number;
}

/** Takes entries of an archive that are wanted, each once. */
export class Unpacker implements TarVisitor {
  files = 0;
  bytes = 0;
  /** Directories that the disk kept under another name, and that are gone again. */
  readonly gone = new Set<string>();
  /** Links to make when all files are there. */
  readonly links: LinkToMake[] = [];
  /** What is wanted of the bundle that is being read, by the archive's paths. */
  wanted: Map<string, Version> = new Map();
  readonly #ports: EnginePorts;
  readonly #target: RestoreTarget;
  /** The names of this restore, asked of the disk. */
  readonly names: PlacedNames;
  readonly #trouble: UnpackTrouble;
  readonly #id: string;
  #serial = 0;
  #late: boolean | undefined;
  #named = new Map<string, Version>();
  #open: OpenFile | undefined;

  /** Unpacks into a target. */
  constructor(ports: EnginePorts, target: RestoreTarget, trouble: UnpackTrouble) {
    this.#ports = ports;
    this.#target = target;
    this.#trouble = trouble;
    this.#id = ports.newId().slice(0, 8);
    this.names = new PlacedNames(ports.fs, {
      native: (path) => target.path(path),
      comesBack: true,
      failed: (dir, error) => trouble(dir, error),
      altered: (path, bytes, error) => {
        if (bytes !== undefined) {
          this.files--;
          this.bytes -= bytes;
        } else if (target.look(path) === undefined) {
          this.gone.add(path);
          // nothing but links was to come into it
          this.links.splice(0, Infinity, ...this.links.filter((l) => !isWithin(l.path, path)));
        }
        trouble(path, error);
      },
    });
  }

  begin({ path, type }: TarEntry): void {
    const version = this.wanted.get(path);
    if (version === undefined || version.type !== "file" || type !== "file") return;
    this.#try(version, () => {
      const temporary = this.#temporary(pathOf(version));
      const options = { write: true, createNew: true, mode: 0o600 };
      const file = this.#ports.fs.open(temporary, options);
      this.#open = { version, file, temporary, hash: this.#ports.newHash(), at: 0 };
    });
  }

  data(piece: Uint8Array): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#try(open.version, () => {
      writeWithHoles(open.file, piece, open.at);
      open.at += piece.length;
      open.hash.update(piece);
      this.#ports.progress.done(0, piece.length);
    });
  }

  end(entry: TarEntry): void {
    const version = this.wanted.get(entry.path);
    if (version === undefined) return;
    if (entry.type === "link" && version.type === "link") this.#link(entry, version);
    if (entry.type === "hardlink" && version.type === "file" && !this.#named.has(entry.target)) {
      this.#named.set(entry.target, version);
      this.wanted.delete(entry.path);
    }
    const open = this.#open;
    if (open === undefined) return;
    this.#try(version, () => this.#finish(open, entry));
    this.wanted.delete(entry.path);
  }

  /** Gives up what is half written. */
  discard(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    open.file.close();
    removeQuietly(this.#ports.fs, open.temporary);
  }

  /** Gives, by the path that has the content, what the archive has as another name of that path. */
  takeNamed(): Map<string, Version> {
    const named = this.#named;
    this.#named = new Map();
    return named;
  }

  /** Gives a file that was restored another name; a copy where the disk takes none. */
  name(version: Version, first: Version): void {
    this.#try(version, () => {
      const temporary = this.#temporary(pathOf(version));
      const from = this.#target.path(pathOf(first));
      try {
        addName(this.#ports.fs, from, temporary);
      } catch {
        this.#copy(from, temporary);
      }
      this.#place({ version, temporary, bytes: version.size ?? 0 });
    });
  }

  #copy(from: string, to: string): void {
    const { fs } = this.#ports;
    const file = fs.open(to, { write: true, createNew: true, mode: 0o600 });
    try {
      const size = bytesIn(fs, from);
      let at = 0;
      for (const piece of piecesOf(fs, from, size)) {
        writeWithHoles(file, piece, at);
        at += piece.length;
      }
      file.truncate(size);
      if (this.#isLate(to)) file.sync();
    } finally {
      file.close();
    }
  }

  #temporary(path: string): string {
    this.#target.assertName(nameOf(path));
    const dir = dirOf(path);
    this.#target.assertReal(dir);
    const name = `${TEMPORARY}${this.#id}-${this.#serial++}`;
    return this.#target.below(this.#target.path(dir), name);
  }

  #finish({ version, file, temporary, hash, at }: OpenFile, e: TarEntry): void {
    if (version.hash !== null && hash.hex() !== version.hash) throw otherContent();
    // the last bytes may be a hole
    file.truncate(at);
    // what is there goes when this is safe: a power cut leaves the one or the other
    if (this.#isLate(temporary) || this.#target.look(pathOf(version)) !== undefined) file.sync();
    file.close();
    this.#open = undefined;
    this.#place({ version, temporary, bytes: e.size });
  }

  #isLate(temporary: string): boolean {
    return this.#late ??= tellsLate(this.#ports, dirOf(temporary));
  }

  #place({ version, temporary, bytes }: Finished): void {
    const { fs } = this.#ports;
    const path = pathOf(version);
    try {
      setAttrs(fs, temporary, attrsOf(version), NOBODY);
      this.#target.assertReal(dirOf(path));
      this.#makeWay(path);
      moveOver(fs, temporary, this.#target.path(path));
      this.names.add(path, bytes);
    } catch (error) {
      removeQuietly(fs, temporary);
      throw error;
    }
    this.files++;
    this.bytes += bytes;
    this.#ports.progress.done(1, 0);
  }

  #makeWay(path: string): void {
    const there = this.#target.look(path);
    if (there !== undefined) this.names.assertOwn(path);
    if (there?.type === "dir") {
      throw new HikaeError("unstorable", text("bundle.dir-in-the-way"), {
        hint: text("restore.move-away-hint"),
      });
    }
  }

  #link(entry: TarEntry, version: Version): void {
    this.wanted.delete(entry.path);
    this.#try(version, () => {
      if (version.hash !== null && this.#ports.hashOf(utf8(entry.target)) !== version.hash) {
        throw otherContent();
      }
      const path = pathOf(version);
      this.#target.assertName(nameOf(path));
      // main makes it when all files are there: what came meanwhile under its name is another entry
      const careful = this.#target.look(path) === undefined;
      if (!careful) this.names.assertOwn(path);
      const { mtime } = version;
      this.links.push({ path, target: entry.target, careful, mtime, uid: null, gid: null });
    });
  }

  #try(version: Version, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.discard();
      if (isFatal(error)) throw fatal(error);
      // told once: it is not missing besides
      for (const [path, v] of this.wanted) if (v === version) this.wanted.delete(path);
      this.#trouble(pathOf(version), error);
    }
  }
}

function otherContent(): HikaeError {
  return new HikaeError("damaged", text("bundle.other-content"));
}

function fatal(error: unknown): unknown {
  if (error instanceof HikaeError) return error;
  return new HikaeError(
    "failed",
    text("bundle.restore-failed", { problem: systemText(error) }),
    {
      hint: text("bundle.restore-failed-hint"),
      cause: error,
    },
  );
}
