/**
 * The names of files that have several in the source (decision 26). Nothing is looked for before a file with more than one
 * name is to be stored: then the source is gone through once.
 * @module
 */

import { compareUtf8 } from "../../../base/bytes.ts";
import type { FileInfo } from "../../../base/fs.ts";
import { hasNames } from "../../../base/inode.ts";
import { RecentMap } from "../../../base/recent_map.ts";
import { joinRel, nameOf } from "../../../base/relpath.ts";
import { readSourceDir, type SourceEntry, type SourceView } from "../../source/source_dir.ts";
import { lstatIfAny } from "../../../base/io.ts";
import type { Catalog } from "../../../vault/catalog.ts";
import { NameFinder } from "../../../vault/name_finder.ts";
import type { KnownRow } from "../../../vault/pieced_row.ts";
import { hasOtherNames, otherNamesOf } from "../../../vault/history/paths.ts";
import { pathOf, type Version } from "../../../vault/version.ts";
import type { LinkName } from "../vault_sharing.ts";

/** What tells a file's inode from all others. */
export function keyOf({ dev, ino }: Pick<FileInfo, "dev" | "ino">): string {
  return `${dev} ${ino}`;
}

/** Finds the other names of files. */
export class LinkGroups {
  readonly #view: SourceView;
  readonly #check: () => void;
  #groups: Map<string, string[]> | undefined;

  /** In a source; `check` throws when the run was cancelled. */
  constructor(view: SourceView, check: () => void) {
    this.#view = view;
    this.#check = check;
  }

  /** The names of a file that no rule leaves out, in the order of paths; none for a file that has one. */
  of(info: FileInfo): readonly string[] {
    if (!hasNames(info)) return [];
    this.#groups ??= this.#walk();
    const names = this.#groups.get(keyOf(info)) ?? [];
    return names.length > 1 ? names : [];
  }

  #walk(): Map<string, string[]> {
    const groups = new Map<string, string[]>();
    const stack = [""];
    for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
      this.#check();
      for (const e of this.#entries(path)) {
        if (e.excluded) continue;
        if (e.type === "dir") stack.push(joinRel(path, e.name));
        else if (hasNames(e.info)) put(groups, keyOf(e.info), joinRel(path, e.name));
      }
    }
    for (const names of groups.values()) names.sort(compareUtf8);
    return groups;
  }

  /** Trouble is met, and told, where the directory is stored. */
  #entries(path: string): Iterable<SourceEntry> {
    try {
      const dir = readSourceDir(this.#view, path);
      return typeof dir === "string" ? [] : dir.entries;
    } catch {
      return [];
    }
  }
}

function put(groups: Map<string, string[]>, key: string, path: string): void {
  const names = groups.get(key);
  if (names === undefined) groups.set(key, [path]);
  else names.push(path);
}

/** The name that a group goes by; `taken` when another file goes by it too, as the record has it. */
interface Key {
  key: string;
  taken: boolean;
}

/** A directory as the last run saw it. */
interface SeenNames {
  row: KnownRow;
  find: (name: string) => number | undefined;
}

/** So many directories are kept: the names of a file lie in several, and those of the next one in the same. */
const MOST_SEEN = 64;

const PLAIN: LinkName = { link: undefined, changed: false };

/** Tells what to record, for one vault. */
export class LinkNames {
  readonly #catalog: Catalog | undefined;
  readonly #groups: LinkGroups;
  readonly #view: SourceView;
  /** The name that stands for each group, by its first one. */
  readonly #keys = new Map<string, Key>();
  readonly #seen = new RecentMap<string, SeenNames>(MOST_SEEN);
  #any: boolean | undefined;
  /** A file that had to be looked at for the last answer could not be. */
  #blind = false;

  /** By what the vault's index has, if it has one, and the names in the source. */
  constructor(catalog: Catalog | undefined, groups: LinkGroups, view: SourceView) {
    this.#catalog = catalog;
    this.#groups = groups;
    this.#view = view;
  }

