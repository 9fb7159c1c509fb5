/** Carries out the plan of one directory. @module */

import { HikaeError, isNotFound } from "../../base/errors.ts";
import type { FileSystem } from "../../base/fs.ts";
import { dirOf, joinRel } from "../../base/relpath.ts";
import type { Version } from "../../vault/catalog.ts";
import { checkCancelled, hashFile } from "../ports.ts";
import { setAttrs } from "./attrs.ts";
import type { RestoreContext } from "./context.ts";
import { Copier, damaged, damagedName, discard, TEMPORARY } from "./copy.ts";
import { collision, type DirPlan, type Planner, type Step } from "./plan.ts";
import type { Doomed } from "./protect.ts";
import type { DirJob, LinkJob } from "./request.ts";
import { isFatal } from "./target.ts";

type FileStep = Extract<Step, { do: "file" }>;

/** A copy that is flushed before it replaces what is there. */
interface Waiting {
  step: FileStep;
  temporary: string;
}

/** After so many files a directory is looked at again, in case somebody made a link of it. */
const LOOK_EVERY = 32;
/** So many copies are flushed together. */
const FLUSH_TOGETHER = 64;

/** Writes a restore. */
export class Applier {
  /** Links for main to make. */
  readonly links: LinkJob[] = [];
  /** Directories whose attributes come last, parents first. */
  readonly dirs: DirJob[] = [];
  readonly #c: RestoreContext;
  readonly #planner: Planner;
  readonly #copier: Copier;
  readonly #prefix: string;
  #serial = 0;
  #waiting: Waiting[] = [];

  /** An applier; directories that cannot be made are told to `planner`. */
  constructor(c: RestoreContext, planner: Planner) {
    this.#c = c;
    this.#planner = planner;
    this.#copier = new Copier(c.ports, c.request.self, c.request.force);
    this.#prefix = TEMPORARY + c.ports.newId().slice(0, 8);
  }

  /** Carries out one plan. */
  async apply(plan: DirPlan): Promise<void> {
    const { target } = this.#c;
    let inherits: boolean;
    try {
      inherits = (target.assertReal(plan.dir).mode & 0o2000) !== 0;
    } catch (error) {
      return this.#failed(plan.dir, error);
    }
    if (plan.root !== undefined) this.#last("", plan.root);
    for (const path of plan.leftovers) discard(this.#c.ports.fs, target.path(path));
    let files = 0;
    for (const [i, step] of plan.steps.entries()) {
      checkCancelled(this.#c.ports);
      if (step.do === "file" && ++files % LOOK_EVERY === 0 && !this.#stillReal(plan, i)) return;
      try {
        this.#step(step, inherits);
      } catch (error) {
        this.#failed(pathOfStep(step), error);
        if (step.do === "dir") this.#block(step.v);
      }
      if (this.#waiting.length >= FLUSH_TOGETHER) await this.#place();
    }
    await this.#place();
  }

  /** Looks at the directory again; when somebody put something else in its place, nothing more goes there. */
  #stillReal(plan: DirPlan, next: number): boolean {
    try {
      this.#c.target.assertReal(plan.dir);
      return true;
    } catch (error) {
      this.abandon();
      for (const step of plan.steps.slice(next)) if (step.do === "dir") this.#block(step.v);
      this.#failed(plan.dir, error);
      return false;
    }
  }

  #step(step: Step, inherits: boolean): void {
    const { counts } = this.#c;
    switch (step.do) {
      case "file":
        return this.#file(step, inherits);
      case "link":
        return this.#link(step);
      case "dir":
        return this.#dir(step);
      case "into":
        return this.#into(step);
      case "delete":
        return this.#remove(step.entries);
      case "attrs":
        counts.files_attrs++;
        return this.#attrs(step.v);
      case "keep":
        return void (step.v.type === "link" ? counts.links_kept++ : counts.files_kept++);
    }
  }

  #file(step: FileStep, inherits: boolean): void {
    const { ports, target } = this.#c;
    const { v } = step;
    const dir = target.path(v.dir);
    const temporary = target.below(dir, `${this.#prefix}-${this.#serial++}`);
    ports.progress.found(1, v.size ?? 0);
    const copied = this.#copy(step, temporary, inherits);
    ports.progress.done(1, copied.bytes);
    if (!copied.sound) {
      const kept = this.#c.request.force ? damagedName(v.name) : undefined;
      if (kept !== undefined) this.#rename(temporary, target.below(dir, kept));
      throw damaged(kept);
    }
    this.#c.counts.bytes_restored += copied.bytes;
    if (step.change === "+") this.#put({ step, temporary });
    else this.#waiting.push({ step, temporary });
  }

  /** Copies; a file that a running backup moved is looked for again. */
  #copy(step: FileStep, to: string, inherits: boolean): { sound: boolean; bytes: number } {
    try {
      return this.#copier.copy(step.from, to, step.v, inherits);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const from = this.#c.reader.find(step.v);
      if (from === undefined || from === step.from) throw error;
      return this.#copier.copy(from, to, step.v, inherits);
    }
  }

