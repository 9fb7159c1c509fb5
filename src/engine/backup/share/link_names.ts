/**
 * What the record says of a file that has several names: the first in the order of paths is the file, the others name it; what
 * a record has said before stays while it is true (decision 26).
 * @module
 */

import type { FileInfo } from "../../../base/fs.ts";
import { lstatIfAny } from "../../../base/io.ts";
import { joinRel } from "../../../base/relpath.ts";
import type { Catalog } from "../../../vault/catalog.ts";
import { hasOtherNames, otherNamesOf } from "../../../vault/history/paths.ts";
import { pathOf, type Version } from "../../../vault/version.ts";
import type { SourceEntry, SourceView } from "../../source/source_dir.ts";
import { hasNames, type LinkGroups } from "./link_groups.ts";
import type { LinkName } from "./vault_sharing.ts";

/** The name that a group goes by; `taken` when another file goes by it too, as the record has it. */
interface Key {
  key: string;
  taken: boolean;
}

const PLAIN: LinkName = { link: undefined, changed: false };

/** Tells what to record, for one vault. */
export class LinkNames {
  readonly #catalog: Catalog | undefined;
  readonly #groups: LinkGroups;
  readonly #view: SourceView;
  /** The name that stands for each group, by its first one. */
  readonly #keys = new Map<string, Key>();
  #any: boolean | undefined;

  /** By what the vault's index has, if it has one, and the names in the source. */
  constructor(catalog: Catalog | undefined, groups: LinkGroups, view: SourceView) {
    this.#catalog = catalog;
    this.#groups = groups;
    this.#view = view;
  }

  /** What to record of a file; `isKnown` when a version of it lives. */
  of(dir: string, { name, info }: Pick<SourceEntry, "name" | "info">, isKnown: boolean): LinkName {
    if (!hasNames(info) && (!isKnown || !this.#hasAny())) return PLAIN;
    const path = joinRel(dir, name);
    const living = isKnown ? this.#catalog?.living(path) : undefined;
    const names = this.#groups.of(info);
    if (names.length === 0) {
      const taken = living !== undefined &&
        (this.#isTaken(path, info) || living.link !== null && this.#isTaken(living.link, info));
      return { link: undefined, changed: taken };
    }
    const { key, taken } = this.#keyOf(names, info);
    const link = key === path ? this.#otherThan(path, names, living) : key;
    const isOther = (living?.link ?? undefined) !== link;
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
    const told = [...living.flatMap((v) => v.link ?? []), ...living.map(pathOf)];
    const free = told.find((path) => !this.#isTaken(path, info));
    const key = free !== undefined
      ? { key: free, taken: false }
      : { key: first, taken: this.#isTaken(first, info) };
    this.#keys.set(first, key);
    return key;
  }

  /** A name that the others go by and that is new itself goes by one of them: it was not there when they came. */
  #otherThan(
    path: string,
    names: readonly string[],
    living: Version | undefined,
  ): string | undefined {
    if (living !== undefined || !this.#hasAny()) return undefined;
    return names.find((other) => other !== path && this.#catalog?.living(other)?.link === path);
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
      return true;
    }
  }

  /** True for a version that is what a file of the source is by its size and time. */
  #stays(v: Version, { size, mtime }: FileInfo): boolean {
    if (v.size !== size) return false;
    return (this.#catalog?.attrsIn(v.dir).get(v.name)?.mtime ?? v.mtime) === mtime;
  }
}
