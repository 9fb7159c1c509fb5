/**
 * What an opening must know of all records, in pieces of some hundred: neither the rows of ten thousand records are read for
 * their names nor all of that written again for one more. One text has a few facts of each piece, and the CRCs of what is
 * in it; it is written with the commit that writes a row, and each row that is read later is held against its note.
 * @module
 */

import { crcOf } from "../base/crc.ts";
import type { SqlValue } from "../base/sql.ts";
import type { Stamp } from "../base/stamp.ts";
import { text } from "../text/text.ts";
import { IndexTrouble } from "./index_db.ts";
import { RECORD_END, recordFile } from "./record.ts";
import { PROOF, type RecordRow } from "./record_row.ts";
import { holdRecordOrder } from "./row_order.ts";
import type { ChainState } from "./seal.ts";

/** What is known of a record without its row. */
export interface RecordNote extends
  Pick<
    RecordRow,
    "stamp" | "kind" | "finished" | "forgotten" | "time" | "bytes" | "errors" | "proof"
  > {
  /** Attributes were kept with it. */
  attr: boolean;
}

/** The note of a record's row. */
export function noteOf(r: RecordRow): RecordNote {
  const { stamp, kind, finished, forgotten, time, bytes, errors, proof, summary } = r;
  const attr = summary?.attr !== undefined;
  return { stamp, kind, finished, forgotten, time, bytes, errors, proof, attr };
}

/** True when a row says what the note says. */
export function isNoted(r: RecordRow, note: RecordNote): boolean {
  return r.stamp === note.stamp && r.kind === note.kind && r.finished === note.finished &&
    r.forgotten === note.forgotten && r.time === note.time && r.bytes === note.bytes &&
    r.errors === note.errors && r.proof === note.proof;
}

/** The columns of the notes of a piece, but their names. */
interface PackedNotes {
  kinds: string[];
  /** One number for each: the place of its kind, its proof, and three flags. */
  is: number[];
  times: string[];
  bytes: number[];
  errors: number[];
}

/** What is known of a piece without reading it. */
export interface PieceFacts {
  /** How many records it has. */
  n: number;
  /** The newest of them by its name. */
  last: Stamp;
  unfinished: number;
  /** Of how many the proof is broken. */
  broken: number;
  /** Attributes were kept with one of them. */
  attr: boolean;
  /** The latest time of any, ms. */
  latest: number;
  /** The CRCs of its names, its notes and its hashes. */
  crc: [number, number, number];
}

/** Where the texts lie. */
export interface NotesPlace {
  get: (key: string) => SqlValue | undefined;
  put: (key: string, value: string) => void;
  remove: (key: string) => void;
}

/** A piece becomes no larger by what is added at its end. */
export const PIECE = 256;

/** What each piece has. */
const PARTS = ["names", "notes", "hashes"] as const;

/** Some hundred records in a row. */
export class RecordPiece {
  /** It is not as it was written. */
  changed: boolean;
  readonly #place: NotesPlace;
  /** Its number where it was read. */
  readonly #at: number;
  readonly #facts: PieceFacts | undefined;
  #names: string | undefined;
  #notes: RecordNote[] | undefined;
  #hashes: string[] | undefined;

