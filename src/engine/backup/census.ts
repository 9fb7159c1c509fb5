/**
 * What a run would do to a vault, counted when a guard is about to stop it: files that are new, those in directories
 * that are new too, changed, gone, and merely moved (design, *Never lose anything*).
 * @module
 */

import { joinRel } from "../../base/relpath.ts";
import type { DirPlan, Step } from "./compare.ts";
import type { LaneVault } from "./lane_vault.ts";
import { readSourceDir, type SourceEntry, type SourceView } from "./source_dir.ts";

/** The counts of one vault. */
export interface Census {
  added: number;
  changed: number;
  gone: number;
  /** Gone, and new elsewhere with the same size and time: no change. */
  moved: number;
}

/** What merely moved, by size and time: gone under one name, and new under another. */
export class Moves {
  readonly #gone = new Map<string, number>();
  readonly #added = new Map<string, number>();

  /** A file or link that is gone. */
  gone(size: number, mtime: number): void {
    put(this.#gone, size, mtime);
  }

  /** One that is new. */
  added(size: number, mtime: number): void {
    put(this.#added, size, mtime);
  }

  /** How many moved. */
  count(): number {
    let moved = 0;
    for (const [key, n] of this.#gone) moved += Math.min(n, this.#added.get(key) ?? 0);
    return moved;
  }
}

/** Counts for one vault. */
export class Counting {
  readonly #run: LaneVault;
  readonly #view: SourceView;
  readonly #check: () => void;
  readonly #hasChanged: (path: string, step: Extract<Step, { act: "update" }>) => boolean;
  readonly #census: Census = { added: 0, changed: 0, gone: 0, moved: 0 };
  readonly #moves = new Moves();

  /** Of `run`; `hasChanged` looks at the content where only times tell of a change. */
  constructor(
    run: LaneVault,
    view: SourceView,
    check: () => void,
    hasChanged: (path: string, step: Extract<Step, { act: "update" }>) => boolean,
  ) {
    this.#run = run;
    this.#view = view;
    this.#check = check;
    this.#hasChanged = hasChanged;
  }

  /** Counts what is planned for a directory. */
  add(dir: string, plan: DirPlan): void {
    for (const step of plan.steps) {
      this.#check();
      if (step.act === "add") this.#addFile(step.source);
      else if (step.act === "addDir") {
        const known = plan.knownDirs.includes(step.source.name);
        if (!known) this.#addBelow(joinRel(dir, step.source.name));
      } else if (step.act === "delete") this.#lose(step.known.size, step.known.mtime);
      else if (step.act === "deleteDir") this.#loseBelow(joinRel(dir, step.known.name));
      else if (step.act === "update") {
        const real = step.sure || step.source.type !== "file" ||
          this.#hasChanged(joinRel(dir, step.source.name), step);
        if (real) this.#census.changed++;
      }
    }
  }

  /** What was counted. */
  result(): Census {
    return { ...this.#census, moved: this.#moves.count() };
  }

  #addFile({ type, info }: Pick<SourceEntry, "type" | "info">): void {
    if (type === "special") return;
    this.#census.added++;
    this.#moves.added(info.size, info.mtime);
  }

  /** Files below a directory that is new; trouble with it is the writing's to tell. */
  #addBelow(root: string): void {
    const stack = [root];
    for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
      this.#check();
      for (const e of entriesOf(this.#view, path)) {
        if (e.excluded) continue;
        if (e.type === "dir") stack.push(joinRel(path, e.name));
        else this.#addFile(e);
      }
    }
  }

  #lose(size: number, mtime: number): void {
    this.#census.gone++;
    this.#moves.gone(size, mtime);
  }

  #loseBelow(path: string): void {
    const living = this.#run.catalog?.versions(
      "until IS NULL AND type < 2 AND (dir = ?1 OR (dir > ?1 || '/' AND dir < ?1 || '0'))",
      path,
    );
    for (const v of living ?? []) this.#lose(v.size ?? -1, v.mtime ?? Number.NaN);
  }
}

function put(counts: Map<string, number>, size: number, mtime: number): void {
  const key = `${size} ${mtime}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function entriesOf(view: SourceView, path: string): readonly SourceEntry[] {
  try {
    const dir = readSourceDir(view, path);
    return typeof dir === "string" ? [] : dir.entries;
  } catch {
    return [];
  }
}
