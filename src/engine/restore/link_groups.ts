/** Names that were one file when they were backed up: restored together they are one again (decision 26). @module */

import { HikaeError } from "../../base/errors.ts";
import type { FileInfo } from "../../base/fs.ts";
import { isSameFile } from "../../base/inode.ts";
import { lstatIfAny } from "../../base/io.ts";
import { isWithin } from "../../base/relpath.ts";
import { text } from "../../text/text.ts";
import { goesBy } from "../../vault/history/lineage.ts";
import { pathOf, type Version } from "../../vault/version.ts";
import { hashFile } from "../ports.ts";
import type { RestoreContext } from "./context.ts";
import { withoutProgress } from "./files.ts";
import type { Pick } from "./restore_picks.ts";

/** Finds for each name the one of its file that is there already. */
export class RestoredNames {
  readonly #c: RestoreContext;
  readonly #picks: readonly Pick[];
  /** By file: the path of the first name that is there; undefined where none is. */
  readonly #there = new Map<string, string>();
  #refused = false;

  /** In a restore of `picks`. */
  constructor(c: RestoreContext, picks: readonly Pick[]) {
    this.#c = c;
    this.#picks = picks;
  }

  /** The absolute path of a restored name of the same file; undefined where this one is the first, or the disk takes no links. */
  nameOf(v: Version): string | undefined {
    if (this.#refused) return undefined;
    const { key, first } = this.#fileOf(v);
    const known = this.#there.get(key);
    if (known !== undefined) return this.#c.target.path(known);
    if (first === undefined || !this.#isRestored(first)) return undefined;
    const path = pathOf(first);
    this.#there.set(key, path);
    return this.#c.target.path(path);
  }

  /**
   * True where what is there under a name of a file that has several, and is what it should be, is another file than that of
   * the name which comes first: somebody wrote one of them anew, or copied them.
   */
  isApart(v: Version, existing: FileInfo | undefined): boolean {
    const { overwrite } = this.#c.request;
    if (v.link === null || existing?.type !== "file") return false;
    if (overwrite !== "always" && overwrite !== "if-changed") return false;
    const { first } = this.#fileOf(v);
    if (first === undefined || this.#pickOf(pathOf(first)) === undefined) return false;
    return !isSameFile(existing, this.#c.target.look(pathOf(first)));
  }

  /** True where a name is one of the file at `path` already. */
  isOneWith(v: Version, path: string): boolean {
    const there = this.#c.target.look(pathOf(v));
    return there?.type === "file" && isSameFile(there, lstatIfAny(this.#c.ports.fs, path));
  }

  /** A name is there now. */
  came(v: Version): void {
    const { key } = this.#fileOf(v);
    if (!this.#there.has(key)) this.#there.set(key, pathOf(v));
  }

  /** The disk takes no links: told once, each name is a file of its own. */
  refuse(): void {
    if (!this.#refused) {
      this.#c.ports.emit({
        message_type: "note",
        message: text("share.no-links"),
        path: this.#c.request.target,
      });
    }
    this.#refused = true;
  }

  /**
   * What a version is a name of: the version that its record names, as far as that lived then; else the name alone.
   * Names with other attributes, as one that a rule left out since may have, cannot be one file.
   */
  #fileOf(v: Version): { key: string; first: Version | undefined } {
    const { path, first } = goesBy(v, (by, link) => this.#viewOf(by)?.version(link));
    const isOne = first !== undefined && attributesOf(first) === attributesOf(v);
    return {
      key: `${path}\0${v.hash}\0${attributesOf(v)}`,
      first: isOne ? first : undefined,
    };
  }

  #viewOf(v: Version): Pick["view"] | undefined {
    return this.#pickOf(pathOf(v))?.view ?? this.#picks[0]?.view;
  }

  #pickOf(path: string): Pick | undefined {
    return this.#picks.find((p) => p.match === undefined ? isWithin(path, p.path) : p.match(path));
  }

  /** True for a file that is a part of this restore and whole in the target. */
  #isRestored(v: Version): boolean {
    const path = pathOf(v);
    if (this.#pickOf(path) === undefined) return false;
    const { ports, target } = this.#c;
    try {
      const place = target.path(path);
      const info = lstatIfAny(ports.fs, place);
      if (info?.type !== "file" || info.size !== v.size) return false;
      return v.hash !== null && hashFile(withoutProgress(ports), place) === v.hash;
    } catch (error) {
      if (error instanceof HikaeError) throw error;
      return false;
    }
  }
}

function attributesOf({ mtime, mode, uid, gid }: Version): string {
  // the owner of root's copies that a killed run left stays untold
  return [mtime, mode, uid ?? 0, gid ?? 0].join();
}
