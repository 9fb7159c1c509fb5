/** The attributes that runs kept, up to a point (docs/attributes.md). @module */

import type { Attributed, AttributeSet } from "../base/attributes.ts";
import { type Stamp, stampToNumber } from "../base/stamp.ts";
import { attrState, readAttributes } from "../vault/attr_file.ts";
import type { Version } from "../vault/catalog.ts";
import { pathOf, type Reader } from "./reader.ts";

/** What was kept of one path, newest last. */
interface KeptOf {
  stamp: number;
  attributes: AttributeSet;
}

/** What runs kept, each taken in its turn. */
export class KeptAttributes {
  /** The last run itself kept attributes: what it does not tell of had none. */
  whole = false;
  readonly #byPath = new Map<string, KeptOf>();

  /** Takes what a run kept. */
  take(stamp: Stamp, entries: Iterable<Attributed>): void {
    const number = stampToNumber(stamp);
    for (const { path, attributes } of entries) {
      this.#byPath.set(path, { stamp: number, attributes });
    }
  }

  /** Nothing is known. */
  get isEmpty(): boolean {
    return this.#byPath.size === 0 && !this.whole;
  }

  /** Those of a version; undefined where nothing is known of them. */
  of(v: Version): AttributeSet | undefined {
    const kept = this.#byPath.get(pathOf(v));
    // what was kept before the version began belongs to another one
    if (kept !== undefined && kept.stamp >= v.since) return kept.attributes;
    return this.whole ? {} : undefined;
  }

  /** Paths of which a run after this one told. */
  *pathsAfter(stamp: number): Generator<string> {
    for (const [path, kept] of this.#byPath) if (kept.stamp > stamp) yield path;
  }
}

/** What the runs of a vault up to one kept; all of them without one. `damaged` is told of files that cannot be believed. */
export function keptAttributesAt(
  { catalog, vault }: Reader,
  stamp: Stamp | undefined,
  damaged: (stamp: Stamp) => void,
): KeptAttributes {
  const records = catalog.notes().filter((r) =>
    r.kind === "run" && r.finished && (stamp === undefined || r.stamp <= stamp)
  );
  const kept = new KeptAttributes();
  const last = records.at(-1);
  kept.whole = last !== undefined &&
    catalog.record(last.stamp)?.summary?.attributes_failed === 0;
  for (const r of records) {
    if (!r.attr) continue;
    const state = attrState(vault, r.stamp, catalog.record(r.stamp)?.summary);
    if (state === "none") continue;
    if (state === "sound") {
      kept.take(r.stamp, readAttributes(vault, r.stamp));
      continue;
    }
    kept.whole = false;
    damaged(r.stamp);
  }
  return kept;
}
