/** Ends one directory of one vault: its metadata file, its own attributes, and the row that the next run goes by. @module */

import { hashesOf, type HashFields, metadataPieces } from "../../../vault/metadata.ts";
import { rowOrPieces } from "../../../vault/pieced_row.ts";
import { type NamedRows, rowsByName } from "../../../vault/name_finder.ts";
import { NEVER, type ScanTable } from "../../../vault/scan_row.ts";
import { HUGE, type SourceDir } from "../../source/source_dir.ts";
import type { DirPlan } from "../compare/compare.ts";
import { attributesOf, dirCtime, knownDir, readTextOfFile } from "../compare/scan_entry.ts";
import { type Arrivals, isLeftAs, isSetTime, type MirrorProof } from "./arrivals.ts";
import { directoryLine } from "./retire.ts";
import type { DiskNames } from "../../../vault/disk_names.ts";
import { utf8 } from "../../../base/bytes.ts";
import type { FileHandle, FileInfo } from "../../../base/fs.ts";
import {
  clearPlace,
  createFresh,
  lstatIfAny,
  move,
  removeIfAny,
  writeAll,
} from "../../../base/io.ts";
import { TEMPORARY } from "../../../vault/names.ts";
import type { LaneVault } from "../lane_vault.ts";
import type { VaultDir } from "../vault_dir.ts";

/** A directory in which everything that was planned is done. */
export interface DirectoryEnd {
  run: LaneVault;
  source: SourceDir;
  vault: VaultDir;
  plan: DirPlan;
  /** What the vault has of it now. */
  entries: ScanTable;
  filesChanged: boolean;
  /** Everything that is kept is where it should be, as far as the run has met it. */
  sound: boolean;
  /** New names that no listing has shown yet. */
  arrivals: Arrivals;
  proof: MirrorProof;
  /** What was seen of the directory before this. */
  ahead: EndAhead | undefined;
  /** The mode that the mirror's directory was found with; undefined where this run made it. */
  mode: number | undefined;
  /** As the last run ended it, where this one wrote nothing in it. */
  untouched: EndedBefore | undefined;
  /** Gives a temporary file that is open and empty, if there is one. */
  takeOpen: TakeOpen;
}

/** The mode of the mirror's directory: its owner must be able to go on writing into it; the record keeps the source's. */
export function dirMode(source: SourceDir): number {
  return (source.info.mode & 0o777) | 0o700;
}

/** A directory as the last run ended it. */
export interface EndedBefore {
  mirror: FileInfo;
  metadata: WrittenMetadata;
}

/**
 * A directory as a finished run ended and flushed it: undefined where it may be otherwise. Only then is there a row of it,
 * for that of each directory that an unfinished run has in its record is dropped; nobody wrote in its mirror since, by its
 * times, its metadata file is that run's, and its own attributes are known. Nothing may be planned but updates: the content
 * may turn out to be the same, and what is written then makes it otherwise.
 */
export function endedBefore(
  { known, metadataSound }: VaultDir,
  { steps, selfChanged, self }: DirPlan,
  mirror: FileInfo,
): EndedBefore | undefined {
  if (known === undefined || !("count" in known) || !metadataSound) return undefined;
  if (selfChanged || self === undefined || self.since <= 0) return undefined;
  for (const { act } of steps) if (act !== "update") return undefined;
  if (!known.isAsLeft(mirror.mtime, mirror.ctime)) return undefined;
  return {
    mirror,
    metadata: { metadataSize: known.metadataSize, metadataMtime: known.metadataMtime },
  };
}

/** Ends it: metadata, attributes, scan row. One in which nothing was written has a new row, and is not flushed again. */
export function endDirectory(end: DirectoryEnd): void {
  const { run, source, plan, entries, filesChanged } = end;
  const { tree } = run.vault;
  const { path } = source;
  const untouched = end.sound && !filesChanged ? end.untouched : undefined;
  const { isSure, refused } = untouched === undefined ? settle(end) : UNTOUCHED;
  // a link that the disk keeps under another name went again since
  const rows = (end.arrivals.misfits.length === 0 ? end.ahead?.rows : undefined) ??
    rowsByName(entries);
  const { mirror: left, metadata } = untouched ?? writeEnd(end, rows, refused);
  // after trouble, or where somebody else was at work, the next run looks for itself what is there
  const sound = end.sound && isSure(left);
  const mirrorIno = sound ? left.ino : NEVER;
  const mirror = { mirrorMtime: left.mtime, mirrorCtime: left.ctime, mirrorIno };
  const self = {
    ...knownDir({ name: "", info: source.info }, run.number),
    ctime: dirCtime(source.info, run.options.startedMs),
    since: Math.max(0, plan.self?.since ?? 0) || run.number,
  };
  // what changed at or after the start of the run may change again within the same tick of its clock
  entries.distrust(Math.floor(run.options.startedMs / 1000) * 1000);
  const order = ordered(source, entries.push(self), rows);
  const head = { ...metadata, ...mirror };
  for (const { dir, row } of rowOrPieces(path, order, (some) => entries.pack(head, some))) {
    run.sink.scan(dir, row);
  }
  if (untouched !== undefined) return;
  run.sink.flush(tree.mirror(path));
  run.sink.flush(tree.meta(path));
}

