/**
 * Run records, `runs/<stamp>.jsonl`: one JSON object per line with `kind`; first the head, last the summary;
 * one without its last line is an unfinished run (decision 19; docs/format.md has every key). Pure.
 * @module
 */

import type { HashOf } from "../base/hash.ts";
import { parseStamp, type Stamp } from "../base/stamp.ts";
import type { TreeSeal } from "./seal.ts";

/** What kinds of run leave a record; only `run` is a snapshot. */
export type RecordKind = "run" | "cleanup" | "prune" | "delete";

/** The first line. */
export interface RecordHead {
  kind: RecordKind;
  /** 1 where the record has no seal, 2 where it has, or says why not. */
  format: 1 | 2;
  stamp: Stamp;
  /** The instant of the start, RFC 3339 with ms, UTC. */
  time: string;
  source: string;
  host: string;
  options: Record<string, unknown>;
  /** The id of its vault; absent in format 1. */
  vault?: string;
  /** The job that it was a run of; null for none, absent in format 1. */
  job?: string | null;
  /** True once the snapshot was forgotten: only lines of versions that others need are left. */
  forgotten?: true;
}

/** What kinds of entry have versions. */
export type VersionType = "file" | "link" | "dir";

/** Attributes of an entry. */
export interface Attributes {
  /** RFC 3339 with ms. */
  mtime: string;
  mode: number;
  uid?: number;
  gid?: number;
}

/** Why a version began or ended, or is gone. */
export type Why =
  | "new"
  | "changed"
  | "recreated"
  | "replaced"
  | "found"
  | "seen"
  | "deleted"
  | "max_generations"
  | "retention"
  | "date"
  | "prune"
  | "lost";

/** A version that began (`from` alone), ended (`to`), or went (`gone`). */
export interface VersionLine extends Partial<Attributes> {
  kind: "version";
  path: string;
  type: VersionType;
  size?: number;
  /** The size that the source's disk told, where it is not that of the content (decision 27). */
  told?: number;
  hash?: string;
  from?: Stamp;
  to?: Stamp;
  /** The run that removed its content from the vault, or found it missing. */
  gone?: Stamp;
  /** True when it ended though nothing but the content changed: the source may have rotted, and this is the good one. */
  rot?: true;
  /** The path that it was moved from. */
  moved?: string;
  /** The first name of a file that has several. */
  link?: string;
  /** Reserved: flags of Windows. */
  flags?: number;
  why: Why;
}

/** A change of attributes alone. */
export interface AttrLine extends Attributes {
  kind: "attr";
  path: string;
  type: VersionType;
}

/** Something that could not be read or stored. */
export interface ErrorLine {
  kind: "error";
  path: string;
  during: string;
  code: string;
  message: string;
}

/** The last line: the counts of the summary message. */
export interface SummaryLine {
  kind: "summary";
  /** The instant of the end. */
  time: string;
  /** The seal (`seal.ts`); absent in format 1. */
  sha256?: string;
  tree?: TreeSeal;
  before?: Stamp | null;
  chain?: string;
  /** How many records of the chain had a last line, this one too; absent before it was told. */
  ended?: number;
  /** False where the record cannot be sealed, with the reason in `unsealed`. */
  sealed?: false;
  unsealed?: string;
  /** True where that is because the record was damaged: what it tells may be incomplete, and is never proven. */
  damaged?: true;
  /** True where the vault holds what no record tells of: a new index has to look at the disk. */
  unrecorded?: true;
  /** Snapshots that this run forgot. */
  forgot?: Stamp[];
  /** The hash of `runs/<stamp>.attr`, where there is one. */
  attr?: string;
  /** The one before, while that file is rewritten. */
  attr_was?: string;
  /** The SHA-256 of this line as it is without this key, which is its last one. */
  line?: string;
  [key: string]: unknown;
}

/** Any line after the first. */
export type RecordLine = VersionLine | AttrLine | ErrorLine | SummaryLine;

/** What the file name of a record ends with. */
export const RECORD_END = ".jsonl";

/** The file name of a run's record. */
export function recordFile(stamp: Stamp): string {
  return `${stamp}${RECORD_END}`;
}

