/**
 * Records whose first line is damaged: what the others and the name tell stands in for it. A reader takes it so; a
 * writer gives the record a new first line and keeps the damaged file beside it.
 * @module
 */

import { joinBytes, utf8 } from "../base/bytes.ts";
import {
  asideName,
  createFresh,
  LONGEST_LINE,
  lstatIfAny,
  move,
  readBytes,
  readLines,
  readTextIfAny,
  removeQuietly,
  writeAll,
} from "../base/io.ts";
import { type Stamp, stampToInstant } from "../base/stamp.ts";
import type { LockHolder } from "./lock.ts";
import { TEMPORARY } from "./names.ts";
import {
  formatLine,
  formatSummary,
  parseHead,
  type RecordHead,
  type RecordKind,
  type RecordLine,
  type SummaryLine,
} from "./record.ts";
import { isOfRun } from "./record_apply.ts";
import { parseSummary } from "./record_read.ts";
import { begunPath, isFinished, makeRuns, resealed } from "./record_writer.ts";
import type { OpenRecord, Vault } from "./vault.ts";

/** The longest first line that a run which broke off right there may have begun. */
const HEAD_MAX = 1 << 16;
const HEAD_BEGIN = '{"kind":"';

/** True when a record holds no more than the beginning of its first line: the run did nothing yet. */
export function isTornHead(vault: Vault, stamp: Stamp): boolean {
  const path = vault.recordPath(stamp);
  const size = lstatIfAny(vault.fs, path)?.size ?? 0;
  if (size > HEAD_MAX) return false;
  const text = new TextDecoder().decode(readBytes(vault.fs, path));
  // what was not flushed when the power went may be there as zeros
  const begun = text.replace(/\0+$/, "");
  return !text.includes("\n") &&
    (begun.startsWith(HEAD_BEGIN) || HEAD_BEGIN.startsWith(begun));
}

/**
 * Makes the record of a run that broke off anew where somebody removed it, so that what the run left is mended; gives
 * the run's stamp.
 */
export function renewLost(vault: Vault): Stamp | undefined {
  const path = begunPath(vault);
  if (lstatIfAny(vault.fs, path)?.type !== "file") return undefined;
  const head = beganWith((readTextIfAny(vault.fs, path, LONGEST_LINE) ?? "").trimEnd());
  const newest = vault.newestRecord()?.stamp;
  if (head === undefined || (newest !== undefined && newest >= head.stamp)) {
    const mends = newest === head?.stamp && newest !== undefined && !isFinished(vault, newest);
    if (!mends) removeQuietly(vault.fs, path);
    return undefined;
  }
  const temporary = vault.tree.below(vault.tree.meta(""), `${TEMPORARY}record`);
  makeRuns(vault);
  writeFlushed(vault, temporary, [utf8(formatLine(head))]);
  move(vault.fs, temporary, vault.recordPath(head.stamp));
  return head.stamp;
}

/** The first line of the record, without what is said besides of who held the lock. */
function beganWith(text: string): RecordHead | undefined {
  const told: (RecordHead & Partial<LockHolder>) | undefined = parseHead(text);
  if (told === undefined) return undefined;
  const { pid: _pid, command: _command, since: _since, ...head } = told;
  return head;
}

/** A record without a sound first line, by what the others tell; undefined when not one of them makes sense. */
export function openHeadless(vault: Vault, stamp: Stamp): OpenRecord | undefined {
  let some = false;
  for (const _ of vault.recordLines(stamp)) {
    some = true;
    break;
  }
  return some ? { head: guessHead(vault, stamp), lines: vault.recordLines(stamp) } : undefined;
}

/** Gives a record a first line again; gives the path under which the damaged file stays. */
export function renewHead(vault: Vault, stamp: Stamp): string {
  const { fs } = vault;
  const path = vault.recordPath(stamp);
  const temporary = vault.tree.below(vault.tree.meta(""), `${TEMPORARY}record`);
  const aside = keepBeside(vault, stamp);
  writeFlushed(vault, temporary, linesAnew(vault, stamp));
  move(fs, temporary, path);
  return aside;
}

