/** Packs volumes: reads contents, writes the tar, seals it. In the engine's thread or a lane's. @module */

import { systemText } from "../../base/system_text.ts";
import { errorCode, isNotFound } from "../../base/errors.ts";
import type { FileHandle } from "../../base/fs.ts";
import { itemsIn, type PackItem } from "../../bundle/packed_items.ts";
import type { PackJob } from "../../bundle/plan.ts";
import { BLOCK, padding } from "../../bundle/tar.ts";
import { headerOf, TAR_END } from "../../bundle/tar_write.ts";
import { writeVolume } from "../../bundle/volume.ts";
import { openContent } from "../../vault/content.ts";
import { text } from "../../text/text.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import type { Again, FollowSpec } from "./follow.ts";

/** What a packer is told besides its jobs. */
export interface PackSpec {
  recipients: readonly string[];
  /** How content is followed that is moved meanwhile; where nobody can move it there is none. */
  follow?: FollowSpec;
}

/** Content that is not what the record says, or cannot be read. */
export interface PackTrouble {
  path: string;
  code: string;
  message: string;
}

/** A volume in its temporary file. */
export interface PackedVolume {
  number: number;
  temporary: string;
  hash: string;
  bytes: number;
  /** Where more volumes of the same file follow: what was read of its content up to its end, as a hash. */
  read?: string;
  told: PackTrouble[];
}

/** Who gives a packer room, and takes what it made. */
export interface PackHooks {
  /** Resolves with the path of the volume's temporary file when there is room for so many bytes. */
  begin(number: number, bytes: number): Promise<string>;
  made(volume: PackedVolume, room: number): Promise<void>;
  /** Asked for after each piece: lets others of the same thread go on. */
  breath?(): Promise<void>;
  /** Asked for content that is not where it was planned, or is another there. */
  again?: Again;
}

/** What a packer works with. */
export type PackPorts = Pick<EnginePorts, "fs" | "newHash" | "hashOf" | "cancelled" | "progress">;

/** The most bytes of the volume that so many bytes of the tar become. */
export function roomOf(bytes: number): number {
  return Math.ceil(bytes / 0.98) + 8192;
}

const CHUNK = 1 << 18;

/** What is known of the content that is being read. */
interface PackReading {
  told: PackTrouble[];
  /** The hash of what was read of the file that is at its turn. */
  soFar: () => string;
}

/** Makes the volumes of a job, one after the other; those that are there only if they have other content than is read now. */
export async function packJob(
  ports: PackPorts,
  spec: PackSpec,
  job: PackJob,
  hooks: PackHooks,
): Promise<void> {
  const { made = [] } = job;
  if (made.length > 0 && await packAfter(ports, spec, { ...job, made }, hooks)) return;
  await packAfter(ports, spec, { ...job, made: [] }, hooks);
}

/** Makes the volumes after those that are there; false when these have other content. */
async function packAfter(
  ports: PackPorts,
  { recipients }: PackSpec,
  job: PackJob & Required<Pick<PackJob, "made">>,
  hooks: PackHooks,
): Promise<boolean> {
  const reading: PackReading = { told: [], soFar: () => "" };
  const bytes = new VolumePieces(bytesOf(ports, job, reading, hooks.again ?? nowhere));
  const last = job.sizes.length - 1;
  try {
    for (const [i, size] of job.sizes.entries()) {
      const clear = withBreaths(bytes.take(size), hooks);
      const there = job.made[i];
      if (there !== undefined) {
        for await (const _ of clear);
        if (reading.soFar() !== there) return false;
        // the run before told it, and it counts with what that made
        reading.told.length = 0;
        continue;
      }
      const number = job.first + i;
      const room = roomOf(size);
      const temporary = await hooks.begin(number, room);
      const done = await writeVolume(ports, temporary, clear, recipients);
      // what is found at the end of a file is told with its last volume
      if (i === last) bytes.next();
      const read = i === last ? {} : { read: reading.soFar() };
      const told = reading.told.splice(0);
      await hooks.made({ number, temporary, ...done, ...read, told }, room);
    }
    return true;
  } finally {
    bytes.close();
  }
}

async function* withBreaths(
  pieces: Iterable<Uint8Array>,
  { breath }: PackHooks,
): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    yield piece;
    await breath?.();
  }
}

/** Pieces, gathered and cut where one volume ends and the next begins. */
class VolumePieces {
  readonly #pieces: Generator<Uint8Array, undefined>;
  readonly #buffer = new Uint8Array(CHUNK);
  #rest: Uint8Array = new Uint8Array();

  constructor(pieces: Generator<Uint8Array, undefined>) {
    this.#pieces = pieces;
  }

