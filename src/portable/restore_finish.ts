/** The last pass of a restore: links, then bottom up the modes and times of directories. @module */

import type { LinkToMake } from "../base/links.ts";
import { isWithin } from "../base/relpath.ts";
import type { StorableNames } from "./storable_names.ts";
import type { SnapshotEntry } from "./format.ts";
import { RealDirCache, type Root, under } from "./paths.ts";
import type { ErrorCounter, PortablePorts } from "./ports.ts";
import type { Visitor } from "./reader.ts";
import { MODE_MASK } from "./restore_disk.ts";

/** So much may wait for links to be made. */
const BATCH = 256;

/** Makes links somewhere else, where they are counted and failures are told. */
export type MakeLinks = (links: readonly LinkToMake[]) => Promise<void>;

/** Makes what must come after all files. A directory is finished when nothing in it is left to make. */
export class Finisher implements Visitor {
  #ports: PortablePorts;
  #root: Root;
  #dirs: RealDirCache;
  #trouble: ErrorCounter;
  #admission: StorableNames;
  #makeLinks: MakeLinks;
  #shut: ReadonlySet<string>;
  #open: SnapshotEntry[] = [];
  #links: LinkToMake[] = [];
  /** Directories that nothing is left to make in but links that are not made yet. */
  #waiting: SnapshotEntry[] = [];

  constructor(
    ports: PortablePorts,
    root: Root,
    trouble: ErrorCounter,
    how: { admission: StorableNames; makeLinks: MakeLinks; shut: ReadonlySet<string> },
  ) {
    this.#ports = ports;
    this.#root = root;
    this.#dirs = new RealDirCache(ports.fs, root);
    this.#trouble = trouble;
    this.#admission = how.admission;
    this.#makeLinks = how.makeLinks;
    this.#shut = how.shut;
  }

  entry(entry: Readonly<SnapshotEntry>): void {
    this.#leave(entry.path);
    if (!this.#admission.admit(entry)) return;
    if (entry.type === "dir") this.#enter(entry);
    if (entry.type !== "link") return;
    const { path, target, mtime = null } = entry;
    this.#links.push({ path, target, mtime, uid: null, gid: null, careful: false });
  }

  /** So much waits that it is to be flushed. */
  get isFull(): boolean {
    return this.#links.length + this.#waiting.length >= BATCH;
  }

  /** Has the links made that wait, and finishes the directories that waited for them. */
  async flush(): Promise<void> {
    if (this.#links.length > 0) await this.#makeLinks(this.#links);
    this.#links = [];
    for (const dir of this.#waiting.splice(0)) this.#finish(dir);
  }

  /** Finishes what is still open. */
  async close(): Promise<void> {
    this.#leave(undefined);
    await this.flush();
  }

  /** Goes into a directory that the pass before could make. */
  #enter(dir: Readonly<SnapshotEntry>): void {
    const goes = !this.#shut.has(dir.path) && this.#dirs.isReal(dir.path);
    if (goes) this.#open.push({ ...dir });
    else this.#admission.shut(dir.path);
  }

  #leave(next: string | undefined): void {
    for (let top = this.#open.at(-1); top !== undefined; top = this.#open.at(-1)) {
      if (next !== undefined && isWithin(next, top.path)) return;
      this.#open.pop();
      if (this.#links.length > 0) this.#waiting.push(top);
      else this.#finish(top);
    }
  }

  #finish(dir: SnapshotEntry): void {
    const { fs } = this.#ports;
    const path = under(this.#root, dir.path);
    try {
      if (!this.#dirs.isReal(dir.path)) return;
      if (dir.mode !== undefined) fs.chmod(path, dir.mode & MODE_MASK);
      if (dir.mtime !== undefined) fs.utime(path, dir.mtime, dir.mtime);
    } catch (error) {
      this.#trouble.unrestored(dir.path, error);
    }
  }
}
