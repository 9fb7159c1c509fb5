/** Writes a run record: the head before anything else of the run, the summary last (docs/format.md). @module */

import { utf8, utf8Length } from "../base/bytes.ts";
import { HikaeError } from "../base/errors.ts";
import type { FileHandle } from "../base/fs.ts";
import {
  createFresh,
  lstatIfAny,
  move,
  readLines,
  readTextIfAny,
  removeQuietly,
  replaceFile,
  writeAll,
} from "../base/io.ts";
import type { Stamp } from "../base/stamp.ts";
import type { Hash, HashOf } from "../base/hash.ts";
import { text } from "../text/text.ts";
import { BEGUN, TEMPORARY } from "./names.ts";
import {
  formatLine,
  formatSummary,
  lineHolds,
  parseLine,
  type RecordHead,
  type RecordLine,
  type SummaryLine,
} from "./record.ts";
import type { Vault } from "./vault.ts";
import { formatVaultInfo, type VaultInfo } from "./vault_json.ts";

const BUFFER = 1 << 16;

/** Makes the directory of the records where somebody removed it: names alone then tell the history before. */
export function makeRuns(vault: Vault): void {
  const runs = vault.tree.rootFile("runs");
  // names of private directories stand in the records: they are for the owner alone
  if (lstatIfAny(vault.fs, runs) === undefined) vault.fs.mkdir(runs, 0o700);
}

/** Where the first line of a record stands a second time while its run is under way. */
export function begunPath(vault: Vault): string {
  return vault.tree.below(vault.tree.meta(""), BEGUN);
}

/** A vault has the format of its newest record, before that is written. */
function raiseFormat(vault: Vault, format: RecordHead["format"]): void {
  if (vault.info.format >= format) return;
  const path = vault.tree.rootFile("vault");
  const told = JSON.parse(
    (readTextIfAny(vault.fs, path) ?? "").replace(/^\uFEFF/, ""),
  ) as VaultInfo;
  const temporary = vault.tree.below(vault.tree.meta(""), `${TEMPORARY}vault`);
  replaceFile(vault.fs, path, temporary, formatVaultInfo({ ...told, format }), true);
  vault.info = { ...vault.info, format };
}

/** A record that is being written. */
export class RecordWriter {
  readonly #vault: Vault;
  readonly #file: FileHandle;
  readonly #hash: Hash;
  #pending = "";
  #bytes = 0;

  private constructor(vault: Vault, file: FileHandle) {
    this.#vault = vault;
    this.#file = file;
    this.#hash = vault.ports.newHash();
  }

  /** Starts the record of a run: the crash marker is on the disk when this returns. */
  static start(vault: Vault, head: RecordHead): RecordWriter {
    const path = vault.recordPath(head.stamp);
    makeRuns(vault);
    raiseFormat(vault, head.format);
    const file = vault.fs.open(path, { write: true, createNew: true });
    const writer = new RecordWriter(vault, file);
    try {
      writer.#write(formatLine(head));
      writer.#file.sync();
    } catch (error) {
      writer.#file.close();
      // an empty record would be an interrupted run; nothing was done in it
      removeQuietly(vault.fs, path);
      throw error;
    }
    writer.#begin(head);
    return writer;
  }