  /** The next so many bytes, in a buffer that is used again and again. */
  *take(bytes: number): Generator<Uint8Array> {
    let filled = 0;
    for (let left = bytes; left > 0;) {
      if (this.#rest.length === 0) this.next();
      const part = this.#rest.subarray(0, Math.min(left, CHUNK - filled));
      if (part.length === 0) throw new Error(`pack: ${left} bytes are missing`);
      this.#buffer.set(part, filled);
      this.#rest = this.#rest.subarray(part.length);
      filled += part.length;
      left -= part.length;
      if (filled < CHUNK && left > 0) continue;
      yield this.#buffer.subarray(0, filled);
      filled = 0;
    }
  }

  /** Goes on to the next piece. */
  next(): void {
    this.#rest = this.#pieces.next().value ?? new Uint8Array();
  }

  close(): void {
    this.#pieces.return(undefined);
  }
}

/** Nobody moves anything. */
function nowhere(): undefined {}

const PADDING = new Uint8Array(BLOCK);

/** The tar of a job. */
function* bytesOf(
  ports: PackPorts,
  { items, end }: PackJob,
  reading: PackReading,
  again: Again,
): Generator<Uint8Array, undefined> {
  // one for all files: each of its own would wait to be freed
  const buffer = new Uint8Array(CHUNK);
  for (const item of itemsIn(items)) {
    checkCancelled(ports);
    const { entry } = item;
    yield headerOf(entry);
    if (entry.type === "file") yield* contentOf(ports, { item, buffer, reading, again });
    if (padding(entry.size) > 0) yield PADDING.subarray(0, padding(entry.size));
    ports.progress.done(1, 0);
  }
  if (end) yield TAR_END;
}

/** Exactly as many bytes of a file as its header says; what is not what the record says, or ends too early, is told. */
function* contentOf(
  ports: PackPorts,
  { item, buffer, reading, again }: {
    item: PackItem;
    buffer: Uint8Array;
    reading: PackReading;
    again: Again;
  },
): Generator<Uint8Array> {
  const { entry: { size }, hash: recorded, about: path } = item;
  const { told } = reading;
  // most files are one piece: beginning a hash of several takes longer than hashing them
  const hash = size <= CHUNK ? undefined : ports.newHash();
  let digest = size === 0 ? ports.hashOf(NOTHING) : undefined;
  reading.soFar = () => digest ?? hash?.soFar() ?? "";
  let left = size;
  let failed: unknown;
  try {
    for (const read of partsOf(ports, item, buffer, again)) {
      let part = read;
      if (hash === undefined) {
        digest = ports.hashOf(part);
        const other = digest === recorded ? undefined : whole(ports, item, again);
        if (other !== undefined) [part, digest] = [other, recorded ?? digest];
      } else hash.update(part);
      left -= part.length;
      yield part;
    }
  } catch (error) {
    checkCancelled(ports);
    failed = error;
  }
  digest ??= hash?.hex();
  if (failed !== undefined) {
    told.push({ path, code: errorCode(failed) || "unreadable", message: systemText(failed) });
  } else if (left > 0 || recorded !== null && digest !== recorded) {
    told.push({ path, code: "damaged", message: text("bundle.content-damaged") });
  }
  // the archive says how many there are
  buffer.fill(0, 0, Math.min(left, CHUNK));
  for (; left > 0; left -= Math.min(left, CHUNK)) yield buffer.subarray(0, Math.min(left, CHUNK));
}

const NOTHING = new Uint8Array();

/** The bytes of a file, in pieces of {@link CHUNK} and what is left; what was read before it fails comes too. */
function* partsOf(
  ports: PackPorts,
  item: PackItem,
  buffer: Uint8Array,
  again: Again,
): Generator<Uint8Array> {
  const file = openItem(ports, item, again);
  try {
    for (let left = file === undefined ? 0 : item.entry.size; file !== undefined && left > 0;) {
      checkCancelled(ports);
      const { bytes, failed } = fill(file, buffer.subarray(0, Math.min(left, CHUNK)));
      left -= bytes;
      ports.progress.done(0, bytes);
      if (bytes > 0) yield buffer.subarray(0, bytes);
      if (failed !== undefined) throw failed.error;
      if (bytes === 0) return;
    }
  } finally {
    file?.close();
  }
}

/** Opens the content of an item, where it was planned or where a run moved it; what is small is held against its hash later. */
function openItem({ fs }: PackPorts, item: PackItem, again: Again): FileHandle | undefined {
  const { place, entry: { size } } = item;
  if (place === undefined) return undefined;
  let file: FileHandle;
  try {
    file = openContent(fs, place);
  } catch (error) {
    const other = isNotFound(error) ? again(item) : undefined;
    if (other === undefined) throw error;
    return openContent(fs, other);
  }
  if (size <= CHUNK || file.stat().size === size) return file;
  const other = again(item);
  if (other === undefined) return file;
  file.close();
  return openContent(fs, other);
}

/** The content of a small item that is another one where it was planned, if it is whole where a run moved it. */
function whole(ports: PackPorts, item: PackItem, again: Again): Uint8Array | undefined {
  const { hash, entry: { size } } = item;
  const other = hash === null ? undefined : again(item);
  if (other === undefined) return undefined;
  const bytes = new Uint8Array(size);
  try {
    const file = openContent(ports.fs, other);
    try {
      fill(file, bytes);
    } finally {
      file.close();
    }
  } catch {
    // what was read first is told as what it is
    return undefined;
  }
  return ports.hashOf(bytes) === hash ? bytes : undefined;
}

/** Reads until a piece is full or the file ends; tells what failed after so many bytes. */
function fill(
  file: FileHandle,
  piece: Uint8Array,
): { bytes: number; failed?: { error: unknown } } {
  let bytes = 0;
  try {
    while (bytes < piece.length) {
      const n = file.read(piece.subarray(bytes));
      if (n === 0) break;
      bytes += n;
    }
    return { bytes };
  } catch (error) {
    return { bytes, failed: { error } };
  }
}
