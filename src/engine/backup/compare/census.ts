/**
 * What a run would do to a vault, counted when a guard is about to stop it: files that are new, those in directories
 * that are new too, changed, gone, and merely moved (design, *Never lose anything*).
 * @module
 */

import { joinRel } from "../../../base/relpath.ts";
import { SpreadSample } from "../../../base/spread_sample.ts";
import { type CompareStep, type DirPlan, sameStat } from "./compare.ts";
import { isGone, isNew, lookAgain, type SecondLook } from "./second_look.ts";
import type { LaneVault } from "../lane_vault.ts";
import { ForetoldMoves, type Sample } from "../share/foretold_moves.ts";
import { pathOf } from "../../../vault/version.ts";
import { readSourceDir, type SourceEntry, type SourceView } from "../../source/source_dir.ts";
import { livingBelow } from "../../../vault/history/paths.ts";

/** So many paths are kept to be read: the samples are taken from them. */
const MOST_NAMED = 4096;
/** So many files are read of those that only their change time tells of. */
const MOST_READ = 256;

type UpdateStep = Extract<CompareStep, { act: "update" }>;

/** The counts of one vault. */
export interface Census {
  added: number;
  changed: number;
  gone: number;
  /** Gone, and new elsewhere with the same size and time: no change. */
  moved: number;
}

/** Counts for one vault. */
export class Counting {
  readonly #run: LaneVault;
  readonly #view: SourceView;
  readonly #check: () => void;
  readonly #hasChanged: (path: string, step: UpdateStep) => boolean;
  readonly #isSame: (sample: Sample) => boolean;
  readonly #census: Census = { added: 0, changed: 0, gone: 0, moved: 0 };
  readonly #silent = new SpreadSample<{ path: string; step: UpdateStep }>(MOST_READ);
  readonly #moves = new ForetoldMoves(false, { named: MOST_NAMED });

  /** Of `run`; `hasChanged` looks at the content where only times tell of a change, `isSame` at that of what seems to have moved. */
  constructor(
    run: LaneVault,
    view: SourceView,
    check: () => void,
    hasChanged: (path: string, step: UpdateStep) => boolean,
    isSame: (sample: Sample) => boolean,
  ) {
    this.#run = run;
    this.#view = view;
    this.#check = check;
    this.#hasChanged = hasChanged;
    this.#isSame = isSame;
  }

  /** Counts what is planned for a directory, but what a quick listing lacked of it and is there, or may be. */
  async add(seen: Parameters<typeof lookAgain>[1], plan: DirPlan): Promise<void> {
    const dir = seen.path;
    const { unsure } = await this.#lookAgain(seen, plan);
    for (const step of plan.steps) {
      this.#check();
      if (isGone(step) && unsure.has(step.known.name)) continue;
      if (step.act === "add") this.#addFile(joinRel(dir, step.source.name), step.source);
      else if (step.act === "addDir") {
        const known = plan.knownDirs.includes(step.source.name);
        if (!known) this.#addBelow(joinRel(dir, step.source.name));
      } else if (step.act === "delete") {
        const { name, size, mtime, hash } = step.known;
        this.#lose(joinRel(dir, name), size, mtime, hash);
      } else if (step.act === "deleteDir") this.#loseBelow(joinRel(dir, step.known.name));
      else if (step.act === "update") {
        this.#update(joinRel(dir, step.source.name), step);
      }
    }
  }

  /** A guard that stops the run for what a disk did not list would do so in each run until it does. */
  async #lookAgain(
    seen: Parameters<typeof lookAgain>[1],
    { steps }: DirPlan,
  ): Promise<Pick<SecondLook, "unsure">> {
    const names = new Set<string>();
    const added: string[] = [];
    for (const step of steps) {
      if (isGone(step)) names.add(step.known.name);
      if (isNew(step)) added.push(step.source.name);
    }
    return names.size === 0
      ? { unsure: names }
      : await lookAgain(this.#view, seen, names, () => added);
  }

  /** What was counted. */
  result(): Census {
    const changed = this.#census.changed + this.#changedInSilence();
    return { ...this.#census, changed, moved: this.#reallyMoved() };
  }

  #update(path: string, step: UpdateStep): void {
    const { known, source: { type, info } } = step;
    const silent = !step.sure && type === "file" && known.size === info.size &&
      known.mtime === info.mtime;
    if (silent && !sameStat(known, step.source)) this.#silent.add({ path, step });
    else if (step.sure || type !== "file" || this.#hasChanged(path, step)) this.#census.changed++;
  }

  /**
   * Files whose size and time are the old ones, and whose change time is not: a moved source has nothing else, and so has
   * what somebody scrambled who sets times back. Reckoned from a part of them.
   */
  #changedInSilence(): number {
    const { items, count } = this.#silent;
    if (items.length === 0) return 0;
    const changed = items.filter(({ path, step }) => {
      this.#check();
      return this.#hasChanged(path, step);
    }).length;
    return Math.floor(count * changed / items.length);
  }

  /** Those whose content is the same, reckoned from a part of them. */
  #reallyMoved(): number {
    const samples = this.#moves.samples();
    if (samples.length === 0) return this.#moves.count;
    const same = samples.filter((s) => {
      this.#check();
      return this.#isSame(s);
    }).length;
    return Math.floor(this.#moves.count * same / samples.length);
  }

  #addFile(path: string, source: SourceEntry): void {
    if (source.type === "special") return;
    this.#census.added++;
    this.#moves.added(path, source);
  }

  /** Files below a directory that is new; trouble with it is the writing's to tell. */
  #addBelow(root: string): void {
    const stack = [root];
    for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
      this.#check();
      for (const e of entriesOf(this.#view, path)) {
        if (e.excluded) continue;
        if (e.type === "dir") stack.push(joinRel(path, e.name));
        else this.#addFile(joinRel(path, e.name), e);
      }
    }
  }

  #lose(path: string, size: number, mtime: number, hash: string | null): void {
    this.#census.gone++;
    this.#moves.gone(path, size, mtime, hash);
  }

  #loseBelow(path: string): void {
    const { catalog } = this.#run;
    if (catalog === undefined) return;
    for (const v of livingBelow(catalog, path)) {
      this.#lose(pathOf(v), v.size ?? -1, v.mtime ?? Number.NaN, v.hash);
    }
  }
}

function entriesOf(view: SourceView, path: string): Iterable<SourceEntry> {
  try {
    const dir = readSourceDir(view, path);
    return typeof dir === "string" ? [] : dir.entries;
  } catch {
    return [];
  }
}
