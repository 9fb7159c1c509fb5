/** What is known of entries as a run leaves them: the rows of the scan cache. @module */

import { readTextIfAny } from "../../../base/io.ts";
import { NEVER, type ScanEntry } from "../../../vault/scan_row.ts";
import type { Attributes } from "../../../vault/record.ts";
import type { SourceEntry } from "../../source/source_dir.ts";
import type { LaneVault } from "../lane_vault.ts";

/** A file or link as it was just seen and hashed. */
export function knownFile(
  { name, type, info }: SourceEntry,
  hash: string,
  since: number,
): ScanEntry {
  return {
    name,
    type: type === "link" ? "link" : "file",
    size: info.size,
    mtime: info.mtime,
    ctime: info.ctime,
    ino: info.ino,
    mode: info.mode,
    uid: info.uid,
    gid: info.gid,
    since,
    hash,
  };
}

/** A text file of the vault; undefined when it is missing or cannot be read. */
export function readTextOfFile(run: LaneVault, path: string): string | undefined {
  try {
    return readTextIfAny(run.vault.fs, path);
  } catch {
    return undefined;
  }
}

/** True when mode, owner and time are those known. */
export function sameAttrs(known: ScanEntry, { info }: SourceEntry): boolean {
  return known.mtime === info.mtime && known.mode === info.mode && known.uid === info.uid &&
    known.gid === info.gid;
}

/** A directory as its row knows it. */
export function knownDir(
  { name, info }: Pick<SourceEntry, "name" | "info">,
  since: number,
): ScanEntry {
  return {
    name,
    type: "dir",
    size: 0,
    mtime: info.mtime,
    ctime: 0,
    ino: 0,
    mode: info.mode,
    uid: info.uid,
    gid: info.gid,
    since,
    hash: "",
  };
}

/**
 * The change time of a directory as its own row has it: 0 where it may have changed again within the same tick after
 * the start of the run (ms). Only attributes are told by it.
 */
export function dirCtime({ ctime }: SourceEntry["info"], started: number): number {
  return ctime < Math.floor(started / 1000) * 1000 ? ctime : 0;
}

/** A file in the mirror that nothing is known of. */
export function strayFile(name: string, info: SourceEntry["info"]): ScanEntry {
  return {
    name,
    type: "file",
    size: info.size,
    mtime: info.mtime,
    ctime: 0,
    ino: NEVER,
    mode: info.mode,
    uid: info.uid,
    gid: info.gid,
    since: 0,
    hash: "",
  };
}

/** The attributes of an entry as a record has them. */
export function attributesOf(
  run: LaneVault,
  info: Pick<SourceEntry["info"], "mtime" | "mode" | "uid" | "gid">,
): Attributes {
  const mtime = new Date(info.mtime).toISOString();
  return run.options.windows
    ? { mtime, mode: info.mode }
    : { mtime, mode: info.mode, uid: info.uid, gid: info.gid };
}
