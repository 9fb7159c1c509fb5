/**
 * Which bundles could go: full ones with all that goes on from them, as wholes, by the rules that choose snapshots. Only
 * what was opened and found right counts as kept, and what was not is never proposed. Pure. @module
 */

import { parseStamp, type Stamp } from "../../base/stamp.ts";
import { text } from "../../text/text.ts";
import { applyPolicy, type KeepPolicy } from "../retention.ts";
import type { BundleLookAnswer, FoundBundle } from "./look.ts";

/** A full bundle and what goes on from it, by stamp. */
export interface ChainDecision {
  vault: string;
  /** Of the full bundle. */
  stamp: string;
  bundles: FoundBundle[];
  keep: boolean;
  reason: string;
}

/** Decides about every chain; `found` is of a look with hashes and identities. */
export function planBundlePrune(
  { bundles, wrong }: Pick<BundleLookAnswer, "bundles" | "wrong">,
  policy: KeepPolicy,
  now: Stamp,
): ChainDecision[] {
  const damaged = new Set(wrong.map((w) => w.manifest));
  const right = (b: FoundBundle): boolean => b.whole && !damaged.has(b.manifest);
  const vaults = [...new Set(bundles.map((b) => b.vault))];
  return vaults.flatMap((vault) => {
    const own = bundles.filter((b) => b.vault === vault);
    const checked = own.filter(right).map((b) => b.stamp);
    const kept = keptOf(checked, policy, now);
    const newest = own.at(-1);
    return chainsOf(own).map((chain): ChainDecision => {
      const [first] = chain;
      const decision = { vault, stamp: first?.stamp ?? "", bundles: chain };
      const keeps = chain.filter((b) => right(b) && kept.has(b.stamp));
      const why = !chain.every(right)
        ? text("bundle.plan-not-right")
        : newest !== undefined && chain.includes(newest)
        ? text("bundle.plan-newest")
        : keeps.length > 0
        ? text("bundle.plan-kept", {
          stamp: keeps[0]?.stamp ?? "",
          rule: kept.get(keeps[0]?.stamp ?? "") ?? "",
        })
        : undefined;
      return why === undefined
        ? { ...decision, keep: false, reason: text("bundle.plan-goes") }
        : { ...decision, keep: true, reason: why };
    });
  });
}

/** The stamps that the rules keep, each with its first reason. */
function keptOf(
  stamps: readonly string[],
  policy: KeepPolicy,
  now: Stamp,
): Map<string, string> {
  const all = [...new Set(stamps)].sort().flatMap((text) => {
    const stamp = parseStamp(text);
    return stamp === undefined ? [] : [{ stamp }];
  });
  return new Map(
    applyPolicy(all, policy, now).filter((d) => d.keep).map((d) => [d.stamp, d.reasons[0] ?? ""]),
  );
}

/** The bundles by the full one that they go on from; what goes on from none that is there is a chain by itself. */
function chainsOf(bundles: readonly FoundBundle[]): FoundBundle[][] {
  const byName = new Map(bundles.map((b) => [b.manifest, b]));
  const root = (one: FoundBundle): string => {
    let at = one;
    for (let steps = 0; at.before !== null && steps < bundles.length; steps++) {
      const before = byName.get(at.before);
      if (before === undefined) break;
      at = before;
    }
    return at.manifest;
  };
  return [...Map.groupBy(bundles, root).values()];
}
