/**
 * Files of a vault that is far away, seen and read before they are checked: many are asked for at once, since one who asks
 * for one after another does nothing but wait. What could not be seen is asked for by the check, where trouble is met.
 * @module
 */

import type { AheadCalls } from "../../base/ahead.ts";
import { bytesHandle } from "../../base/bytes_handle.ts";
import type { DirEntry, FileInfo, FileSystem } from "../../base/fs.ts";
import type { EnginePorts } from "../ports.ts";

/** So many are under way at once, more than a runtime makes calls at once. */
export const AT_ONCE = 32;

/** Files larger than this are read by the check, piece by piece, in bytes. */
const SMALL = 1 << 18;

/** A disk whose quickest answer takes longer than this is far away, ms; so many answers tell. */
const [FAR, PROBES] = [1, 3];

/** What is to be waited for before the next step. */
export type SightSteps<T> = Generator<Promise<void>, T>;

/** Files that were seen; each until it is forgotten. */
export class SeenFiles {
  /** The file system, which answers by what was seen, and else as it is. */
  readonly fs: FileSystem;
  readonly #calls: AheadCalls;
  readonly #infos = new Map<string, FileInfo>();
  readonly #bytes = new Map<string, Uint8Array>();
  readonly #lists = new Map<string, DirEntry[]>();

  /** Nothing yet. */
  constructor(now: FileSystem, calls: AheadCalls) {
    this.#calls = calls;
    this.fs = {
      ...now,
      lstat: (path) => this.#infos.get(path) ?? now.lstat(path),
      list: (path) => this.#lists.get(path) ?? now.list(path),
      open: (path, options) => {
        const [bytes, info] = [this.#bytes.get(path), this.#infos.get(path)];
        return bytes === undefined || info === undefined || options.write === true
          ? now.open(path, options)
          : bytesHandle(bytes, info);
      },
    };
  }

  /** Looks at a file, and reads it where it is small. */
  readonly file = async (path: string): Promise<void> => {
    try {
      const info = await this.#calls.lstat(path);
      // there are disks that tell 0 of a file of any size
      if (info.type !== "file" || info.size === 0 || info.size > SMALL) return;
      const bytes = await this.#calls.read(path);
      // it grew, or the disk tells wrong sizes
      if (bytes.length > SMALL) return;
      this.#bytes.set(path, bytes);
      this.#infos.set(path, info);
    } catch {
      // the check meets it
    }
  };

  /** Looks what a directory holds. */
  readonly dir = async (path: string): Promise<void> => {
    try {
      this.#lists.set(path, await this.#calls.list(path));
    } catch {
      // the check meets it
    }
  };

  /** Forgets what was seen at a path. */
  forget(path: string): void {
    this.#infos.delete(path);
    this.#bytes.delete(path);
    this.#lists.delete(path);
  }
}

/** Does `work` with each item, in their order; the files of those that follow are seen meanwhile. */
export function* eachSeen<T>(
  seen: SeenFiles | undefined,
  items: readonly T[],
  pathOf: (item: T) => string,
  work: (item: T) => void,
): SightSteps<void> {
  const under: { path: string; seeing: Promise<void> }[] = [];
  for (let i = 0; i < items.length; i++) {
    while (seen !== undefined && under.length < Math.min(items.length, i + AT_ONCE)) {
      const path = pathOf(items[under.length] as T);
      under.push({ path, seeing: seen.file(path) });
    }
    const { path, seeing } = under[i] ?? {};
    if (seeing !== undefined) yield seeing;
    work(items[i] as T);
    if (path !== undefined) seen?.forget(path);
  }
}

/** Sees directories ahead of a walk that goes to them in another order than it finds them in. */
export class SeenWalk {
  readonly #seen: SeenFiles;
  readonly #under = new Map<string, Promise<void>>();

  /** Of what `seen` sees. */
  constructor(seen: SeenFiles) {
    this.#seen = seen;
  }

  /** Sees those that come next, as many as may be under way; resolves when the first `now` of them are seen. */
  async see(upcoming: readonly string[], now: number): Promise<void> {
    for (const path of upcoming.slice(0, AT_ONCE)) {
      if (!this.#under.has(path)) this.#under.set(path, this.#seen.dir(path));
    }
    for (const path of upcoming.slice(0, now)) await this.#under.get(path);
  }

  /** They were gone to. */
  forget(paths: readonly string[]): void {
    for (const path of paths) {
      this.#under.delete(path);
      this.#seen.forget(path);
    }
  }
}

/** True for a place whose disk is far away: each answer of it is waited for. One that cannot be asked counts as near. */
export function isFarAway(
  { fs, monotonic, newId }: Pick<EnginePorts, "fs" | "monotonic" | "newId">,
  root: string,
  separator: string,
): boolean {
  let quickest = Infinity;
  for (let n = 0; n < PROBES && quickest > FAR; n++) {
    const asked = monotonic();
    try {
      fs.lstat(`${root}${separator}.hikae-${newId()}`);
    } catch {
      // that it is not there is the answer
    }
    quickest = Math.min(quickest, monotonic() - asked);
  }
  return quickest > FAR;
}
