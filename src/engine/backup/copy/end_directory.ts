/** Ends one directory of one vault: its metadata file, its own attributes, and the row that the next run goes by. @module */

import { formatMetadata, LINK_HASH } from "../../../vault/metadata.ts";
import { NEVER, packScanRow, type ScanEntry } from "../../../vault/scan_row.ts";
import type { SourceDir } from "../../source/source_dir.ts";
import type { DirPlan } from "../compare/compare.ts";
import {
  attributesOf,
  believable,
  dirCtime,
  knownDir,
  readTextOfFile,
} from "../compare/scan_entry.ts";
import { directoryLine } from "./arrivals.ts";
import { utf8 } from "../../../base/bytes.ts";
import type { FileHandle, FileInfo } from "../../../base/fs.ts";
import { clearPlace, createFresh, lstatIfAny, removeIfAny, writeAll } from "../../../base/io.ts";
import { TEMPORARY } from "../../../vault/names.ts";
import type { LaneVault, VaultDir } from "../lane_vault.ts";

/** A directory in which everything that was planned is done. */
export interface DirectoryEnd {
  run: LaneVault;
  source: SourceDir;
  vault: VaultDir;
  plan: DirPlan;
  /** What the vault has of it now. */
  entries: ScanEntry[];
  filesChanged: boolean;
  /** Everything that is kept is where it should be. */
  sound: boolean;
  /** Gives a temporary file that is open and empty, if there is one. */
  takeOpen: TakeOpen;
}

/** The mode of the mirror's directory: its owner must be able to go on writing into it; the record keeps the source's. */
export function dirMode(source: SourceDir): number {
  return (source.info.mode & 0o777) | 0o700;
}

/** Ends it: metadata, attributes, scan row. */
export function endDirectory(end: DirectoryEnd): void {
  const { run, source, vault, plan, filesChanged, sound } = end;
  const { fs, tree } = run.vault;
  const { path } = source;
  const written = writeMetadata(run, path, hashesOf(end.entries), {
    changed: filesChanged,
    sound: vault.metadataSound,
    takeOpen: end.takeOpen,
  });
  setSelf(end);
  const left = fs.lstat(tree.mirror(path));
  // after trouble the next run looks for itself what is there
  const mirrorIno = sound ? left.ino : NEVER;
  const mirror = { mirrorMtime: left.mtime, mirrorCtime: left.ctime, mirrorIno };
  const self = {
    ...knownDir({ name: "", info: source.info }, run.number),
    ctime: dirCtime(source.info, run.options.startedMs),
    since: Math.max(0, plan.self?.since ?? 0) || run.number,
  };
  const entries = [self, ...ordered(source, end.entries)].map((e) =>
    believable(e, run.options.startedMs)
  );
  run.sink.scan(path, packScanRow({ ...written, ...mirror, entries }));
  run.sink.flush(tree.mirror(path));
  run.sink.flush(tree.meta(path));
}

function hashesOf(entries: readonly ScanEntry[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const e of entries) {
    if (e.type !== "dir") files.set(e.name, e.type === "link" ? LINK_HASH + e.hash : e.hash);
  }
  return files;
}

/** In the order of the source's listing, which the quick comparison of the next run counts on. */
function ordered(source: SourceDir, entries: ScanEntry[]): ScanEntry[] {
  const order = new Map(source.entries.map((e, i) => [e.name, i]));
  const at = (k: ScanEntry): number => order.get(k.name) ?? order.size;
  return entries.sort((a, b) => at(a) - at(b));
}

function setSelf({ run, source, vault, plan }: DirectoryEnd): void {
  const { fs, tree } = run.vault;
  const { info, path } = source;
  const mirror = tree.mirror(path);
  try {
    // without its metadata file it may have been made again, with the narrow mode of a new one
    if (plan.selfChanged || !vault.metadataSound) fs.chmod(mirror, dirMode(source));
    fs.utime(mirror, info.mtime, info.mtime);
  } catch (error) {
    // the root may be a mount point that belongs to somebody else
    if (path !== "") throw error;
  }
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
  files: Map<string, string>,
  { changed, sound, takeOpen }: MetadataState,
): WrittenMetadata {
  const { fs, tree } = run.vault;
  const path = tree.metadata(dir);
  const text = formatMetadata(files, run.vault.ports.newHash);
  const stands = !changed && (sound || readTextOfFile(run, path) === text);
  const open = takeOpen?.();
  if (stands && open !== undefined) drop(run, open);
  const info = stands ? fs.lstat(path) : replace(run, open ?? begin(run, dir), path, text);
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

function replace(run: LaneVault, open: OpenTemporary, path: string, text: string): FileInfo {
  const { fs } = run.vault;
  const { file, path: temporary } = open;
  try {
    writeAll(file, utf8(text));
    renameOver(run, temporary, path);
    // by its name: a look at the open file would resolve its whole path
    const info = fs.lstat(path);
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
    fs.rename(from, to);
  } catch (error) {
    if (lstatIfAny(fs, to)?.type !== "dir") throw error;
    clearPlace(fs, to);
    fs.rename(from, to);
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
