/**
 * Writes a bundle: one tar in volumes, each encrypted by itself, then the volume that tells of them, last the manifest.
 * Nothing of it is held in memory but which volume has which path. @module
 */

import { utf8 } from "../base/bytes.ts";
import type { Stamp } from "../base/stamp.ts";
import { formatManifest, type Manifest } from "./manifest.ts";
import { HikaeError } from "../base/errors.ts";
import { manifestName, MAX_VOLUMES, volumeName } from "./names.ts";
import { seal } from "./seal.ts";
import type { NewObject, Store } from "./store.ts";
import { BLOCK, padding, type TarEntry } from "./tar.ts";
import { headerOf, TAR_END } from "./tar_write.ts";
import { text } from "../text/text.ts";

/** What a bundle is written with. */
export interface BundleSpec {
  store: Store;
  vault: string;
  stamp: Stamp;
  /** The name of the manifest that it goes on from. */
  before: string | undefined;
  recipients: readonly string[];
  /** The most bytes of a volume. */
  volumeSize: number;
  /** A text that no other writer's temporary names have. */
  id: string;
}

/** A part of the bundle's own directory: a name and its content. */
export interface OwnFile {
  name: string;
  content: Iterable<Uint8Array>;
  size: number;
}

/** A bundle as it was written. */
export interface Written {
  manifest: string;
  volumes: number;
  entries: number;
  bytes: number;
}

/** One volume: what is written into it is compressed, encrypted, hashed and stored. */
class Volume {
  clear = 0;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stored: Promise<void>;
  readonly #object: NewObject;

  constructor(object: NewObject, recipients: readonly string[]) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    this.#object = object;
    this.#writer = writable.getWriter();
    this.#stored = (async () => {
      for await (const part of await seal(readable, recipients)) object.write(part);
    })();
    // met where it is waited for; the writer fails with it
    this.#stored.catch((error) => this.#writer.abort(error).catch(() => {}));
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.clear += bytes.length;
    try {
      await this.#writer.write(bytes);
    } catch (error) {
      await this.#stored;
      throw error;
    }
  }

  async end(nameOf: (hash: string) => string): Promise<ReturnType<NewObject["finish"]>> {
    await this.#writer.close();
    await this.#stored;
    return this.#object.finish(nameOf);
  }

  async giveUp(): Promise<void> {
    await this.#writer.abort().catch(() => {});
    await this.#stored.catch(() => {});
    this.#object.discard();
  }
}

/** A bundle that is being written. */
export class BundleWriter {
  readonly #spec: BundleSpec;
  /** Bytes of the tar that go into a volume: what cannot be compressed grows by less than the rest. */
  readonly #room: number;
  readonly #done: Manifest["volumes"] = [];
  /** Which volume has which path, as bytes: a million paths would be dear as texts. */
  readonly #map: Uint8Array[] = [];
  #mapText = "";
  #volume: Volume | undefined;
  #entries = 0;
  #bytes = 0;

  constructor(spec: BundleSpec) {
    this.#spec = spec;
    this.#room = Math.floor(spec.volumeSize * 0.98) - 8192;
  }

  /** Writes an entry; `content` gives exactly `entry.size` bytes. */
  async add(entry: TarEntry, content: Iterable<Uint8Array> = []): Promise<void> {
    const header = headerOf(entry);
    const whole = header.length + entry.size + padding(entry.size);
    const volume = this.#volume;
    // an entry begins a volume where it does not fit into this one; one that fits into none has volumes of its own
    if (volume !== undefined && volume.clear > 0 && volume.clear + whole > this.#room) {
      await this.#endVolume();
    }
    this.#entries++;
    this.#mapText += `${String(this.#done.length + 1).padStart(4, "0")} ${entry.path}\0`;
    if (this.#mapText.length > 1 << 16) this.#encodeMap();
    await this.#write(header);
    for (const part of content) await this.#write(part);
    await this.#write(new Uint8Array(padding(entry.size)));
    if (whole > this.#room) await this.#endVolume();
  }

  /** Ends the tar, writes volume 0000 with the bundle's own directory, and the manifest. */
  async finish(own: string, files: readonly OwnFile[]): Promise<Written> {
    await this.#write(TAR_END);
    await this.#endVolume();
    this.#encodeMap();
    const size = this.#map.reduce((sum, part) => sum + part.length, 0);
    await this.#writeHead(own, [
      ...files,
      { name: `${this.#spec.stamp}.volumes`, content: this.#map, size },
    ]);
    const { store, vault, stamp, before } = this.#spec;
    const manifest: Manifest = {
      vault,
      stamp,
      before,
      entries: this.#entries,
      volumes: this.#done,
    };
    const object = store.create(`${this.#spec.id}-manifest`);
    try {
      object.write(utf8(formatManifest(manifest)));
      const { name } = object.finish((hash) => manifestName(stamp, hash));
      const volumes = this.#done.length;
      return { manifest: name, volumes, entries: this.#entries, bytes: this.#bytes };
    } catch (error) {
      object.discard();
      throw error;
    }
  }

  /** Gives up what is half written. */
  async discard(): Promise<void> {
    await this.#volume?.giveUp();
    this.#volume = undefined;
  }

  #encodeMap(): void {
    this.#map.push(utf8(this.#mapText));
    this.#mapText = "";
  }

  async #writeHead(own: string, files: readonly OwnFile[]): Promise<void> {
    const head = { type: "file" as const, mtime: 0, mode: 0o600, uid: 0, gid: 0, target: "" };
    const volume = this.#volume = this.#begin(0);
    await volume.write(headerOf({ ...head, path: own, type: "dir", size: 0, mode: 0o700 }));
    for (const { name, content, size } of files) {
      await volume.write(headerOf({ ...head, path: `${own}/${name}`, size }));
      for (const part of content) await volume.write(part);
      await volume.write(new Uint8Array(padding(size)));
    }
    await volume.write(TAR_END);
    const done = await volume.end((hash) => volumeName(this.#spec.stamp, 0, hash));
    this.#volume = undefined;
    this.#bytes += done.bytes;
    this.#done.unshift({ name: done.name, hash: done.hash });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const volume = this.#volume ??= this.#begin(this.#done.length + 1);
      // only what is larger than a volume comes to its end here
      const n = Math.min(bytes.length - at, Math.max(BLOCK, this.#room - volume.clear));
      await volume.write(bytes.subarray(at, at + n));
      at += n;
      if (at < bytes.length) await this.#endVolume();
    }
  }

  #begin(number: number): Volume {
    if (number > MAX_VOLUMES) {
      throw new HikaeError("failed", text("bundle.too-many-volumes", { count: MAX_VOLUMES }), {
        hint: text("bundle.too-many-volumes-hint"),
      });
    }
    const { store, id, recipients } = this.#spec;
    return new Volume(store.create(`${id}-${number}`), recipients);
  }

  async #endVolume(): Promise<void> {
    const volume = this.#volume;
    if (volume === undefined) return;
    const number = this.#done.length + 1;
    const done = await volume.end((hash) => volumeName(this.#spec.stamp, number, hash));
    this.#volume = undefined;
    this.#bytes += done.bytes;
    this.#done.push({ name: done.name, hash: done.hash });
  }
}
