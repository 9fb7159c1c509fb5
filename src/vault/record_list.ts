/** What the index notes of all records, as it is read and kept while a command asks, and written with its rows. @module */

import type { SqlValue } from "../base/sql.ts";
import { type Stamp, stampFromNumber } from "../base/stamp.ts";
import {
  type ChainLink,
  isNoted,
  noteOf,
  packHashes,
  packNotes,
  type RecordNote,
  unpackHashes,
  unpackNotes,
} from "./record_notes.ts";
import type { RecordRow } from "./record_row.ts";

export type { ChainLink, RecordNote } from "./record_notes.ts";

/** Where the texts lie. */
export interface NotesPlace {
  get: (key: string) => SqlValue | undefined;
  put: (key: string, value: string) => void;
}

/** The keys. */
const NOTES = "records";
const HASHES = "record_hashes";

/** The notes of one index. */
export class RecordList {
  readonly #place: NotesPlace;
  #notes: RecordNote[] | undefined;
  #hashes: Map<Stamp, string> | undefined;
  /** Somebody holds the list: it is copied before it changes. */
  #lent = false;
  #changed = false;

  /** Of what lies in `place`. */
  constructor(place: NotesPlace) {
    this.#place = place;
  }

  /** Of an index that is made now, and has no records. */
  begin(): void {
    this.#place.put(NOTES, packNotes([]));
    this.#place.put(HASHES, packHashes([]));
  }

  /** All of them, oldest first. */
  notes(): readonly RecordNote[] {
    this.#lent = true;
    return this.#all();
  }

  /** The hashes of all records. */
  chain(): ChainLink[] {
    const hashes = this.#allHashes();
    return this.#all().map(({ stamp }) => ({ stamp, sha256: hashes.get(stamp) ?? "" }));
  }

  /** True when what was read of a record, if anything, is what is noted. */
  holds(stamp: Stamp, row: RecordRow | undefined): boolean {
    const note = this.#all()[this.#from(stamp)];
    if (note?.stamp !== stamp) return row === undefined;
    return row !== undefined && isNoted(row, note);
  }

  /** The same of all records. */
  holdAll(rows: readonly RecordRow[]): boolean {
    const notes = this.#all();
    return rows.length === notes.length && rows.every((row, i) => {
      const note = notes[i];
      return note !== undefined && isNoted(row, note);
    });
  }

  /** True when a snapshot that is not forgotten lies in the time from `since` to before `until`. */
  isNeeded(since: number, until: number | null): boolean {
    const notes = this.#all();
    const end = until === null ? undefined : stampFromNumber(Math.max(0, until));
    for (let i = this.#from(stampFromNumber(Math.max(0, since))); i < notes.length; i++) {
      const note = notes[i];
      if (note === undefined || end !== undefined && note.stamp >= end) return false;
      if (note.kind === "run" && !note.forgotten) return true;
    }
    return false;
  }

  /** Notes a row. */
  put(row: RecordRow): void {
    const notes = this.#own();
    const at = this.#from(row.stamp);
    notes.splice(at, notes[at]?.stamp === row.stamp ? 1 : 0, noteOf(row));
    this.#hashes?.set(row.stamp, row.sha256);
  }

  /** A row goes. */
  remove(stamp: Stamp): void {
    const notes = this.#own();
    const at = this.#from(stamp);
    if (notes[at]?.stamp === stamp) notes.splice(at, 1);
    this.#hashes?.delete(stamp);
  }

  /** Writes what changed, with the rows. */
  flush(): void {
    if (!this.#changed) return;
    this.#place.put(NOTES, packNotes(this.#all()));
    this.#place.put(HASHES, packHashes(this.chain().map((r) => r.sha256)));
    this.#changed = false;
  }

  /** What was read may not be so any more. */
  forget(): void {
    this.#notes = undefined;
    this.#hashes = undefined;
    this.#changed = false;
  }

  /** Takes over what another one has just read. */
  knowAs(other: RecordList): void {
    this.#notes = other.#notes;
    this.#lent = true;
    other.#lent = true;
  }

  #all(): RecordNote[] {
    return this.#notes ??= unpackNotes(this.#place.get(NOTES));
  }

  #allHashes(): Map<Stamp, string> {
    return this.#hashes ??= new Map(
      unpackHashes(this.#place.get(HASHES), this.#all()).map((r) => [r.stamp, r.sha256]),
    );
  }

  /** The list to change; what was written goes by the list as it is until then. */
  #own(): RecordNote[] {
    this.#allHashes();
    if (this.#lent) this.#notes = [...this.#all()];
    this.#lent = false;
    this.#changed = true;
    return this.#all();
  }

  /** The place of the first one that is not before `stamp`. */
  #from(stamp: Stamp): number {
    const notes = this.#all();
    let low = 0;
    let high = notes.length;
    const last = notes[high - 1];
    if (last === undefined || last.stamp < stamp) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((notes[middle]?.stamp ?? "") < stamp) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
