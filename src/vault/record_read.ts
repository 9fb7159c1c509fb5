/** Reads the lines of a record, and hashes its bytes on the way (docs/format.md, *Seals*). @module */

import { fromUtf8, joinBytes, utf8 } from "../base/bytes.ts";
import { LONGEST_LINE } from "../base/io.ts";
import type { FileHandle, FileSystem } from "../base/fs.ts";
import type { NewHash } from "../base/hash.ts";
import { parseLine, type RecordLine, type SummaryLine } from "./record.ts";

/** How the reading of a record ended. */
export interface RecordEnd {
  finished: boolean;
  /** Lines that made no sense. */
  bad: number;
  bytes: number;
  /** The SHA-256 of the bytes before its last line; of all of them where it has no last line. */
  sha256: string;
  /** Its last line; undefined where it has none. */
  last: string | undefined;
}

/** Small, so that a chunk and its lines are garbage before V8 takes them for something that stays. */
const CHUNK = 1 << 15;
const FIRST = 1 << 14;
const LF = 10;
const SUMMARY = utf8('{"kind":"summary"');

/** What becomes of a line: it is given, passed over, or makes no sense. */
type ParseLine = (text: string) => RecordLine | "passed" | undefined;

/** Passes over lines that neither tell of trouble nor of content that went, nor end the record; the hash has them. */
export function skimLine(text: string): RecordLine | "passed" | undefined {
  const plain = text.startsWith('{"kind":"version"') && !text.includes('"gone":"');
  return plain || text.startsWith('{"kind":"attr"') ? "passed" : parseLine(text);
}

/**
 * The lines after the first, whatever that says; with it, should it be one of them and the first be lost. `parse` makes
 * lines of texts.
 */
export function* readRecord(
  fs: FileSystem,
  newHash: NewHash,
  path: string,
  parse: ParseLine = parseLine,
): Generator<RecordLine, RecordEnd> {
  const hash = newHash();
  let bytes = 0;
  let bad = 0;
  let first = true;
  let finished = false;
  const parsed = function* (part: Uint8Array): Generator<RecordLine> {
    const lines = fromUtf8(part).split("\n");
    // what comes after the last end of a line is empty
    for (let i = 0; i < lines.length - 1; i++) {
      const line = parse(lines[i] ?? "");
      // the first line is the head's, unless that was lost
      if (line === undefined) bad += first && i === 0 ? 0 : 1;
      else if (line === "passed") finished = false;
      else {
        finished = line.kind === "summary";
        yield line;
      }
    }
    first = false;
  };
  const kept = new KeptLine();
  const file = fs.open(path, { read: true });
  try {
    // most records are a few lines
    let buffer = new Uint8Array(FIRST);
    for (;;) {
      // a disk may say once that a file is at its end before it is: a run of which no end is seen counts as broken off
      const n = file.read(buffer) || (kept.isSummary() ? 0 : file.read(buffer));
      if (n === 0) break;
      bytes += n;
      const before = kept.add(buffer.subarray(0, n));
      if (before.length > 0) {
        hash.update(before);
        yield* parsed(before);
      }
      if (n === FIRST) buffer = new Uint8Array(CHUNK);
    }
  } finally {
    file.close();
  }
  const rest = kept.bytes();
  const ends = rest.lastIndexOf(LF) + 1;
  if (ends > 0) yield* parsed(rest.subarray(0, ends));
  if (ends < rest.length) {
    finished = false;
    bad++;
  }
  if (!finished) hash.update(rest);
  const last = finished ? fromUtf8(rest).slice(0, -1) : undefined;
  return { finished, bad, bytes, sha256: hash.hex(), last };
}

/** How a record ends, and its hash; of its lines the last one alone is made sense of. */
export function readEnd(fs: FileSystem, newHash: NewHash, path: string): RecordEnd {
  const lines = readRecord(fs, newHash, path, skimLine);
  for (let step = lines.next();; step = lines.next()) if (step.done === true) return step.value;
}

/**
 * The last line with an end, and what follows it. Pieces without an end of a line are put aside until one comes: damage may
 * leave a file that is one line, which is not to be put together anew with each of its pieces.
 */
class KeptLine {
  #parts: Uint8Array[] = [];
  #length = 0;

  /** Takes a piece, whose buffer may be used again; gives what is before the line that is last now. */
  add(piece: Uint8Array): Uint8Array {
    const tooLong = this.#length > LONGEST_LINE;
    if (!tooLong && !piece.includes(LF)) {
      this.#parts.push(piece.slice());
      this.#length += piece.length;
      return new Uint8Array();
    }
    const all = this.#parts.length === 0 ? piece : joinBytes(...this.#parts, piece);
    // what is too long for a line is none: it is hashed, and no more than that
    const start = tooLong ? all.length : lastLine(all);
    this.#parts = [all.slice(start)];
    this.#length = all.length - start;
    return all.subarray(0, start);
  }

  /** True when the line that is last is whole, and that of a record's end. */
  isSummary(): boolean {
    const [only = new Uint8Array(), ...more] = this.#parts;
    return more.length === 0 && only.at(-1) === LF && SUMMARY.every((byte, i) => only[i] === byte);
  }

  /** What is kept. */
  bytes(): Uint8Array {
    return joinBytes(...this.#parts);
  }
}

/** Where the last line with an end begins, so that all before it is hashed whatever comes. */
function lastLine(bytes: Uint8Array): number {
  const end = bytes.lastIndexOf(LF);
  return end <= 0 ? 0 : bytes.lastIndexOf(LF, end - 1) + 1;
}

const TAIL = 1 << 16;

/**
 * A record's last line, read from its end, for the lines before it may be many; undefined where it has none. Where the
 * end is, the reading says: a disk may tell another size (decision 27).
 */
export function readLastLine(fs: FileSystem, path: string): string | undefined {
  const file = fs.open(path, { read: true });
  try {
    const from = Math.max(0, file.stat().size - TAIL);
    // a size too large leads past the end, and a last line may be longer than what was read
    const end = (): string | undefined => {
      const text = endFrom(file, from) ?? endFrom(file, 0) ?? "";
      const last = text.slice(0, -1);
      return text.endsWith("\n") && parseSummary(last) !== undefined ? last : undefined;
    };
    // the end may be told once where it is not
    return end() ?? end();
  } finally {
    file.close();
  }
}

/** A last line as a summary. */
export function parseSummary(text: string): SummaryLine | undefined {
  const line = parseLine(text);
  return line?.kind === "summary" ? line : undefined;
}

/** What a file has from the beginning of its last line on; undefined where that lies before `from`. */
function endFrom(file: FileHandle, from: number): string | undefined {
  file.seek(from);
  const buffer = new Uint8Array(TAIL);
  const kept = new KeptLine();
  let begins = from === 0;
  for (let n = file.read(buffer); n > 0; n = file.read(buffer)) {
    const before = kept.add(buffer.subarray(0, n));
    begins ||= before.length > 0;
  }
  return begins ? fromUtf8(kept.bytes()) : undefined;
}
