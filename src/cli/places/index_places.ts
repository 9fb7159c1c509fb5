/**
 * Where the indexes of vaults lie at home (docs/dev/architecture.md, *The index at home*): main finds out the vaults' ids,
 * makes the directories, and sees that they are this user's own, before rights are given.
 * @module
 */

import { readVaultFile } from "./vault_file.ts";
import { dirname, join, relative } from "@std/path";
import { HOME_INDEX, type IndexPlace } from "../../vault/index_place.ts";
import { needsAllPermissions } from "../../sandbox/permissions.ts";
import { isNotFound } from "../../base/errors.ts";
import { platformOf } from "../platform.ts";
import { stateDir } from "../state_dir.ts";
import { pathWithin } from "./identity.ts";
import { isStateIn } from "./state_in_vault.ts";

/** The places of indexes by the vaults' real paths. */
export type IndexPlaces = Readonly<Record<string, IndexPlace>>;

/** What was found. */
export interface FoundPlaces {
  places: IndexPlaces;
  /** The vaults with a place for which an id was made up: none could be read. */
  unread: readonly string[];
  /** The state directory is another user's: nothing is kept there. */
  foreign: boolean;
}

/** How places are looked for. */
export interface PlaceOptions {
  /** Make what is missing. */
  make: boolean;
  /** A vault that is not there yet is about to be made: it gets an id. */
  fresh?: boolean;
}

const NOWHERE: FoundPlaces = { places: {}, unread: [], foreign: false };

const WINDOWS = Deno.build.os === "windows";

/** Finds the places for the vaults at `roots`; what has none is answered from memory. */
export function indexPlaces(
  env: (name: string) => string | undefined,
  roots: readonly string[],
  options: PlaceOptions,
): FoundPlaces {
  try {
    const uid = WINDOWS ? undefined : Deno.uid() ?? undefined;
    const state = stateDir(env, platformOf(Deno.build.os));
    if (isForeign(state, uid)) return { ...NOWHERE, foreign: true };
    if (isStateIn(env, roots)) return NOWHERE;
    if (options.make) Deno.mkdirSync(state, { recursive: true, mode: 0o700 });
    const real = realOrGiven(state);
    // a state directory on a share never makes a run unscoped
    if (needsAllPermissions(real, WINDOWS)) return NOWHERE;
    const top = join(real, HOME_INDEX);
    if (!isOwn(top, uid, options.make)) return NOWHERE;
    if (options.make && options.fresh === true) removeUnused(top);
    const places: Record<string, IndexPlace> = {};
    const unread: string[] = [];
    for (const root of roots) {
      const read = vaultId(root);
      const id = read ?? (options.fresh === true ? crypto.randomUUID() : undefined);
      if (id === undefined || !isOwn(join(top, id), uid, options.make)) continue;
      places[root] = { dir: join(top, id), id, ...(uid === undefined ? {} : { uid }) };
      if (read === undefined) unread.push(root);
    }
    return { places, unread, foreign: false };
  } catch {
    // without a home, or in one that cannot be written, each index is made in memory
    return NOWHERE;
  }
}

/** An engine makes its index long before its directory is as old as that, ms. */
const UNUSED_MS = 24 * 60 * 60 * 1000;

/** Removes the empty directories of vaults that were never made: each try to back up onto a missing drive leaves one. */
function removeUnused(top: string): void {
  for (const { name, isDirectory } of Deno.readDirSync(top)) {
    if (!isDirectory) continue;
    try {
      const path = join(top, name);
      const { mtime } = Deno.lstatSync(path);
      if (mtime !== null && mtime.getTime() < Date.now() - UNUSED_MS) Deno.removeSync(path);
    } catch {
      // it holds an index
    }
  }
}

/** The directories of places, for the set of an engine. */
export function dirsOf(places: IndexPlaces): string[] {
  return Object.values(places).map((p) => p.dir);
}

/** The id of the vault at a real path; undefined where none can be read. It becomes a name of a directory. */
export function vaultId(root: string): string | undefined {
  try {
    const { id } = JSON.parse(readVaultFile(root).replace(/^\uFEFF/, "")) as { id?: unknown };
    return typeof id === "string" && /^[0-9A-Za-z][0-9A-Za-z-]{0,63}$/.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/** What lives takes so much of an index for each entry, in bytes. */
const ENTRY = 480;

/** Where in the file SQLite has the number that `RecordIndex.tellLiving` writes. */
const LIVING_AT = 68;

/**
 * The bytes of the indexes in a place that are about what lives, for that is what a run goes over: not the records of ten
 * thousand runs. Of one that does not tell it is the whole; 0 where there is none.
 */
export function indexSize(place: IndexPlace | undefined): number {
  if (place === undefined) return 0;
  let size = 0;
  try {
    for (const { name } of Deno.readDirSync(place.dir)) {
      if (name.endsWith(".db")) size = Math.max(size, sizeOf(join(place.dir, name)));
    }
  } catch {
    // no place, no index
  }
  return size;
}

function sizeOf(path: string): number {
  const { size, isFile } = Deno.lstatSync(path);
  if (!isFile || size === 0) return size;
  using file = Deno.openSync(path);
  const header = new Uint8Array(LIVING_AT + 4);
  if (file.readSync(header) !== header.length) return size;
  const living = new DataView(header.buffer).getUint32(LIVING_AT);
  return living === 0 ? size : Math.min(size, living * ENTRY);
}

/**
 * hikae's own state directory as it is named, as it is, and as a mount shows it in the source at a real path: left out of
 * every source.
 */
export function ownDirs(env: (name: string) => string | undefined, source: string): string[] {
  try {
    const state = stateDir(env, platformOf(Deno.build.os));
    const real = realOrGiven(state);
    const at = pathWithin(real, source);
    const shown = at === undefined ? [] : [join(source, relative(at, real))];
    return [...new Set([state, real, ...shown])];
  } catch {
    return [];
  }
}

/** True when the state directory, or the one that it would be made in, is another user's (root in somebody's home). */
function isForeign(state: string, uid: number | undefined): boolean {
  if (uid === undefined) return false;
  for (let at = state;; at = dirname(at)) {
    let owner: number | null;
    try {
      owner = Deno.statSync(at).uid;
    } catch (error) {
      if (!isNotFound(error) || dirname(at) === at) return false;
      continue;
    }
    return at === state ? owner !== uid : owner !== uid && owner !== 0;
  }
}

function realOrGiven(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}

/** True for a directory that is this user's alone, and no link; made, or its mode put right, with `make`. */
function isOwn(path: string, uid: number | undefined, make: boolean): boolean {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (!isNotFound(error)) return false;
    if (!make) return true;
    Deno.mkdirSync(path, { mode: 0o700 });
    info = Deno.lstatSync(path);
  }
  if (!info.isDirectory || info.isSymlink) return false;
  if (uid === undefined) return true;
  if (info.uid !== uid) return false;
  if (((info.mode ?? 0) & 0o077) !== 0) {
    if (!make) return false;
    Deno.chmodSync(path, 0o700);
  }
  return true;
}
