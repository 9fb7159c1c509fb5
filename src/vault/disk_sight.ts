/**
 * A vault's disk as it lists itself to its end. The quick way of listing drops what the disk answers with an error, and says
 * nothing: an index that is made of the disk goes by listings made in the way that tells, which somebody has to wait for.
 * @module
 */

import type { DirEntry, EntryType } from "../base/fs.ts";
import { Vault } from "./vault.ts";
import { type StoredDir, VaultWalk } from "./walk.ts";

/** So many directories are listed at once: as many as a runtime makes calls at once. */
const AT_ONCE = 32;

/** Thrown where an index has to ask the whole disk, and who opens it can wait until that is seen: then it opens once more. */
export class DiskUnseen extends Error {
  readonly vault: Vault;

  /** Of a vault. */
  constructor(vault: Vault) {
    super("unseen");
    this.vault = vault;
  }
}

/** What a directory lists, without an object for each entry. */
interface PackedList {
  /** Parted by what no name holds. */
  names: string;
  types: string;
}

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

/** Has somebody see what else is asked of a directory that was listed. */
export type SeeMore = (vault: Vault, stored: StoredDir) => Promise<void>;

/** What was seen of a vault's disk, for one opening. */
export class DiskSight {
  readonly #more: SeeMore | undefined;
  /** What was told on the way: an opening that begins again does not say it again. */
  readonly told = new Set<string>();
  #waits = false;
  /** The index that lay at home had trouble while the disk was mended: the next one is made elsewhere at once. */
  homeFails = false;
  #lists: Map<string, PackedList | Error> | undefined;
  #files: { dir: string; names: Set<string> } | undefined;

  /** Nothing is seen yet; `more` is told each directory. */
  constructor(more?: SeeMore) {
    this.#more = more;
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
    this.#files = undefined;
  }

  /** Lists every directory of the vault, many at once; never fails but by `check`. */
  async see(vault: Vault, check: () => void): Promise<void> {
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
      await this.#seeMore(more, vault, stored);
    }
    await Promise.all(more);
    this.#lists = lists;
  }

  async #seeMore(under: Set<Promise<void>>, vault: Vault, stored: StoredDir): Promise<void> {
    if (this.#more === undefined) return;
    const one: Promise<void> = this.#more(vault, stored).finally(() => under.delete(one));
    under.add(one);
    if (under.size >= AT_ONCE) await Promise.race(under);
  }

  /** The vault by which its disk is walked, as {@link walkedVault} gives it. */
  walked(vault: Vault, doubted: (path: string) => void): Vault {
    if (this.#waits && this.#lists === undefined) throw new DiskUnseen(vault);
    return listingBy(vault, this.#lists ?? UNSEEN, doubted);
  }

  /** True where a directory was seen to list a file. */
  hasFile(path: string, separator: string): boolean {
    const at = path.lastIndexOf(separator);
    const dir = path.slice(0, at);
    if (this.#files?.dir !== dir) this.#files = { dir, names: this.#filesIn(dir) };
    return this.#files.names.has(path.slice(at + 1));
  }

  #filesIn(dir: string): Set<string> {
    const seen = this.#lists?.get(dir);
    if (seen === undefined || seen instanceof Error) return new Set();
    return new Set(unpack(seen).filter(({ type }) => type === "file").map(({ name }) => name));
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
): Vault {
  return sight?.walked(vault, doubted) ?? listingBy(vault, UNSEEN, doubted);
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
