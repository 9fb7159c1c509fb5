/**
 * Bundles at a place away from home, to read. Of an object with several versions the one with the right hash is taken, and
 * what somebody deleted or wrote over is told. @module
 */

import type { NewHash } from "../base/hash.ts";
import type { Remote, RemoteObject, RemoteVersion } from "../base/remote.ts";
import { text } from "../text/text.ts";
import { MAX_MANIFEST } from "./manifest.ts";
import { DIGITS, parseName } from "./names.ts";
import { hashedStream, manifestOf, otherHash } from "./read_parts.ts";
import { emptyListing, inOrder, type Store, type StoreListing, unnamed } from "./store.ts";

/** What a place away from home is reached with. */
export interface RemotePorts {
  remote: Remote;
  newHash: NewHash;
}

/** So many bytes are asked for at once. */
const READ = 4 << 20;

/** The bundles of one vault away from home. */
export class RemoteStore implements Store {
  readonly vault: string;
  readonly shown: string;
  readonly #ports: RemotePorts;
  /** The versions that have content, the oldest first: nothing that is right was written later. */
  readonly #versions = new Map<string, RemoteVersion[]>();
  /** Objects whose current version is not the one to take. */
  readonly #covered = new Set<string>();
  #listed = false;

  /** `where` is the place as it was given. */
  constructor(ports: RemotePorts, where: string, vault: string) {
    this.#ports = ports;
    this.vault = vault;
    const cut = where.indexOf("?");
    const [place, options] = cut < 0 ? [where, ""] : [where.slice(0, cut), where.slice(cut)];
    this.shown = `${place.replace(/\/+$/, "")}/${vault}${options}`;
  }

  async has(name: string): Promise<boolean | undefined> {
    if (this.#listed) return (this.#versions.get(name)?.length ?? 0) > 0;
    const looked = await this.#ports.remote<"look">({ op: "look", name: this.#at(name) });
    return looked.is === "hidden" ? undefined : looked.is === "there";
  }

  async sizes(): Promise<Map<string, number> | undefined> {
    const found = await this.#ports.remote<"sizes">({ op: "sizes", vault: this.vault });
    return found && new Map(found.map(({ name, size }) => [name, size]));
  }

  async list(): Promise<StoreListing> {
    const listing = emptyListing();
    const written = new Map<string, number>();
    const objects = await this.#ports.remote<"list">({ op: "list", vault: this.vault });
    for (const object of objects) this.#take(object, listing);
    this.#listed = true;
    for (const { name } of objects) {
      const [first] = this.#versions.get(name) ?? [];
      const parsed = parseName(name);
      if (first === undefined) continue;
      if (parsed === undefined) listing.others.push(name);
      else if (parsed.kind === "volume") listing.sizes.set(name, first.size);
      else written.set(name, await this.#manifestInto(listing, name));
    }
    listing.others.push(...unnamed(listing.manifests, listing.sizes.keys()));
    listing.manifests = inOrder(listing.manifests, written);
    return listing;
  }

  #take({ name, versions }: RemoteObject, { tampered }: StoreListing): void {
    const whole = versions.filter((v) => !v.marker).sort((a, b) => a.time - b.time);
    this.#versions.set(name, whole);
    if (parseName(name) === undefined) return;
    const deleted = versions.some((v) => v.marker && v.latest);
    if (!deleted && whole.length < 2) return;
    this.#covered.add(name);
    const message = text(deleted ? "bundle.deleted-there" : "bundle.written-over");
    tampered.push({ name, message });
  }

  /** Reads a manifest into the listing; gives when it was written. */
  async #manifestInto(listing: StoreListing, name: string): Promise<number> {
    let error: unknown = otherHash(name);
    for (const version of this.#versions.get(name) ?? []) {
      try {
        const bytes = version.size > MAX_MANIFEST ? undefined : await this.#whole(name, version);
        if (bytes === undefined) continue;
        const own = { name, vault: this.vault };
        listing.manifests.push(manifestOf(bytes, own, this.#ports.newHash));
        return version.time;
      } catch (cause) {
        error = cause;
      }
    }
    listing.damaged.push({ name, error });
    return 0;
  }

  async #whole(name: string, version: RemoteVersion): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const part of this.#parts(name, version, () => {})) parts.push(part);
    return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  }

  async hashOf(name: string, check: () => void): Promise<string | undefined> {
    let last: string | undefined;
    for (const version of this.#versions.get(name) ?? []) {
      last = await this.#hashOf(name, version, check);
      if (isOf(name, last)) return last;
    }
    return last;
  }

  async #hashOf(name: string, version: RemoteVersion, check: () => void): Promise<string> {
    const hash = this.#ports.newHash();
    for await (const part of this.#parts(name, version, check)) hash.update(part);
    return hash.hex();
  }

  read(volume: { name: string; hash: string }, check: () => void): ReadableStream<Uint8Array> {
    return hashedStream(this.#rightParts(volume, check), volume, this.#ports.newHash);
  }

  /** The pieces of the version that has the hash: where there are several each is read for it once. */
  async *#rightParts(
    { name, hash }: { name: string; hash: string },
    check: () => void,
  ): AsyncGenerator<Uint8Array> {
    let versions = this.#versions.get(name) ?? [];
    for (const version of versions.length > 1 ? versions : []) {
      if (await this.#hashOf(name, version, check) !== hash) continue;
      this.#versions.set(name, versions = [version]);
      break;
    }
    const [version] = versions;
    if (version !== undefined) yield* this.#parts(name, version, check);
  }

  /** One piece is asked for while the one before is used. */
  async *#parts(
    name: string,
    version: RemoteVersion,
    check: () => void,
  ): AsyncGenerator<Uint8Array> {
    // the right to read versions is another one, and not needed where there is one
    const id = this.#covered.has(name) ? version.id : undefined;
    const ask = (from: number): Promise<Uint8Array> =>
      this.#ports.remote<"read">({
        op: "read",
        name: this.#at(name),
        version: id,
        from,
        length: Math.min(READ, version.size - from),
      });
    let next = version.size > 0 ? ask(0) : undefined;
    for (let at = 0; next !== undefined;) {
      check();
      const part = await next;
      if (part.length === 0) return;
      at += part.length;
      next = at < version.size ? ask(at) : undefined;
      // met where it is waited for
      next?.catch(() => {});
      yield part;
    }
  }

  #at(name: string): string {
    return `${this.vault}/${name}`;
  }
}

function isOf(name: string, hash: string): boolean {
  const parsed = parseName(name);
  return parsed !== undefined && hash.slice(0, DIGITS) === parsed.digits;
}
