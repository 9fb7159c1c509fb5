/** Writes files into one directory of the target after the other; the engine and its lanes each have one. @module */

import { errorCode, HikaeError, isNotFound } from "../../base/errors.ts";
import { addName, moveOver } from "../../base/io.ts";
import { joinRel } from "../../base/relpath.ts";
import { TEMPORARY } from "../../base/restore_names.ts";
import type { StoredContent } from "../../vault/content.ts";
import { checkCancelled, type EnginePorts, hashFile, NO_PROGRESS } from "../ports.ts";
import { BegunFiles } from "./begun_files.ts";
import { Copier, damaged, damagedName, discard } from "./copy.ts";
import { nameOfOther } from "../../base/placed_names.ts";
import { NewPlaces } from "./new_places.ts";
import type { Attrs, RestoreRequest } from "./request.ts";
import type { RestoreTarget } from "./target.ts";
import { text } from "../../text/text.ts";

/** A file to write. */
export interface FileTask extends Attrs {
  name: string;
  size: number | null;
  hash: string | null;
  from: StoredContent;
  /** When its version began, which tells it from others of its path. */
  since: number;
}

/** A copy that is not in its place yet. */
export interface WaitingCopy {
  path: string;
  temporary: string;
  task: FileTask;
  /** Of its content. */
  bytes: number;
}

/** What of a request concerns files. */
export type FileOptions = Pick<RestoreRequest, "self" | "verify" | "overwrite">;

/** After so many files a directory is looked at again, in case somebody made a link of it. */
export const LOOK_EVERY = 32;

/** Writes files. */
export class FileWriter {
  restored = 0;
  verified = 0;
  bytes = 0;
  readonly #ports: EnginePorts;
  readonly #target: RestoreTarget;
  readonly #options: FileOptions;
  readonly #copier: Copier;
  readonly #prefix: string;
  readonly #places: NewPlaces;
  #own: BegunFiles | undefined;
  #serial = 0;

  /** A writer into `target`. */
  constructor(ports: EnginePorts, target: RestoreTarget, options: FileOptions) {
    this.#ports = ports;
    this.#target = target;
    this.#options = options;
    this.#copier = new Copier(ports, options.self);
    this.#prefix = TEMPORARY + ports.newId().slice(0, 8);
    this.#places = new NewPlaces(ports.fs, {
      windows: ports.separator === "\\",
      // what comes in the moment after a look is to be replaced as well
      looks: options.overwrite === "always",
    });
  }

  /**
   * Begins new files of a directory that this restore made: those of `tasks` for which it pays may then be written under
   * their own names at once, by {@link bring}.
   */
  begin(dir: string, tasks: readonly FileTask[]): void {
    const names = this.#target.below(
      this.#target.path(dir),
      `${this.#prefix}-n${this.#serial++}`,
    );
    this.#own = BegunFiles.begin(this.#ports.fs, names, tasks);
  }

  /** All that was begun is whole, or not there. */
  end(): void {
    this.#own?.end();
    this.#own = undefined;
  }

  /** Writes a file that was begun under its own name; false where it has to come by a temporary one, which tells why. */
  bring(dir: string, task: FileTask, inherits: boolean): boolean {
    if (this.#own?.has(task.name) !== true) return false;
    checkCancelled(this.#ports);
    const path = joinRel(dir, task.name);
    const place = this.#target.path(path);
    let bytes: number;
    try {
      const copied = this.#copier.copy(task.from, place, task, { inherits, own: true });
      if (!copied.sound) return false;
      bytes = copied.bytes;
    } catch (error) {
      if (isNotFound(error) || errorCode(error) === "EEXIST") return false;
      this.#own.failed(place);
      throw error;
    }
    this.#ports.progress.done(1, 0);
    this.#placed(place, task, bytes);
    return true;
  }

  /**
   * Copies into a temporary file in `dir`; new files take the group of the directory when it `inherits`. Damaged content
   * comes under another name when it `keepsDamaged`.
   */
  copy(dir: string, task: FileTask, inherits: boolean, keepsDamaged = false): WaitingCopy {
    checkCancelled(this.#ports);
    const place = this.#target.path(dir);
    const temporary = this.#target.below(place, `${this.#prefix}-${this.#serial++}`);
    const copied = this.#copier.copy(task.from, temporary, task, { inherits, keepsDamaged });
    this.#ports.progress.done(1, 0);
    const path = joinRel(dir, task.name);
    if (copied.sound) return { path, temporary, task, bytes: copied.bytes };
    const kept = keepsDamaged ? this.#freeName(dir, task.name) : undefined;
    if (kept !== undefined) this.#rename(temporary, this.#target.below(place, kept));
    throw damaged(kept);
  }

  /** Makes a temporary file in `dir` that is another name of the file at `from`. */
  link(dir: string, task: FileTask, from: string): WaitingCopy {
    checkCancelled(this.#ports);
    const temporary = this.#target.below(
      this.#target.path(dir),
      `${this.#prefix}-${this.#serial++}`,
    );
    try {
      addName(this.#ports.fs, from, temporary);
    } catch (error) {
      // a share may have made it, and lost the answer
      discard(this.#ports.fs, temporary);
      throw error;
    }
    const bytes = task.size ?? 0;
    this.#ports.progress.done(1, bytes);
    return { path: joinRel(dir, task.name), temporary, task, bytes };
  }

  /** What lies under the name may be of an earlier restore, or somebody's own. */
  #freeName(dir: string, name: string): string {
    for (let n = 1;; n++) {
      const free = damagedName(name, n);
      if (this.#target.look(joinRel(dir, free)) === undefined) return free;
    }
  }

  /**
   * Puts a copy in its place. One that is `fresh` replaces nothing: what answers there is another entry, and the copy
   * stays where it is.
   */
  put({ path, temporary, task, bytes }: WaitingCopy, fresh = false): void {
    const place = this.#target.path(path);
    if (!fresh) this.#rename(temporary, place);
    else if (!this.#newly(temporary, place, task)) throw nameOfOther();
    this.#placed(place, task, bytes);
  }

  #newly(temporary: string, place: string, { mode }: FileTask): boolean {
    try {
      return this.#places.move(temporary, place, mode);
    } catch (error) {
      discard(this.#ports.fs, temporary);
      throw error;
    }
  }

  #placed(place: string, task: FileTask, bytes: number): void {
    this.restored++;
    this.bytes += bytes;
    if (!this.#options.verify || task.hash === null) return;
    if (hashFile(withoutProgress(this.#ports), place) !== task.hash) {
      throw new HikaeError("damaged", text("restore.reads-back"), {
        hint: text("restore.reads-back-hint"),
      });
    }
    this.verified++;
  }

  #rename(temporary: string, place: string): void {
    try {
      moveOver(this.#ports.fs, temporary, place);
    } catch (error) {
      discard(this.#ports.fs, temporary);
      throw error;
    }
  }
}

/** Ports for reads of what is there already, which are no progress. */
export function withoutProgress(ports: EnginePorts): EnginePorts {
  return { ...ports, progress: NO_PROGRESS };
}