  /**
   * What to record of a file; `isKnown` when a version of it lives. Where others could not be looked at, content that is as
   * it was is no other version for that: it would take the place of an older one. Content that is new stands for itself.
   */
  of(dir: string, source: Pick<SourceEntry, "name" | "info">, isKnown: boolean): LinkName {
    if (!hasNames(source.info) && (!isKnown || !this.#hasAny())) return PLAIN;
    this.#blind = false;
    const told = this.#told(dir, source, isKnown);
    return this.#blind ? PLAIN : told;
  }

  #told(
    dir: string,
    { name, info }: Pick<SourceEntry, "name" | "info">,
    isKnown: boolean,
  ): LinkName {
    const path = joinRel(dir, name);
    const living = isKnown ? this.#catalog?.living(path) : undefined;
    const names = this.#groups.of(info);
    if (names.length === 0) {
      const taken = living !== undefined &&
        (this.#isTaken(path, info) || living.link !== null && this.#isTaken(living.link, info));
      return { link: undefined, changed: taken };
    }
    const { key, taken } = this.#keyOf(names, info);
    const isNew = living === undefined && this.#hasAny();
    const link = key !== path ? key : isNew ? this.#otherThan(path, names, info) : undefined;
    const isOther = (living?.link ?? undefined) !== link || this.#isBehind(link, living);
    return { link, changed: living?.type === "file" && (isOther || taken && key === path) };
  }

  /** True when any version of the vault is another name. */
  #hasAny(): boolean {
    return this.#any ??= this.#catalog !== undefined &&
      hasOtherNames(this.#catalog);
  }

  /** The name that the group goes by: one that the record has, one that is there already, or the first. */
  #keyOf(names: readonly string[], info: FileInfo): Key {
    const [first = ""] = names;
    const known = this.#keys.get(first);
    if (known !== undefined) return known;
    // one whose content is what the file has by now need not be looked at in this run
    const living = names.flatMap((path) => this.#catalog?.living(path) ?? [])
      .sort((a, b) => Number(this.#stays(b, info)) - Number(this.#stays(a, info)));
    const likely = [...living.flatMap((v) => v.link ?? []), ...living.map(pathOf)];
    const passedOver = living.find((v) => this.#isPassedOver(v, info));
    const free = passedOver !== undefined
      ? this.#nameBy(passedOver)
      : likely.find((path) => !this.#isTaken(path, info));
    const key = free !== undefined
      ? { key: free, taken: false }
      : { key: first, taken: this.#isTaken(first, info) };
    if (!this.#blind) this.#keys.set(first, key);
    return key;
  }

  /**
   * True for a version whose file has another version under the name `link` that it goes by: this one was stored before the
   * file was written to in a run. Only those that begin together are one file in the record. Where the other is the older one
   * it could not be stored since, and may fail in each run: this one waits for it, or it would begin anew each time.
   */
  #isBehind(link: string | undefined, living: Version | undefined): boolean {
    const named = link === undefined ? undefined : this.#catalog?.living(link);
    return named !== undefined && living !== undefined &&
      (named.since > living.since || named.since === living.since && named.hash !== living.hash);
  }

  /**
   * A name that the others go by and that is new itself goes by one of them: it was not there when they came. Not by one whose
   * content changed since: that begins with it, and goes by this one.
   */
  #otherThan(path: string, names: readonly string[], info: FileInfo): string | undefined {
    return names.find((other) => {
      const version = other === path ? undefined : this.#catalog?.living(other);
      return version?.link === path && this.#stays(version, info);
    });
  }

  /** True for a name that another file of the source goes by, as the record has it, or is. */
  #isTaken(name: string, info: FileInfo): boolean {
    const catalog = this.#catalog;
    if (catalog === undefined) return false;
    const others = otherNamesOf(catalog, name);
    const own = catalog.living(name);
    return [...others, ...own === undefined ? [] : [own]]
      .some((v) => this.#isOther(v, info));
  }

  /** True for a version that another file of the source still has; one that changes in this run says for itself what it is. */
  #isOther(v: Version, info: FileInfo): boolean {
    try {
      const there = lstatIfAny(this.#view.fs, this.#view.tree.path(pathOf(v)));
      return there !== undefined && (there.ino !== info.ino || there.dev !== info.dev) &&
        this.#stays(v, there);
    } catch {
      this.#blind = true;
      return true;
    }
  }

  /**
   * What others go by to be one file with a version that this run does not touch: what it goes by itself while nothing has
   * that name, for what is there begins anew, later than this version.
   */
  #nameBy(v: Version): string {
    return v.link === null || this.#isThere(v.link) ? pathOf(v) : v.link;
  }

  #isThere(path: string): boolean {
    try {
      return lstatIfAny(this.#view.fs, this.#view.tree.path(path)) !== undefined;
    } catch {
      this.#blind = true;
      return true;
    }
  }

  /**
   * True for a version that this run has nothing to do with: its file is as the last run saw it, in a directory that was
   * renamed or not. Who goes by its name as another file gets a version in this run.
   */
  #isPassedOver(v: Version, { size, mtime, ctime, ino }: FileInfo): boolean {
    const seen = this.#seenIn(v.dir);
    const at = seen?.find(nameOf(pathOf(v)));
    const known = at === undefined ? undefined : seen?.row.entry(at);
    return known?.size === size && known.mtime === mtime && known.ctime === ctime &&
      known.ino === ino;
  }

  /** What the last run saw in a directory. */
  #seenIn(dir: string): SeenNames | undefined {
    const kept = this.#seen.get(dir);
    if (kept !== undefined) return kept;
    const row = this.#catalog?.knownRow(dir);
    if (row === undefined) return undefined;
    const names = new NameFinder(row.count, (i) => row.name(i));
    const seen = { row, find: (name: string) => names.find(name) };
    this.#seen.set(dir, seen);
    return seen;
  }

  /** True for a version that is what a file of the source is by its size and time. */
  #stays(v: Version, { size, mtime }: FileInfo): boolean {
    if (v.size !== size) return false;
    return (this.#catalog?.attrsIn(v.dir).get(v.name)?.mtime ?? v.mtime) === mtime;
  }
}
