/** Which bundles of a chain have the content of a version. Pure. @module */

import { stampFromNumber } from "../../base/stamp.ts";
import type { Version } from "../../vault/catalog.ts";
import { pathOf } from "../reader.ts";

/** A bundle of a chain: its run as a number, and the name of its own directory. */
export interface ChainPart {
  stamp: number;
  own: string;
}

/** Tells in which bundles to look for content: the first one after it came, then those that may have it once more. */
export class BundleCopies {
  readonly #chain: readonly ChainPart[];

  /** In the bundles of a chain, the oldest first. */
  constructor(chain: readonly ChainPart[]) {
    this.#chain = chain;
  }

  /** Gives per bundle which paths of its archive have the content of versions, the `nth` time that they are looked for. */
  wanted(versions: readonly Version[], nth: number): Map<string, Version>[] {
    const wanted = this.#chain.map(() => new Map<string, Version>());
    for (const version of versions) {
      const i = this.#placesOf(version)[nth] ?? 0;
      const { stamp = 0, own = "" } = this.#chain[i] ?? {};
      const lived = version.until === null || version.until > stamp;
      const since = lived ? "" : `${own}/versions/${stampFromNumber(version.since)}/`;
      wanted[i]?.set(since + pathOf(version), version);
    }
    return wanted;
  }

  /** True when there is one more bundle to look in, after so many. */
  hasMore(version: Version, looked: number): boolean {
    return looked < this.#placesOf(version).length;
  }

  /** What lives on may be sent again: its attributes changed, or the first could not have it. */
  #placesOf({ since, until }: Version): number[] {
    const first = Math.max(0, this.#chain.findIndex(({ stamp }) => since <= stamp));
    return this.#chain.flatMap(({ stamp }, i) =>
      i === first || i > first && (until === null || until > stamp) ? [i] : []
    );
  }
}
