/** What the index notes of all records, as it is read and kept while a command asks, and written with its rows. @module */

import { type Stamp, stampFromNumber } from "../base/stamp.ts";
import {
  type ChainLink,
  isNoted,
  noteOf,
  type NotesPlace,
  packHead,
  PIECE,
  type RecordNote,
  RecordPiece,
  removePiece,
  unpackHead,
} from "./record_notes.ts";
import type { RecordRow } from "./record_row.ts";
import { holdRecordOrder } from "./row_order.ts";
import { ChainSoFar } from "./seal.ts";

export type { ChainLink, RecordNote } from "./record_notes.ts";

/** The key of what is said of all pieces. */
const HEAD = "records";

/** The notes of one index. */
export class RecordList {
  readonly #place: NotesPlace;
  #read: RecordPiece[] | undefined;
  /** All notes, while nothing changes. */
  #all: readonly RecordNote[] | undefined;
  /** The digest over the records from the oldest on, as far as it was asked for. */
  #chain = new ChainSoFar();
  /** How many pieces are written, and from which on they are others. */
  #written = 0;
  #moved = Infinity;
  #changed = false;

  /** Of what lies in `place`. */
  constructor(place: NotesPlace) {
    this.#place = place;
  }

  /** Of an index that is made now, and has no records. */
  begin(): void {
    this.#place.put(HEAD, packHead({ pieces: [] }));
  }

  /** All of them, oldest first. */
  notes(): readonly RecordNote[] {
    return this.#all ??= holdRecordOrder(this.#pieces().flatMap((p) => p.notes));
  }

  /** How many there are. */
  get count(): number {
    return this.#pieces().reduce((n, p) => n + p.count, 0);
  }

