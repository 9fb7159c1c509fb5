/** Walks what is on the disk of a vault, mirror and meta directories together, without following any link. @module */

import { isNotFound } from "../base/errors.ts";
import type { DirEntry } from "../base/fs.ts";
import { cutListing, readTextIfAny } from "../base/io.ts";
import { joinRel } from "../base/relpath.ts";
import { stampFromNumber } from "../base/stamp.ts";
import type { Version } from "./version.ts";
import {
  BEGUN,
  isPast,
  isShortenedOf,
  type Mark,
  type MarkKind,
  mayBeShortened,
  META,
  METADATA_FILE,
  NAMES_FILE,
  ownName,
  parseMark,
  pastKind,
  ROOT_FILES,
  storedMark,
  TEMPORARY,
} from "./names.ts";
import { parseNames } from "./names_file.ts";
import { parseMetadata } from "./metadata.ts";
import { isNotOurs, type Vault } from "./vault.ts";

/** A mark on the disk. */
export interface StoredMark extends Mark {
  /** Its name on the disk. */
  stored: string;
  /** What the entry on the disk is. */
  type: DirEntry["type"];
  /** True for a shortened mark whose full name `names.txt` does not tell: `name` is what is left of it. */
  unnamed?: true;
}

/** What is on the disk for one directory of the source, or for a past one of that path. */
export interface StoredDir {
  /** The source path. */
  dir: string;
  /** The absolute path of the mirror's directory. */
  path: string;
  /** True inside a directory that became a file and was moved under a mark. */
  moved: boolean;
  /** Own names of mirror entries, meta directory left out, by type. */
  entries: Map<string, DirEntry["type"]>;
  /** Marks in the meta directory, with full names where they are known. */
  marks: StoredMark[];
  hasMetadata: boolean;
  /** Absolute paths of temporary files that a run left. */
  temporaries: string[];
  /** Why `names.txt` could not be read, if it could not: shortened marks then bear what is left of their names. */
  namesError?: unknown;
  /** Names in the meta directory that are not hikae's. */
  strangers: string[];
}

/** Told of a directory of a vault that cannot be read, and of which `place` of it that is: itself, or in its meta directory. */
export type WalkFailed = (path: string, error: unknown, place: string) => void;

/** Walks a vault from the root, a directory before what lies in it; errors go to `failed` and the walk goes on. */
export function* walkVault(
  vault: Vault,
  failed: WalkFailed,
): Generator<StoredDir> {
  const walk = new VaultWalk(vault, failed);
  for (let next = walk.next(); next !== undefined; next = walk.next()) yield next;
}

/** The same walk, for who goes it step by step and looks ahead. */
export class VaultWalk {
  readonly #vault: Vault;
  readonly #failed: WalkFailed;
  readonly #stack: { dir: string; path: string; moved: boolean }[];

  /** At the root of a vault. */
  constructor(vault: Vault, failed: WalkFailed) {
    this.#vault = vault;
    this.#failed = failed;
    this.#stack = [{ dir: "", path: vault.root, moved: false }];
  }

  /** The directories that come next as far as they are known, at most so many: each with its meta directory. */
  upcoming(most: number): string[] {
    const below = (path: string): string => this.#vault.tree.below(path, META);
    return this.#stack.slice(-most).reverse().flatMap(({ path }) => [path, below(path)]);
  }

