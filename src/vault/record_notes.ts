/**
 * What an opening must know of all records, in one text: the rows of ten thousand records are not read for their names. It
 * is written with the commit that writes a row, has a CRC of its own, and each row that is read later is held against it.
 * Pure.
 * @module
 */

import { crcOf } from "../base/crc.ts";
import type { SqlValue } from "../base/sql.ts";
import type { Stamp } from "../base/stamp.ts";
import { text } from "../text/text.ts";
import { IndexTrouble } from "./index_db.ts";
import type { RecordRow } from "./record_row.ts";
import { holdRecordOrder } from "./row_order.ts";

/** What is known of a record without its row. */
export interface RecordNote extends
  Pick<
    RecordRow,
    "stamp" | "kind" | "finished" | "forgotten" | "time" | "bytes" | "errors" | "proof"
  > {
  /** Attributes were kept with it. */
  attr: boolean;
}

/** The columns of all notes. */
interface PackedNotes {
  stamps: string;
  kinds: string[];
  /** One number for each: the place of its kind, its proof, and three flags. */
  is: number[];
  times: string[];
  bytes: number[];
  errors: number[];
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

/** All notes as one text. */
export function packNotes(notes: readonly RecordNote[]): string {
  const kinds = [...new Set(notes.map((r) => r.kind))];
  const packed: PackedNotes = {
    stamps: notes.map((r) => r.stamp).join(" "),
    kinds,
    is: notes.map((r) =>
      (r.finished ? 1 : 0) | (r.forgotten ? 2 : 0) | (r.attr ? 4 : 0) | r.proof << 3 |
      kinds.indexOf(r.kind) << 5
    ),
    times: notes.map((r) => r.time),
    bytes: notes.map((r) => r.bytes),
    errors: notes.map((r) => r.errors),
  };
  return sealed(JSON.stringify(packed));
}

/** Reads them again; throws where that is not the text that was written. */
export function unpackNotes(value: SqlValue | undefined): RecordNote[] {
  const { stamps, kinds, is, times, bytes, errors } = JSON.parse(opened(value)) as PackedNotes;
  const names = stamps === "" ? [] : stamps.split(" ");
  const notes: RecordNote[] = [];
  for (let i = 0; i < names.length; i++) {
    const flags = is[i] ?? 0;
    notes.push({
      stamp: names[i] as Stamp,
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
  return holdRecordOrder(notes);
}

/** The names and hashes of records, as the newest seal has them. */
export interface ChainLink {
  stamp: Stamp;
  sha256: string;
}

/** The hashes of all records as one text, in the order of their notes. */
export function packHashes(hashes: readonly string[]): string {
  return sealed(hashes.join(" "));
}

/** Reads them again, one for each note. */
export function unpackHashes(
  value: SqlValue | undefined,
  notes: readonly RecordNote[],
): ChainLink[] {
  const hashes = opened(value).split(" ");
  // an empty text is one hash, of a record that could not be read; and none, where there is no record
  if (hashes.length !== Math.max(1, notes.length)) throw notWhole();
  return notes.map(({ stamp }, i) => ({ stamp, sha256: hashes[i] ?? "" }));
}

function sealed(content: string): string {
  return `${crcOf([content])} ${content}`;
}

function opened(value: SqlValue | undefined): string {
  if (typeof value !== "string") throw notWhole();
  const at = value.indexOf(" ");
  const content = value.slice(at + 1);
  if (at < 0 || value.slice(0, at) !== String(crcOf([content]))) throw notWhole();
  return content;
}

function notWhole(): IndexTrouble {
  return new IndexTrouble(text("index.out-of-order"));
}
