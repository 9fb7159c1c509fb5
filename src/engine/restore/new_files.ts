/** New files of a restore: batches for lanes that have little to do, and what becomes of their names. @module */

import { joinRel } from "../../base/relpath.ts";
import { hashFile } from "../ports.ts";
import type { RestoreContext } from "./context.ts";
import { discard } from "./copy.ts";
import { type FileTask, type WaitingCopy, withoutProgress } from "./files.ts";
import { type CopyBatch, RestoreLanes } from "./lane.ts";
import { nameAltered } from "../../base/placed_names.ts";
import { staysMeanwhile } from "./meanwhile.ts";
import { isCollision, lists, type NamesLook, NewNames } from "./new_names.ts";
import type { PointView } from "./restore_picks.ts";
import type { TaskCopies } from "./task_copies.ts";
import { lost } from "./trouble.ts";

/** A directory that is to be worked on. */
interface BegunDirectory {
  dir: string;
  present: { keys: () => Iterable<string> };
  view: PointView;
  goesOn?: boolean;
}

/** Writes what replaces nothing. */
export class NewFiles {
  /** The new names of the directory that is at work. */
  here = new NewNames("", []);
  readonly #c: RestoreContext;
  readonly #copies: TaskCopies;
  readonly #failed: (path: string, error: unknown) => void;
  readonly #shut: (dir: string) => void;
  readonly #lanes: RestoreLanes;
  /** Those of the directories whose files lanes have. */
  readonly #newIn = new WeakMap<CopyBatch, NewNames>();
  /** Those of which a quick listing lacked some. */
  readonly #unsure = new Set<NewNames>();