  /** Adds lines, already formatted. */
  append(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= BUFFER) this.flush();
  }

  /** Hands what was added to the system. */
  flush(): void {
    if (this.#pending === "") return;
    const text = this.#pending;
    this.#pending = "";
    this.#write(text);
  }

  /** Gives the SHA-256 of all lines; none but the last one comes after. */
  seal(): string {
    this.flush();
    return this.#hash.hex();
  }

  /** Ends the record: after this the run is finished. Gives its size in bytes, and its last line. */
  finish(summary: SummaryLine): { bytes: number; last: string } {
    this.flush();
    // what it tells of must lie where it lies
    this.#vault.checkHeld(true);
    const text = formatSummary(this.#vault.ports.hashOf, summary);
    const bytes = utf8(text);
    writeAll(this.#file, bytes);
    this.#file.sync();
    this.#file.close();
    this.#ended();
    return { bytes: this.#bytes + bytes.length, last: text.slice(0, -1) };
  }

  /** Leaves the record without its last line: an interrupted run. */
  abandon(): void {
    try {
      this.flush();
    } catch {
      // the disk that failed the run may fail this too; the next run mends from the disk itself
    }
    this.#file.close();
    this.#ended();
  }

  /** What told of the run while it was under way tells from now on, beside the lock, that it was there. */
  #ended(): void {
    const { fs, tree, held } = this.#vault;
    const begun = begunPath(this.#vault);
    try {
      if (held === undefined) fs.remove(begun);
      else move(fs, begun, tree.rootFile("holder"));
    } catch {
      removeQuietly(fs, begun);
    }
  }

  /** Should the record be lost while nobody has mended what the run left, this tells of it; the run needs it not. */
  #begin(head: RecordHead): void {
    const path = begunPath(this.#vault);
    try {
      // it stays, beside the lock: for the owner alone, as the records are
      const file = createFresh(this.#vault.fs, path, 0o600);
      try {
        writeAll(file, utf8(`${JSON.stringify({ ...this.#vault.held?.holder, ...head })}\n`));
      } finally {
        file.close();
      }
    } catch {
      removeQuietly(this.#vault.fs, path);
    }
  }

  #write(text: string): void {
    // who mended this run while its machine slept has written in its record
    this.#vault.checkHeld();
    const bytes = utf8(text);
    writeAll(this.#file, bytes);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }
}

/** How a record is rewritten. */
export interface RecordChange {
  head: (h: RecordHead) => RecordHead;
  /** Each line's new form; undefined drops it. */
  line: (l: RecordLine) => RecordLine | undefined;
  /** Lines that make no sense stay as they are: damage is not to be forgotten by a rewriting. */
  keepBad?: boolean;
  /** By way of which it is read; the vault itself where this is left out. */
  read?: Vault;
  /** It has a last line: a reading that ends before it and before the file does is the disk's fault: nothing of it is to be lost. */
  finished?: boolean;
}

/** What a rewritten record is. */
export interface Rewritten {
  /** 0 when there is no such record or its first line is damaged: then nothing was done. */
  bytes: number;
  /** Of the bytes before its last line. */
  sha256: string;
  /** Its last line, with a seal of its new bytes. */
  summary: SummaryLine | undefined;
}

/** So many characters of a record are written at once. */
const PIECE = 1 << 16;

/** Rewrites a record whole; `added` lines come at the end, before a summary. */
export function rewriteRecord(
  vault: Vault,
  stamp: Stamp,
  change: RecordChange,
  added: readonly RecordLine[] = [],
): Rewritten {
  const { read = vault } = change;
  const oldHead = read.recordHead(stamp);
  if (oldHead === undefined) return { bytes: 0, sha256: "", summary: undefined };
  const path = vault.recordPath(stamp);
  const temporary = vault.tree.below(vault.tree.meta(""), `${TEMPORARY}record`);
  const file = createFresh(vault.fs, temporary);
  const old = new HashBefore(vault.ports.newHash());
  const hash = vault.ports.newHash();
  const pieces = new RecordPieces(file, hash);
  const put = (text: string): void => pieces.put(text);
  let summary: SummaryLine | undefined;
  let sha256 = "";
  try {
    put(formatLine(change.head(oldHead)));
    let first = true;
    let seen = 0;
    for (const { text, ended } of readLines(read.fs, path)) {
      old.line(text);
      seen += utf8Length(text) + 1;
      const line = ended && !first ? parseLine(text) : undefined;
      if (line === undefined) {
        if (ended && !first && change.keepBad === true) put(`${text}\n`);
        first = false;
        continue;
      }
      const changed = change.line(line);
      if (changed?.kind === "summary") summary = changed;
      else if (changed !== undefined) put(formatLine(changed));
    }
    // one that was cut is shorter, too: what is left of it is rewritten
    if (change.finished === true && summary === undefined && seen < read.fs.lstat(path).size) {
      const message = text("record.end-missing", { stamp: String(stamp) });
      throw new HikaeError("unreadable", message, { path });
    }
    for (const line of added) put(formatLine(line));
    pieces.write();
    sha256 = hash.hex();
    if (summary !== undefined) {
      summary = resealed(vault.ports.hashOf, summary, { was: old.hex(), sha256 });
      const text = formatSummary(vault.ports.hashOf, summary);
      pieces.end(text);
      summary = parseLine(text) as SummaryLine;
    }
    file.sync();
  } finally {
    file.close();
  }
  move(vault.fs, temporary, path);
  return { bytes: pieces.bytes, sha256, summary };
}

/** Lines on their way into a file, many at once: there may be one for each file, and each call far away is waited for. */
class RecordPieces {
  bytes = 0;
  #waiting = "";
  readonly #file: FileHandle;
  readonly #hash: Hash;

  constructor(file: FileHandle, hash: Hash) {
    this.#file = file;
    this.#hash = hash;
  }

  /** Takes lines. */
  put(text: string): void {
    this.#waiting += text;
    if (this.#waiting.length >= PIECE) this.write();
  }

  /** Writes what waits. */
  write(): void {
    const text = this.#waiting;
    this.#waiting = "";
    this.#hash.update(this.#put(text));
  }

  /** Writes the last line, once nothing waits: it has the hash of those before. */
  end(text: string): void {
    this.#put(text);
  }

  #put(text: string): Uint8Array {
    const data = utf8(text);
    writeAll(this.#file, data);
    this.bytes += data.length;
    return data;
  }
}

/** The hash of all lines but the last one. */
class HashBefore {
  readonly #hash: Hash;
  #last: string | undefined;

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  line(text: string): void {
    if (this.#last !== undefined) this.#hash.update(utf8(`${this.#last}\n`));
    this.#last = text;
  }

  hex(): string {
    return this.#hash.hex();
  }
}

/** What the last line of a record says that was damaged. */
export function unsealedByDamage(): Pick<SummaryLine, "sealed" | "unsealed" | "damaged"> {
  return { sealed: false, unsealed: "the record was not what its seal said", damaged: true };
}

/** The seal of a record that is rewritten; one that did not hold before is never made whole again. */
export function resealed(
  hashOf: HashOf,
  summary: SummaryLine,
  { was, sha256 }: { was: string; sha256: string },
): SummaryLine {
  if (summary.sha256 === undefined) return summary;
  const holds = summary.sha256 === was && lineHolds(hashOf, JSON.stringify(summary));
  if (holds) return { ...summary, sha256 };
  const { sha256: _sha256, tree: _tree, chain: _chain, ended: _ended, ...rest } = summary;
  return { ...rest, ...unsealedByDamage() };
}

/** True when a record has its last line. */
export function isFinished(vault: Vault, stamp: Stamp): boolean {
  return vault.lastLine(stamp) !== undefined;
}