  /** The next directory; undefined when there is none any more. */
  next(): StoredDir | undefined {
    for (let next = this.#stack.pop(); next !== undefined; next = this.#stack.pop()) {
      const { tree } = this.#vault;
      const meta = tree.below(next.path, META);
      let stored: StoredDir;
      let place = next.path;
      try {
        stored = readStoredDir(this.#vault, next.dir, next.path, next.moved, () => place = meta);
      } catch (error) {
        this.#failed(next.path, error, place);
        continue;
      }
      if (stored.namesError !== undefined) {
        this.#failed(next.path, stored.namesError, tree.below(meta, NAMES_FILE));
      }
      this.#pushBelow(stored);
      return stored;
    }
    return undefined;
  }

  #pushBelow({ dir, path, moved, entries, marks }: StoredDir): void {
    const { tree } = this.#vault;
    for (const [name, type] of entries) {
      if (type !== "dir") continue;
      const below = tree.below(path, mirrorNameOf(this.#vault, name));
      this.#stack.push({ dir: joinRel(dir, name), path: below, moved });
    }
    for (const mark of marks) {
      if (mark.type !== "dir") continue;
      const below = tree.below(tree.below(path, META), mark.stored);
      this.#stack.push({ dir: joinRel(dir, mark.name), path: below, moved: true });
    }
  }
}

/** Reads one directory of a vault: mirror entries, and then, as `onMeta` is told before, its meta directory. */
export function readStoredDir(
  vault: Vault,
  dir: string,
  path: string,
  moved: boolean,
  onMeta: () => void = () => {},
): StoredDir {
  const stored: StoredDir = {
    dir,
    path,
    moved,
    entries: new Map(),
    marks: [],
    hasMetadata: false,
    temporaries: [],
    strangers: [],
  };
  let meta = false;
  for (const { name, type } of vault.fs.list(path)) {
    const own = ownName(name, vault.info.case_sensitive);
    if (own === undefined) meta = type === "dir";
    else stored.entries.set(own, type);
  }
  if (dir === "" && !moved) {
    // the disk has dropped it from the list, or what lies there now is the directory that the vault was mounted at
    if (!meta) throw cutListing(path);
    dropDrivesOwn(vault, stored);
  }
  if (meta) {
    onMeta();
    readMeta(vault, stored, vault.tree.below(path, META));
  }
  return isNested(stored) ? { ...stored, ...NOTHING } : stored;
}

/** What the drive keeps in its root is none of the vault's, unless a backup brought it. */
function dropDrivesOwn(vault: Vault, { entries }: StoredDir): void {
  let listed: ReadonlySet<string> | undefined;
  for (const [name, type] of entries) {
    if (!isNotOurs(vault.fs, vault.tree, { name, type })) continue;
    if (type !== "dir") {
      listed ??= namesInMetadata(vault);
      if (listed.has(name)) continue;
    }
    entries.delete(name);
  }
}

function namesInMetadata(vault: Vault): ReadonlySet<string> {
  try {
    const text = readTextIfAny(vault.fs, vault.tree.metadata(""));
    return new Set(text === undefined ? [] : parseMetadata(text)?.files.keys());
  } catch {
    return new Set();
  }
}

/** A vault within this one: its marks, its metadata and its temporary files look like this one's and are not. */
export function isNested({ strangers }: StoredDir): boolean {
  return strangers.includes(ROOT_FILES.vault) || strangers.includes(ROOT_FILES.runs);
}

/** What a vault has of a directory that is another vault's. */
const NOTHING: Pick<StoredDir, "entries" | "marks" | "hasMetadata" | "temporaries"> = {
  entries: new Map(),
  marks: [],
  hasMetadata: false,
  temporaries: [],
};

function readMeta(vault: Vault, stored: StoredDir, meta: string): void {
  const root = stored.dir === "" && !stored.moved;
  let names: Map<string, string> | undefined;
  const nameOf = (text: string): string | undefined => {
    names ??= parseNames(readNames(vault, vault.tree.below(meta, NAMES_FILE), stored));
    const own = names.get(text);
    // the mark itself has the name's hash: a line that came from elsewhere must not give it another's name
    return own !== undefined && isShortenedOf(text, own, vault.hashText) ? own : undefined;
  };
  for (const { name, type } of vault.fs.list(meta)) {
    const mark = parseMark(name);
    if (mark !== undefined) {
      const full = mayBeShortened(name) ? nameOf(name) : mark.name;
      const own = full === undefined ? { unnamed: true as const } : { name: full };
      stored.marks.push({ ...mark, ...own, stored: name, type });
    } else if (name === METADATA_FILE) stored.hasMetadata = type === "file";
    else if (name === BEGUN && root) continue;
    else if (name.startsWith(TEMPORARY) && type !== "dir") {
      stored.temporaries.push(vault.tree.below(meta, name));
    } else if (name !== NAMES_FILE && !(root && isRootFile(name))) stored.strangers.push(name);
  }
}

/** Gives marks that `names.txt` does not name the names of the versions that would be stored so. */
export function nameMarks(vault: Vault, stored: StoredDir, versions: Iterable<Version>): void {
  const unnamed = stored.marks.filter((m) => m.unnamed);
  if (unnamed.length === 0) return;
  const full = new Map<string, string>();
  for (const v of versions) {
    const stamp = v.until === null ? undefined : stampFromNumber(v.until);
    const kind: MarkKind = v.until === null
      ? "link"
      : pastKind(v.type === "link", v.ended !== "changed");
    // a long name of its own that ends like a shortened one is told apart by its version alone
    full.set(storedMark(kind, v.name, stamp, vault.hashText).stored, v.name);
  }
  for (const mark of unnamed) {
    const name = full.get(mark.stored);
    if (name === undefined) continue;
    mark.name = name;
    delete mark.unnamed;
  }
}

function isRootFile(name: string): boolean {
  return name === "runs" || name === "vault.json" || name === "lock" || name === "lock.json" ||
    name.startsWith("catalog.db");
}

function readNames(vault: Vault, path: string, stored: StoredDir): string {
  try {
    return readTextIfAny(vault.fs, path) ?? readTextIfAny(vault.fs, path) ?? "";
  } catch (error) {
    // it costs full names, not the marks themselves
    if (!isNotFound(error)) stored.namesError = error;
    return "";
  }
}

function mirrorNameOf(vault: Vault, name: string): string {
  return vault.tree.mirrorRel(name);
}

/** Past marks of a directory, oldest first. */
export function pastMarks(
  stored: StoredDir,
): (StoredMark & { stamp: NonNullable<Mark["stamp"]> })[] {
  const past = stored.marks.filter((m): m is StoredMark & { stamp: NonNullable<Mark["stamp"]> } =>
    isPast(m)
  );
  return past.sort((a, b) => a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0);
}

/** True when a file or link of that name lives in the directory. */
export function isInMirror(stored: StoredDir, name: string): boolean {
  return stored.entries.get(name) === "file" ||
    stored.marks.some((m) => m.kind === "link" && m.name === name);
}
