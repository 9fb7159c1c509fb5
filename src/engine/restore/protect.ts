/**
 * What `--delete` leaves alone: what the snapshot does not have because no backup ever looks at it, and vaults.
 * @module
 */

import type { EntryType } from "../../base/fs.ts";
import { lstatIfAny } from "../../base/io.ts";
import { dirOf, isWithin, joinRel } from "../../base/relpath.ts";
import type { RestoreContext } from "./context.ts";
import type { PointView } from "./restore_picks.ts";
import { compileRules, recordedRules, type RuleSet } from "../source/rules.ts";

/** An entry that is to go. */
export interface DeletedEntry {
  /** Relative to the target. */
  path: string;
  type: EntryType;
}

/** A rename replaces a file or a link by itself, so that the name is never free. */
export function inTheWay(clear: readonly DeletedEntry[], own: string): DeletedEntry[] {
  return clear.filter((e) => e.type === "dir" || e.path !== own);
}

/** Decides what of a target may be deleted. */
export class Protection {
  /** How many entries were left alone. */
  kept = 0;
  readonly #c: RestoreContext;
  readonly #vault: string | undefined;
  readonly #views = new Map<PointView, { rules: RuleSet; paths: ReadonlySet<string> }>();

  /** Protection in a target. */
  constructor(c: RestoreContext) {
    this.#c = c;
    const { target, vault } = c.request;
    const prefix = target.endsWith(c.ports.separator) ? target : target + c.ports.separator;
    this.#vault = vault.startsWith(prefix)
      ? vault.slice(prefix.length).replaceAll(c.ports.separator, "/")
      : undefined;
  }

  /** True for the vault that is restored from, and for what lies in it. */
  isVault(path: string): boolean {
    return this.#vault !== undefined && isWithin(path, this.#vault);
  }

  /**
   * True for a directory that the snapshot has without anything in it and where a file system is mounted now: it was not
   * when the backup ran, which never saw what is in it.
   */
  spares(dir: string, entries: number): boolean {
    if (entries > 0 || dir === "") return false;
    const { fs } = this.#c.ports;
    const device = (path: string): number | undefined =>
      lstatIfAny(fs, this.#c.target.path(path))?.dev;
    return device(dir) !== device(dirOf(dir));
  }

  /** What of an entry and all below it may go, deepest first; what must stay keeps the directories above it. */
  async doomed(view: PointView, path: string, type: EntryType): Promise<DeletedEntry[]> {
    const out: DeletedEntry[] = [];
    await this.#walk(view, path, type, out);
    return out;
  }

  /** Everything below a directory that is in the way of something else; undefined when a part must stay. */
  async clear(view: PointView, path: string): Promise<DeletedEntry[] | undefined> {
    const out: DeletedEntry[] = [];
    return await this.#walk(view, path, "dir", out) ? out : undefined;
  }

  async #walk(
    view: PointView,
    path: string,
    type: EntryType,
    out: DeletedEntry[],
  ): Promise<boolean> {
    let goes = !this.#stays(view, path, type);
    if (goes && type === "dir") {
      // what keeps all of it may be among what a quick listing lacks
      const listed = await this.#c.ports.fs.listWhole(this.#c.target.path(path));
      const { rules } = this.#of(view);
      goes = !(rules.hasTags && listed.some((e) => rules.isTag(e.name)));
      let all = true;
      for (const e of goes ? listed : []) {
        if (!await this.#walk(view, joinRel(path, e.name), e.type, out)) all = false;
      }
      if (!all) return false;
    }
    if (goes) out.push({ path, type });
    else this.kept++;
    return goes;
  }

  #stays(view: PointView, path: string, type: EntryType): boolean {
    if (this.isVault(path) || type === "special") return true;
    const { rules, paths } = this.#of(view);
    if (paths.has(path) || rules.excludes(path, type === "dir")) return true;
    const { fs } = this.#c.ports;
    const place = this.#c.target.path(path);
    if (type === "file") {
      return rules.largest < Infinity && (lstatIfAny(fs, place)?.size ?? 0) > rules.largest;
    }
    if (type !== "dir") return false;
    // another file system is mounted there, or another vault lies there
    const dev = lstatIfAny(fs, place)?.dev;
    if (dev !== lstatIfAny(fs, this.#c.target.root)?.dev) return true;
    return this.#c.target.hasVault(path);
  }

  #of(view: PointView): { rules: RuleSet; paths: ReadonlySet<string> } {
    const known = this.#views.get(view);
    if (known !== undefined) return known;
    const paths = new Set<string>(view.unknown());
    for (const e of view.failures(this.#c.reader)) paths.add(e.path);
    const made = { rules: rulesOf(view), paths };
    this.#views.set(view, made);
    return made;
  }
}

/** The rules that the backup was made with, as its record has them. */
function rulesOf(view: PointView): RuleSet {
  return compileRules(recordedRules(view.snapshot?.head()?.options ?? {}), []);
}
