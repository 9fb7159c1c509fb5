/** What is known of entries as a run leaves them: the rows of the scan cache. @module */

import { readTextIfAny } from "../../../base/io.ts";
import { type NameTable, tableOf } from "../../../vault/name_finder.ts";
import { NEVER, type ScanEntry } from "../../../vault/scan_row.ts";
import type { Attributes } from "../../../vault/record.ts";
import { HUGE, type SourceEntry } from "../../source/source_dir.ts";
import type { LaneVault } from "../lane_vault.ts";
import type { VaultDir } from "../vault_dir.ts";

/** A file or link as it was just seen and hashed; `isExact` where its content is as long as its disk told. */
export function knownFile(
  { name, type, info }: SourceEntry,
  hash: string,
  since: number,
  isExact: boolean,
): ScanEntry {
  const entry: ScanEntry = {
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
  if (isExact) entry.exact = true;
  return entry;
}

/** One that was read just now: whether it was as long as its disk had told is known. */
export function knownRead(source: SourceEntry, hash: string, since: number): ScanEntry {
  const { type, info, realSize = info.size } = source;
  return knownFile(source, hash, since, type === "file" && realSize === info.size);
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

/** So many names are passed over before all are looked through: those that went lie between the others. */
const AHEAD = 8;

/** The entries that a vault knows of a directory, taken by their names: in a listing's order none is looked for. */
export class KnownEntries {
  readonly #known: NonNullable<VaultDir["known"]>;
  readonly #count: number;
  readonly #taken: Uint8Array;
  #next = 0;
  /** Where each name is; made when the names come in another order than they are known in. */
  #places: NameTable | Map<string, number> | undefined;
  /** How many were not taken yet. */
  left: number;

  /** All of `known`; of several of one name the last. */
  constructor(all: VaultDir["known"] = []) {
    const known = "count" in all ? all : lastOfEach(all);
    this.#known = known;
    this.#count = "count" in known ? known.count : known.length;
    this.#taken = new Uint8Array(this.#count);
    this.left = this.#count;
  }

  /** The entry of this name, once. */
  take(name: string): ScanEntry | undefined {
    const i = this.#find(name);
    if (i === undefined || this.#taken[i] === 1) return undefined;
    this.#taken[i] = 1;
    this.#next = i + 1;
    this.left--;
    return this.#entry(i);
  }

  #find(name: string): number | undefined {
    if (this.left === 0) return undefined;
    const end = Math.min(this.#count, this.#next + AHEAD);
    for (let i = this.#next; i < end; i++) if (this.#name(i) === name) return i;
    this.#places ??= this.#index();
    return this.#places.get(name);
  }

  #index(): NameTable | Map<string, number> {
    if (this.#count >= HUGE) return tableOf(this.#count, (i) => this.#name(i));
    const places = new Map<string, number>();
    for (let i = 0; i < this.#count; i++) places.set(this.#name(i), i);
    return places;
  }

  /** Those that were not taken. */
  *rest(): Generator<ScanEntry> {
    for (let i = 0; i < this.#count && this.left > 0; i++) {
      if (this.#taken[i] === 1) continue;
      const entry = this.#entry(i);
      if (entry !== undefined) yield entry;
    }
  }

  #name(i: number): string {
    const known = this.#known;
    return "count" in known ? known.name(i) : known[i]?.name ?? "";
  }

  #entry(i: number): ScanEntry | undefined {
    const known = this.#known;
    return "count" in known ? known.entry(i) : known[i];
  }
}

/** Records of a copy, or of two, may tell of one name twice: the newer is the one that is there. */
function lastOfEach(known: readonly ScanEntry[]): readonly ScanEntry[] {
  const byName = new Map(known.map((k) => [k.name, k]));
  return byName.size === known.length ? known : [...byName.values()];
}
