/** The last pass of a restore: links, then bottom up the modes and times of directories. @module */

import { isWithin } from "../base/relpath.ts";
import type { StorableNames } from "./storable_names.ts";
import type { SnapshotEntry } from "./format.ts";
import type { MakeLinks, SnapshotLink } from "./links.ts";
import { RealDirCache, type Root, under } from "./paths.ts";
import type { ErrorCounter, PortablePorts } from "./ports.ts";
import type { Visitor } from "./reader.ts";
import { MODE_MASK } from "./restore_disk.ts";

const BATCH = 256;

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
  #links: SnapshotLink[] = [];
  /** Links that were made. */
  links = 0;
  /** Links that could not be made (reported by their maker). */
  failed = 0;

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
    this.#links.push({ path: entry.path, target: entry.target, mtime: entry.mtime });
    if (this.#links.length >= BATCH) this.#flush();
  }

  /** Goes into a directory that the pass before could make. */
  #enter(dir: Readonly<SnapshotEntry>): void {
    const goes = !this.#shut.has(dir.path) && this.#dirs.isReal(dir.path);
    if (goes) this.#open.push({ ...dir });
    else this.#admission.shut(dir.path);
  }

  /** Finishes what is still open. */
  close(): void {
    this.#leave(undefined);
    this.#flush();
  }

  #leave(next: string | undefined): void {
    for (let top = this.#open.at(-1); top !== undefined; top = this.#open.at(-1)) {
      if (next !== undefined && isWithin(next, top.path)) return;
      this.#flush();
      this.#open.pop();
      this.#finish(top);
    }
  }

  #flush(): void {
    if (this.#links.length === 0) return;
    const { failed, refused } = this.#makeLinks(this.#links);
    this.failed += failed;
    this.links += this.#links.length - failed - refused;
    this.#links = [];
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
