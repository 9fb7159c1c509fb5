/** What is to be done in one directory of the target: plain data, from what is wanted and what is there. @module */

import { fromUtf8 } from "../../base/bytes.ts";
import { HikaeError } from "../../base/errors.ts";
import type { EntryType, FileInfo } from "../../base/fs.ts";
import { isDriveName } from "../../base/drive_names.ts";
import { joinRel } from "../../base/relpath.ts";
import { isLeftOver, namesOthers } from "../../base/restore_names.ts";
import { contentBytes, type StoredContent } from "../../vault/content.ts";
import { META, ROOT_FILES } from "../../vault/names.ts";
import type { Version } from "../../vault/catalog.ts";
import { hashFile } from "../ports.ts";
import { judge, mayStay } from "./compare.ts";
import type { RestoreContext } from "./context.ts";
import { BUFFER } from "./copy.ts";
import { withoutProgress } from "./files.ts";
import type { DirectoryGroup } from "./groups.ts";
import type { RestoredNames } from "./link_groups.ts";
import { BegunHere, begunHere, isPart } from "./begun_files.ts";
import { NameCheck, type Parts, partsOf } from "./new_names.ts";
import { RealDirs } from "../real_dirs.ts";
import { SharedInodes } from "./shared_inodes.ts";
import { gone, lost } from "./trouble.ts";
import { nameOfOther } from "../../base/placed_names.ts";
import { mayLack } from "../../base/io.ts";
import type { DeletedEntry, Protection } from "./protect.ts";
import type { Present, RestoreDirPlan, RestoreStep } from "./steps.ts";
import { text } from "../../text/text.ts";
import { kindText } from "../../text/kind_text.ts";

const NOTHING: Present = new Map();
const FRESH = { present: NOTHING, isTorn: false };
const NO_NAMES: ReadonlySet<string> = new Set();
/** One for all files that are new: a wide directory has many. */
const NO_ENTRIES: readonly DeletedEntry[] = [];

/** Of directories in the way what may go, by path; undefined where a part must stay. */
type Cleared = Map<string, readonly DeletedEntry[] | { failed: unknown } | undefined>;

/** Plans directories; parents come before what is in them. */
export class RestorePlanner {
  /** Directories that did not exist before. */
  readonly fresh = new Set<string>();
  /** Directories that could not be made, or may not be written into. */
  readonly blocked = new Set<string>();
  readonly #c: RestoreContext;
  readonly #real: RealDirs;
  readonly #protection: Protection;
  readonly #quick: boolean;
  readonly #shared: SharedInodes;
  readonly #names: RestoredNames;
  #parts: Parts | undefined;
  #cleared: Cleared = new Map();

  /** A planner; one that is `quick` takes files of the same size and time for the same. */
  constructor(c: RestoreContext, protection: Protection, names: RestoredNames, quick: boolean) {
    this.#c = c;
    this.#names = names;
    this.#real = new RealDirs(c.reader.vault);
    this.#protection = protection;
    this.#quick = quick;
    this.#shared = new SharedInodes(c.request);
  }

