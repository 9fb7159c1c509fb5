/** Copies files of a restore, and looks for their content again where a running backup moved it. @module */

import { isNotFound } from "../../base/errors.ts";
import type { Version } from "../../vault/catalog.ts";
import type { StoredContent } from "../../vault/content.ts";
import type { RestoreContext } from "./context.ts";
import { isDamaged } from "./copy.ts";
import { type FileTask, FileWriter, type WaitingCopy } from "./files.ts";
import { lost } from "./trouble.ts";

/** The copies that the engine's own thread makes. */
export class TaskCopies {
  readonly writer: FileWriter;
  readonly #c: RestoreContext;
  /** What the tasks were made of, should their content have moved meanwhile. */
  readonly #versions = new WeakMap<FileTask, Version>();

  /** Copies into the target of a restore. */
  constructor(c: RestoreContext) {
    this.#c = c;
    this.writer = new FileWriter(c.ports, c.target, c.request);
  }

  /** The task that brings a version. */
  task(v: Version, from: StoredContent): FileTask {
    const { name, size, hash, mtime, mode, uid, gid } = v;
    const task = { name, size, hash, mtime, mode, uid, gid, from };
    this.#versions.set(task, v);
    return task;
  }

  /** Copies; a file that a running backup moved, or put another in the place of, is looked for again. */
  copy(dir: string, task: FileTask, inherits: boolean): WaitingCopy {
    try {
      return this.writer.copy(dir, task, inherits);
    } catch (error) {
      const from = this.#foundAgain(task, error);
      // the place that the records tell was looked at just now, for the first time
      if (from === undefined && task.from.unseen && isNotFound(error)) throw lost();
      if (from === undefined || from.file === task.from.file) throw error;
      return this.writer.copy(dir, { ...task, from }, inherits);
    }
  }

  #foundAgain(task: FileTask, error: unknown): StoredContent | undefined {
    const replaced = isDamaged(error);
    const version = isNotFound(error) || replaced ? this.#versions.get(task) : undefined;
    if (version === undefined) return undefined;
    const { contents } = this.#c.reader;
    return replaced ? contents.findMoved(version) : contents.find(version);
  }

  /** Adds what was written to the counts of the restore. */
  count(): void {
    const { counts } = this.#c;
    const { writer } = this;
    counts.files_restored += writer.restored;
    counts.files_verified += writer.verified;
    counts.bytes_restored += writer.bytes;
    writer.restored = writer.verified = writer.bytes = 0;
  }
}
