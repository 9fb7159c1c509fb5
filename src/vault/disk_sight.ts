/**
 * A vault's disk as it lists itself to its end. The quick way of listing drops what the disk answers with an error, and says
 * nothing: an index that is made of the disk goes by listings made in the way that tells, which somebody has to wait for.
 * @module
 */

import type { DirEntry, EntryType, FileInfo } from "../base/fs.ts";
import { META, parseMark } from "./names.ts";
import { Vault } from "./vault.ts";
import { type StoredDir, VaultWalk } from "./walk.ts";

/** So many directories are listed at once: as many as a runtime makes calls at once. */
const AT_ONCE = 32;

/** Thrown where an index has to ask the whole disk, and who opens it can wait until that is seen: then it opens once more. */
export class DiskUnseen extends Error {
  readonly vault: Vault;
  /** True for a path that no answer is needed for: what stands there is known. */
  readonly isKnown: IsKnown;

  /** Of a vault. */
  constructor(vault: Vault, isKnown: IsKnown) {
    super("unseen");
    this.vault = vault;
    this.isKnown = isKnown;
  }
}

/** Whether it is known what stands at a path of the disk. */
type IsKnown = (path: string) => boolean;

/** What a directory lists, without an object for each entry. */
interface PackedList {
  /** Parted by what no name holds. */
  names: string;
  types: string;
  /** What was seen of entries that nobody knows: {@link FACTS} numbers each, NaN where nothing was. */
  facts?: Float64Array;
}

/** What is asked of an entry that nobody knows. */
export type PlaceFacts = Pick<FileInfo, "size" | "mtime" | "mode">;

const FACTS = 3;

const TYPES: Readonly<Record<string, EntryType>> = { f: "file", d: "dir", l: "link", s: "special" };

function pack(entries: readonly DirEntry[]): PackedList {
  return {
    names: entries.map(({ name }) => name).join("/"),
    types: entries.map(({ type }) => type[0]).join(""),
  };
}

function unpack({ names, types }: PackedList): DirEntry[] {
  const all = types === "" ? [] : names.split("/");
  return all.map((name, i) => ({ name, type: TYPES[types[i] ?? ""] ?? "special" }));
}

/** Sees what else is asked of a disk that is far away, without waiting for each answer. */
export interface FarSight {
  /** What a directory that was listed holds. */
  dir: (vault: Vault, stored: StoredDir) => Promise<void>;
  lstat: (path: string) => Promise<FileInfo>;
}

/** What was seen of a vault's disk, for one opening. */
export class DiskSight {
  readonly #far: FarSight | undefined;
  /** What was told on the way: an opening that begins again does not say it again. */
  readonly told = new Set<string>();
  #waits = false;
  /** The index that lay at home had trouble while the disk was mended: the next one is made elsewhere at once. */
  homeFails = false;
  #lists: Map<string, PackedList | Error> | undefined;
  #dir: { path: string; entries: Map<string, ListedPlace> } | undefined;

  /** Nothing is seen yet; of a disk that is far away `far` sees more than what it lists. */
  constructor(far?: FarSight) {
    this.#far = far;
  }

  /** True where more is seen than what directories list. */
  get isFar(): boolean {
    return this.#far !== undefined;
  }

  /** From now on somebody waits for what is to be seen. */
  begin(): void {
    this.#waits = true;
  }

  /** The vault is open: what was seen counts no more. */
  over(): void {
    this.#waits = false;
    this.spent();
  }

  /** The disk is being mended: what was seen of it before serves once. */
  spent(): void {
    this.#lists = undefined;
    this.#dir = undefined;
  }

  /** Lists every directory of the vault, many at once; never fails but by `check`. */
  async see(
    { vault, isKnown }: Pick<DiskUnseen, "vault" | "isKnown">,
    check: () => void,
  ): Promise<void> {
    const lists = new Map<string, PackedList | Error>();
    const under = new Map<string, Promise<void>>();
    const more = new Set<Promise<void>>();
    const walk = new VaultWalk(listingBy(vault, lists, () => {}), () => {});
    for (;;) {
      check();
      const upcoming = walk.upcoming(AT_ONCE / 2);
      for (const path of upcoming) {
        if (!under.has(path)) under.set(path, listInto(lists, vault, path));
      }
      // a directory and its meta directory
      for (const path of upcoming.slice(0, 2)) {
        await under.get(path);
        under.delete(path);
      }
      const stored = walk.next();
      if (stored === undefined) break;
      for (const seeing of this.#more(vault, stored, lists, isKnown)) {
        const one: Promise<void> = seeing.finally(() => more.delete(one));
        more.add(one);
        check();
        if (more.size >= AT_ONCE) await Promise.race(more);
      }
    }
    await Promise.all(more);
    this.#lists = lists;
  }

