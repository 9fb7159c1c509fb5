/**
 * What may be believed of a source where nothing tells what the last look saw: the index is new, or was lost
 * (decision 29).
 * @module
 */

import { stampToNumber } from "../../../base/stamp.ts";
import { lstatIfAny } from "../../../base/io.ts";
import { isWithin, joinRel } from "../../../base/relpath.ts";
import type { FileInfo } from "../../../base/fs.ts";
import type { Catalog, RecordNote } from "../../../vault/catalog.ts";
import { isOver } from "../../../vault/disk_times.ts";
import type { ScanEntry } from "../../../vault/scan_row.ts";
import type { Vault } from "../../../vault/vault.ts";
import type { SourceDir, SourceEntry, SourceView } from "../../source/source_dir.ts";
import type { Believed } from "../lane_vault.ts";
import type { BackupRequest, SourceWay } from "../request.ts";
import type { VaultDir } from "../vault_dir.ts";

/**
 * The newest finished run of a backup's source on its host; undefined when there is none, or when its clock was ahead of
 * `now`: what changed since may then look as if it had changed before.
 */
export function believedOf(
  vault: Vault,
  catalog: Catalog,
  backup: Pick<BackupRequest, "source" | "originalSource" | "host" | "way">,
  now: number,
): Believed | undefined {
  const { source, originalSource = source, host, way } = backup;
  const run = catalog.newestNote((r) => {
    const head = r.kind === "run" && r.finished ? catalog.record(r.stamp)?.head : undefined;
    return head?.source === originalSource && head.host === host &&
      // whether a copy that was found is what the source has is not known yet
      head.options.adopted !== true && head.options.imported === undefined;
  });
  const started = run === undefined ? Number.NaN : Date.parse(run.time);
  if (run === undefined || Number.isNaN(started) || started > now) return undefined;
  const failed: string[] = [];
  if (run.errors > 0) {
    for (const line of vault.recordLines(run.stamp)) {
      if (line.kind === "error") failed.push(line.path);
    }
  }
  const began = catalog.record(run.stamp)?.summary?.files_excluded === 0
    ? undefined
    : beginnings(catalog.notes());
  return { run: stampToNumber(run.stamp), before: wholeSecond(started), began, failed, way };
}

function beginnings(records: readonly RecordNote[]): Map<number, number> {
  return new Map(records.map((r) => [stampToNumber(r.stamp), wholeSecond(Date.parse(r.time))]));
}

/** Change times have whole seconds. */
function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/** What is known of a directory, where what only records tell is believed as if it had been seen. */
export function believeKnown(
  believed: Believed | undefined,
  { source, view }: { source: SourceDir; view: Pick<SourceView, "fs" | "tree"> },
  known: VaultDir["known"],
): VaultDir["known"] {
  if (believed === undefined || known === undefined) return known;
  if ("count" in known ? !known.someUnseen : !known.some(isUnseen)) return known;
  const list = "count" in known ? known.entries() : known;
  const entries = new Map<string, SourceEntry>();
  for (const entry of source.entries) entries.set(entry.name, entry);
  const moved = movedAt(view, source.path, believed.way);
  return list.map((k) => {
    const entry = isUnseen(k) ? entries.get(k.name) : undefined;
    return entry !== undefined && isBelieved({ believed, moved, dir: source.path }, k, entry)
      ? { ...k, ctime: entry.info.ctime, ino: entry.info.ino }
      : k;
  });
}

/** True for a file or link of which only a record tells. */
function isUnseen(known: ScanEntry): boolean {
  return known.type !== "dir" && Number.isNaN(known.ctime) && known.hash !== "";
}

/**
 * True when an entry has not been touched since what its record tells was true. What an unfinished run left, or what no
 * record tells of, was never held against the source: it may be torn, and looks the same.
 */
function isBelieved(
  { believed, moved, dir }: { believed: Believed; moved: number; dir: string },
  known: ScanEntry,
  { name, info }: SourceEntry,
): boolean {
  const { run, before, began, failed } = believed;
  // the clock may have been set back between the two
  const limit = Math.min(before, began === undefined ? before : began.get(known.since) ?? 0);
  return known.since > 0 && known.since <= run && known.size === info.size &&
    known.mtime === info.mtime && info.ctime > 0 &&
    info.ctime < limit && isOver(info.mtime, limit) && moved < limit &&
    !failed.some((path) => isWithin(joinRel(dir, name), path));
}

/**
 * The last moment, in ms, at which a directory of a source, or one above it, may have come from elsewhere: what is renamed, or
 * put in another's place, brings files whose own times tell nothing of it. To be asked after its files were looked at. The
 * whole way is asked each time: what was told of it before says nothing of a rename since.
 */
function movedAt(
  { fs, tree }: Pick<SourceView, "fs" | "tree">,
  path: string,
  way: SourceWay | undefined,
): number {
  const info = lstatIfAny(fs, tree.path(""));
  // it went while it was read: nothing is known of it
  if (info === undefined) return Infinity;
  let above = info.ctime;
  let moved = rootMovedAt(info, way);
  let dir = "";
  for (const name of path === "" ? [] : path.split("/")) {
    dir = joinRel(dir, name);
    const ctime = lstatIfAny(fs, tree.path(dir))?.ctime;
    if (ctime === undefined) return Infinity;
    // a rename changes its own change time and that of the directory that gets its name
    moved = Math.max(moved, Math.min(ctime, above));
    above = ctime;
  }
  return moved;
}

/** The same of the source itself and of what lies above it, as long as it is the directory that main saw. */
function rootMovedAt(info: FileInfo, way: SourceWay | undefined): number {
  if (way === undefined || info.ino !== way.ino || info.dev !== way.dev) return Infinity;
  // it changed since: a name came or went in it, or it was away meanwhile
  const rests = info.ctime === way.ctime || info.ctime === wholeSecond(info.mtime);
  return rests ? way.moved : info.ctime;
}
