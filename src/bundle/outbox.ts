/**
 * Bundles that are sent away from home. A volume waits in the spool until it is stored and believed to be: after a look, a
 * listing, or the checksum in the answer. What is under way is told to the journal before, so that a run that was killed
 * sends only the rest. @module
 */

import { systemText } from "../base/system_text.ts";
import { HikaeError } from "../base/errors.ts";
import type { FileSystem } from "../base/fs.ts";
import type { NewHash } from "../base/hash.ts";
import { hashToEnd } from "../base/hash_file.ts";
import { lstatIfAny, move, removeQuietly } from "../base/io.ts";
import { PART, type Remote, type Stored, type StoredAs, type StoredPart } from "../base/remote.ts";
import { text } from "../text/text.ts";
import { isMine } from "./own_lock.ts";
import { RemoteStore } from "./remote_store.ts";
import type { MadeObject, WritableStore } from "./store.ts";

/** What is kept at home of what is under way. */
export interface Journal {
  /** An object is stored. */
  sent(name: string): void;
  /** Uploads that were begun and are not at their end. */
  uploads(): readonly { name: string; upload: string }[];
  begun(name: string, upload: string): void;
  ended(upload: string): void;
}

/** What an outbox works with. */
export interface OutboxPorts {
  fs: FileSystem;
  newHash: NewHash;
  separator: string;
  remote: Remote;
  journal: Journal;
  /** Told of what is no failure. */
  note: (message: string, path: string) => void;
}

/** How it works. */
export interface OutboxOptions {
  /** The place, as it was given. */
  where: string;
  /** The directory at home for what waits: ciphertext alone. */
  spool: string;
  /** The most bytes of the spool. */
  limit: number;
  /** False where an object is sent in one piece whatever its size is (rclone). */
  parts: boolean;
  as: StoredAs;
}

/** What became of sending an object. */
interface SendResult {
  stored: Stored;
  checksum: string;
  /** Of an object of parts. */
  upload?: string;
}

/** So often an object is sent that the server has taken and does not have. */
const TRIES = 3;
/** So many parts are under way at once. */
const AT_ONCE = 2;

/** The bundles of one vault, to be sent. */
export class BundleOutbox extends RemoteStore implements WritableStore {
  readonly #ports: OutboxPorts;
  readonly #options: OutboxOptions;
  /** Bytes of the spool: of what waits, and of what is still being made. */
  #used = 0;
  #waiting: (() => void)[] = [];
  #tail: Promise<void> = Promise.resolve();
  #failed: unknown;
  #unproven = false;

  constructor(ports: OutboxPorts, options: OutboxOptions, vault: string) {
    super(ports, options.where, vault);
    this.#ports = ports;
    this.#options = options;
  }