  /** What is seen of a directory that was listed: each when it is asked for, none fails. */
  *#more(
    vault: Vault,
    stored: StoredDir,
    lists: ReadonlyMap<string, PackedList | Error>,
    isKnown: IsKnown,
  ): Generator<Promise<void>> {
    const far = this.#far;
    if (far === undefined) return;
    yield far.dir(vault, stored);
    const { tree } = vault;
    const meta = tree.below(stored.path, META);
    // what lies in a directory that was moved only its marks tell
    for (const dir of stored.moved ? [meta] : [stored.path, meta]) {
      const list = lists.get(dir);
      if (list === undefined || list instanceof Error) continue;
      for (const [i, { name, type }] of unpack(list).entries()) {
        if (type !== "file" && (type !== "dir" || dir === meta || name === META)) continue;
        if (dir === meta && parseMark(name) === undefined) continue;
        const path = tree.below(dir, name);
        if (!isKnown(path)) yield seeInto(list, i, type, far.lstat(path));
      }
    }
  }

  /** The vault by which its disk is walked, as {@link walkedVault} gives it. */
  walked(vault: Vault, doubted: (path: string) => void, known: () => IsKnown): Vault {
    if (this.#waits && this.#lists === undefined) {
      throw new DiskUnseen(vault, this.isFar ? known() : () => true);
    }
    return listingBy(vault, this.#lists ?? UNSEEN, doubted);
  }

  /** True where a directory was seen to list a file. */
  hasFile(path: string, separator: string): boolean {
    return this.#entry(path, separator)?.type === "file";
  }

  /** What was seen of what stands at a path; undefined where nobody has looked, or could. */
  infoOf(path: string, separator: string): PlaceFacts | undefined {
    const { list, i } = this.#entry(path, separator) ?? {};
    if (list?.facts === undefined || i === undefined) return undefined;
    const [size = NaN, mtime = NaN, mode = NaN] = list.facts.subarray(i * FACTS, (i + 1) * FACTS);
    return Number.isNaN(mode) ? undefined : { size, mtime, mode };
  }

  #entry(path: string, separator: string): ListedPlace | undefined {
    const at = path.lastIndexOf(separator);
    const dir = path.slice(0, at);
    if (this.#dir?.path !== dir) this.#dir = { path: dir, entries: this.#entriesIn(dir) };
    return this.#dir.entries.get(path.slice(at + 1));
  }

  #entriesIn(dir: string): Map<string, ListedPlace> {
    const list = this.#lists?.get(dir);
    if (list === undefined || list instanceof Error) return new Map();
    return new Map(unpack(list).map(({ name, type }, i) => [name, { list, i, type }]));
  }
}

/** An entry of a directory that was listed. */
interface ListedPlace {
  list: PackedList;
  i: number;
  type: EntryType;
}

/** Notes what stands there, where it is what was listed: who asks meets anything else. */
async function seeInto(
  list: PackedList,
  i: number,
  type: EntryType,
  looking: Promise<FileInfo>,
): Promise<void> {
  try {
    const info = await looking;
    if (info.type !== type) return;
    list.facts ??= new Float64Array(FACTS * list.types.length).fill(NaN);
    list.facts.set([info.size, info.mtime, info.mode], i * FACTS);
  } catch {
    // who asks for it meets it
  }
}

/** Nothing was seen. */
const UNSEEN: ReadonlyMap<string, PackedList | Error> = new Map();

/**
 * The vault by which its disk is walked: it lists as was seen. What nobody has seen is listed now, and `doubted`, for any of
 * it may be lacking; throws {@link DiskUnseen} where somebody waits for it to be seen.
 */
export function walkedVault(
  vault: Vault,
  sight: DiskSight | undefined,
  doubted: (path: string) => void,
  known: () => IsKnown,
): Vault {
  return sight?.walked(vault, doubted, known) ?? listingBy(vault, UNSEEN, doubted);
}

function listingBy(
  vault: Vault,
  lists: ReadonlyMap<string, PackedList | Error>,
  doubted: (path: string) => void,
): Vault {
  const list = (path: string): DirEntry[] => {
    const seen = lists.get(path);
    if (seen instanceof Error) throw seen;
    if (seen !== undefined) return unpack(seen);
    // how little a disk gives at once nobody knows: a share may cut the smallest
    doubted(path);
    return vault.fs.list(path);
  };
  return new Vault({ ...vault.ports, fs: { ...vault.fs, list } }, vault.root, vault.info);
}

async function listInto(
  lists: Map<string, PackedList | Error>,
  { fs }: Vault,
  path: string,
): Promise<void> {
  try {
    lists.set(path, pack(await fs.listWhole(path)));
  } catch (error) {
    lists.set(path, error instanceof Error ? error : new Error(String(error)));
  }
}
