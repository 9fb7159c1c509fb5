/**
 * Makes a bundle of entries: volumes side by side, then the volume that tells of them, last the manifest. What is made is
 * kept at home before it is stored, so that a run that was killed goes on. @module
 */

import { utf8 } from "../../base/bytes.ts";
import type { Stamp } from "../../base/stamp.ts";
import { formatManifest } from "../../bundle/manifest.ts";
import { manifestName, volumeName } from "../../bundle/names.ts";
import type { PackItem } from "../../bundle/packed_items.ts";
import { BundlePlanner, type PackJob } from "../../bundle/plan.ts";
import type { MadeObject, WritableStore } from "../../bundle/store.ts";
import { padding } from "../../bundle/tar.ts";
import { headerOf, TAR_END } from "../../bundle/tar_write.ts";
import { writeVolume } from "../../bundle/volume.ts";
import type { EnginePorts } from "../ports.ts";
import { followed, type FollowSpec } from "./follow.ts";
import { type PackedVolume, type PackTrouble, roomOf } from "./pack.ts";
import { Packers } from "./packers.ts";
import type { BundleProgress, DoneVolume } from "./progress.ts";
import type { SentObject } from "./sent.ts";

/** What a bundle is made of. */
export interface BundleInput {
  ports: EnginePorts;
  store: WritableStore;
  progress: BundleProgress;
  /** The vault's id. */
  vault: string;
  stamp: Stamp;
  /** The name of the manifest that it goes on from. */
  before: string | undefined;
  recipients: readonly string[];
  /** The most bytes of a volume. */
  volumeSize: number;
  /** What is known of the vault that the content lies in. */
  follow: FollowSpec;
  /** Told of content that is not what the record says. */
  told: (told: PackTrouble) => void;
}

/** A part of the bundle's own directory: a name and its content. */
export interface OwnFile {
  name: string;
  content: Iterable<Uint8Array>;
  size: number;
}

/** A bundle as it was made. */
export interface Made {
  manifest: string;
  volumes: number;
  entries: number;
  bytes: number;
  /** All that was stored, the manifest alone without its size. */
  objects: SentObject[];
}

/** What was told of a volume. */
type Told = Pick<DoneVolume, "errors" | "missing">;

/** A bundle that is being made. */
export class BundleMaker {
  readonly #making: BundleInput;
  readonly #planner: BundlePlanner;
  readonly #packers: Packers;
  readonly #id: string;
  readonly #done = new Map<number, MadeObject>();
  /** By the number of a job's first volume. */
  readonly #layouts = new Map<number, string>();
  /** By the number of a volume that is there, how much trouble was told when a run before packed it. */
  readonly #toldBefore = new Map<number, Told>();

