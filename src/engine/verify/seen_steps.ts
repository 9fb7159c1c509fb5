/** Goes through what a far vault has, step by step, with what comes next seen meanwhile. @module */

import type { Vault } from "../../vault/vault.ts";
import { asSeenBy, AT_ONCE, type SeenFiles, seenNear } from "../seen_files.ts";

/** What is to be waited for before the next step. */
export type SightSteps<T> = Generator<Promise<void>, T>;

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

  /** A directory of a vault and its meta directory are two. Sees those that come next, as many as may be under way; resolves when the first `now` of them are seen. */
  async see(upcoming: readonly string[], now: number): Promise<void> {
    for (const path of upcoming.slice(0, AT_ONCE)) {
      if (!this.#under.has(path)) this.#under.set(path, this.#seen.whole(path));
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

/** The vault to walk, who sees its directories to their end, and so many of them at once. */
interface WalkSight {
  walked: Vault;
  ahead: SeenWalk | undefined;
  most: number;
}

/** How a vault is walked: as `seen` where it is far away; where nobody waits its directories are listed the quick way. */
export function walkSight(
  vault: Vault,
  seen: SeenFiles | undefined,
  waits: boolean,
): WalkSight {
  if (seen === undefined && !waits) return { walked: vault, ahead: undefined, most: 1 };
  const by = seen ?? seenNear(vault);
  const most = seen === undefined ? 1 : AT_ONCE;
  return { walked: asSeenBy(by, vault), ahead: new SeenWalk(by), most };
}