  /** The newest of which something holds. */
  newest(is: (note: RecordNote) => boolean): RecordNote | undefined {
    for (const piece of this.#pieces().toReversed()) {
      const found = piece.notes.findLast(is);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Those without a last line, oldest first. */
  unfinished(): RecordNote[] {
    return this.#pieces().flatMap((p) => p.unfinished);
  }

  /** Those that are not what a seal says, oldest first. */
  broken(): RecordNote[] {
    return this.#pieces().flatMap((p) => p.broken);
  }

  /** What is known of one. */
  note(stamp: Stamp): RecordNote | undefined {
    const piece = this.#pieces()[this.#pieceFrom(stamp)];
    const note = piece?.notes[placeFrom(piece.notes, stamp)];
    return note?.stamp === stamp ? note : undefined;
  }

  /** The latest time of any, ms. */
  latest(): number {
    return this.#pieces().reduce((ms, p) => Math.max(ms, p.latest), 0);
  }

  /** True where attributes were kept with one of them. */
  haveAttributes(): boolean {
    return this.#pieces().some((p) => p.attr);
  }

  /** True where these, in order, are the names of their files: what is read for that needs no other proof. */
  areNamed(names: readonly string[]): boolean {
    return names.length === this.count &&
      this.#pieces().map((p) => p.names).join("\n") === names.join("\n");
  }

  /** The hashes of all records. */
  chain(): ChainLink[] {
    return this.#pieces().flatMap(links);
  }

  /** The digest of a seal over all records and one more. */
  chainWith(more: ChainLink): string {
    const pieces = this.#pieces();
    for (let i = this.#pieceFrom(this.#chain.last, true); i < pieces.length; i++) {
      for (const link of links(pieces[i] as RecordPiece)) {
        if (link.stamp > this.#chain.last) this.#chain.add(link);
      }
    }
    return this.#chain.with(more);
  }

  /** True when what was read of a record, if anything, is what is noted. */
  holds(stamp: Stamp, row: RecordRow | undefined): boolean {
    const note = this.note(stamp);
    return note === undefined ? row === undefined : row !== undefined && isNoted(row, note);
  }

  /** The same of all records. */
  holdAll(rows: readonly RecordRow[]): boolean {
    const notes = this.notes();
    return rows.length === notes.length && rows.every((row, i) => {
      const note = notes[i];
      return note !== undefined && isNoted(row, note);
    });
  }

  /** True when a snapshot that is not forgotten lies in the time from `since` to before `until`. */
  isNeeded(since: number, until: number | null): boolean {
    const first = stampFromNumber(Math.max(0, since));
    const end = until === null ? undefined : stampFromNumber(Math.max(0, until));
    const pieces = this.#pieces();
    for (let at = this.#pieceFrom(first); at < pieces.length; at++) {
      const { notes } = pieces[at] as RecordPiece;
      for (let i = placeFrom(notes, first); i < notes.length; i++) {
        const note = notes[i];
        if (note === undefined || end !== undefined && note.stamp >= end) return false;
        if (note.kind === "run" && !note.forgotten) return true;
      }
    }
    return false;
  }

  /** Notes a row. */
  put(row: RecordRow): void {
    const pieces = this.#pieces();
    let at = this.#pieceFrom(row.stamp);
    if (at === pieces.length) {
      const last = pieces.at(-1);
      if (last === undefined || last.count >= PIECE) {
        pieces.push(new RecordPiece(this.#place, at, undefined));
      } else at--;
    }
    const piece = pieces[at] as RecordPiece;
    const { notes, hashes } = piece;
    const i = placeFrom(notes, row.stamp);
    const isThere = notes[i]?.stamp === row.stamp;
    if (!isThere || hashes[i] !== row.sha256) this.#unchain(row.stamp);
    notes.splice(i, isThere ? 1 : 0, noteOf(row));
    hashes.splice(i, isThere ? 1 : 0, row.sha256);
    this.#change(piece);
  }

  /** A row goes. */
  remove(stamp: Stamp): void {
    const at = this.#pieceFrom(stamp);
    const piece = this.#pieces()[at];
    const i = piece === undefined ? 0 : placeFrom(piece.notes, stamp);
    if (piece === undefined || piece.notes[i]?.stamp !== stamp) return;
    this.#unchain(stamp);
    // both are read before one of them changes
    const { notes, hashes } = piece;
    notes.splice(i, 1);
    hashes.splice(i, 1);
    this.#change(piece);
    if (notes.length > 0) return;
    this.#pieces().splice(at, 1);
    this.#moved = Math.min(this.#moved, at);
  }

  /** Writes what changed, with the rows. */
  flush(): void {
    if (!this.#changed) return;
    const pieces = this.#pieces();
    // each is read where it was before another one is written there
    for (const piece of pieces.slice(this.#moved)) piece.move();
    const facts = pieces.map((piece, i) => piece.facts ?? piece.write(i));
    for (let i = pieces.length; i < this.#written; i++) removePiece(this.#place, i);
    this.#place.put(HEAD, packHead({ pieces: facts, chain: this.#chain.state }));
    this.forget();
  }

  /** What was read may not be so any more. */
  forget(): void {
    this.#read = undefined;
    this.#all = undefined;
    this.#chain = new ChainSoFar();
    this.#moved = Infinity;
    this.#changed = false;
  }

  /** Takes over what another one has just read, and lets go of. */
  knowAs(other: RecordList): void {
    [this.#read, this.#all, this.#chain] = [other.#read, other.#all, other.#chain];
    this.#written = other.#written;
    other.forget();
  }

  #pieces(): RecordPiece[] {
    if (this.#read !== undefined) return this.#read;
    const { pieces, chain } = unpackHead(this.#place.get(HEAD));
    this.#chain = new ChainSoFar(chain);
    this.#written = pieces.length;
    return this.#read = pieces.map((facts, i) => new RecordPiece(this.#place, i, facts));
  }

  #change(piece: RecordPiece): void {
    piece.changed = true;
    this.#changed = true;
    this.#all = undefined;
  }

  /** The digest is not that of the records any more where it went over this one. */
  #unchain(stamp: Stamp): void {
    if (stamp <= this.#chain.last) this.#chain = new ChainSoFar();
  }

  /** The place of the first piece that goes to `stamp`, or beyond it. */
  #pieceFrom(stamp: Stamp | "", beyond = false): number {
    const pieces = this.#pieces();
    let low = 0;
    let high = pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const last = pieces[middle]?.last ?? "";
      if (beyond ? last <= stamp : last < stamp) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function links(piece: RecordPiece): ChainLink[] {
  const { hashes } = piece;
  return piece.notes.map(({ stamp }, i) => ({ stamp, sha256: hashes[i] ?? "" }));
}

/** The place of the first one that is not before `stamp`. */
function placeFrom(notes: readonly RecordNote[], stamp: Stamp): number {
  let low = 0;
  let high = notes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((notes[middle]?.stamp ?? "") < stamp) low = middle + 1;
    else high = middle;
  }
  return low;
}