/** What was seen of a directory, by how it was left, and why it may not have its attributes. */
interface Settled {
  isSure: (left: FileInfo) => boolean;
  refused?: unknown;
}

const UNTOUCHED: Settled = { isSure: () => true };

/** Whether a directory of the mirror has its attributes, and why not where that is trouble. */
interface MirrorSet {
  set: boolean;
  refused?: unknown;
}

/** What is known of a directory once nothing more comes: it is as it was seen, and its times are set. */
export interface EndAhead extends MirrorSet {
  asSeen: boolean;
  /** It lists every name that it should: the row of each. */
  rows: NamedRows | undefined;
  /** Others were written meanwhile. */
  waited: boolean;
}

function beginEnd(end: DirectoryEnd): EndAhead {
  // a new name moved its times, and it is listed for that
  const asSeen = end.arrivals.waiting === 0 && end.proof.isAsSeen();
  // from here on whatever comes or goes moves the time again
  const has = setMirror(end);
  end.arrivals.changed();
  return { asSeen, ...has, rows: undefined, waited: false };
}

/**
 * The same for a directory that is listed without waiting for it, a huge one bit by bit; undefined where that is met at the
 * end. What is `quick` is so only where the quick listing lacks something.
 */
export async function seeEnd(end: DirectoryEnd, quick: boolean): Promise<EndAhead | undefined> {
  if (end.untouched !== undefined || end.run.failed !== undefined) return undefined;
  try {
    const ahead = beginEnd(end);
    if (quick && !end.arrivals.lacksSome) return ahead;
    ahead.waited = true;
    if (quick) await end.arrivals.listWhole();
    else if (!ahead.asSeen || !ahead.set || end.arrivals.waiting > 0) {
      ahead.rows = end.entries.length < HUGE ? undefined : await listedRows(end);
      if (ahead.rows === undefined) await end.arrivals.names.mirror.listLater();
    }
    return ahead;
  } catch {
    return undefined;
  }
}

/** The row of each name where {@link areListed}; no name of the listing is kept for it. */
async function listedRows({ entries, arrivals }: DirectoryEnd): Promise<NamedRows | undefined> {
  // made once the listing has begun, before which what nobody needs any more is collected
  let rows: NamedRows | undefined;
  const seen = new Uint8Array(entries.length);
  await arrivals.names.mirror.eachListed((name, type) => {
    rows ??= rowsByName(entries);
    const row = rows.get(name);
    if (row !== undefined && entries.type(row) === type) seen[row] = 1;
  }, () => seen.fill(0));
  for (const row of rows?.values() ?? entries.rows()) {
    if (entries.type(row) !== "link" && seen[row] !== 1) return undefined;
  }
  return rows;
}

/** Sees what is in it, once nothing more comes; gives whether that is sure, by how the directory was left. */
function settle(end: DirectoryEnd): Settled {
  const { run, source: { info, path }, entries, arrivals } = end;
  const names = arrivals.names.mirror;
  const { asSeen, set, refused, rows } = end.ahead ?? beginEnd(end);
  const listsAll = rows !== undefined;
  const misfits = arrivals.misfits.length;
  arrivals.settleListed(listsAll);
  // what went again moved the times
  if (set && arrivals.misfits.length > misfits) setMirror(end);
  const stored = asSeen && set || listsAll || areListed(entries, names);
  // the listing of a wide directory is large, and nothing asks it any more
  names.changed();
  const sure = stored && arrivals.misfits.length === 0;
  const isSure = (left: FileInfo): boolean => {
    if (!sure || !set || isSetTime(left, info.mtime, run.options.startedMs)) return sure;
    // where the disk does not keep the time that was set, what is listed since it was left so tells
    const listed = areListed(entries, names);
    names.changed();
    return listed && isLeftAs(run.vault.fs.lstat(run.vault.tree.mirror(path)), left);
  };
  return { isSure, refused };
}

/** The metadata file and the attributes of one in which something was written, or may have been. */
function writeEnd(
  end: DirectoryEnd,
  rows: NamedRows,
  refused: unknown,
): EndedBefore {
  const { run, source: { path }, vault, entries, filesChanged, takeOpen } = end;
  const metadata = writeMetadata(run, path, hashesOf(entries, rows, entries.length >= HUGE), {
    changed: filesChanged,
    sound: vault.metadataSound,
    takeOpen,
  });
  // the hashes of its files stand beside them all the same
  if (refused !== undefined) throw refused;
  tellSelf(end);
  return { mirror: run.vault.fs.lstat(run.vault.tree.mirror(path)), metadata };
}

