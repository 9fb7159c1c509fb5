/** Writes directories and files of a snapshot below an output directory, and follows no link there. @module */

import { errorCode, HikaeError, messageOf } from "../base/errors.ts";
import type { FileHandle } from "../base/fs.ts";
import { dirOf, joinRel } from "../base/relpath.ts";
import { StorableNames } from "./storable_names.ts";
import type { Entry } from "./format.ts";
import { tempName } from "./links.ts";
import { lookAt, makeDirs, parentsAreReal, type Root, under } from "./paths.ts";
import type { Ports, Trouble } from "./ports.ts";
import type { Visitor } from "./reader.ts";

/** Codes that say that no other file will fare better. */
const HOPELESS = ["ENOSPC", "EDQUOT", "EROFS", "EIO"];

/** Set-id bits are not given back: the owner who set them is not either. */
export const MODE_MASK = 0o777;

/** The second pass: directories (with modes that let files in) and files. */
export class DiskWriter implements Visitor {
  #ports: Ports;
  #root: Root;
  #trouble: Trouble;
  #admission: StorableNames;
  #file: { handle: FileHandle; path: string } | undefined;
  /** What was written. */
  files = 0;
  directories = 0;
  bytes = 0;

  constructor(ports: Ports, root: Root, trouble: Trouble, admission: StorableNames) {
    this.#ports = ports;
    this.#root = root;
    this.#trouble = trouble;
    this.#admission = admission;
  }

  begin(entry: Readonly<Entry>): void {
    if (!this.#admission.admit(entry)) return;
    this.#try(entry.path, () => {
      if (!parentsAreReal(this.#ports.fs, this.#root, entry.path)) {
        throw new Error("a directory above it is a link");
      }
      if (lookAt(this.#ports.fs, under(this.#root, entry.path))?.type === "dir") {
        throw new Error("a directory is in its place");
      }
      this.#file = createTemp(this.#ports, this.#root, entry);
    });
  }

  data(piece: Uint8Array): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#try(file.path, () => {
      for (let done = 0; done < piece.length;) done += file.handle.write(piece.subarray(done));
    });
  }

  entry(entry: Readonly<Entry>): void {
    if (entry.type === "dir") this.#dir(entry);
    if (entry.type === "file" && this.#file !== undefined) this.#finish(entry);
  }

  /** Removes what is half written. */
  close(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    file.handle.close();
    try {
      this.#ports.fs.remove(under(this.#root, file.path));
    } catch {
      // the error that led here says more
    }
  }

  #finish(entry: Readonly<Entry>): void {
    const file = this.#file;
    if (file === undefined) return;
    const { fs } = this.#ports;
    const temporary = under(this.#root, file.path);
    this.#try(entry.path, () => {
      if (entry.mtime !== undefined) file.handle.utime(entry.mtime, entry.mtime);
      if (entry.mode !== undefined) fs.chmod(temporary, entry.mode & MODE_MASK);
      if (!parentsAreReal(fs, this.#root, entry.path)) {
        throw new Error("a directory above it is a link");
      }
      file.handle.close();
      this.#file = undefined;
      try {
        fs.rename(temporary, under(this.#root, entry.path));
      } catch (error) {
        fs.remove(temporary);
        throw error;
      }
      this.files++;
      this.bytes += entry.size;
    });
  }

  #dir(entry: Readonly<Entry>): void {
    if (!this.#admission.admit(entry)) return;
    const { fs } = this.#ports;
    const path = under(this.#root, entry.path);
    try {
      const there = lookAt(fs, path);
      if (!parentsAreReal(fs, this.#root, entry.path) || (there && there.type !== "dir")) {
        return this.#admission.shut(entry.path, "a file or link is in the place of a directory");
      }
      if (there === undefined) fs.mkdir(path, 0o700);
      else if ((there.mode & 0o300) !== 0o300) fs.chmod(path, there.mode | 0o700);
      this.directories++;
    } catch (error) {
      stopIfHopeless(error);
      this.#admission.shut(entry.path, messageOf(error));
    }
  }

  /** Does something for one path; its failure is reported, and the file it was for given up. */
  #try(path: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.close();
      stopIfHopeless(error);
      const code = errorCode(error) || "unstorable";
      this.#trouble.say(path, "restore", code, `cannot be restored: ${messageOf(error)}`);
    }
  }
}

function stopIfHopeless(cause: unknown): void {
  if (!HOPELESS.includes(errorCode(cause))) return;
  throw new HikaeError("failed", `write the restored files: ${messageOf(cause)}`, {
    hint: "make room or choose another --output-directory, then restore again",
    cause,
  });
}

function createTemp(
  ports: Ports,
  root: Root,
  entry: Readonly<Entry>,
): { handle: FileHandle; path: string } {
  const mode = entry.mode === undefined ? {} : { mode: 0o600 };
  for (let n = 0;; n++) {
    const path = joinRel(dirOf(entry.path), tempName(n));
    const native = under(root, path);
    if (lookAt(ports.fs, native) !== undefined) continue;
    const handle = ports.fs.open(native, { write: true, createNew: true, ...mode });
    return { handle, path };
  }
}

/** Makes the output directory; tells whether names fold there. */
export function openOutput(ports: Ports, root: Root): boolean {
  const { fs } = ports;
  makeDirs(fs, root);
  if (lookAt(fs, root.path)?.type !== "dir") throw new Error("it is no directory");
  const probe = createTemp(ports, root, {
    path: "",
    type: "file",
    mode: 0o600,
    mtime: undefined,
    size: 0,
    target: "",
  });
  probe.handle.close();
  const folds = lookAt(fs, under(root, probe.path.toUpperCase())) !== undefined;
  fs.remove(under(root, probe.path));
  return folds;
}
