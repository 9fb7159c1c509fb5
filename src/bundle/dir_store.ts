/** A directory of bundles: objects come under their names when they are whole, and nothing is written over. @module */

import { HikaeError } from "../base/errors.ts";
import type { FileSystem } from "../base/fs.ts";
import { lstatIfAny, move, readBytes, removeQuietly } from "../base/io.ts";
import type { NewHash } from "../base/hash.ts";
import { text } from "../text/text.ts";
import { isMine } from "./own_lock.ts";
import { MAX_MANIFEST } from "./manifest.ts";
import { parseName } from "./names.ts";
import { hashedStream, manifestOf, otherHash } from "./read_parts.ts";
import {
  emptyListing,
  inOrder,
  type MadeObject,
  type NamedManifest,
  type StoreListing,
  unnamed,
  type WritableStore,
} from "./store.ts";

/** What a directory of bundles is reached with. */
export interface StorePorts {
  fs: FileSystem;
  newHash: NewHash;
  separator: string;
}

/** The bundles of one vault in a directory. */
export class DirStore implements WritableStore {
  readonly vault: string;
  readonly #where: string;
  readonly #dir: string;
  readonly #ports: StorePorts;
  /** Directories whose names are not safe yet. */
  #unsafe: readonly string[] = [];

  /** Those of the vault with this id, below `where`. */
  constructor(ports: StorePorts, where: string, vault: string) {
    this.#ports = ports;
    this.vault = vault;
    this.#where = where;
    this.#dir = where + (where.endsWith(ports.separator) ? "" : ports.separator) + vault;
  }

  get shown(): string {
    return this.#dir;
  }

  #path(name: string): string {
    return this.#dir + this.#ports.separator + name;
  }

  #isThere(name: string): boolean {
    return lstatIfAny(this.#ports.fs, this.#path(name))?.type === "file";
  }

  has(name: string): Promise<boolean> {
    return Promise.resolve(this.#isThere(name));
  }

  async sizes(): Promise<Map<string, number>> {
    const { fs } = this.#ports;
    const found = (await fs.listWhole(this.#dir)).filter(({ name, type }) =>
      type === "file" && parseName(name) !== undefined
    );
    return new Map(found.map(({ name }) => [name, fs.lstat(this.#path(name)).size]));
  }

  take(): { release(): void } {
    const { fs } = this.#ports;
    this.#unsafe = [this.#dir];
    if (lstatIfAny(fs, this.#dir) === undefined) {
      fs.mkdir(this.#dir, 0o700);
      this.#unsafe = [this.#dir, this.#where];
    }
    const lock = fs.open(this.#path(".lock"), {
      read: true,
      write: true,
      create: true,
      mode: 0o600,
    });
    try {
      if (!isMine(lock)) {
        throw new HikaeError("locked", text("bundle.busy"), {
          path: this.#dir,
          hint: text("bundle.busy-hint"),
        });
      }
      for (const { name } of fs.list(this.#dir)) {
        if (name.startsWith(TEMPORARY)) removeQuietly(fs, this.#path(name));
      }
    } catch (error) {
      lock.close();
      throw error;
    }
    return { release: () => lock.close() };
  }

  room(): Promise<void> {
    return Promise.resolve();
  }

  temporary(id: string): string {
    return this.#path(TEMPORARY + id);
  }

  put(temporary: string, { name }: MadeObject): Promise<void> {
    const { fs } = this.#ports;
    // the same content under the same name is there already
    if (this.#isThere(name)) fs.remove(temporary);
    else move(fs, temporary, this.#path(name));
    return Promise.resolve();
  }

  still({ name, bytes }: MadeObject): Promise<boolean> {
    const info = lstatIfAny(this.#ports.fs, this.#path(name));
    return Promise.resolve(info?.type === "file" && info.size === bytes);
  }

  /** What was put is there for good: the manifest comes after all that it names, and the end after the manifest. */
  async settled(): Promise<void> {
    await this.#ports.fs.syncAll(this.#unsafe);
    this.#unsafe = [this.#dir];
  }

  tidy(): Promise<void> {
    return Promise.resolve();
  }

  async list(): Promise<StoreListing> {
    const { fs } = this.#ports;
    const listing = emptyListing();
    const written = new Map<string, number>();
    // by a bundle that a disk keeps back an older one would be restored, and its volumes be nobody's
    for (const { name, type } of await fs.listWhole(this.#dir)) {
      if (name.startsWith(".")) continue;
      const parsed = type === "file" ? parseName(name) : undefined;
      if (parsed === undefined) listing.others.push(name);
      else {
        const info = fs.lstat(this.#path(name));
        if (parsed.kind === "volume") listing.sizes.set(name, info.size);
        else {
          written.set(name, info.mtime);
          this.#readInto(listing, name);
        }
      }
    }
    listing.others.push(...unnamed(listing.manifests, listing.sizes.keys()));
    listing.manifests = inOrder(listing.manifests, written);
    return listing;
  }

  #readInto(listing: StoreListing, name: string): void {
    try {
      listing.manifests.push(this.#manifest(name));
    } catch (error) {
      listing.damaged.push({ name, error });
    }
  }

  #manifest(name: string): NamedManifest {
    const { fs, newHash } = this.#ports;
    const path = this.#path(name);
    if (fs.lstat(path).size > MAX_MANIFEST) throw otherHash(name);
    return manifestOf(readBytes(fs, path), { name, vault: this.vault }, newHash);
  }

  hashOf(name: string, check: () => void): Promise<string | undefined> {
    if (!this.#isThere(name)) return Promise.resolve(undefined);
    const hash = this.#ports.newHash();
    for (const part of this.#parts(name, check)) hash.update(part);
    return Promise.resolve(hash.hex());
  }

  read(volume: { name: string; hash: string }, check: () => void): ReadableStream<Uint8Array> {
    return hashedStream(this.#parts(volume.name, check), volume, this.#ports.newHash);
  }

  *#parts(name: string, check: () => void): Generator<Uint8Array, undefined> {
    const file = this.#ports.fs.open(this.#path(name), { read: true });
    try {
      for (;;) {
        check();
        const buffer = new Uint8Array(1 << 18);
        const n = file.read(buffer);
        if (n === 0) return undefined;
        yield buffer.subarray(0, n);
      }
    } finally {
      file.close();
    }
  }
}

const TEMPORARY = ".new-";
