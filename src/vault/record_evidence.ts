/** The lines that a run's record should have, by what an index tells: from the records of before, or from the disk. @module */

import { joinRel } from "../base/relpath.ts";
import { type Stamp, stampFromNumber, stampToNumber } from "../base/stamp.ts";
import type { AttrRow } from "./attr_row.ts";
import type { Catalog } from "./catalog.ts";
import { attrsOfRun, versionsOfRun } from "./history/changes.ts";
import { formatLine, type RecordLine, type VersionLine, type Why } from "./record.ts";
import { keyOf, type ToldLine } from "./record_search.ts";
import { goneLine, type Version } from "./version.ts";

/** Who owns what is backed up, where the disk of the vault does not tell. */
export interface UsualOwner {
  uid?: number | undefined;
  gid?: number | undefined;
}

/** What `catalog` tells of the run of `stamp`. */
export function toldLines(catalog: Catalog, stamp: Stamp, owner: UsualOwner): ToldLine[] {
  const n = stampToNumber(stamp);
  const attrs = attrsOfRun(catalog, n);
  const told: RecordLine[][] = [];
  for (const v of versionsOfRun(catalog, n)) {
    if (v.gone === n) told.push(goneLines(v, n));
    if (v.until === n) told.push(endLines(catalog, v, owner));
    if (v.since === n || v.why === "found") told.push(beginLines(v, stamp, owner));
  }
  for (const a of attrs) told.push(attrLines(catalog, a));
  return told.flatMap((lines): ToldLine[] => {
    const [first] = lines;
    if (first === undefined || first.kind === "error" || first.kind === "summary") return [];
    const texts = [...new Set(lines.map((l) => formatLine(l).slice(0, -1)))];
    return [{ path: first.path, key: keyOf(first) ?? "", texts }];
  });
}

/** In the order of the keys that a backup writes. */
function described(v: Version, owner: UsualOwner): Partial<VersionLine> {
  const [uid, gid] = [v.uid ?? owner.uid, v.gid ?? owner.gid];
  return {
    ...(v.size === null || v.type === "dir" ? {} : { size: v.size }),
    ...(v.mtime === null ? {} : { mtime: new Date(v.mtime).toISOString() }),
    ...(v.mode === null ? {} : { mode: v.type === "link" && v.why === "found" ? 0o777 : v.mode }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(v.hash === null ? {} : { hash: v.hash }),
  };
}

const BEGINNINGS: readonly Why[] = ["new", "changed", "recreated", "seen"];

function beginLines(v: Version, stamp: Stamp, owner: UsualOwner): VersionLine[] {
  const whys = BEGINNINGS.includes(v.why as Why) ? [v.why as Why] : BEGINNINGS;
  return whys.map((why) => ({
    kind: "version",
    path: joinRel(v.dir, v.name),
    type: v.type,
    ...described(v, owner),
    from: stamp,
    ...(v.moved === null ? {} : { moved: v.moved }),
    ...(v.link === null ? {} : { link: v.link }),
    why,
  }));
}

function endLines(catalog: Catalog, v: Version, owner: UsualOwner): VersionLine[] {
  const until = v.until ?? 0;
  // it ends with the attributes that it had last
  const last = catalog.attrs(v.dir).findLast((a) =>
    a.name === v.name && a.stamp > v.since && a.stamp < until
  );
  const line: VersionLine = {
    kind: "version",
    path: joinRel(v.dir, v.name),
    type: v.type,
    ...described({ ...v, ...last && attrsOf(last) }, owner),
    ...(v.since > 0 ? { from: stampFromNumber(v.since) } : {}),
    to: stampFromNumber(until),
    why: (v.ended ?? "deleted") as Why,
  };
  // a directory that was made nothing of but directories, or moved, has no more than its name
  const bare: VersionLine = {
    kind: "version",
    path: line.path,
    type: v.type,
    to: stampFromNumber(until),
    why: line.why,
  };
  return v.rot === 1 ? [{ ...line, rot: true }] : [line, ...(v.type === "dir" ? [bare] : [])];
}

function attrsOf({ mtime, mode, uid, gid }: AttrRow): Partial<Version> {
  return { mtime, mode, uid, gid };
}

function goneLines(v: Version, gone: number): VersionLine[] {
  return (["prune", "retention", "date", "max_generations", "lost"] as const).map((why) =>
    goneLine(v, gone, why)
  );
}

function attrLines(catalog: Catalog, a: AttrRow): RecordLine[] {
  const path = joinRel(a.dir, a.name);
  const type =
    catalog.history(path).find((v) => v.since <= a.stamp && (v.until === null || v.until > a.stamp))
      ?.type ?? "file";
  return [{
    kind: "attr",
    path,
    type,
    mtime: new Date(a.mtime).toISOString(),
    mode: a.mode,
    ...(a.uid === null ? {} : { uid: a.uid }),
    ...(a.gid === null ? {} : { gid: a.gid }),
  }];
}
