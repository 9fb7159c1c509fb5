/** Which versions go with snapshots that are named. @module */

import { HikaeError } from "../../base/errors.ts";
import { resolvePoint } from "../../base/point.ts";
import type { Stamp } from "../../base/stamp.ts";
import { neededBy } from "../version_retention.ts";
import type { EnginePorts } from "../ports.ts";
import type { SnapshotDecision } from "../retention.ts";
import { removalOf, type Span, spansOf, type ThinPlan } from "./prune_plan.ts";
import type { Removal } from "./removal.ts";
import type { MaintainRequest } from "./request.ts";
import type { ThinningSession } from "./thinning.ts";
import { text } from "../../text/text.ts";

/** What a delete is asked for. */
export interface DeleteRequest extends MaintainRequest {
  /** Points in time as they were written. */
  points: readonly string[];
}

/** The plan of a delete; throws when a point names no snapshot, or the newest one. */
export function planDelete(
  ports: EnginePorts,
  session: ThinningSession,
  request: DeleteRequest,
  held: ReadonlyMap<Stamp, string>,
): ThinPlan {
  const all = session.snapshots();
  const newest = all.findLast((s) => s.complete)?.stamp ?? all.at(-1)?.stamp;
  const chosen = new Set<Stamp>();
  for (const point of request.points) {
    const stamp = resolvePoint(point, all, ports.clock.now());
    if (stamp === newest) throw newestStays(point, stamp);
    chosen.add(stamp);
  }
  const snapshots = [...chosen].sort().map((stamp): SnapshotDecision => {
    const who = held.get(stamp);
    return who === undefined
      ? { stamp, keep: false, reasons: ["named"] }
      : { stamp, keep: true, reasons: [text("rule.protected", { who })] };
  });
  const going = snapshots.filter((d) => !d.keep).map((d) => d.stamp);
  const kept = all.map((s) => s.stamp).filter((s) => !going.includes(s));
  return {
    snapshots,
    kept: kept.length,
    removals: removalsOf(session, going, kept),
    options: { snapshots: going },
  };
}

/** The versions that a snapshot of `going` needs and none of `kept`; what a rule per file held back before stays. */
function removalsOf(
  session: ThinningSession,
  going: readonly Stamp[],
  kept: readonly Stamp[],
): Removal[] {
  const removals: Removal[] = [];
  for (const span of spansOf(session)) {
    if (span.until === null || span.rot === true) continue;
    if (isNeeded(span, kept) || !isNeeded(span, going)) continue;
    const removal = removalOf(session, span.row, text("rule.only-deleted-need"));
    if (removal !== undefined) removals.push(removal);
  }
  return removals;
}

function isNeeded(span: Span, stamps: readonly Stamp[]): boolean {
  const [first, end] = neededBy(span, stamps);
  return first < end;
}

function newestStays(point: string, stamp: Stamp): HikaeError {
  return new HikaeError(
    "failed",
    text("thinning.newest", { point, stamp }),
    { hint: text("thinning.newest-hint") },
  );
}
