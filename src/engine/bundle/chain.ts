/** Which bundles a state needs: a full one and those that go on from it. Pure. @module */

import type { Stamp } from "../../base/stamp.ts";
import type { NamedManifest } from "../../bundle/store.ts";

/** A bundle and all that it goes on from, the full one first; undefined when one of them is not there. */
export function chainOf(
  manifests: readonly NamedManifest[],
  last: NamedManifest,
): NamedManifest[] | undefined {
  const byName = new Map(manifests.map((m) => [m.name, m]));
  const chain = [last];
  for (let at = last; at.before !== undefined;) {
    const before = byName.get(at.before);
    // stamps of a chain grow, so a circle is none
    if (before === undefined || before.stamp >= at.stamp || before.vault !== last.vault) {
      return undefined;
    }
    chain.unshift(at = before);
  }
  return chain;
}

/** The bundles that have the state of a run, made by it or by a later one; undefined when there are none. */
export function chainTo(
  manifests: readonly NamedManifest[],
  stamp: Stamp,
): NamedManifest[] | undefined {
  // of several of one stamp the newest comes last, and goes first
  const after = manifests.filter((m) => m.stamp >= stamp)
    .toReversed().sort((a, b) => a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0);
  for (const last of after) {
    const chain = chainOf(manifests, last);
    if (chain !== undefined && (chain[0]?.stamp ?? "") <= stamp) return chain;
  }
  return undefined;
}
