/**
 * The words of a portable snapshot (docs/portable.md): one JSON document with a header, the entries in
 * depth-first order and, last, a summary by which a cut-off file is told from a whole one.
 * @module
 */

import type { Stamp } from "../base/stamp.ts";
import { parseStamp } from "../base/stamp.ts";

/** The value of the key `format`. */
export const FORMAT = "hikae-portable-snapshot";

/** The format version that is written, and the newest that is read. */
export const VERSION = 1;

/** The value of the key `hash`: what the hashes of contents are. */
export const HASH_NAME = "sha256";

/** What stands before the entries. */
export interface Header {
  /** When the snapshot was begun, in ms since 1970. */
  created: number;
  /** The directory that it was taken of, as it was called there. */
  target: string;
}

/** The counts at the end of a document. */
export interface SnapshotTotals {
  entries: number;
  files: number;
  directories: number;
  links: number;
  /** Bytes of all contents, decoded. */
  bytes: number;
  /** How many things could not be taken. */
  errors: number;
}

/** The keys of {@link SnapshotTotals}, in the order in which they are written. */
export const TOTAL_KEYS = [
  "entries",
  "files",
  "directories",
  "links",
  "bytes",
  "errors",
] as const satisfies readonly (keyof SnapshotTotals)[];

/** One record of the document. */
export interface SnapshotEntry {
  /** Relative to the target, with `/`. */
  path: string;
  type: "file" | "dir" | "link";
  /** In ms since 1970; undefined when not recorded. */
  mtime: number | undefined;
  /** Permission bits; undefined when not recorded. */
  mode: number | undefined;
  /** Bytes of content, 0 for what has none. */
  size: number;
  /** Where a link leads; "" for what is no link. */
  target: string;
  /** Of another name of a file: the first one; its content stands here too. */
  sameAs?: string;
}

/** Counts of nothing yet. */
export function noTotals(): SnapshotTotals {
  return { entries: 0, files: 0, directories: 0, links: 0, bytes: 0, errors: 0 };
}

/** Counts one entry. */
export function countEntry(
  totals: SnapshotTotals,
  type: SnapshotEntry["type"],
  size: number,
): void {
  totals.entries++;
  totals.bytes += size;
  if (type === "file") totals.files++;
  else if (type === "dir") totals.directories++;
  else totals.links++;
}

/** The file name of a snapshot. */
export function snapshotName(stamp: Stamp): string {
  return `snapshot_${stamp}.json`;
}

/** The stamp in the file name of a snapshot; undefined when the name is not one that hikae gives. */
export function stampOfName(name: string): Stamp | undefined {
  const match = /^snapshot_(.*)\.json$/s.exec(name);
  return match === null ? undefined : parseStamp(match[1] ?? "");
}

/** What is put behind a snapshot's name while it is being written. */
export const PART = ".part";
