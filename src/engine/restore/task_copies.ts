/** Copies files of a restore, and looks for their content again where a running backup moved it. @module */

import { isNotFound } from "../../base/errors.ts";
import { joinRel } from "../../base/relpath.ts";
import { versionBy } from "../../vault/history/paths.ts";
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

  /** Copies into the target of a restore. */
  constructor(c: RestoreContext) {
    this.#c = c;
    this.writer = new FileWriter(c.ports, c.target, c.request);
  }

  /** The task that brings a version; from where the records tell, where nobody looked. */
  task(v: Version, from: StoredContent = this.#c.reader.contents.unseen(v)): FileTask {
    const { name, size, hash, mtime, mode, uid, gid, since } = v;
    return { name, size, hash, mtime, mode, uid, gid, from, since };
  }

  /**
   * Copies; a file that a running backup moved, or put another in the place of, is looked for again. Only what is damaged
   * after that is kept, where it is forced.
   */
  copy(dir: string, task: FileTask, inherits: boolean): WaitingCopy {
    try {
      return this.writer.copy(dir, task, inherits);
    } catch (error) {
      const from = this.#foundAgain(dir, task, error);
      // the place that the records tell was looked at just now, for the first time
      if (from === undefined && task.from.unseen && isNotFound(error)) throw lost();
      const elsewhere = from !== undefined && from.file !== task.from.file;
      const { force } = this.#c.request;
      if (!elsewhere && !(force && isDamaged(error))) throw error;
      return this.writer.copy(dir, elsewhere ? { ...task, from } : task, inherits, force);
    }
  }

  /** What a task was made of, that of a file in the directory `dir`: to keep it for each would take much memory. */
  version(dir: string, { name, since }: Pick<FileTask, "name" | "since">): Version | undefined {
    return versionBy(this.#c.reader.catalog, joinRel(dir, name), "since", since);
  }

  /** The task that brings one again that was placed; its content is looked for. */
  taskAgain(v: Version): FileTask {
    const from = this.#c.reader.contents.find(v);
    if (from === undefined) throw lost();
    return this.task(v, from);
  }

  #foundAgain(dir: string, task: FileTask, error: unknown): StoredContent | undefined {
    const replaced = isDamaged(error);
    const version = isNotFound(error) || replaced ? this.version(dir, task) : undefined;
    if (version === undefined) return undefined;
    const { contents } = this.#c.reader;
    // a run that ended meanwhile has told the index where it moved it
    const told = contents.stored(version).file !== task.from.file;
    return replaced && !told ? contents.findMoved(version) : contents.find(version);
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