/** Rows in the order of the source's listing, which the quick comparison of the next run counts on; `self` first. */
function ordered(source: SourceDir, self: number, rows: NamedRows): Uint32Array<ArrayBuffer> {
  const order = new Uint32Array(self + 1);
  const isIn = new Uint8Array(self + 1);
  let n = 0;
  const put = (row: number): void => {
    if (isIn[row] === 1) return;
    isIn[row] = 1;
    order[n++] = row;
  };
  put(self);
  for (const { name } of source.entries) {
    const row = rows.get(name);
    if (row !== undefined) put(row);
  }
  for (const row of rows.values()) put(row);
  return order.subarray(0, n);
}

/** True when the listing has every file and directory, or what the disk takes for it. */
function areListed(entries: ScanTable, names: DiskNames): boolean {
  const listed = names.list();
  for (const i of entries.rows()) {
    const type = entries.type(i);
    if (type === "link") continue;
    const name = entries.name(i);
    const is = listed.get(name);
    if (is === undefined ? !names.isListed(name) : is !== type) return false;
  }
  return true;
}

/** Gives the mirror's directory its attributes. */
function setMirror({ run, source, vault, plan, mode }: DirectoryEnd): MirrorSet {
  const { fs, tree } = run.vault;
  const { info, path } = source;
  const mirror = tree.mirror(path);
  try {
    // without its metadata file it may have been made again, with the narrow mode of a new one
    const isNarrow = plan.selfChanged || !vault.metadataSound;
    if (isNarrow && mode !== dirMode(source)) fs.chmod(mirror, dirMode(source));
    fs.utime(mirror, info.mtime, info.mtime);
    return { set: true };
  } catch (refused) {
    // the root may be a mount point that belongs to somebody else
    return path === "" ? { set: false } : { set: false, refused };
  }
}

function tellSelf({ run, source: { info, path }, plan }: DirectoryEnd): void {
  const { self } = plan;
  if (self === undefined || self.since <= 0) {
    const why = self !== undefined ? "seen" : run.hadDir(path) ? "recreated" : "new";
    directoryLine(run, path, info, why);
    if (path !== "" && self === undefined) run.counts.dirs_new++;
  } else if (plan.selfChanged) {
    run.line({ kind: "attr", path, type: "dir", ...attributesOf(run, info) });
  }
}

/** Gives a temporary file of the meta directory that is open and empty, if there is one; who takes it closes it. */
export type TakeOpen = () => { file: FileHandle; path: string } | undefined;

/** What is known of the file that stands there. */
export interface MetadataState {
  /** What it lists changed in this run. */
  changed: boolean;
  /** It is the one that the last run wrote. */
  sound: boolean;
  takeOpen?: TakeOpen;
}

/** Size in bytes and time in ms of the file, by which the next run knows it again. */
export interface WrittenMetadata {
  metadataSize: number;
  metadataMtime: number;
}

/** Writes the file of the directory `dir` with the hashes of `files`, unless it stands there already. */
export function writeMetadata(
  run: LaneVault,
  dir: string,
  files: HashFields,
  { changed, sound, takeOpen }: MetadataState,
): WrittenMetadata {
  const { fs, tree } = run.vault;
  const path = tree.metadata(dir);
  const pieces = (): Generator<string> => metadataPieces(files, run.vault.ports.newHash);
  const stands = !changed && (sound || readTextOfFile(run, path) === [...pieces()].join(""));
  const open = takeOpen?.();
  if (stands && open !== undefined) drop(run, open);
  const info = stands ? fs.lstat(path) : replace(run, open ?? begin(run, dir), path, pieces());
  return { metadataSize: info.size, metadataMtime: info.mtime };
}

/** A temporary file, open. */
type OpenTemporary = NonNullable<ReturnType<TakeOpen>>;

function begin(run: LaneVault, dir: string): OpenTemporary {
  const { fs, tree } = run.vault;
  const path = tree.below(tree.meta(dir), `${TEMPORARY}metadata`);
  return { file: createFresh(fs, path), path };
}

function drop(run: LaneVault, { file, path }: OpenTemporary): void {
  file.close();
  discard(run, path);
}

function replace(
  run: LaneVault,
  open: OpenTemporary,
  path: string,
  pieces: Iterable<string>,
): FileInfo {
  const { file, path: temporary } = open;
  try {
    for (const piece of pieces) writeAll(file, utf8(piece));
    renameOver(run, temporary, path);
    // by its name: a look at the open file would resolve its whole path
    const info = run.vault.fs.lstat(path);
    run.sink.flushFile(file);
    return info;
  } catch (error) {
    drop(run, open);
    throw error;
  }
}

/** What stands there instead of a file, through damage, is in the way. */
function renameOver({ vault: { fs } }: LaneVault, from: string, to: string): void {
  try {
    move(fs, from, to);
  } catch (error) {
    if (lstatIfAny(fs, to)?.type !== "dir") throw error;
    clearPlace(fs, to);
    move(fs, from, to);
  }
}

/** Drops a temporary file that will not be used. */
export function discard(run: LaneVault, temporary: string): void {
  try {
    removeIfAny(run.vault.fs, temporary);
  } catch {
    // the next run removes what is left under a temporary name
  }
}