  take(): { release(): void } {
    const { fs } = this.#ports;
    const lock = fs.open(this.#path(".lock"), {
      read: true,
      write: true,
      create: true,
      mode: 0o600,
    });
    let mine = false;
    try {
      mine = isMine(lock);
    } finally {
      if (!mine) lock.close();
    }
    if (mine) return { release: () => lock.close() };
    throw new HikaeError("locked", text("bundle.busy"), {
      path: this.shown,
      hint: text("bundle.busy-hint"),
    });
  }

  async tidy(names: ReadonlySet<string>): Promise<void> {
    const { fs, journal, remote } = this.#ports;
    for (const { name } of fs.list(this.#options.spool)) {
      if (name !== ".lock" && !names.has(name)) removeQuietly(fs, this.#path(name));
    }
    for (const { name, upload } of journal.uploads()) {
      try {
        await remote<"abort">({ op: "abort", name: this.#key(name), upload });
      } catch (error) {
        // a lifecycle rule of the bucket takes what is left; the objects themselves are not touched
        this.#ports.note(text("bundle.not-aborted", { problem: systemText(error) }), name);
      }
      journal.ended(upload);
    }
  }

  async room(bytes: number): Promise<void> {
    for (;;) {
      this.#throwFailed();
      if (this.#used === 0 || this.#used + bytes <= this.#options.limit) break;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#used += bytes;
  }

  temporary(id: string): string {
    return this.#path(`.new-${id}`);
  }

  put(temporary: string, object: MadeObject, room: number): Promise<void> {
    move(this.#ports.fs, temporary, this.#path(object.name));
    this.#free(room - object.bytes);
    this.#queue(object);
    return Promise.resolve();
  }

  still(object: MadeObject & { sent?: boolean }): Promise<boolean> {
    if (object.sent === true) return Promise.resolve(true);
    const path = this.#path(object.name);
    const there = lstatIfAny(this.#ports.fs, path);
    if (there?.type !== "file" || there.size !== object.bytes) return Promise.resolve(false);
    if (hashToEnd(this.#ports, path) !== object.hash) return Promise.resolve(false);
    this.#used += object.bytes;
    this.#queue(object);
    return Promise.resolve(true);
  }

  async settled(): Promise<void> {
    await this.#tail;
    this.#throwFailed();
  }

  #queue(object: MadeObject): void {
    this.#tail = this.#tail.then(async () => {
      if (this.#failed !== undefined) return;
      try {
        await this.#send(object);
        this.#ports.journal.sent(object.name);
        removeQuietly(this.#ports.fs, this.#path(object.name));
      } catch (error) {
        this.#failed = error;
      }
      this.#free(object.bytes);
    });
  }

  #throwFailed(): void {
    if (this.#failed !== undefined) throw this.#failed;
  }

  #free(bytes: number): void {
    this.#used -= bytes;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Sends an object until it is believed to be stored. */
  async #send(object: MadeObject): Promise<void> {
    for (let tried = 1;; tried++) {
      const sent = this.#options.parts && object.bytes > PART
        ? await this.#sendParts(object)
        : await this.#sendWhole(object);
      const isStored = await this.#isStored(object, sent.stored, sent.checksum);
      await this.#endUpload(object, sent, isStored);
      if (isStored) return;
      if (tried < TRIES) continue;
      throw new HikaeError("failed", text("bundle.not-stored"), {
        path: `${this.shown}/${object.name}`,
        hint: text("bundle.not-stored-hint"),
      });
    }
  }

  /** Whether it is there as it should be; false when it is to be sent again. */
  async #isStored(object: MadeObject, stored: Stored, checksum: string): Promise<boolean> {
    const { name, bytes: size } = object;
    const looked = await this.#ports.remote<"look">({
      op: "look",
      name: this.#key(name),
      size,
      checksum,
    });
    if (looked.is === "missing") return false;
    if (looked.is === "there") {
      if (!looked.differs) return true;
      throw new HikaeError("damaged", text("bundle.another-there"), {
        path: `${this.shown}/${name}`,
        hint: text("bundle.another-there-hint"),
      });
    }
    if (!stored.proven && !stored.there) {
      throw new HikaeError("failed", text("bundle.unproven"), {
        path: `${this.shown}/${name}`,
        hint: text("bundle.unproven-hint"),
      });
    }
    if (!this.#unproven) this.#ports.note(text("bundle.believed"), this.shown);
    this.#unproven = true;
    return true;
  }

  /** An upload that did not become the object is not left at the server. */
  async #endUpload(
    { name }: MadeObject,
    { upload, stored }: SendResult,
    isStored: boolean,
  ): Promise<void> {
    if (upload === undefined) return;
    const { journal, remote } = this.#ports;
    if (!isStored || stored.there) {
      await remote<"abort">({ op: "abort", name: this.#key(name), upload });
    }
    journal.ended(upload);
  }

  async #sendWhole(object: MadeObject): Promise<SendResult> {
    const { name, bytes: size, hash } = object;
    const { as } = this.#options;
    const question = { op: "put" as const, name: this.#key(name), file: name, size, as };
    const stored = await this.#ports.remote<"put">(question);
    return { stored, checksum: base64(hash) };
  }

  async #sendParts(object: MadeObject): Promise<SendResult> {
    const { journal, remote } = this.#ports;
    const name = this.#key(object.name);
    const upload = await remote<"begin">({ op: "begin", name, as: this.#options.as });
    journal.begun(object.name, upload);
    try {
      const parts = await this.#sendEach(object, name, upload);
      const stored = await remote<"complete">({ op: "complete", name, upload, parts });
      return { stored, checksum: this.#checksumOf(parts), upload };
    } catch (error) {
      // the next run does it otherwise
      await remote<"abort">({ op: "abort", name, upload }).then(
        () => journal.ended(upload),
        () => {},
      );
      throw error;
    }
  }

  async #sendEach(
    { name: file, bytes }: MadeObject,
    name: string,
    upload: string,
  ): Promise<StoredPart[]> {
    const count = Math.ceil(bytes / PART);
    const parts: StoredPart[] = [];
    let next = 0;
    const some = async (): Promise<void> => {
      for (let i = next++; i < count; i = next++) {
        const from = i * PART;
        const length = Math.min(PART, bytes - from);
        const piece = { number: i + 1, file, from, length };
        parts[i] = await this.#ports.remote<"part">({ op: "part", name, upload, ...piece });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, some));
    return parts;
  }

  /** What servers have as the checksum of an object of parts. */
  #checksumOf(parts: readonly StoredPart[]): string {
    const hash = this.#ports.newHash();
    for (const { checksum } of parts) hash.update(Uint8Array.fromBase64(checksum));
    return `${base64(hash.hex())}-${parts.length}`;
  }

  #path(name: string): string {
    return this.#options.spool + this.#ports.separator + name;
  }

  #key(name: string): string {
    return `${this.vault}/${name}`;
  }
}

function base64(hex: string): string {
  return Uint8Array.fromHex(hex).toBase64();
}