/** The stamp of a record's file name; undefined for any other name. */
export function recordStamp(file: string): Stamp | undefined {
  return file.endsWith(RECORD_END) ? parseStamp(file.slice(0, -RECORD_END.length)) : undefined;
}

/** A line as it stands in the file. */
export function formatLine(line: RecordHead | RecordLine): string {
  return `${JSON.stringify(line)}\n`;
}

const LINE_HASH = /,"line":"([^"]*)"\}$/;

/** The last line as it stands in the file, with its own hash; what the line gave before of that counts for nothing. */
export function formatSummary(hashOf: HashOf, summary: SummaryLine): string {
  const { line: _line, ...rest } = summary;
  const text = JSON.stringify(rest);
  return `${text.slice(0, -1)},"line":"${hashOf(text)}"}\n`;
}

/** False for a last line that is not what its own hash says; those from before there was one are not doubted. */
export function lineHolds(hashOf: HashOf, text: string): boolean {
  const found = LINE_HASH.exec(text);
  const summary = parseObject(text);
  if (found === null || summary === undefined) return true;
  // who took the seal off a record left no more than counts
  if (!["sha256", "tree", "chain", "sealed"].some((key) => key in summary)) return true;
  return hashOf(`${text.slice(0, found.index)}}`) === found[1];
}

const KINDS = new Set(["run", "cleanup", "prune", "delete"]);

/** Reads the first line; undefined when it is none (or is of a newer format). */
export function parseHead(text: string): RecordHead | undefined {
  const v = parseObject(text);
  if (v === undefined || !KINDS.has(v.kind as string)) return undefined;
  if (v.format !== 1 && v.format !== 2) return undefined;
  if (typeof v.stamp !== "string" || parseStamp(v.stamp) === undefined) return undefined;
  if (typeof v.time !== "string" || Number.isNaN(Date.parse(v.time))) return undefined;
  return {
    ...v,
    source: String(v.source ?? ""),
    host: String(v.host ?? ""),
    options: (v.options ?? {}) as Record<string, unknown>,
  } as unknown as RecordHead;
}

/** Reads any later line; undefined when it is none, or says what no line may say. */
export function parseLine(text: string): RecordLine | undefined {
  const v = parseObject(text);
  if (v === undefined) return undefined;
  if (v.kind === "version") return isVersion(v) ? v as unknown as VersionLine : undefined;
  if (v.kind === "attr") {
    return isPath(v.path) && isType(v.type) && isTime(v.mtime) && isCount(v.mode) &&
        isOptional(v.uid, isCount) && isOptional(v.gid, isCount)
      ? v as unknown as AttrLine
      : undefined;
  }
  if (v.kind === "error") return typeof v.path === "string" ? v as unknown as ErrorLine : undefined;
  return v.kind === "summary" ? v as unknown as SummaryLine : undefined;
}

function isVersion(v: Record<string, unknown>): boolean {
  return isPath(v.path) && isType(v.type) && isOptional(v.size, isCount) &&
    isOptional(v.mode, isCount) && isOptional(v.mtime, isTime) &&
    isOptional(v.hash, isHash) && isOptional(v.from, isStamp) && isOptional(v.to, isStamp) &&
    isOptional(v.gone, isStamp) &&
    isOptional(v.uid, isCount) && isOptional(v.gid, isCount) && typeof v.why === "string" &&
    isOptional(v.moved, isPath) && isOptional(v.link, isPath) && isOptional(v.flags, isCount) &&
    (v.from !== undefined || v.to !== undefined || v.gone !== undefined);
}

function isHash(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{32,128}$/.test(value);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}

function isOptional(value: unknown, test: (value: unknown) => boolean): boolean {
  return value === undefined || test(value);
}

function isStamp(value: unknown): boolean {
  return typeof value === "string" && parseStamp(value) !== undefined;
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isTime(value: unknown): boolean {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

function isType(value: unknown): boolean {
  return value === "file" || value === "link" || value === "dir";
}

const LEADS_OUT = /(?:^|\/)\.{0,2}(?:\/|$)/;

/** A path of a record never leads out of the vault. */
function isPath(value: unknown): boolean {
  return typeof value === "string" && !value.includes("\0") &&
    (value === "" || !LEADS_OUT.test(value));
}