  /** The plan for one directory; undefined when nothing can be done there. */
  async plan(group: DirectoryGroup): Promise<RestoreDirPlan | undefined> {
    const { dir } = group;
    if (this.blocked.has(dir)) {
      for (const v of group.entries) if (v.type === "dir") this.blocked.add(joinRel(dir, v.name));
      return undefined;
    }
    const fresh = this.fresh.has(dir);
    const { present, isTorn } = fresh ? FRESH : await this.#list(dir);
    const plan: RestoreDirPlan = {
      dir,
      fresh,
      root: group.root,
      view: group.view,
      steps: [],
      leftovers: [],
      begun: [],
      present,
      goesOn: group.part > 0,
      more: group.more,
    };
    // what is new goes to the lanes, which ask the disk side by side; a plan that is only told asks it now
    const unseen = fresh && !this.#quick && !this.#c.request.dryRun;
    const stored = unseen ? undefined : this.#storedNames(group);
    const begun = fresh ? new BegunHere([]) : begunHere(this.#c, dir, present);
    const rivals = this.#partsOf(group)?.rivals;
    const names = new NameCheck(group.entries, present, begun, { rivals, isTorn });
    this.#cleared = await this.#clearAll(group, present);
    for (const v of group.onTheWay) this.#attempt(plan, v, () => this.#onTheWay(group, v, present));
    for (const v of group.entries) {
      this.#attempt(
        plan,
        v,
        () => begun.planned(v, this.#entry(group, v, present, stored, names)),
      );
    }
    await this.#rest(group, names, plan, isTorn);
    for (const name of begun.done(present)) {
      if (!names.wanted.has(name)) plan.begun.push(joinRel(dir, name));
    }
    // the steps have them now
    group.entries.length = 0;
    return plan;
  }

  /** What is known of a directory that comes in parts: names may be one to the target in any of them. */
  #partsOf({ view, dir, part, more, entries }: DirectoryGroup): Parts | undefined {
    if (part === 0) {
      const { catalog } = this.#c.reader;
      this.#parts = more ? partsOf(catalog, dir, (v) => view.has(v)) : undefined;
    }
    const parts = this.#parts;
    if (parts === undefined) return undefined;
    parts.left -= entries.length;
    if (!more && parts.left > 0) {
      const hint = text("restore.fewer-hint");
      const fewer = text("restore.fewer", { n: parts.left });
      this.#c.trouble(dir, "restore", new HikaeError("unreadable", fewer, { hint }));
    }
    return parts;
  }

  /** Where the disk lists a part of it, that is told: what it does not list is looked for, and nothing of it is deleted. */
  async #list(dir: string): Promise<{ present: Present; isTorn: boolean }> {
    this.#c.target.assertReal(dir);
    const place = this.#c.target.path(dir);
    let [entries, isTorn] = [this.#c.ports.fs.list(place), false];
    try {
      const names = entries.map(({ name }) => name);
      const isUnsure = this.#c.request.delete || mayLack(this.#c.ports.fs, place, names);
      if (isUnsure) entries = await this.#c.ports.fs.listWhole(place);
    } catch (error) {
      isTorn = true;
      this.#c.trouble(dir, "restore", error);
    }
    return { present: new Map(entries.map((e) => [e.name, e.type])), isTorn };
  }

