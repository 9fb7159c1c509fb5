/** Where things lie in a vault, as absolute paths. Pure; the separator is that of the system. @module */

import { META, METADATA_FILE, mirrorName, NAMES_FILE, ROOT_FILES } from "./names.ts";

/** A directory tree on this machine, with paths relative to its root. */
export class Tree {
  readonly root: string;
  readonly separator: string;

  /** The tree below `root`, an absolute path. */
  constructor(root: string, separator = "/") {
    this.root = root;
    this.separator = separator;
  }

  /** The absolute path of `rel` ("" is the root itself). */
  path(rel: string): string {
    if (rel === "") return this.root;
    return this.below(
      this.root,
      this.separator === "/" ? rel : rel.replaceAll("/", this.separator),
    );
  }

  /** The absolute path of a name in an absolute directory. */
  below(dir: string, name: string): string {
    return dir.endsWith(this.separator) ? dir + name : dir + this.separator + name;
  }
}

/** A vault's tree: source paths are stored under the names of decision 6. */
export class VaultTree extends Tree {
  readonly caseSensitive: boolean;
  /** What was asked last, for each file of a directory anew: the mirror's path of a source path. */
  #last: { rel: string; mirror: string; meta: string } | undefined;

  /** The vault at `root`. */
  constructor(root: string, separator = "/", caseSensitive = true) {
    super(root, separator);
    this.caseSensitive = caseSensitive;
  }

  /** The path relative to the vault under which the mirror keeps the source path `rel`. */
  mirrorRel(rel: string): string {
    if (!/(^|\/)\.\$meta\$/i.test(rel)) return rel;
    return rel.split("/").map((part) => mirrorName(part, this.caseSensitive)).join("/");
  }

  /** The absolute path in the mirror of the source path `rel`. */
  mirror(rel: string): string {
    return this.#at(rel).mirror;
  }

  #at(rel: string): { mirror: string; meta: string } {
    let last = this.#last;
    if (last?.rel !== rel) {
      const mirror = this.path(this.mirrorRel(rel));
      last = this.#last = { rel, mirror, meta: this.below(mirror, META) };
    }
    return last;
  }

  /** The absolute path of the meta directory of the source directory `dir`. */
  meta(dir: string): string {
    return this.#at(dir).meta;
  }

  /** The absolute path of the metadata file of the source directory `dir`. */
  metadata(dir: string): string {
    return this.below(this.meta(dir), METADATA_FILE);
  }

  /** The absolute path of the names file of the source directory `dir`. */
  names(dir: string): string {
    return this.below(this.meta(dir), NAMES_FILE);
  }

  /** The absolute path of a file of the root's meta directory. */
  rootFile(name: keyof typeof ROOT_FILES): string {
    return this.below(this.meta(""), ROOT_FILES[name]);
  }

  /** The absolute path of the mirror's entry for the source path `rel`, by its parts. */
  entry(dir: string, name: string): string {
    return this.below(this.mirror(dir), mirrorName(name, this.caseSensitive));
  }
}