  /** The piece with the number `at`; one that nothing is known of is new, and empty. */
  constructor(place: NotesPlace, at: number, facts: PieceFacts | undefined) {
    this.#place = place;
    this.#at = at;
    this.#facts = facts;
    this.changed = facts === undefined;
    if (facts === undefined) [this.#notes, this.#hashes] = [[], []];
  }

  /** How many records it has. */
  get count(): number {
    return this.#notes?.length ?? this.#facts?.n ?? 0;
  }

  /** The newest of them. */
  get last(): Stamp | undefined {
    return this.#notes === undefined ? this.#facts?.last : this.#notes.at(-1)?.stamp;
  }

  /** The names of their files, as they were written: who does not know them from elsewhere asks for the notes. */
  get names(): string {
    if (this.changed) return namesOf(this.notes);
    return this.#names ??= textOf(this.#place.get(keyOf(this.#at, "names")));
  }

  /** What is known of each, oldest first. */
  get notes(): RecordNote[] {
    return this.#notes ??= holdRecordOrder(
      unpackNotes(this.#part("names", this.#names), this.#part("notes")),
    );
  }

  /** The hash of each. */
  get hashes(): string[] {
    if (this.#hashes !== undefined) return this.#hashes;
    const hashes = this.#part("hashes").split(" ");
    if (hashes.length !== this.#facts?.n) throw notWhole();
    return this.#hashes = hashes;
  }

  /** Those without a last line. */
  get unfinished(): RecordNote[] {
    return !this.changed && this.#facts?.unfinished === 0
      ? []
      : this.notes.filter((r) => !r.finished);
  }

  /** Those that are not what a seal says. */
  get broken(): RecordNote[] {
    return !this.changed && this.#facts?.broken === 0 ? [] : this.notes.filter(isBroken);
  }

  /** Attributes were kept with one of them. */
  get attr(): boolean {
    return this.#known().attr;
  }

  /** The latest time of any, ms. */
  get latest(): number {
    return this.#known().latest;
  }

  /** It gets another number: all of it is read, to be written there. */
  move(): void {
    this.#notes = this.notes;
    this.#hashes = this.hashes;
    this.changed = true;
  }

  /** Writes it with the number `at`. */
  write(at: number): PieceFacts {
    const content = [namesOf(this.notes), packNotes(this.notes), this.hashes.join(" ")];
    PARTS.forEach((part, i) => this.#place.put(keyOf(at, part), content[i] ?? ""));
    const [names = 0, notes = 0, hashes = 0] = content.map((text) => crcOf([text]));
    return { ...factsOf(this.notes), crc: [names, notes, hashes] };
  }

  /** What is known of it when nothing changed. */
  get facts(): PieceFacts | undefined {
    return this.changed ? undefined : this.#facts;
  }

  #known(): Omit<PieceFacts, "crc"> {
    return this.facts ?? factsOf(this.notes);
  }

  #part(part: typeof PARTS[number], known?: string): string {
    const content = known ?? textOf(this.#place.get(keyOf(this.#at, part)));
    if (crcOf([content]) !== this.#facts?.crc[PARTS.indexOf(part)]) throw notWhole();
    return content;
  }
}

/** Takes away what was written with a number that no piece has any more. */
export function removePiece(place: NotesPlace, at: number): void {
  for (const part of PARTS) place.remove(keyOf(at, part));
}

function keyOf(at: number, part: string): string {
  return `records ${at} ${part}`;
}

function namesOf(notes: readonly RecordNote[]): string {
  return notes.map((r) => recordFile(r.stamp)).join("\n");
}

function factsOf(notes: readonly RecordNote[]): Omit<PieceFacts, "crc"> {
  let latest = 0;
  let unfinished = 0;
  let broken = 0;
  let attr = false;
  for (const r of notes) {
    latest = Math.max(latest, Date.parse(r.time) || 0);
    if (!r.finished) unfinished++;
    if (isBroken(r)) broken++;
    attr ||= r.attr;
  }
  const last = notes.at(-1)?.stamp ?? "" as Stamp;
  return { n: notes.length, last, unfinished, broken, attr, latest };
}

function isBroken(r: RecordNote): boolean {
  return r.proof === PROOF.broken;
}

function packNotes(notes: readonly RecordNote[]): string {
  const kinds = [...new Set(notes.map((r) => r.kind))];
  const packed: PackedNotes = {
    kinds,
    is: notes.map((r) =>
      (r.finished ? 1 : 0) | (r.forgotten ? 2 : 0) | (r.attr ? 4 : 0) | r.proof << 3 |
      kinds.indexOf(r.kind) << 5
    ),
    times: notes.map((r) => r.time),
    bytes: notes.map((r) => r.bytes),
    errors: notes.map((r) => r.errors),
  };
  return JSON.stringify(packed);
}

function unpackNotes(named: string, packed: string): RecordNote[] {
  const { kinds, is, times, bytes, errors } = JSON.parse(packed) as PackedNotes;
  const names = named.split("\n");
  const notes: RecordNote[] = [];
  for (let i = 0; i < names.length; i++) {
    const flags = is[i] ?? 0;
    notes.push({
      stamp: names[i]?.slice(0, -RECORD_END.length) as Stamp,
      kind: kinds[flags >> 5] as RecordNote["kind"],
      finished: (flags & 1) !== 0,
      forgotten: (flags & 2) !== 0,
      time: times[i] ?? "",
      bytes: bytes[i] ?? 0,
      errors: errors[i] ?? 0,
      proof: flags >> 3 & 3,
      attr: (flags & 4) !== 0,
    });
  }
  return notes;
}

/** The name and the hash of a record, as the newest seal has them. */
export interface ChainLink {
  stamp: Stamp;
  sha256: string;
}

/** What one text says of all pieces. */
export interface NotesHead {
  pieces: PieceFacts[];
  /** The digest over records, as far as the newest seal went over them. */
  chain?: ChainState | undefined;
}

/** What there is to say of all pieces, as one text. */
export function packHead(head: NotesHead): string {
  const content = JSON.stringify(head);
  return `${crcOf([content])} ${content}`;
}

/** Reads it again; throws where that is not the text that was written. */
export function unpackHead(value: SqlValue | undefined): NotesHead {
  const packed = textOf(value);
  const at = packed.indexOf(" ");
  const content = packed.slice(at + 1);
  if (at < 0 || packed.slice(0, at) !== String(crcOf([content]))) throw notWhole();
  return JSON.parse(content) as NotesHead;
}

function textOf(value: SqlValue | undefined): string {
  if (typeof value !== "string") throw notWhole();
  return value;
}

function notWhole(): IndexTrouble {
  return new IndexTrouble(text("index.out-of-order"));
}
