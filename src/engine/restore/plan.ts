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
import type { DeletedEntry, Protection } from "./protect.ts";
import type { PointView } from "./restore_picks.ts";
import { text } from "../../text/text.ts";
import { kindText } from "../../text/kind_text.ts";

/** How an entry changes: new, other content, other type. */
export type EntryChange = "+" | "M" | "T";

/** One thing to do. */
export type RestoreStep =
  | {
    do: "file";
    v: Version;
    /** Undefined for where the records tell: nobody looked yet. */
    from: StoredContent | undefined;
    change: EntryChange;
    clear: readonly DeletedEntry[];
    careful: boolean;
    /** The time of what is there. */
    seen: number | undefined;
    /** What is to be done where what is there cannot become a name of its file: nothing but that is wrong with it. */
    apart?: "keep" | "attrs";
  }
  | {
    do: "link";
    v: Version;
    text: string;
    change: EntryChange;
    clear: readonly DeletedEntry[];
    careful: boolean;
    /** The time of what is there. */
    seen: number | undefined;
  }
  | { do: "dir"; v: Version; change: "+" | "T"; clear: readonly DeletedEntry[]; onTheWay: boolean }
  | { do: "into"; v: Version; mode: number; onTheWay: boolean }
  | { do: "attrs"; v: Version; seen: number | undefined }
  | { do: "keep"; v: Version; seen: number | undefined }
  | { do: "delete"; entries: DeletedEntry[] };

/** What is to be done in one directory. */
export interface RestoreDirPlan {
  dir: string;
  /** True when the directory was made by this restore: nothing is in it that is not ours. */
  fresh: boolean;
  root: Version | undefined;
  /** The point that it brings back. */
  view: PointView;
  /** Whoever carries them out takes them off, one by one. */
  steps: RestoreStep[];
  /** Temporary files of a restore that was killed. */
  leftovers: string[];
  /** Those that name what may be torn: they go once it is whole. */
  begun: string[];
  /** What is there before. */
  present: Present;
  /** Of a wide directory that comes in parts: whether it is the first, and whether more come. */
  goesOn: boolean;
  more: boolean;
}

/** What lies in a directory of the target. */
export type Present = ReadonlyMap<string, EntryType>;

const NOTHING: Present = new Map();
const NO_NAMES: ReadonlySet<string> = new Set();
/** One for all files that are new: a wide directory has many. */
const NO_ENTRIES: readonly DeletedEntry[] = [];

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
  plan(group: DirectoryGroup): RestoreDirPlan | undefined {
    const { dir } = group;
    if (this.blocked.has(dir)) {
      for (const v of group.entries) if (v.type === "dir") this.blocked.add(joinRel(dir, v.name));
      return undefined;
    }
    const fresh = this.fresh.has(dir);
    const present = fresh ? NOTHING : this.#list(dir);
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
    const names = new NameCheck(group.entries, present, begun, this.#partsOf(group)?.rivals);
    for (const v of group.onTheWay) this.#attempt(plan, v, () => this.#onTheWay(group, v, present));
    for (const v of group.entries) {
      this.#attempt(
        plan,
        v,
        () => begun.planned(v, this.#entry(group, v, present, stored, names)),
      );
    }
    this.#rest(group, present, names, plan);
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

  #list(dir: string): Present {
    this.#c.target.assertReal(dir);
    const entries = this.#c.ports.fs.list(this.#c.target.path(dir));
    return new Map(entries.map((e) => [e.name, e.type]));
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
    const existing = names.folds(v.name) || present.has(v.name)
      ? this.#existing(v, present)
      : undefined;
    if (existing !== undefined && !present.has(v.name) && names.isRival(v.name)) {
      throw nameOfOther();
    }
    if (v.type === "dir") return this.#dir(group, v, existing);
    return this.#content(group, v, existing, stored, names);
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
    const clear = this.#clear(group, joinRel(v.dir, v.name), existing.type);
    return { do: "dir", v, change: "T", clear, onTheWay: false };
  }

  /** A vault that lies where a directory was: what it holds may be nowhere else. One that was backed up as such may come back. */
  #refuseVault({ view }: DirectoryGroup, v: Version): void {
    const path = joinRel(v.dir, v.name);
    const mark = `${path}/${META}/${ROOT_FILES.vault}`;
    if (this.#c.target.look(mark) === undefined || view.version(mark) !== undefined) return;
    throw new HikaeError("unstorable", text("restore.vault-now"), {
      hint: text("restore.vault-now-hint"),
    });
  }

  #content(
    group: DirectoryGroup,
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
      ? this.#clear(group, path, "dir")
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
  #clear(group: DirectoryGroup, path: string, type: EntryType): DeletedEntry[] {
    if (type !== "dir") return [{ path, type }];
    if (this.#c.ports.fs.list(this.#c.target.path(path)).length === 0) return [{ path, type }];
    const all = this.#c.request.delete && group.whole
      ? this.#protection.clear(group.view, path)
      : undefined;
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
  #rest(group: DirectoryGroup, present: Present, names: NameCheck, plan: RestoreDirPlan): void {
    const spared = this.#c.request.delete &&
      this.#protection.spares(group.dir, group.entries.length);
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
      else if (this.#c.request.delete && group.whole && !names.isOtherCase(name, answers)) {
        const entries = this.#protection.doomed(group.view, path, type);
        if (entries.length === 0) continue;
        plan.steps.push({ do: "delete", entries });
        names.begun.settle(name);
      }
    }
  }
}
