/**
 * `bundle create`: packs the newest state of a vault, or what changed since the bundle before, into encrypted volumes.
 * Written in this order: volumes, the volume that tells of them, the manifest, what is known at home. @module
 */

import { utf8 } from "../../base/bytes.ts";
import { HikaeError } from "../../base/errors.ts";
import type { FileSystem } from "../../base/fs.ts";
import { bytesIn, lstatIfAny } from "../../base/io.ts";
import { type Stamp, stampFromNumber, stampToNumber } from "../../base/stamp.ts";
import { checkRecipients } from "../../bundle/seal.ts";
import type { WritableStore } from "../../bundle/store.ts";
import { attrFile, attrPath } from "../../vault/attr_file.ts";
import type { Version } from "../../vault/catalog.ts";
import { text } from "../../text/text.ts";
import { checkCancelled, type EnginePorts, hashFile, NO_PROGRESS } from "../ports.ts";
import { KeptAttributes, keptAttributesAt } from "../kept_attributes.ts";
import { openReader } from "../open_reader.ts";
import { pathOf, type Reader } from "../reader.ts";
import { damagedAttributes } from "../restore/attributes.ts";
import { changesOf } from "./changes.ts";
import { contentState, entryOf, nameEntry } from "./entry.ts";
import { BundleMaker, type Made, type OwnFile } from "./make.ts";
import { type RemoteOptions, storeFor } from "./places.ts";
import { OneFile } from "./one_file.ts";
import { piecesOf } from "./pieces.ts";
import { BundleProgress } from "./progress.ts";
import {
  type FullRule,
  goneFrom,
  isFullDue,
  readSent,
  type SentBundle,
  sentPath,
  writeSent,
} from "./sent.ts";
import { isTakenAtRoot } from "../../vault/history/paths.ts";

/** What is asked. */
export interface BundleCreateRequest {
  /** The vault's real path. */
  root: string;
  given: string;
  /** The directory of the bundles, a real path; or the address of the place away from home, as it was given. */
  where: string;
  /** Public keys of age. */
  recipients: readonly string[];
  volumeSize: number;
  /** Whatever was sent before. */
  full: boolean;
  /** When a full one is due. */
  fullWhen?: FullRule;
  /** The directory at home that keeps what was sent; undefined where there is none. */
  state: string | undefined;
  /** How the place is written to, where it is away from home. */
  remote?: RemoteOptions;
}

/** What was done. */
export interface BundleCreateAnswer {
  /** The run whose state it is; null when the newest was there already. */
  stamp: Stamp | null;
  manifest: string | null;
  full: boolean;
  entries: number;
  volumes: number;
  bytes: number;
  deleted: number;
  errors: number;
}

/** Makes a bundle; nothing new makes none. */
export async function bundleCreate(
  ports: EnginePorts,
  request: BundleCreateRequest,
): Promise<BundleCreateAnswer> {
  checkRecipients(request.recipients);
  const reader = await openReader(ports, request.root);
  try {
    const newest = reader.snapshots().filter((s) => s.complete).at(-1);
    if (newest === undefined) {
      throw new HikaeError("no_such_snapshot", text("bundle.no-snapshot"), {
        path: request.given,
        hint: text("bundle.no-snapshot-hint"),
      });
    }
    const { id } = reader.vault.info;
    const { state, where } = request;
    const path = state === undefined
      ? undefined
      : `${sentPath(ports, state, id, where)}.progress.json`;
    const progress = new BundleProgress(ports, path);
    const store = storeFor(ports, request, id, progress);
    const lock = store.take();
    try {
      const creation = new Creation(ports, request, reader, { store, progress }, newest.stamp);
      return await creation.run();
    } finally {
      lock.release();
    }
  } finally {
    reader.close();
  }
}

class Creation {
  #errors = 0;
  readonly #missing = new Set<string>();
  readonly #ports: EnginePorts;
  readonly #request: BundleCreateRequest;
  readonly #reader: Reader;
  readonly #store: WritableStore;
  readonly #progress: BundleProgress;
  readonly #stamp: Stamp;
  #kept = new KeptAttributes();

  constructor(
    ports: EnginePorts,
    request: BundleCreateRequest,
    reader: Reader,
    { store, progress }: { store: WritableStore; progress: BundleProgress },
    stamp: Stamp,
  ) {
    this.#ports = ports;
    this.#request = request;
    this.#reader = reader;
    this.#store = store;
    this.#progress = progress;
    this.#stamp = stamp;
  }

