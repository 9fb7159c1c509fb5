/** Puts damaged copies right: from the source, or from an identical version in the vault, never without a matching hash. @module */

import { utf8 } from "../../base/bytes.ts";
import { errorCode, HikaeError, isNotFound } from "../../base/errors.ts";
import type { FileHandle, FileInfo } from "../../base/fs.ts";
import { isSameFile } from "../../base/inode.ts";
import {
  asideName,
  clearPlace,
  createFresh,
  lstatIfAny,
  move,
  readTextIfAny,
  removeIfAny,
  removeQuietly,
  replaceFile,
  writeAll,
} from "../../base/io.ts";
import { isSparse, writeWithHoles } from "../../base/sparse.ts";
import { joinRel } from "../../base/relpath.ts";
import type { Version } from "../../vault/catalog.ts";
import { openContent } from "../../vault/content.ts";
import { folding } from "../../vault/folding.ts";
import { formatMetadata } from "../../vault/metadata.ts";
import { formatNames, parseNames } from "../../vault/names_file.ts";
import { TEMPORARY } from "../../vault/names.ts";
import { Tree } from "../../vault/tree.ts";
import { DiskNames, takenForOther } from "../../vault/disk_names.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { setCopyAttrs } from "../share/make_shared.ts";
import type { VerifyRequest } from "./request.ts";
import { expectedMetadata, type LostNames } from "./structure.ts";
import { Strays } from "./strays.ts";
import { UNRECORDED, unrecorded } from "./unrecorded.ts";
import { pathOf, type VerifyView } from "./view.ts";
import { text } from "../../text/text.ts";
import { sameAs } from "../../vault/history/contents.ts";

const CHUNK = 1 << 18;

/** What a repair writes: a file that it opens, or a link's target. */
type RepairContent = (() => FileHandle) | Uint8Array;

/** Repairs one vault whose lock is held. */
export class Repair {
  readonly #ports: EnginePorts;
  readonly #view: VerifyView;
  readonly #source: Tree | undefined;
  readonly #windows: boolean;
  /** Links in the place of directories that were told. */
  readonly #links = new Set<string>();
  /** What lies where it does not belong. */
  readonly strays: Strays;

