/** What the index has of contents that a run has met, and which of it is still to be had. @module */

import { RecentMap } from "../../base/recent_map.ts";
import type { Catalog } from "../../vault/catalog.ts";
import { withContent } from "../../vault/history/contents.ts";
import type { Version } from "../../vault/version.ts";

/** The versions of one content. */
export interface KnownContent {
  all: readonly Version[];
  /** Those that may be shared still, the best ones first: what cannot be is taken out. */
  free: Version[];
  /** Living ones that may be gone from the source, and were not found to be another path's. */
  gone: Version[];
}

/** So many contents are kept in mind: a tree of equal files is one content. */
const MOST_KEPT = 1024;

const NONE: KnownContent = { all: [], free: [], gone: [] };

/** Asks the index once for each content. */
export class KnownContents {
  readonly #catalog: Catalog | undefined;
  readonly #known = new RecentMap<string, KnownContent>(MOST_KEPT);

  /** Of a vault; nothing is known without its index. */
  constructor(catalog: Catalog | undefined) {
    this.#catalog = catalog;
  }

  /** The versions of a content. */
  of(hash: string, type: "file" | "link"): KnownContent {
    const key = `${type} ${hash}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#catalog === undefined) return NONE;
    const all = withContent(this.#catalog, hash, type === "link" ? 1 : 0);
    if (all.length === 0) return NONE;
    const content = { all, free: all.toSorted(byUse), gone: all.filter((v) => v.until === null) };
    this.#known.set(key, content);
    return content;
  }
}

/** Marks first, the newest first: nothing that lives depends on them. */
function byUse(a: Version, b: Version): number {
  return (b.until ?? 0) - (a.until ?? 0);
}