  /**
   * Tells `failed` of each path that could not be restored; that throws where nothing else could be. Nothing
   * is restored into a directory that the target keeps under another name: `shut` is told of it.
   */
  constructor(
    c: RestoreContext,
    copies: TaskCopies,
    failed: (path: string, error: unknown) => void,
    shut: (dir: string) => void,
  ) {
    this.#c = c;
    this.#copies = copies;
    this.#failed = failed;
    this.#shut = shut;
    const { self, verify, overwrite } = c.request;
    this.#lanes = new RestoreLanes(
      c.ports.lanes,
      c.target.root,
      { self, verify, overwrite },
      {
        count: (restored, verified, bytes) => {
          c.counts.files_restored += restored;
          c.counts.files_verified += verified;
          c.counts.bytes_restored += bytes;
        },
        failed,
        again: (batch, task) => this.write(batch, task),
        placed: (batch, task) => this.#newIn.get(batch)?.add(task.name, task.since),
        done: (batch) => this.#batchDone(batch),
      },
    );
  }

  /** Begins a directory, which had `present` in it before and is to be as in `view`, or goes on with it. */
  begin({ dir, present, view, goesOn = false }: BegunDirectory): NewNames {
    if (goesOn && this.here.dir === dir) return this.here;
    return this.here = new NewNames(dir, present.keys(), view);
  }

  /** Gives new files of one directory to a lane that has little to do; false when none has. */
  async give(batch: CopyBatch): Promise<boolean> {
    const names = this.here;
    this.#newIn.set(batch, names);
    names.pending++;
    if (await this.#lanes.give(batch)) return true;
    names.pending--;
    return false;
  }

  #batchDone(batch: CopyBatch): void {
    const names = this.#newIn.get(batch);
    if (names === undefined) return;
    names.pending--;
    if (names.closed && names.pending === 0) this.check(names);
  }

  /** The same for many names of a directory that is done: its listing comes bit by bit, once the lanes have no more of it. */
  async checkMany(names: NewNames): Promise<void> {
    await this.#lanes.settle();
    names.closed = true;
    const { ports, target } = this.#c;
    if (!await names.areListed(ports, target).catch(() => false)) await this.checkWhole(names);
  }

  /** Looks at what the target lists of the new names; what is not kept as it is, is told, what it harmed made good. */
  check(names: NewNames): string[] {
    try {
      const looked = names.look(this.#c.ports, this.#c.target);
      if (looked.isUnsure) this.#unsure.add(names);
      return this.#takeIn(names, looked);
    } catch (error) {
      this.#failed(names.dir, error);
      return [];
    }
  }

  /** The same by a listing that tells what it lacks. */
  async checkWhole(names: NewNames): Promise<string[]> {
    this.#unsure.delete(names);
    try {
      return this.#takeIn(names, await names.lookWhole(this.#c.ports, this.#c.target));
    } catch (error) {
      this.#failed(names.dir, error);
      return [];
    }
  }

  /** Looks again where a quick listing lacked some of the new names. */
  async settleUnsure(): Promise<void> {
    for (const names of this.#unsure) await this.checkWhole(names);
  }

  #takeIn(names: NewNames, looked: NamesLook): string[] {
    for (const { name, since } of looked.misfits) {
      const path = joinRel(names.dir, name);
      if (since === undefined) {
        this.#c.counts.dirs_restored--;
        this.#shut(path);
      } else this.#uncount(this.#copies.version(names.dir, { name, since }));
      this.#failed(path, nameAltered());
    }
    for (const one of looked.doubtful) {
      try {
        this.#again(names, one);
      } catch (error) {
        this.#failed(joinRel(names.dir, one.name), error);
      }
    }
    return looked.misfits.map(({ name }) => name);
  }

  #again({ dir, view }: NewNames, one: NamesLook["doubtful"][number]): void {
    const { ports, target } = this.#c;
    const place = target.path(joinRel(dir, one.name));
    // mode and times are those of the point, which may be others than its version began with
    const then = view?.version(joinRel(dir, one.name));
    const version = then?.since === one.since ? then : this.#copies.version(dir, one);
    if (version === undefined) throw lost();
    if (version.hash === null) return;
    if (hashFile(withoutProgress(ports), place) === version.hash) return;
    this.#copies.writer.put(this.#copies.copy(dir, this.#copies.taskAgain(version), false));
    this.#uncount(version);
  }

  /** A file that was placed before is gone, or placed a second time. */
  #uncount(version: { size: number | null } | undefined): void {
    const { counts } = this.#c;
    counts.files_restored--;
    counts.bytes_restored -= version?.size ?? 0;
  }

  /** Writes a batch in the engine's own thread. */
  writeAll(batch: CopyBatch): void {
    const { writer } = this.#copies;
    if (batch.fresh) writer.begin(batch.dir, batch.tasks);
    try {
      for (const task of batch.tasks) this.write(batch, task);
    } finally {
      writer.end();
    }
  }

  /** Writes one in the engine's own thread. */
  write(batch: CopyBatch, task: FileTask): void {
    const { dir, inherits } = batch;
    try {
      const names = this.#newIn.get(batch);
      if (this.#copies.writer.bring(dir, task, inherits)) {
        names?.add(task.name, task.since);
        return;
      }
      this.put(this.#copies.copy(dir, task, inherits), names);
    } catch (error) {
      this.#failed(joinRel(dir, task.name), error);
    }
  }

  /** Puts a new file in its place; what answers there may be a name that was placed before and is kept as another. */
  put(waiting: WaitingCopy, names: NewNames | undefined): void {
    const { ports, target } = this.#c;
    const { writer } = this.#copies;
    try {
      writer.put(waiting, true);
    } catch (error) {
      if (!isCollision(error) || names === undefined) throw error;
      this.check(names);
      // what has this very name came meanwhile
      const own = lists(ports, target, names.dir, waiting.task.name);
      if (!own && ports.fs.exists(target.path(waiting.path))) {
        discard(ports.fs, waiting.temporary);
        throw error;
      }
      const { name, mtime } = waiting.task;
      if (own && staysMeanwhile(this.#c, { dir: names.dir, name, mtime }, undefined)) {
        discard(ports.fs, waiting.temporary);
        return void this.#c.counts.files_kept++;
      }
      writer.put(waiting);
      if (own) this.#c.counts.files_replaced++;
    }
    names?.add(waiting.task.name, waiting.task.since);
  }

  /** Waits until the lanes have written everything. */
  settle(): Promise<void> {
    return this.#lanes.settle();
  }
}
