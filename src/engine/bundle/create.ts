/**
 * `bundle create`: packs the newest state of a vault, or what changed since the bundle before, into encrypted volumes.
 * Written in this order: volumes, the volume that tells of them, the manifest, what is known at home. @module
 */

import { utf8 } from "../../base/bytes.ts";
import { HikaeError } from "../../base/errors.ts";
import { lstatIfAny, readBytes } from "../../base/io.ts";
import { type Stamp, stampFromNumber, stampToNumber } from "../../base/stamp.ts";
import { checkRecipients } from "../../bundle/seal.ts";
import { Store } from "../../bundle/store.ts";
import { BundleWriter, type OwnFile } from "../../bundle/write.ts";
import type { Version } from "../../vault/catalog.ts";
import { text } from "../../text/text.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { pathOf, Reader } from "../reader.ts";
import { changesOf } from "./changes.ts";
import { contentOf, entryOf } from "./entry.ts";
import { readSent, type Sent, writeSent } from "./sent.ts";

/** What is asked. */
export interface BundleCreateRequest {
  /** The vault's real path. */
  root: string;
  given: string;
  /** The directory of the bundles, a real path. */
  where: string;
  /** Public keys of age. */
  recipients: readonly string[];
  volumeSize: number;
  /** Whatever was sent before. */
  full: boolean;
  /** The directory at home in which is kept what was sent; undefined where there is none. */
  state: string | undefined;
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
  const reader = Reader.open(ports, request.root);
  try {
    const newest = reader.snapshots().filter((s) => s.complete).at(-1);
    if (newest === undefined) {
      throw new HikaeError("no_such_snapshot", text("bundle.no-snapshot"), {
        path: request.given,
        hint: text("bundle.no-snapshot-hint"),
      });
    }
    const store = new Store(ports, request.where, reader.vault.info.id);
    const lock = store.take();
    try {
      return await new Creation(ports, request, reader, store, newest.stamp).run();
    } finally {
      lock.release();
    }
  } finally {
    reader.close();
  }
}

class Creation {
  #errors = 0;
  readonly #ports: EnginePorts;
  readonly #request: BundleCreateRequest;
  readonly #reader: Reader;
  readonly #store: Store;
  readonly #stamp: Stamp;

  constructor(
    ports: EnginePorts,
    request: BundleCreateRequest,
    reader: Reader,
    store: Store,
    stamp: Stamp,
  ) {
    this.#ports = ports;
    this.#request = request;
    this.#reader = reader;
    this.#store = store;
    this.#stamp = stamp;
  }

  async run(): Promise<BundleCreateAnswer> {
    const sent = this.#sent();
    const before = sent === undefined || this.#request.full ? undefined : sent;
    if (sent?.stamp === this.#stamp && !this.#request.full) return nothing();
    const writer = new BundleWriter({
      store: this.#store,
      vault: this.#reader.vault.info.id,
      stamp: this.#stamp,
      before: before?.manifest,
      recipients: this.#request.recipients,
      volumeSize: this.#request.volumeSize,
      id: this.#ports.newId(),
    });
    try {
      return await this.#write(writer, before);
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }

  async #write(writer: BundleWriter, before: Sent | undefined): Promise<BundleCreateAnswer> {
    const now = stampToNumber(this.#stamp);
    const since = before === undefined ? undefined : stampToNumber(before.stamp);
    const { entries, deleted, between } = changesOf(this.#reader.catalog, {
      now,
      before: since,
      newest: now,
    });
    const own = this.#ownName(now, since);
    for (const version of entries) await this.#add(writer, version, pathOf(version) || ".");
    for (const version of between) {
      const from = stampFromNumber(version.since);
      await this.#add(writer, version, `${own}/versions/${from}/${pathOf(version)}`);
    }
    const list = utf8(deleted.map((path) => `./${path}\0`).join(""));
    const done = await writer.finish(own, [
      ...this.#records(before?.stamp),
      { name: `${this.#stamp}.deleted`, content: [list], size: list.length },
    ]);
    this.#remember(done.manifest);
    return {
      stamp: this.#stamp,
      manifest: done.manifest,
      full: before === undefined,
      entries: done.entries,
      volumes: done.volumes,
      bytes: done.bytes,
      deleted: deleted.length,
      errors: this.#errors,
    };
  }

  /** What was sent last, if the next bundle can go on from it. */
  #sent(): Sent | undefined {
    const { state, where, recipients } = this.#request;
    const { id } = this.#reader.vault.info;
    const sent = readSent(this.#ports, state, id, where);
    if (sent === undefined) return undefined;
    const why = sent.recipients.join() !== [...recipients].sort().join()
      ? text("bundle.other-recipients")
      : sent.stamp > this.#stamp || this.#digestOf(sent.stamp) !== sent.record
      ? text("bundle.went-back")
      : !this.#store.has(sent.manifest)
      ? text("bundle.before-missing")
      : undefined;
    if (why === undefined) return sent;
    this.#ports.emit({ message_type: "note", message: why, path: where });
    return undefined;
  }

  #remember(manifest: string): void {
    const { state, where, recipients } = this.#request;
    const sent: Sent = {
      stamp: this.#stamp,
      manifest,
      record: this.#digestOf(this.#stamp) ?? "",
      recipients: [...recipients].sort(),
    };
    const problem = writeSent(this.#ports, state, this.#reader.vault.info.id, where, sent);
    if (problem === undefined) return;
    this.#ports.emit({ message_type: "note", message: text("bundle.not-kept", { problem }) });
  }

  /** The hash of a run's record; undefined when it is not there. */
  #digestOf(stamp: Stamp): string | undefined {
    const path = this.#reader.vault.recordPath(stamp);
    if (lstatIfAny(this.#ports.fs, path)?.type !== "file") return undefined;
    return this.#ports.hashOf(readBytes(this.#ports.fs, path));
  }

  /** The records of the runs after `before`. */
  *#records(before: Stamp | undefined): Generator<OwnFile> {
    const { vault } = this.#reader;
    for (const { stamp } of vault.recordFiles()) {
      if (stamp > this.#stamp || before !== undefined && stamp <= before) continue;
      const bytes = readBytes(this.#ports.fs, vault.recordPath(stamp));
      yield { name: `${stamp}.jsonl`, content: [bytes], size: bytes.length };
    }
  }

  /** A name that no entry has at the root of this state or of the one before. */
  #ownName(now: number, before: number | undefined): string {
    const taken = this.#reader.catalog.sql(
      "SELECT 1 AS n FROM version WHERE dir = '' AND name = ? AND (until IS NULL OR until > ?) LIMIT 1",
    );
    let name = ".hikae";
    while (taken.get(name, Math.min(now, before ?? now)) !== undefined) name += "$";
    return name;
  }

  async #add(writer: BundleWriter, version: Version, path: string): Promise<void> {
    checkCancelled(this.#ports);
    const trouble = (code: string, message: string): void => {
      this.#errors++;
      this.#ports.progress.error();
      const about = pathOf(version);
      this.#ports.emit({ message_type: "error", path: about, during: "bundle", code, message });
    };
    const entry = entryOf(this.#ports, this.#reader, version, path, trouble);
    if (entry === undefined) return;
    const content = entry.type === "file"
      ? contentOf(this.#ports, entry.place, version, entry.size, trouble)
      : [];
    await writer.add(entry, content);
    this.#ports.progress.done(1, 0);
  }
}

function nothing(): BundleCreateAnswer {
  const none = { entries: 0, volumes: 0, bytes: 0, deleted: 0, errors: 0 };
  return { stamp: null, manifest: null, full: false, ...none };
}