  constructor(making: BundleInput) {
    const { ports, recipients, volumeSize, follow } = making;
    this.#making = making;
    this.#planner = new BundlePlanner(volumeSize, ports.newHash);
    this.#id = ports.newId();
    this.#packers = new Packers(ports, { recipients, follow }, ports.lanes, {
      again: followed(ports, follow),
      begin: (number, bytes) => this.#begin(number, bytes),
      made: (volume, room) => this.#made(volume, room),
    });
  }

  /** How much trouble was told when a run before packed what is there and stays. */
  get errors(): number {
    return [...this.#toldBefore.values()].reduce((sum, { errors }) => sum + errors, 0);
  }

  /** The paths that it was told of. */
  get missing(): string[] {
    return [...this.#toldBefore.values()].flatMap(({ missing = [] }) => missing);
  }

  /** Takes the next entry. */
  async add(item: PackItem): Promise<void> {
    for (const job of this.#planner.add(item)) await this.#pack(job);
  }

  /** Ends the archive, makes volume 0000 with the bundle's own directory, and the manifest when all is stored. */
  async finish(own: string, files: readonly OwnFile[]): Promise<Made> {
    await this.#pack(this.#planner.end());
    await this.#packers.settled();
    const map = this.#planner.map();
    const { stamp, store } = this.#making;
    const told = { name: `${stamp}.volumes`, content: map, size: map.size };
    await this.#head(own, [...files, told]);
    await store.settled();
    const manifest = await this.#manifest();
    await store.settled();
    const volumes = [...this.#done.values()];
    return {
      manifest,
      volumes: volumes.length,
      entries: this.#planner.entries,
      bytes: volumes.reduce((sum, v) => sum + v.bytes, 0),
      objects: [...volumes.map(({ name, bytes }) => ({ name, bytes })), { name: manifest }],
    };
  }

  /** Waits until nobody writes any more. */
  async discard(): Promise<void> {
    await this.#packers.settled().catch(() => {});
  }

  async #pack(job: PackJob): Promise<void> {
    const { first, sizes, layout } = job;
    const kept = await this.#kept(first, sizes.length, layout);
    if (kept.length === sizes.length) return;
    sizes.forEach((_, i) => this.#layouts.set(first + i, layout));
    const made = kept.map(({ read }) => read ?? "");
    await this.#packers.pack(made.length === 0 ? job : { ...job, made });
  }

  /** The first volumes of a job that a run before made, and that are still there or still to be sent. */
  async #kept(first: number, count: number, layout: string): Promise<DoneVolume[]> {
    const { progress, store } = this.#making;
    const kept: DoneVolume[] = [];
    for (let number = first; number < first + count; number++) {
      const volume = progress.volumes.find((v) => v.number === number);
      if (volume === undefined || volume.layout !== layout) break;
      // what follows must go on from the same content
      if (number < first + count - 1 && volume.read === undefined) break;
      if (!await store.still(volume)) break;
      kept.push(volume);
      this.#done.set(number, volume);
      this.#toldBefore.set(number, volume);
    }
    const rest = first + kept.length;
    progress.drop(Array.from({ length: first + count - rest }, (_, i) => rest + i));
    return kept;
  }

  async #begin(number: number, bytes: number): Promise<string> {
    const { store } = this.#making;
    await store.room(bytes);
    return store.temporary(`${this.#id}-${number}`);
  }

  async #made(made: PackedVolume, room: number): Promise<void> {
    const { number, temporary, hash, bytes, read, told } = made;
    const { stamp, progress, store } = this.#making;
    told.forEach((one) => this.#making.told(one));
    const volume: DoneVolume = {
      ...{ number, hash, bytes, errors: told.length, sent: false },
      ...(read === undefined ? {} : { read }),
      ...(told.length === 0 ? {} : { missing: told.map(({ path }) => path) }),
      name: volumeName(stamp, number, hash),
      layout: this.#layouts.get(number) ?? "",
    };
    this.#done.set(number, volume);
    this.#toldBefore.delete(number);
    progress.add(volume);
    await store.put(temporary, volume, room);
  }

  async #head(own: string, files: readonly OwnFile[]): Promise<void> {
    const { ports, recipients } = this.#making;
    // read twice, since what it is made of is not held in memory
    const hash = ports.newHash();
    let clear = 0;
    for (const part of headParts(own, files)) {
      hash.update(part);
      clear += part.length;
    }
    const layout = hash.hex();
    if ((await this.#kept(0, 1, layout)).length > 0) return;
    this.#layouts.set(0, layout);
    const room = roomOf(clear);
    const temporary = await this.#begin(0, room);
    const done = await writeVolume(ports, temporary, headParts(own, files), recipients);
    await this.#made({ number: 0, temporary, ...done, told: [] }, room);
  }

  async #manifest(): Promise<string> {
    const { ports, store, vault, stamp, before } = this.#making;
    const volumes = [...this.#done].sort(([a], [b]) => a - b)
      .map(([, { name, hash }]) => ({ name, hash }));
    const entries = this.#planner.entries;
    const bytes = utf8(formatManifest({ vault, stamp, before, entries, volumes }));
    const hash = ports.hashOf(bytes);
    const object = { name: manifestName(stamp, hash), hash, bytes: bytes.length };
    await store.room(bytes.length);
    const temporary = store.temporary(`${this.#id}-manifest`);
    const file = ports.fs.open(temporary, { write: true, createNew: true, mode: 0o600 });
    try {
      for (let at = 0; at < bytes.length;) at += file.write(bytes.subarray(at));
      file.sync();
    } finally {
      file.close();
    }
    await store.put(temporary, object, bytes.length);
    return object.name;
  }
}

function* headParts(own: string, files: readonly OwnFile[]): Generator<Uint8Array> {
  const head = { type: "file" as const, mtime: 0, mode: 0o600, uid: 0, gid: 0, target: "" };
  yield headerOf({ ...head, path: own, type: "dir", size: 0, mode: 0o700 });
  for (const { name, content, size } of files) {
    yield headerOf({ ...head, path: `${own}/${name}`, size });
    yield* content;
    yield new Uint8Array(padding(size));
  }
  yield TAR_END;
}