  /** Flushes the copies that replace something, then puts each in its place. */
  async #place(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    try {
      await this.#c.ports.fs.syncAll(waiting.map((w) => w.temporary));
      const dir = waiting[0]?.step.v.dir ?? "";
      this.#c.target.assertReal(dir);
    } catch (error) {
      for (const { step, temporary } of waiting) {
        discard(this.#c.ports.fs, temporary);
        this.#failed(joinRel(step.v.dir, step.v.name), error);
      }
      return;
    }
    for (const one of waiting) {
      try {
        this.#put(one);
      } catch (error) {
        this.#failed(pathOfStep(one.step), error);
      }
    }
  }

  #put({ step, temporary }: Waiting): void {
    const { target, counts, request } = this.#c;
    const path = joinRel(step.v.dir, step.v.name);
    const place = target.path(path);
    try {
      this.#remove(inTheWay(step.clear, path), path);
      if (step.careful && step.change === "+" && target.look(path) !== undefined) throw collision();
      this.#c.ports.fs.rename(temporary, place);
    } catch (error) {
      discard(this.#c.ports.fs, temporary);
      throw error;
    }
    counts.files_restored++;
    if (step.change !== "+") counts.files_replaced++;
    if (request.verify) this.#verify(step.v, place);
  }

  #rename(temporary: string, place: string): void {
    try {
      this.#c.ports.fs.rename(temporary, place);
    } catch (error) {
      discard(this.#c.ports.fs, temporary);
      throw error;
    }
  }

  #verify(v: Version, place: string): void {
    if (v.hash !== null && hashFile(silent(this.#c), place) !== v.hash) {
      throw new HikaeError("damaged", "verify: what was restored does not read back as written", {
        hint: "see the target's disk; restore to another one",
      });
    }
    this.#c.counts.files_verified++;
  }

  #link(step: Extract<Step, { do: "link" }>): void {
    const { v, text, careful } = step;
    const path = joinRel(v.dir, v.name);
    this.#remove(inTheWay(step.clear, path), path);
    const { mtime, mode, uid, gid } = v;
    this.links.push({
      path,
      target: text,
      mtime,
      mode,
      uid,
      gid,
      careful: careful && step.change === "+",
    });
  }

  #dir(step: Extract<Step, { do: "dir" }>): void {
    const { v } = step;
    const path = joinRel(v.dir, v.name);
    this.#remove(step.clear, path);
    // it must be possible to write into it until its own mode is set at the end
    const mode = v.mode === null ? undefined : (v.mode & 0o777) | 0o700;
    try {
      this.#c.ports.fs.mkdir(this.#c.target.path(path), mode);
    } catch (error) {
      throw (error as { code?: string }).code === "EEXIST" ? collision() : error;
    }
    this.#c.counts.dirs_restored++;
    this.#last(path, v);
  }

  #into(step: Extract<Step, { do: "into" }>): void {
    const { v, mode, onTheWay } = step;
    const path = joinRel(v.dir, v.name);
    if ((mode & 0o300) !== 0o300 && !this.#c.request.windows) {
      this.#c.ports.fs.chmod(this.#c.target.path(path), mode | 0o700);
      if (onTheWay) this.dirs.push({ path, mode, mtime: null, uid: null, gid: null });
    }
    if (!onTheWay) this.#last(path, v);
  }

  #last(path: string, { mtime, mode, uid, gid }: Version): void {
    this.dirs.push({ path, mtime, mode, uid, gid });
  }

  #attrs(v: Version): void {
    const path = this.#c.target.path(joinRel(v.dir, v.name));
    const { fs } = this.#c.ports;
    if (v.type !== "link") return setAttrs(fs, path, v, this.#c.request.self);
    setLinkAttrs(fs, path, v, this.#c.request.self.owner);
  }

  /** Removes what the plan lets go; what makes room for `own` itself counts as replaced, not as deleted. */
  #remove(entries: readonly Doomed[], own?: string): void {
    const { ports, target, counts } = this.#c;
    let checked: string | undefined;
    for (const { path, type } of entries) {
      checkCancelled(ports);
      const dir = dirOf(path);
      if (dir !== checked) target.assertReal(checked = dir);
      ports.fs.remove(target.path(path));
      if (path === own) continue;
      if (type === "dir") counts.dirs_deleted++;
      else counts.files_deleted++;
    }
  }

  #block(v: Version): void {
    const path = joinRel(v.dir, v.name);
    this.#planner.fresh.delete(path);
    this.#planner.blocked.add(path);
  }

  /** Reports and goes on, unless nothing else could succeed either. */
  #failed(path: string, error: unknown): void {
    if (isFatal(error)) {
      if (error instanceof HikaeError) throw error;
      throw new HikaeError(
        "failed",
        `restore: ${error instanceof Error ? error.message : error}`,
        {
          path: this.#c.target.path(path),
          hint: "make room or choose another place, and restore again; what is restored stays",
          cause: error,
        },
      );
    }
    this.#c.trouble(path, "restore", error);
  }

  /** Takes away what waits, when the restore ends early. */
  abandon(): void {
    for (const { temporary } of this.#waiting) discard(this.#c.ports.fs, temporary);
    this.#waiting = [];
  }
}

/** Sets owner and times of a link itself. */
export function setLinkAttrs(
  fs: FileSystem,
  path: string,
  v: { mtime: number | null; uid: number | null; gid: number | null },
  owner: boolean,
): void {
  if (owner && v.uid !== null && v.gid !== null) fs.lchown(path, v.uid, v.gid);
  if (v.mtime !== null) fs.lutime(path, v.mtime, v.mtime);
}

/** A rename replaces a file or a link by itself, so that the name is never free. */
function inTheWay(clear: readonly Doomed[], own: string): Doomed[] {
  return clear.filter((e) => e.type === "dir" || e.path !== own);
}

function pathOfStep(step: Step): string {
  return step.do === "delete" ? step.entries.at(-1)?.path ?? "" : joinRel(step.v.dir, step.v.name);
}

function silent(c: RestoreContext): Parameters<typeof hashFile>[0] {
  return { ...c.ports, progress: { done: () => {}, found: () => {}, error: () => {} } };
}
