/** A directory of bundles: objects come under their names when they are whole, and nothing is written over. @module */

import { HikaeError } from "../base/errors.ts";
import type { FileHandle, FileSystem } from "../base/fs.ts";
import { lstatIfAny, readBytes, removeQuietly, writeAll } from "../base/io.ts";
import type { NewHash } from "../base/hash.ts";
import { type Manifest, MAX_MANIFEST, parseManifest } from "./manifest.ts";
import { DIGITS, parseName } from "./names.ts";
import { text } from "../text/text.ts";

/** What a directory of bundles is reached with. */
export interface StorePorts {
  fs: FileSystem;
  newHash: NewHash;
  separator: string;
}

/** An object that is being written. */
export interface NewObject {
  write(bytes: Uint8Array): void;
  /** Makes it whole; `nameOf` gives its name by its SHA-256. */
  finish(nameOf: (hash: string) => string): { name: string; hash: string; bytes: number };
  /** Gives it up. */
  discard(): void;
}

/** A manifest with its own name. */
export interface NamedManifest extends Manifest {
  name: string;
}

/** What a directory holds. */
export interface Listing {
  /** By stamp; of several of one stamp those that were written last come last. */
  manifests: NamedManifest[];
  /** Volumes that no manifest names, and what is none of a bundle's. */
  others: string[];
  /** What cannot be read as a manifest, and why. */
  damaged: { name: string; error: unknown }[];
  /** The sizes of all volumes by name. */
  sizes: Map<string, number>;
}

/** The bundles of one vault in a directory. */
export class Store {
  readonly dir: string;
  /** The vault's id. */
  readonly vault: string;
  readonly #ports: StorePorts;

  /** Those of the vault with this id, below `where`. */
  constructor(ports: StorePorts, where: string, vault: string) {
    this.#ports = ports;
    this.vault = vault;
    this.dir = where + (where.endsWith(ports.separator) ? "" : ports.separator) + vault;
  }

  /** The path of an object. */
  path(name: string): string {
    return this.dir + this.#ports.separator + name;
  }

  has(name: string): boolean {
    return lstatIfAny(this.#ports.fs, this.path(name))?.type === "file";
  }

  /** Makes the directory, and takes it for one writer; throws `locked`. What earlier writers left half done goes. */
  take(): { release(): void } {
    const { fs } = this.#ports;
    if (lstatIfAny(fs, this.dir) === undefined) fs.mkdir(this.dir, 0o700);
    const lock = fs.open(this.path(".lock"), {
      read: true,
      write: true,
      create: true,
      mode: 0o600,
    });
    try {
      if (!lock.tryLock()) {
        throw new HikaeError("locked", text("bundle.busy"), {
          path: this.dir,
          hint: text("bundle.busy-hint"),
        });
      }
      for (const { name } of fs.list(this.dir)) {
        if (name.startsWith(TEMPORARY)) removeQuietly(fs, this.path(name));
      }
    } catch (error) {
      lock.close();
      throw error;
    }
    return { release: () => lock.close() };
  }

  /** Begins an object under a name that begins with a dot. */
  create(id: string): NewObject {
    const { fs, newHash } = this.#ports;
    const temporary = this.path(TEMPORARY + id);
    const file: FileHandle = fs.open(temporary, { write: true, createNew: true, mode: 0o600 });
    const hash = newHash();
    let bytes = 0;
    let open = true;
    const close = (): void => {
      if (open) file.close();
      open = false;
    };
    return {
      write: (part) => {
        writeAll(file, part);
        hash.update(part);
        bytes += part.length;
      },
      finish: (nameOf) => {
        file.sync();
        close();
        const hex = hash.hex();
        const name = nameOf(hex);
        // the same content under the same name is there already
        if (this.has(name)) fs.remove(temporary);
        else fs.rename(temporary, this.path(name));
        return { name, hash: hex, bytes };
      },
      discard: () => {
        close();
        removeQuietly(fs, temporary);
      },
    };
  }

  /** What is there. */
  list(): Listing {
    const { fs } = this.#ports;
    const listing: Listing = { manifests: [], others: [], damaged: [], sizes: new Map() };
    const written = new Map<string, number>();
    for (const { name, type } of fs.list(this.dir)) {
      if (name.startsWith(".")) continue;
      const parsed = type === "file" ? parseName(name) : undefined;
      if (parsed === undefined) listing.others.push(name);
      else {
        const info = fs.lstat(this.path(name));
        if (parsed.kind === "volume") listing.sizes.set(name, info.size);
        else {
          written.set(name, info.mtime);
          this.#readInto(listing, name);
        }
      }
    }
    const named = new Set(listing.manifests.flatMap((m) => m.volumes.map((v) => v.name)));
    listing.others.push(...[...listing.sizes.keys()].filter((name) => !named.has(name)));
    const age = (m: NamedManifest): number => written.get(m.name) ?? 0;
    listing.manifests.sort((a, b) =>
      a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : age(a) - age(b)
    );
    return listing;
  }

  #readInto(listing: Listing, name: string): void {
    try {
      listing.manifests.push(this.manifest(name));
    } catch (error) {
      listing.damaged.push({ name, error });
    }
  }

  /** Reads a manifest; throws `damaged` when its content is not that of its name. */
  manifest(name: string): NamedManifest {
    const { fs, newHash } = this.#ports;
    const path = this.path(name);
    if (fs.lstat(path).size > MAX_MANIFEST) throw otherHash(name);
    const bytes = readBytes(fs, path);
    const hash = newHash();
    hash.update(bytes);
    const parsed = parseName(name);
    if (parsed?.kind !== "manifest" || hash.hex().slice(0, DIGITS) !== parsed.digits) {
      throw otherHash(name);
    }
    const manifest = parseManifest(new TextDecoder().decode(bytes), name);
    if (manifest.stamp !== parsed.stamp) throw otherHash(name);
    return { ...manifest, name };
  }

  /** Hashes a volume; undefined when it is not there. */
  hashOf(name: string, check: () => void): string | undefined {
    if (!this.has(name)) return undefined;
    const hash = this.#ports.newHash();
    for (const part of this.#parts(name, check)) hash.update(part);
    return hash.hex();
  }

  /** The bytes of a volume; reading fails at its end when they do not have the hash. */
  read(volume: { name: string; hash: string }, check: () => void): ReadableStream<Uint8Array> {
    const hash = this.#ports.newHash();
    const parts = this.#parts(volume.name, check);
    return new ReadableStream({
      pull: (controller) => {
        const { value, done } = parts.next();
        if (done !== true) {
          hash.update(value);
          controller.enqueue(value);
        } else if (hash.hex() === volume.hash) controller.close();
        else controller.error(otherHash(volume.name));
      },
      cancel: () => void parts.return(undefined),
    }, { highWaterMark: 1 });
  }

  *#parts(name: string, check: () => void): Generator<Uint8Array, undefined> {
    const file = this.#ports.fs.open(this.path(name), { read: true });
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

function otherHash(name: string): HikaeError {
  return new HikaeError("damaged", text("bundle.other-hash"), {
    path: name,
    hint: text("bundle.other-hash-hint"),
  });
}