  async run(): Promise<BundleCreateAnswer> {
    const { full, fullWhen, recipients, volumeSize } = this.#request;
    const sent = full ? undefined : await this.#sent();
    if (sent?.stamp === this.#stamp) return this.#nothingNew(sent.missing ?? []);
    const due = sent !== undefined && isFullDue(fullWhen, sent, this.#stamp);
    if (due) this.#note(text("bundle.full-is-due"));
    const before = due ? undefined : sent;
    const now = stampToNumber(this.#stamp);
    const own = this.#ownName(
      now,
      before === undefined ? undefined : stampToNumber(before.stamp),
    );
    await this.#begin(before, own);
    const maker = new BundleMaker({
      ports: this.#ports,
      store: this.#store,
      progress: this.#progress,
      vault: this.#reader.vault.info.id,
      stamp: this.#stamp,
      before: before?.manifest,
      recipients,
      volumeSize,
      told: ({ path, code, message }) => this.#missed(path, code, message),
      follow: {
        root: this.#request.root,
        moves: [...this.#reader.catalog.moves()],
        known: this.#reader.known,
      },
    });
    try {
      return await this.#make(maker, before, own);
    } catch (error) {
      await maker.discard();
      throw error;
    }
  }

  /** Goes on with what an earlier run left half done, if it was the same bundle. */
  async #begin(before: SentBundle | undefined, own: string): Promise<void> {
    this.#progress.begin({
      stamp: this.#stamp,
      before: before?.manifest ?? null,
      record: this.#digestOf(this.#stamp) ?? "",
      recipients: [...this.#request.recipients].sort(),
      own,
    });
    const { volumes } = this.#progress;
    if (volumes.length > 0) this.#note(text("bundle.goes-on", { n: volumes.length }));
    await this.#store.tidy(new Set(volumes.filter((v) => !v.sent).map((v) => v.name)));
  }

  async #make(
    maker: BundleMaker,
    before: SentBundle | undefined,
    own: string,
  ): Promise<BundleCreateAnswer> {
    const now = stampToNumber(this.#stamp);
    const since = before === undefined ? undefined : stampToNumber(before.stamp);
    const { catalog } = this.#reader;
    const files = new OneFile(catalog, { n: now, newest: true });
    const span = { now, before: since, newest: now };
    this.#kept = keptAttributesAt(this.#reader, this.#stamp, (of) => {
      this.#trouble(attrFile(of), "damaged", damagedAttributes(of).message);
    });
    const attributed = [
      ...this.#kept.pathsAfter(since ?? now),
      ...this.#wholeAgain(before?.missing ?? []),
    ];
    const { entries, deleted, between } = changesOf(catalog, span, files, attributed);
    await this.#addState(maker, entries, files);
    for (const version of between) {
      const from = stampFromNumber(version.since);
      await this.#add(maker, version, `${own}/versions/${from}/${pathOf(version)}`);
    }
    const list = utf8(deleted.map((path) => `./${path}\0`).join(""));
    const done = await maker.finish(own, [
      ...this.#records(before?.stamp),
      { name: `${this.#stamp}.deleted`, content: [list], size: list.length },
    ]);
    for (const path of maker.missing) this.#missing.add(path);
    this.#remember(done, before);
    return {
      stamp: this.#stamp,
      manifest: done.manifest,
      full: before === undefined,
      entries: done.entries,
      volumes: done.volumes,
      bytes: done.bytes,
      deleted: deleted.length,
      errors: this.#errors + maker.errors,
    };
  }

  /** What was sent last, if the next bundle can go on from it. */
  async #sent(): Promise<SentBundle | undefined> {
    const { state, where, recipients } = this.#request;
    const { id } = this.#reader.vault.info;
    const sent = readSent(this.#ports, state, id, where);
    if (sent === undefined) return undefined;
    const why = sent.recipients.join() !== [...recipients].sort().join()
      ? text("bundle.other-recipients")
      : sent.stamp > this.#stamp || this.#digestOf(sent.stamp) !== sent.record
      ? text("bundle.went-back")
      : await this.#goneOf(sent);
    if (why === undefined) return sent;
    this.#note(why);
    return undefined;
  }

  /** Says which of the bundles that the next one would go on from is not there whole: nothing after it could be restored. */
  async #goneOf(sent: SentBundle): Promise<string | undefined> {
    const there = await this.#store.sizes();
    if (there !== undefined) {
      const name = goneFrom(sent, there);
      return name === undefined ? undefined : text("bundle.before-missing", { name });
    }
    // a key that may only write knows what was sent, and has to trust it
    const gone = await this.#store.has(sent.manifest) === false;
    return gone ? text("bundle.before-missing", { name: sent.manifest }) : undefined;
  }

  /** That the newest bundle lacks something is no less so for whoever asks for it once more. */
  #nothingNew(missing: readonly string[]): BundleCreateAnswer {
    for (const path of this.#wholeAgain(missing)) {
      this.#missed(path, "missing", text("bundle.content-in-next"));
    }
    const none = { entries: 0, volumes: 0, bytes: 0, deleted: 0 };
    return { stamp: null, manifest: null, full: false, ...none, errors: this.#errors };
  }

  /** Those of paths that the bundle before could not have and that are as the record tells them now; others still are not. */
  #wholeAgain(paths: readonly string[]): string[] {
    return paths.filter((path) => {
      const v = this.#reader.versionAt(path, this.#stamp);
      if (v === undefined || v.type === "dir") return false;
      const state = contentState(this.#ports, this.#reader, v);
      if (state === "whole") return true;
      const message = text(
        state === "missing" ? "bundle.content-missing" : "bundle.content-damaged",
      );
      this.#missed(path, state, message);
      return false;
    });
  }

  #remember({ manifest, bytes, objects }: Made, before: SentBundle | undefined): void {
    const { state, where, recipients } = this.#request;
    const full = before === undefined
      ? { stamp: this.#stamp, bytes, since: 0 }
      : before.full && { ...before.full, since: before.full.since + bytes };
    const sent: SentBundle = {
      stamp: this.#stamp,
      manifest,
      record: this.#digestOf(this.#stamp) ?? "",
      recipients: [...recipients].sort(),
      ...(full === undefined ? {} : { full }),
      ...(before === undefined
        ? { objects }
        : before.objects && { objects: [...before.objects, ...objects] }),
      ...(this.#missing.size === 0 ? {} : { missing: [...this.#missing].sort() }),
    };
    const problem = writeSent(this.#ports, state, this.#reader.vault.info.id, where, sent);
    if (problem === undefined) return this.#progress.end();
    this.#ports.emit({ message_type: "note", message: text("bundle.not-kept", { problem }) });
  }

  /** The hash of a run's record; undefined when it is not there. */
  #digestOf(stamp: Stamp): string | undefined {
    const path = this.#reader.vault.recordPath(stamp);
    if (lstatIfAny(this.#ports.fs, path)?.type !== "file") return undefined;
    return hashFile({ ...this.#ports, progress: NO_PROGRESS }, path);
  }

  /** The records of the runs after `before`, and the attributes that they kept, each read when it is its turn. */
  *#records(before: Stamp | undefined): Generator<OwnFile> {
    const { vault } = this.#reader;
    const { fs } = this.#ports;
    // those that the index was made of: a listing that the disk cuts would leave some out, and nothing would tell
    for (const { stamp } of this.#reader.records()) {
      if (stamp > this.#stamp || before !== undefined && stamp <= before) continue;
      const whole = (path: string, name: string): OwnFile => {
        const size = bytesIn(fs, path);
        return { name, content: { [Symbol.iterator]: () => piecesOf(fs, path, size) }, size };
      };
      const path = vault.recordPath(stamp);
      // a prune may have dropped it meanwhile
      if (isFile(fs, path)) yield whole(path, `${stamp}.jsonl`);
      const attributes = attrPath(vault, stamp);
      if (isFile(fs, attributes)) yield whole(attributes, attrFile(stamp));
    }
  }

  /** A name that no entry has at the root of this state or of the one before. */
  #ownName(now: number, before: number | undefined): string {
    const { catalog } = this.#reader;
    let name = ".hikae";
    while (isTakenAtRoot(catalog, name, Math.min(now, before ?? now))) name += "$";
    return name;
  }

  /** The content of a file stands once, under the first of its names that is packed. */
  async #addState(
    maker: BundleMaker,
    entries: Iterable<Version>,
    files: OneFile,
  ): Promise<void> {
    const firsts = new Map<string, string>();
    for (const version of entries) {
      const path = pathOf(version) || ".";
      const key = files.keyOf(version);
      const first = key === undefined ? undefined : firsts.get(key);
      const added = await this.#add(maker, version, path, first);
      if (key !== undefined && first === undefined && added) firsts.set(key, path);
    }
  }

  /** Packs a version under `path`, as another name of `first` where that is given; false when its content is nowhere. */
  async #add(
    maker: BundleMaker,
    version: Version,
    path: string,
    first?: string,
  ): Promise<boolean> {
    checkCancelled(this.#ports);
    const about = pathOf(version);
    if (first !== undefined) {
      const entry = nameEntry(version, path, first);
      await maker.add({ entry, place: undefined, hash: version.hash, about });
      return true;
    }
    const told = (code: string, message: string): void => this.#missed(about, code, message);
    // what came and went between two runs has its attributes in the runs' own files
    const kept = path === (about || ".") ? this.#kept : undefined;
    const found = entryOf(this.#ports, this.#reader, version, path, { told, kept });
    if (found === undefined) return false;
    const { place, ...entry } = found;
    const { until, ended } = version;
    const end = until === null ? {} : { end: { until, ended } };
    await maker.add({ entry, place, hash: version.hash, about, ...end });
    return true;
  }

  /** Content that is not in the bundle as the record tells it. */
  #missed(path: string, code: string, message: string): void {
    this.#missing.add(path);
    this.#trouble(path, code, message);
  }

  #trouble(path: string, code: string, message: string): void {
    this.#errors++;
    this.#ports.progress.error();
    this.#ports.emit({ message_type: "error", path, during: "bundle", code, message });
  }

  #note(message: string): void {
    this.#ports.emit({ message_type: "note", message, path: this.#request.where });
  }
}

/** A share may say once that something is not there. */
function isFile(fs: FileSystem, path: string): boolean {
  return (lstatIfAny(fs, path) ?? lstatIfAny(fs, path))?.type === "file";
}
