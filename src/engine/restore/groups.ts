/** The wanted versions, directory by directory, parents first. @module */

import { dirOf, isWithin, nameOf } from "../../base/relpath.ts";
import type { Version } from "../../vault/catalog.ts";
import { bareVersion } from "../../vault/version.ts";
import { pathOf } from "../reader.ts";
import { above, type Pick, type PointView } from "./restore_picks.ts";

/** What is wanted directly in one directory. */
export interface DirectoryGroup {
  view: PointView;
  dir: string;
  /** True when the directory itself is restored: what the snapshot does not have in it may be deleted. */
  whole: boolean;
  entries: Version[];
  /** Names of directories that are only on the way to what is wanted: made when missing, else left alone. */
  onTheWay: Version[];
  /** The root's own version, when all of it is restored. */
  root?: Version;
  /** A wide directory comes in parts: which this one is, and whether more come. */
  part: number;
  more: boolean;
}

/** So many versions are in a part. */
const PART = 4096;

/** Groups of all picks, one pick after the other. */
export function* groupsOf(picks: readonly Pick[]): Generator<DirectoryGroup> {
  const made = new Set<string>();
  for (const pick of picks) yield* groupsOfPick(pick, made);
}

function* groupsOfPick(pick: Pick, made: Set<string>): Generator<DirectoryGroup> {
  const { view } = pick;
  const chosen = new Set<string>(pick.match === undefined && pick.path === "" ? [""] : []);
  // directories chosen and not come yet: those without entries never come by themselves
  const awaited = new Set<string>();
  let group: DirectoryGroup | undefined;
  for (const v of wanted(pick, chosen)) {
    if (group === undefined || group.dir !== v.dir) {
      if (group !== undefined) yield group;
      if (!chosen.has(v.dir)) yield* wayTo(view, v.dir, made);
      awaited.delete(v.dir);
      group = groupOf(view, v.dir, chosen.has(v.dir));
    } else if (group.entries.length === PART) {
      group.more = true;
      yield group;
      group = groupOf(view, v.dir, group.whole, group.part + 1);
    }
    if (v.type === "dir") {
      const path = pathOf(v);
      chosen.add(path);
      made.add(path);
      if (v.name !== "") awaited.add(path);
    }
    if (v.name !== "") group.entries.push(v);
    else group.root = v;
  }
  if (group !== undefined) yield group;
  for (const dir of awaited) yield groupOf(view, dir, true);
}

function groupOf(view: PointView, dir: string, whole: boolean, part = 0): DirectoryGroup {
  return { view, dir, whole, entries: [], onTheWay: [], part, more: false };
}

/** Groups of which a wide directory comes in parts only where it may: that is asked when its first one comes. */
export function* wholeUnless(
  inParts: (group: DirectoryGroup) => boolean,
  groups: Iterable<DirectoryGroup>,
): Generator<DirectoryGroup> {
  let whole: DirectoryGroup | undefined;
  for (const group of groups) {
    if (whole !== undefined) {
      for (const v of group.entries) whole.entries.push(v);
      if (group.more) continue;
      yield { ...whole, more: false };
      whole = undefined;
    } else if (group.more && group.part === 0 && !inParts(group)) whole = group;
    else yield group;
  }
}

/** The versions of a pick; with a glob, what lies below a directory that matched comes too. */
function* wanted(pick: Pick, chosen: ReadonlySet<string>): Generator<Version> {
  const { view, path, match } = pick;
  for (const v of view.versions(path)) {
    if (match === undefined) {
      if (isWithin(pathOf(v), path)) yield v;
    } else if (v.name !== "" && (chosen.has(v.dir) || match(pathOf(v)))) yield v;
  }
}

/** Groups that make the directories down to `dir`, if nothing else does. */
function* wayTo(view: PointView, dir: string, made: Set<string>): Generator<DirectoryGroup> {
  if (dir === "") return;
  for (const path of [...above(dir), dir]) {
    if (made.has(path)) continue;
    made.add(path);
    const version = view.version(path) ?? bare(path);
    yield { ...groupOf(view, dirOf(path), false), onTheWay: [version] };
  }
}

/** A directory that no record tells of. */
function bare(path: string): Version {
  return bareVersion({ dir: dirOf(path), name: nameOf(path), type: "dir", since: -1 });
}
