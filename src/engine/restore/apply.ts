/** Carries out the plan of one directory. @module */

import { letsOwnerIn, removeIfAny } from "../../base/io.ts";
import { dirOf, joinRel } from "../../base/relpath.ts";
import { errorCode, isNotFound } from "../../base/errors.ts";
import type { FileInfo } from "../../base/fs.ts";
import type { LinkToMake } from "../../base/links.ts";
import type { Version } from "../../vault/catalog.ts";
import { checkCancelled } from "../ports.ts";
import { areSame, setAttrs, setLinkAttrs } from "./attrs.ts";
import type { RestoreContext } from "./context.ts";
import { discard } from "./copy.ts";
import { LOOK_EVERY, type WaitingCopy } from "./files.ts";
import { asStop, type CopyBatch } from "./lane.ts";
import { linksToMake, staysMeanwhile } from "./meanwhile.ts";
import { NewFiles } from "./new_files.ts";
import { nameOfOther } from "../../base/placed_names.ts";
import type { RestoredNames } from "./link_groups.ts";
import type { RestorePlanner } from "./plan.ts";
import type { RestoreDirPlan, RestoreStep } from "./steps.ts";
import { type DeletedEntry, inTheWay } from "./protect.ts";
import type { DirJob } from "./request.ts";
import type { PointView } from "./restore_picks.ts";
import { isFatal } from "./target.ts";
import { TaskCopies } from "./task_copies.ts";

type FileStep = Extract<RestoreStep, { do: "file" }>;

/** A copy that is flushed before it replaces what is there. */
interface Replacing {
  step: FileStep;
  waiting: WaitingCopy;
}

/** So many copies are flushed together. */
const FLUSH_TOGETHER = 64;

/** Writes a restore. */
export class Applier {
  /** Links to make when all else is there. */
  links: LinkToMake[] = [];
  /** The times of what some of them replace, by path. */
  readonly #linksOver = new Map<string, number>();
  /** Directories whose attributes come last, parents first. */
  readonly dirs: DirJob[] = [];
  readonly #c: RestoreContext;
  readonly #planner: RestorePlanner;
  readonly #copies: TaskCopies;
  readonly #new: NewFiles;
  #replacing: Replacing[] = [];
  /** Other names of files, which come when the first ones are there. */
  readonly #named: { step: FileStep; inherits: boolean; view: PointView }[] = [];

