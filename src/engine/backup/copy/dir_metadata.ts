/** Writes a directory's `metadata.txt` (spec §2; docs/format.md, *metadata.txt*). @module */

import { utf8 } from "../../../base/bytes.ts";
import type { FileHandle, FileInfo } from "../../../base/fs.ts";
import { clearPlace, createFresh, lstatIfAny, removeIfAny, writeAll } from "../../../base/io.ts";
import { formatMetadata } from "../../../vault/metadata.ts";
import { TEMPORARY } from "../../../vault/names.ts";
import { readTextOfFile } from "../compare/scan_entry.ts";
import type { LaneVault } from "../lane_vault.ts";

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