  /** What lies in directories that are in the way of something else, and may go. */
  async #clearAll(
    { entries, dir, whole, view }: DirectoryGroup,
    present: Present,
  ): Promise<Cleared> {
    const cleared: Cleared = new Map();
    if (!this.#c.request.delete || !whole) return cleared;
    for (const { name, type } of entries) {
      if (type === "dir" || present.get(name) !== "dir") continue;
      const path = joinRel(dir, name);
      try {
        cleared.set(path, await this.#protection.clear(view, path));
      } catch (error) {
        cleared.set(path, { failed: error });
      }
    }
    return cleared;
  }

  #attempt(plan: RestoreDirPlan, v: Version, work: () => RestoreStep): void {
    const path = joinRel(v.dir, v.name);
    try {
      this.#c.target.assertName(v.name);
      if (this.#protection.isVault(path)) {
        throw new HikaeError("unstorable", text("restore.vault-here"), {
          hint: text("restore.elsewhere-hint"),
        });
      }
      const step = work();
      plan.steps.push(step);
      if (step.do === "dir") this.fresh.add(path);
    } catch (error) {
      if (v.type === "dir") this.blocked.add(path);
      this.#c.trouble(path, "restore", error);
    }
  }

  #onTheWay(group: DirectoryGroup, v: Version, present: Present): RestoreStep {
    const existing = this.#existing(v, present);
    if (existing === undefined) return { do: "dir", v, change: "+", clear: [], onTheWay: true };
    if (existing.type === "dir") {
      this.#refuseVault(group, v);
      return { do: "into", v, mode: existing.mode, onTheWay: true };
    }
    throw new HikaeError(
      "unstorable",
      text("restore.in-the-way", { what: kindText(existing.type) }),
      { hint: text("restore.in-the-way-hint") },
    );
  }

  #entry(
    group: DirectoryGroup,
    v: Version,
    present: Present,
    stored: ReadonlySet<string> | undefined,
    names: NameCheck,
  ): RestoreStep {
    const existing = names.mayStand(v.name) || present.has(v.name)
      ? this.#existing(v, present)
      : undefined;
    if (existing !== undefined && !present.has(v.name) && names.isRival(v.name)) {
      throw nameOfOther();
    }
    if (v.type === "dir") return this.#dir(group, v, existing);
    return this.#content(v, existing, stored, names);
  }

  #existing(v: Version, present: Present): FileInfo | undefined {
    return present === NOTHING && this.fresh.has(v.dir)
      ? undefined
      : this.#c.target.look(joinRel(v.dir, v.name));
  }

  #dir(group: DirectoryGroup, v: Version, existing: FileInfo | undefined): RestoreStep {
    if (existing === undefined) return { do: "dir", v, change: "+", clear: [], onTheWay: false };
    if (existing.type === "dir") {
      this.#refuseVault(group, v);
      return { do: "into", v, mode: existing.mode, onTheWay: false };
    }
    const { overwrite } = this.#c.request;
    if (mayStay(v, existing, { overwrite })) {
      throw new HikaeError(
        "unstorable",
        text("restore.kept-in-the-way", { what: kindText(existing.type), overwrite }),
        { hint: text("restore.kept-in-the-way-hint") },
      );
    }
    const clear = this.#clear(joinRel(v.dir, v.name), existing.type);
    return { do: "dir", v, change: "T", clear, onTheWay: false };
  }

  /** A vault that lies where a directory was: what it holds may be nowhere else. One that was backed up as such may come back. */
  #refuseVault({ view }: DirectoryGroup, v: Version): void {
    const path = joinRel(v.dir, v.name);
    const mark = `${path}/${META}/${ROOT_FILES.vault}`;
    if (!this.#c.target.hasVault(path) || view.version(mark) !== undefined) return;
    throw new HikaeError("unstorable", text("restore.vault-now"), {
      hint: text("restore.vault-now-hint"),
    });
  }

  #content(
    v: Version,
    existing: FileInfo | undefined,
    stored: ReadonlySet<string> | undefined,
    names: NameCheck,
  ): RestoreStep {
    const path = joinRel(v.dir, v.name);
    if (v.gone !== null) throw gone();
    const text = v.type === "link" ? this.#linkText(v) : "";
    const { request } = this.#c;
    const torn = v.type === "file" && existing?.type === "file" && names.begun.mayBeTorn(v.name) &&
      existing.size < BUFFER &&
      isPart(this.#c, this.#c.target.path(path), v, (of) => this.#source(of, NO_NAMES));
    // nobody asked for a part of a file to be kept
    const options = torn ? { ...request, overwrite: "always" as const } : request;
    const isSame = (): boolean =>
      v.type === "link"
        ? this.#c.ports.fs.readLink(this.#c.target.path(path)) === text
        : this.#sameContent(v, existing, path);
    const verdict = this.#shared.settle(v, existing, judge(v, existing, options, isSame));
    if (verdict === "keep" || verdict === "attrs") {
      const seen = existing?.mtime;
      if (!this.#names.isApart(v, existing)) return { do: verdict, v, seen };
      const one = { change: "M", clear: NO_ENTRIES, careful: false, apart: verdict } as const;
      return { do: "file", v, from: undefined, seen, ...one };
    }
    if (verdict === "M") this.#tellMissed(v, existing, path);
    const clear = verdict === "T" && existing?.type === "dir"
      ? this.#clear(path, "dir")
      : NO_ENTRIES;
    const careful = names.isRival(v.name);
    const rest = { v, change: verdict, clear, careful, seen: existing?.mtime };
    if (v.type === "link") return { do: "link", text, ...rest };
    if (stored !== undefined) return { do: "file", from: this.#source(v, stored), ...rest };
    if (this.#isUnproven(v) && !this.#real.has(this.#c.reader.contents.unseen(v).file)) {
      throw lost();
    }
    return { do: "file", from: undefined, ...rest };
  }

  /** A quick preview took it for the same by its size and time: now that it is not, it is told before it goes. */
  #tellMissed(v: Version, existing: FileInfo | undefined, path: string): void {
    const { preview, dryRun } = this.#c.request;
    if (!preview || dryRun || this.#quick || v.type !== "file" || v.hash === null) return;
    if (existing?.size !== v.size || existing.mtime !== v.mtime) return;
    this.#c.ports.emit({ message_type: "change", path, type: "file", modifier: "M" });
  }

  #sameContent(v: Version, existing: FileInfo | undefined, path: string): boolean {
    if (existing === undefined || existing.size !== v.size || v.hash === null) return false;
    if (this.#quick && existing.mtime === v.mtime) return true;
    return hashFile(withoutProgress(this.#c.ports), this.#c.target.path(path)) === v.hash;
  }

  /** A directory in the way goes only with what the user let go of. */
  #clear(path: string, type: EntryType): readonly DeletedEntry[] {
    if (type !== "dir") return [{ path, type }];
    if (this.#c.ports.fs.list(this.#c.target.path(path)).length === 0) return [{ path, type }];
    const all = this.#cleared.get(path);
    if (all !== undefined && "failed" in all) throw all.failed;
    if (all !== undefined) return all;
    throw new HikaeError("unstorable", text("restore.full-dir"), {
      hint: text("restore.full-dir-hint"),
    });
  }

  #linkText(v: Version): string {
    const from = this.#source(v, NO_NAMES);
    const bytes = contentBytes(this.#c.ports.fs, from);
    if (v.hash !== null && this.#c.ports.hashOf(bytes) !== v.hash) {
      throw new HikaeError("damaged", text("restore.link-damaged"), {
        hint: text("restore.link-damaged-hint"),
      });
    }
    return fromUtf8(bytes);
  }

  /** Where a version's content lies. What its hash will not prove, or need not, is read behind no link of the vault. */
  #source(v: Version, stored: ReadonlySet<string>): StoredContent {
    const from = this.#found(v, stored);
    if (from === undefined || this.#isUnproven(v) && !this.#real.has(from.file)) throw lost();
    return from;
  }

  #isUnproven(v: Version): boolean {
    return v.hash === null || this.#c.request.force;
  }

  #found(v: Version, stored: ReadonlySet<string>): StoredContent | undefined {
    const { contents } = this.#c.reader;
    return v.until === null && stored.has(v.name) ? contents.at(v) : contents.find(v);
  }

  /** The files of the mirror's directory: one listing in place of a look at each. */
  #storedNames(group: DirectoryGroup): ReadonlySet<string> {
    const names = new Set<string>();
    const living = group.entries.filter((v) => v.type === "file" && v.until === null);
    if (living.length < 4) return names;
    try {
      for (const e of this.#c.ports.fs.list(this.#c.reader.vault.tree.mirror(group.dir))) {
        if (e.type === "file" && !e.name.startsWith(META)) names.add(e.name);
      }
    } catch {
      // each is looked for by itself
    }
    return names;
  }

  /** What is there and not wanted. */
  async #rest(
    group: DirectoryGroup,
    names: NameCheck,
    plan: RestoreDirPlan,
    isTorn: boolean,
  ): Promise<void> {
    const { present } = plan;
    const deletes = this.#c.request.delete && !isTorn;
    const spared = deletes && this.#protection.spares(group.dir, group.entries.length);
    // what is listed beside it is another one, what is not there as well
    const answers = (wanted: string): boolean =>
      !present.has(wanted) && this.#c.target.look(joinRel(group.dir, wanted)) !== undefined;
    for (const [name, type] of present) {
      if (names.wanted.has(name)) continue;
      const path = joinRel(group.dir, name);
      // what the drive keeps in its root for itself is nobody's to delete
      if (group.dir === "" && isDriveName(name, type)) continue;
      // what names others goes when those are whole
      if (type === "file" && namesOthers(name)) continue;
      if (isLeftOver(name, type)) plan.leftovers.push(path);
      else if (spared) this.#protection.kept++;
      else if (deletes && group.whole && !names.isOtherCase(name, answers)) {
        const entries = await this.#doomed(group, path, type);
        if (entries.length === 0) continue;
        plan.steps.push({ do: "delete", entries });
        names.begun.settle(name);
      }
    }
  }

  /** What cannot be seen to its end stays, which is told. */
  async #doomed({ view }: DirectoryGroup, path: string, type: EntryType): Promise<DeletedEntry[]> {
    try {
      return await this.#protection.doomed(view, path, type);
    } catch (error) {
      this.#c.trouble(path, "restore", error);
      return [];
    }
  }
}