  /** An applier; directories that cannot be made are told to `planner`. */
  constructor(c: RestoreContext, planner: RestorePlanner) {
    this.#c = c;
    this.#planner = planner;
    this.#copies = new TaskCopies(c);
    this.#new = new NewFiles(
      c,
      this.#copies,
      (path, error) => this.#failed(path, error),
      (path) => this.#block(path),
    );
  }

  /** Carries out one plan. */
  async apply(plan: RestoreDirPlan): Promise<void> {
    const { target } = this.#c;
    let inherits: boolean;
    try {
      inherits = (target.assertReal(plan.dir).mode & 0o2000) !== 0;
    } catch (error) {
      return this.#leave(plan, error);
    }
    if (plan.root !== undefined) this.#last("", plan.root);
    this.#discard(plan.leftovers);
    const here = this.#new.begin(plan);
    const trouble = this.#c.errors;
    // a backup of where the files came from would take what a kill leaves torn there for a version
    const { preview, backedUp } = this.#c.request;
    const fresh = plan.fresh && !preview && backedUp !== true;
    let batch: CopyBatch = { dir: plan.dir, inherits, fresh, tasks: [] };
    const makesDirs = plan.steps.some((step) => step.do === "dir");
    // what is done lets go of its version: a wide directory has many
    const steps = plan.steps.reverse();
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      checkCancelled(this.#c.ports);
      if (step.do === "file" && step.v.link !== null) {
        this.#named.push({ step, inherits, view: plan.view });
        continue;
      }
      if (step.do === "file" && step.change === "+" && !step.careful) {
        batch.tasks.push(this.#copies.task(step.v, step.from));
        if (batch.tasks.length < LOOK_EVERY) continue;
        if (!await this.#batch(plan, batch)) return;
        batch = { ...batch, tasks: [] };
        continue;
      }
      try {
        if (step.do === "dir") await this.#dir(step);
        else this.#step(step, inherits);
      } catch (error) {
        this.#failed(pathOfStep(step), error);
        if (step.do === "dir") this.#block(pathOfStep(step));
      }
      if (this.#replacing.length >= FLUSH_TOGETHER) await this.#place();
    }
    if (batch.tasks.length > 0) await this.#batch(plan, batch);
    await this.#place();
    // what may be torn is whole now; where something failed, the next restore has to know of it too
    if (this.#c.errors === trouble) this.#discard(plan.begun);
    if (plan.more) return;
    if (here.areMany) return await this.#new.checkMany(here);
    here.closed = true;
    if (here.pending === 0 || makesDirs) this.#new.check(here);
    await this.#new.settleUnsure();
  }

  /** Nothing more can be put into a directory, nor what comes of it in parts. */
  #leave({ dir, more }: RestoreDirPlan, error: unknown): void {
    if (more) this.#planner.blocked.add(dir);
    this.#failed(dir, error);
  }

  #discard(paths: readonly string[]): void {
    for (const path of paths) discard(this.#c.ports.fs, this.#c.target.path(path));
  }

  /** Waits for the lanes; everything but links and directories' attributes is then done. */
  async settle(names: RestoredNames): Promise<void> {
    await this.#new.settle();
    let dir: string | undefined;
    for (const { step, inherits, view } of this.#named.splice(0)) {
      checkCancelled(this.#c.ports);
      if (dir !== step.v.dir) {
        if (dir !== undefined) this.#new.check(this.#new.here);
        dir = step.v.dir;
        this.#new.begin({ dir, present: this.#listed(dir), view });
      }
      await this.#name(step, inherits, names);
    }
    if (dir !== undefined) this.#new.check(this.#new.here);
    await this.#new.settleUnsure();
    this.#copies.count();
    this.links = linksToMake(this.#c, this.links, this.#linksOver);
  }

  #listed(dir: string): ReadonlySet<string> {
    try {
      return new Set(this.#c.ports.fs.list(this.#c.target.path(dir)).map((e) => e.name));
    } catch {
      // trouble with it is met, and told, where something is put there
      return new Set();
    }
  }

  /** Another name of a file: a link to the one that is there, or a copy where none is. */
  async #name(step: FileStep, inherits: boolean, names: RestoredNames): Promise<void> {
    const { dir, name } = step.v;
    try {
      this.#c.target.assertReal(dir);
      const linked = this.#linked(step, names);
      if (linked === undefined && step.apart !== undefined) return this.#stays(step, names);
      const waiting = linked ??
        this.#copies.copy(dir, this.#copies.task(step.v, step.from), inherits);
      const before = this.#copies.writer.restored;
      if (step.change === "+") this.#put({ step, waiting });
      else this.#replacing.push({ step, waiting });
      await this.#place();
      // where it failed, or what is there stays, that is no name of this file
      if (this.#copies.writer.restored > before) names.came(step.v);
    } catch (error) {
      this.#failed(joinRel(dir, name), error);
    }
  }

  /** What is there is what it should be, and no other name of its file can be made of it. */
  #stays({ v, seen, apart = "keep" }: FileStep, names: RestoredNames): void {
    this.#step({ do: apart, v, seen }, false);
    names.came(v);
  }

  #linked(step: FileStep, names: RestoredNames): WaitingCopy | undefined {
    const from = names.nameOf(step.v);
    if (from === undefined || names.isOneWith(step.v, from)) return undefined;
    try {
      return this.#copies.writer.link(step.v.dir, this.#copies.task(step.v, step.from), from);
    } catch (error) {
      if (isNotFound(error) || errorCode(error) === "EMLINK") return undefined;
      names.refuse();
      return undefined;
    }
  }

  /** New files of one directory: for a lane that has little to do, or done here. False when all must end there. */
  async #batch(plan: RestoreDirPlan, batch: CopyBatch): Promise<boolean> {
    if (await this.#new.give(batch)) return true;
    if (!this.#stillReal(plan)) return false;
    this.#new.writeAll(batch);
    return true;
  }

  /** Looks at the directory again; when somebody put something else in its place, nothing more goes there. */
  #stillReal(plan: RestoreDirPlan): boolean {
    try {
      this.#c.target.assertReal(plan.dir);
      return true;
    } catch (error) {
      this.#drop();
      for (const step of plan.steps) if (step.do === "dir") this.#block(pathOfStep(step));
      this.#leave(plan, error);
      return false;
    }
  }

  #step(step: Exclude<RestoreStep, { do: "dir" }>, inherits: boolean): void {
    const { counts } = this.#c;
    switch (step.do) {
      case "file":
        return this.#file(step, inherits);
      case "link":
        this.#passed(step.v);
        return this.#link(step);
      case "into":
        return this.#into(step);
      case "delete":
        return this.#remove(step.entries);
      case "attrs":
        this.#passed(step.v);
        return this.#setAttrs(step);
      case "keep":
        this.#passed(step.v);
        if (step.v.type === "link") counts.links_kept++;
        return void counts.files_kept++;
    }
  }

  /** A file or link that need not be written is done, and a link that main makes at the end. */
  #passed(v: Version): void {
    if (v.type !== "dir") this.#c.ports.progress.done(1, v.size ?? 0);
  }

  /** A file that replaces something, or may: new ones go by {@link #batch}. */
  #file(step: FileStep, inherits: boolean): void {
    const waiting = this.#copies.copy(step.v.dir, this.#copies.task(step.v, step.from), inherits);
    if (step.change === "+") this.#put({ step, waiting });
    else this.#replacing.push({ step, waiting });
  }

  /** Flushes the copies that replace something, then puts each in its place. */
  async #place(): Promise<void> {
    const replacing = this.#replacing;
    if (replacing.length === 0) return;
    this.#replacing = [];
    try {
      await this.#c.ports.fs.syncAll(replacing.map((r) => r.waiting.temporary));
      this.#c.target.assertReal(replacing[0]?.step.v.dir ?? "");
    } catch (error) {
      for (const { waiting } of replacing) {
        discard(this.#c.ports.fs, waiting.temporary);
        this.#failed(waiting.path, error);
      }
      return;
    }
    for (const one of replacing) {
      try {
        this.#put(one);
      } catch (error) {
        this.#failed(one.waiting.path, error);
      }
    }
  }

  #put({ step, waiting }: Replacing): void {
    const { path, temporary } = waiting;
    if (step.change !== "+" && staysMeanwhile(this.#c, step.v, step.seen)) {
      discard(this.#c.ports.fs, temporary);
      return void this.#c.counts.files_kept++;
    }
    try {
      this.#remove(inTheWay(step.clear, path), path);
    } catch (error) {
      discard(this.#c.ports.fs, temporary);
      throw error;
    }
    if (step.change === "+") return this.#new.put(waiting, this.#new.here);
    this.#copies.writer.put(waiting);
    this.#c.counts.files_replaced++;
  }

  #link(step: Extract<RestoreStep, { do: "link" }>): void {
    const { v, text } = step;
    const path = joinRel(v.dir, v.name);
    this.#remove(inTheWay(step.clear, path), path);
    if (step.change !== "+") this.#c.counts.files_replaced++;
    if (step.seen !== undefined) this.#linksOver.set(path, step.seen);
    const { mtime, uid, gid } = v;
    this.links.push({ path, target: text, mtime, uid, gid, careful: step.change === "+" });
  }

  async #dir(step: Extract<RestoreStep, { do: "dir" }>): Promise<void> {
    const { v } = step;
    const path = joinRel(v.dir, v.name);
    this.#remove(step.clear, path);
    // it must be possible to write into it until its own mode is set at the end
    const mode = v.mode === null ? undefined : (v.mode & 0o777) | 0o700;
    await this.#makeDir(path, mode);
    this.#new.here.add(v.name);
    this.#c.counts.dirs_restored++;
    this.#last(path, v);
  }

  async #makeDir(path: string, mode: number | undefined): Promise<void> {
    try {
      this.#c.ports.fs.mkdir(this.#c.target.path(path), mode);
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
      // what is there may be a name that was made before and is kept as another
      if ((await this.#new.checkWhole(this.#new.here)).length === 0) throw nameOfOther();
      await this.#makeDir(path, mode);
    }
  }

  #into(step: Extract<RestoreStep, { do: "into" }>): void {
    const { v, mode, onTheWay } = step;
    const path = joinRel(v.dir, v.name);
    if (!letsOwnerIn(mode) && !this.#c.request.windows) {
      this.#c.ports.fs.chmod(this.#c.target.path(path), mode | 0o700);
      if (onTheWay) this.dirs.push({ path, mode, mtime: null, uid: null, gid: null });
    }
    if (!onTheWay) this.#last(path, v);
  }

  #last(path: string, { mtime, mode, uid, gid }: Version): void {
    this.dirs.push({ path, mtime, mode, uid, gid });
  }

  /** Sets what differs; what the disk did not take is as it was, and counts so. What somebody changed since keeps its time. */
  #setAttrs({ v, seen }: Extract<RestoreStep, { do: "attrs" }>): void {
    const { counts, ports, target } = this.#c;
    const look = (): FileInfo => ports.fs.lstat(target.path(joinRel(v.dir, v.name)));
    const before = look();
    if (before.mtime === seen) this.#attrs(v);
    if (before.mtime === seen && !areSame(before, look())) return void counts.files_attrs++;
    if (v.type === "link") counts.links_kept++;
    counts.files_kept++;
  }

  #attrs(v: Version): void {
    const path = this.#c.target.path(joinRel(v.dir, v.name));
    const { fs } = this.#c.ports;
    if (v.type !== "link") return setAttrs(fs, path, v, this.#c.request.self);
    setLinkAttrs(fs, path, v, this.#c.request.self.owner);
  }

  /** Removes what the plan lets go; what makes room for `own` itself counts as replaced, not as deleted. */
  #remove(entries: readonly DeletedEntry[], own?: string): void {
    const { ports, target, counts } = this.#c;
    let checked: string | undefined;
    for (const { path, type } of entries) {
      checkCancelled(ports);
      const dir = dirOf(path);
      if (dir !== checked) target.assertReal(checked = dir);
      removeIfAny(ports.fs, target.path(path));
      if (path === own) continue;
      if (type === "dir") counts.dirs_deleted++;
      else counts.files_deleted++;
    }
  }

  #block(path: string): void {
    this.#planner.fresh.delete(path);
    this.#planner.blocked.add(path);
    const made = this.dirs.findLastIndex((job) => job.path === path);
    if (made >= 0) this.dirs.splice(made, 1);
  }

  /** Reports and goes on, unless nothing else could succeed either. */
  #failed(path: string, error: unknown): void {
    if (isFatal(error)) throw asStop(error, this.#c.target.path(path));
    this.#c.trouble(path, "restore", error);
  }

  /** Takes away what waits, when the restore ends early, and lets the lanes do so. */
  async abandon(): Promise<void> {
    this.#drop();
    this.#c.ports.cancel();
    await this.#new.settle().catch(() => {});
  }

  #drop(): void {
    for (const { waiting } of this.#replacing) discard(this.#c.ports.fs, waiting.temporary);
    this.#replacing = [];
  }
}

function pathOfStep(step: RestoreStep): string {
  return step.do === "delete" ? step.entries.at(-1)?.path ?? "" : joinRel(step.v.dir, step.v.name);
}