  /** A repair from `request.source`, where there is one. */
  constructor(ports: EnginePorts, view: VerifyView, request: VerifyRequest) {
    this.#ports = { ...ports, fs: view.vault.fs };
    this.#view = view;
    this.strays = new Strays(ports, view);
    this.#windows = request.windows;
    this.#source = request.source === undefined
      ? undefined
      : new Tree(request.source, ports.separator);
    // what a repair that broke off left: no other command looks for it
    removeQuietly(this.#ports.fs, this.#temporary());
  }

  /** The same for what could not be put right before, where its content was met since in another one's place. */
  fromStray(v: Version): string | undefined {
    if (v.hash === null || this.strays.of(v.hash) === undefined) return undefined;
    return this.version(v);
  }

  /** Puts the copy of `v` right; gives where the content came from, undefined when it is not to be had. */
  version(v: Version): string | undefined {
    if (v.hash === null) return undefined;
    const target = this.#view.contents.path(v);
    if (this.#isElsewhere(target)) return undefined;
    if (lstatIfAny(this.#ports.fs, target)?.type === "dir") return undefined;
    const { dir, name } = v;
    if (v.until === null && unrecorded(this.#ports, this.#view, dir, name).length > 0) {
      throw new Error(`${pathOf(v)}: ${text(UNRECORDED)}`);
    }
    if (v.until === null && this.#isOther(v)) throw takenForOther();
    const temporary = this.#temporary();
    const other = this.strays.at(target);
    for (const from of this.#candidates(v)) {
      try {
        const done = from.content instanceof Uint8Array
          ? this.#write(v, from.content, temporary)
          : this.#copy(v, from.content(), temporary);
        if (!done) continue;
        this.#makeDirs(target);
        const was = lstatIfAny(this.#ports.fs, target);
        if (other !== undefined) this.strays.keep(v, target, other);
        move(this.#ports.fs, temporary, target);
        if (was !== undefined && was.nlink > 1) this.#repairNames(v, was, target);
        return from.name;
      } catch (error) {
        removeIfAny(this.#ports.fs, temporary);
        if (error instanceof HikaeError || isDiskTrouble(error)) throw error;
      }
    }
    removeIfAny(this.#ports.fs, temporary);
    return undefined;
  }

  /** The other names of a damaged file: each gets the repaired one, so that they go on to share it. */
  #repairNames(v: Version, was: FileInfo, repaired: string): void {
    const { fs } = this.#ports;
    const temporary = this.#temporary();
    // those of the living one among them
    setCopyAttrs(fs, repaired, fs.lstat(repaired), { mode: was.mode & 0o777, mtime: was.mtime });
    for (const twin of this.#twins(v)) {
      const path = this.#view.contents.find(twin)?.file;
      if (path === undefined || path === repaired) continue;
      try {
        if (!isSameFile(was, fs.lstat(path))) continue;
        removeIfAny(fs, temporary);
        fs.link(repaired, temporary);
        move(fs, temporary, path);
      } catch {
        // it is found damaged by itself, and repaired by itself
        removeQuietly(fs, temporary);
      }
    }
  }

  #twins(v: Version): Version[] {
    return sameAs(this.#view.catalog, v);
  }

  /** Writes the metadata file of a living directory anew; false when a hash that belongs in it is not known. */
  metadata(dir: string): boolean {
    const { vault, catalog } = this.#view;
    const files = new Map<string, string>();
    for (const [name, hash] of expectedMetadata(this.#view, dir)) {
      if (hash === null) return false;
      files.set(name, hash);
    }
    const path = vault.tree.metadata(dir);
    if (this.#isElsewhere(path) || unrecorded(this.#ports, this.#view, dir).length > 0) {
      return false;
    }
    this.#makeDirs(path);
    const there = lstatIfAny(vault.fs, path);
    if (there !== undefined && there.type !== "file") clearPlace(vault.fs, path);
    const text = formatMetadata(files, vault.ports.newHash);
    replaceFile(vault.fs, path, this.#temporary(), text, true);
    // the next backup looks at this directory in full
    catalog.putScanRow(dir, undefined);
    return true;
  }

  /** Adds lost names to the names file that should tell them. */
  names({ path, names }: LostNames): boolean {
    const { vault } = this.#view;
    if (this.#isElsewhere(path)) return false;
    const there = lstatIfAny(vault.fs, path);
    if (there !== undefined && there.type !== "file") clearPlace(vault.fs, path);
    const all = new Map([...parseNames(readTextIfAny(vault.fs, path) ?? ""), ...names]);
    replaceFile(vault.fs, path, this.#temporary(), formatNames(all), true);
    return true;
  }

  /**
   * True below a link that leads somewhere: a part of the vault may be kept there, or something that is none of it.
   * Throws the first time with what to do about the link.
   */
  #isElsewhere(path: string): boolean {
    const { fs, tree } = this.#view.vault;
    const dir = path.slice(0, path.lastIndexOf(tree.separator));
    if (dir.length <= tree.root.length) return false;
    if (this.#isElsewhere(dir)) return true;
    if (lstatIfAny(fs, dir)?.type !== "link") return false;
    try {
      fs.list(dir);
    } catch (error) {
      if (isNotFound(error)) return false;
    }
    if (this.#links.has(dir)) return true;
    this.#links.add(dir);
    throw new Error(text("verify.behind-link", { path: dir }));
  }

  /** True where the disk takes the copy's name for another one: put there, it would replace that one's. */
  #isOther(v: Version): boolean {
    const { fs, tree, info } = this.#view.vault;
    const target = this.#view.contents.path(v);
    const at = target.lastIndexOf(tree.separator);
    const dir = target.slice(0, at);
    const names = new DiskNames(fs, dir, {
      pathOf: (name) => tree.below(dir, name),
      ownOf: (stored) => stored,
      fold: folding(info),
    });
    return names.standing(target.slice(at + tree.separator.length)) === "other";
  }

  #temporary(): string {
    const { tree } = this.#view.vault;
    return tree.below(tree.meta(""), `${TEMPORARY}repair`);
  }

  /** Where the content may be had. */
  *#candidates(v: Version): Generator<{ name: string; content: RepairContent }> {
    const { fs } = this.#ports;
    const source = this.#inSource(v);
    if (source !== undefined) yield { name: text("verify.from-source"), content: source };
    for (const twin of this.#twins(v)) {
      if (twin.dir === v.dir && twin.name === v.name && twin.since === v.since) continue;
      const found = this.#view.contents.find(twin);
      if (found !== undefined) {
        yield {
          name: this.#view.contents.place(twin),
          content: () => openContent(fs, found),
        };
      }
    }
    // the source may have it under another name: it moved, or was copied
    for (const twin of this.#twins(v)) {
      const elsewhere = twin.until === null ? this.#inSource(twin) : undefined;
      if (elsewhere !== undefined) {
        yield { name: `${text("verify.from-source")} (${pathOf(twin)})`, content: elsewhere };
      }
    }
    const stray = v.hash === null ? undefined : this.strays.of(v.hash);
    if (stray === undefined) return;
    const { root, separator } = this.#view.vault.tree;
    const name = stray.file.slice(root.length).replaceAll(separator, "/").replace(/^\//, "");
    yield { name, content: () => openContent(fs, stray) };
  }

  #inSource(v: Version): RepairContent | undefined {
    if (this.#source === undefined) return undefined;
    const path = this.#source.path(pathOf(v));
    try {
      if (!this.#isReal(v.dir)) return undefined;
      const { type } = this.#ports.fs.lstat(path);
      if (type !== v.type) return undefined;
      return type === "link"
        ? utf8(this.#ports.fs.readLink(path))
        : () => this.#ports.fs.open(path, { read: true });
    } catch (error) {
      if (isNotFound(error) || errorCode(error) === "EACCES") return undefined;
      throw error;
    }
  }

  /** No component of a directory of the source may be a link. */
  #isReal(dir: string): boolean {
    if (dir === "" || this.#source === undefined) return true;
    let at = "";
    for (const name of dir.split("/")) {
      at = joinRel(at, name);
      if (this.#ports.fs.lstat(this.#source.path(at)).type !== "dir") return false;
    }
    return true;
  }

  /** Copies a file to `temporary`; true when its hash is the recorded one. */
  #copy(v: Version, file: FileHandle, temporary: string): boolean {
    const { fs } = this.#ports;
    try {
      const info = file.stat();
      // its size says nothing for sure (decision 27), its hash does
      if (info.type !== "file") return false;
      const out = createFresh(fs, temporary);
      try {
        const hash = this.#ports.newHash();
        const buffer = new Uint8Array(CHUNK);
        const sparse = isSparse(info);
        let at = 0;
        for (let n = file.read(buffer); n > 0; n = file.read(buffer)) {
          checkCancelled(this.#ports);
          const data = buffer.subarray(0, n);
          hash.update(data);
          if (sparse) writeWithHoles(out, data, at);
          else writeAll(out, data);
          at += n;
        }
        if (sparse) out.truncate(at);
        if (hash.hex() !== v.hash) return false;
        out.utime(v.mtime ?? info.mtime, v.mtime ?? info.mtime);
        out.sync();
      } finally {
        out.close();
      }
      this.#setMode(v, info, temporary);
      return true;
    } finally {
      file.close();
    }
  }

  #write(v: Version, content: Uint8Array, temporary: string): boolean {
    if (this.#ports.hashOf(content) !== v.hash) return false;
    const out = createFresh(this.#ports.fs, temporary);
    try {
      writeAll(out, content);
      out.sync();
    } finally {
      out.close();
    }
    return true;
  }

  #setMode(v: Version, info: FileInfo, temporary: string): void {
    if (this.#windows) return;
    this.#ports.fs.chmod(temporary, ((v.mode ?? info.mode) & 0o777) | 0o400);
  }

  /** Makes the directories above a file of the vault that are missing. */
  #makeDirs(file: string): void {
    const { fs, tree } = this.#view.vault;
    const dir = file.slice(0, file.lastIndexOf(tree.separator));
    if (dir.length < tree.root.length) return;
    this.#makeDirs(dir);
    const there = lstatIfAny(fs, dir);
    if (there?.type === "dir") return;
    // a link has nothing in it; a file may be somebody's only one
    if (there?.type === "link") fs.remove(dir);
    else if (there !== undefined) fs.rename(dir, asideName(fs, dir));
    fs.mkdir(dir);
  }
}

function isDiskTrouble(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EROFS"].includes(errorCode(error));
}
