/** Writes a run record: the head before anything else of the run, the summary last (docs/format.md). @module */

import { utf8 } from "../base/bytes.ts";
import { isNotFound } from "../base/errors.ts";
import type { FileHandle } from "../base/fs.ts";
import { createFresh, lstatIfAny, readLines, removeQuietly, writeAll } from "../base/io.ts";
import type { Stamp } from "../base/stamp.ts";
import { BEGUN, TEMPORARY } from "./names.ts";
import {
  formatLine,
  parseLine,
  type RecordHead,
  type RecordLine,
  type SummaryLine,
} from "./record.ts";
import type { Vault } from "./vault.ts";

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

/** A record that is being written. */
export class RecordWriter {
  readonly #vault: Vault;
  readonly #file: FileHandle;
  #pending = "";
  #bytes = 0;

  private constructor(vault: Vault, file: FileHandle) {
    this.#vault = vault;
    this.#file = file;
  }

  /** Starts the record of a run: the crash marker is on the disk when this returns. */
  static start(vault: Vault, head: RecordHead): RecordWriter {
    const path = vault.recordPath(head.stamp);
    makeRuns(vault);
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

  /** Ends the record: after this the run is finished. Gives its size in bytes. */
  finish(summary: SummaryLine): number {
    this.flush();
    this.#write(formatLine(summary));
    this.#file.sync();
    this.#file.close();
    removeQuietly(this.#vault.fs, begunPath(this.#vault));
    return this.#bytes;
  }

  /** Leaves the record without its last line: an interrupted run. */
  abandon(): void {
    try {
      this.flush();
    } catch {
      // the disk that failed the run may fail this too; the next run mends from the disk itself
    }
    this.#file.close();
    removeQuietly(this.#vault.fs, begunPath(this.#vault));
  }

  /** Should the record be lost while nobody has mended what the run left, this tells of it; the run needs it not. */
  #begin(head: RecordHead): void {
    const path = begunPath(this.#vault);
    try {
      const file = createFresh(this.#vault.fs, path);
      try {
        writeAll(file, utf8(formatLine(head)));
      } finally {
        file.close();
      }
    } catch {
      removeQuietly(this.#vault.fs, path);
    }
  }

  #write(text: string): void {
    const bytes = utf8(text);
    writeAll(this.#file, bytes);
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
}

/**
 * Rewrites a record whole; `added` lines come at the end, before a summary. Gives the new size in bytes; 0, and
 * nothing is done, when there is no such record or its first line is damaged.
 */
export function rewriteRecord(
  vault: Vault,
  stamp: Stamp,
  change: RecordChange,
  added: readonly RecordLine[] = [],
): number {
  const oldHead = vault.recordHead(stamp);
  if (oldHead === undefined) return 0;
  const path = vault.recordPath(stamp);
  const temporary = vault.tree.below(vault.tree.meta(""), `${TEMPORARY}record`);
  const file = createFresh(vault.fs, temporary);
  let bytes = 0;
  const write = (text: string): void => {
    const data = utf8(text);
    writeAll(file, data);
    bytes += data.length;
  };
  const put = (line: RecordHead | RecordLine): void => write(formatLine(line));
  try {
    put(change.head(oldHead));
    let summary: RecordLine | undefined;
    let first = true;
    for (const { text, ended } of readLines(vault.fs, path)) {
      const line = ended && !first ? parseLine(text) : undefined;
      if (line === undefined) {
        if (ended && !first && change.keepBad === true) write(`${text}\n`);
        first = false;
        continue;
      }
      const changed = change.line(line);
      if (changed?.kind === "summary") summary = changed;
      else if (changed !== undefined) put(changed);
    }
    for (const line of added) put(line);
    if (summary !== undefined) put(summary);
    file.sync();
  } finally {
    file.close();
  }
  vault.fs.rename(temporary, path);
  return bytes;
}

/** True when a record has its last line. */
export function isFinished(vault: Vault, stamp: Stamp): boolean {
  try {
    let last = "";
    for (const { text, ended } of readLines(vault.fs, vault.recordPath(stamp))) {
      last = ended ? text : "";
    }
    return last.includes('"kind":"summary"') &&
      (JSON.parse(last) as { kind?: unknown }).kind === "summary";
  } catch (error) {
    if (isNotFound(error) || error instanceof SyntaxError) return false;
    throw error;
  }
}