/** Keeps a record file beside itself; a copy, not a renaming: at no moment is the run without a record. Gives its path. */
export function keepBeside(vault: Vault, stamp: Stamp): string {
  const path = vault.recordPath(stamp);
  const aside = asideName(vault.fs, path);
  writeFlushed(vault, aside, [readBytes(vault.fs, path)]);
  return aside;
}

function* linesAnew(vault: Vault, stamp: Stamp): Generator<Uint8Array> {
  yield utf8(formatLine(guessHead(vault, stamp)));
  const isOwn = ownLines(vault, stamp);
  for (const line of vault.recordLines(stamp)) {
    if (!isOwn(line)) continue;
    // its first line is part of what the seal said
    yield utf8(line.kind === "summary" ? unproven(vault, line) : formatLine(line));
  }
}

function unproven(vault: Vault, line: SummaryLine): string {
  const { hashOf } = vault.ports;
  return formatSummary(hashOf, resealed(hashOf, line, { was: "", sha256: "" }));
}

/**
 * Which lines of a record without a sound first line are its own: it may be another run's record, even another vault's, and
 * attributes do not say whose they are. A reader leaves the others out, and so does who makes its first line anew: behind one
 * that is sound nobody asks any more.
 */
export function ownLines(vault: Vault, stamp: Stamp): (line: RecordLine) => boolean {
  const last = vault.lastLine(stamp);
  const alien = last === undefined || parseSummary(last)?.stamp !== stamp;
  return (line) => !(alien && line.kind === "attr") && isOfRun(line, stamp);
}

/** So many bytes of a record are written at once, in lines of some 200. */
const PIECE = 1 << 16;

/** Writes a file of a record and flushes it; a half of one does not stay. */
export function writeFlushed(vault: Vault, path: string, parts: Iterable<Uint8Array>): void {
  const file = createFresh(vault.fs, path);
  try {
    let waiting: Uint8Array[] = [];
    let size = 0;
    for (const part of parts) {
      waiting.push(part);
      size += part.length;
      if (size < PIECE) continue;
      writeAll(file, joinBytes(...waiting));
      [waiting, size] = [[], 0];
    }
    if (size > 0) writeAll(file, joinBytes(...waiting));
    file.sync();
  } catch (error) {
    removeQuietly(vault.fs, path);
    throw error;
  } finally {
    file.close();
  }
}

/** The name tells the time, the lines what kind of run it was. */
function guessHead(vault: Vault, stamp: Stamp): RecordHead {
  let kind: RecordKind = "run";
  for (const line of vault.recordLines(stamp)) kind = kindOf(line) ?? kind;
  return {
    kind,
    format: vault.info.format,
    stamp,
    time: new Date(stampToInstant(stamp)).toISOString(),
    source: vault.info.source,
    host: vault.info.host,
    options: {},
    ...(isForgotten(vault, stamp) ? { forgotten: true } : {}),
  };
}

/** The kind of a run that leaves such a line; undefined where more than one does. */
function kindOf(line: RecordLine): RecordKind | undefined {
  if (line.kind === "summary") {
    return "deletions_removed" in line
      ? "cleanup"
      : "snapshots_removed" in line
      ? "prune"
      : undefined;
  }
  if (line.kind !== "version" || line.gone === undefined) return undefined;
  if (line.why === "retention" || line.why === "date") return "cleanup";
  return line.why === "prune" ? "prune" : undefined;
}

/** What is left of the first line says so, if it says anything. */
function isForgotten(vault: Vault, stamp: Stamp): boolean {
  for (const { text } of readLines(vault.fs, vault.recordPath(stamp))) {
    return text.includes('"forgotten":true');
  }
  return false;
}
