/** Which snapshots and versions a prune takes. @module */

import { defined } from "../../base/defined.ts";
import { type Duration, formatDuration } from "../../base/duration.ts";
import { lstatIfAny } from "../../base/io.ts";
import { joinRel } from "../../base/relpath.ts";
import { type Stamp, stampFromNumber, stampOf } from "../../base/stamp.ts";
import type { Version } from "../../vault/catalog.ts";
import { decideVersions, type FileRules, type VersionSpan } from "../version_retention.ts";
import type { EnginePorts } from "../ports.ts";
import {
  applyPolicy,
  describePolicy,
  type KeepPolicy,
  type SnapshotDecision,
  stampThere,
} from "../retention.ts";
import { knownStamp } from "./forget.ts";
import { isOnlyCopy, onceEach, type Removal } from "./removal.ts";
import type { MaintainRequest } from "./request.ts";
import type { ThinningSession } from "./thinning.ts";
import { text } from "../../text/text.ts";
import { allStored } from "../../vault/history/totals.ts";

/** What a prune is asked for. */
export interface PruneRequest extends MaintainRequest {
  policy: KeepPolicy;
  keepMinVersions?: number;
  keepDeleted?: Duration;
}

/** What a prune or a delete would do. */
export interface ThinPlan {
  snapshots: SnapshotDecision[];
  /** How many snapshots stay. */
  kept: number;
  removals: Removal[];
  /** What the record says of the rules. */
  options: Record<string, unknown>;
}

/** A version with what the rules look at. */
export interface Span extends VersionSpan {
  row: Version;
}

/** The plan of a prune; the snapshots of `held` stay whatever the rules say. */
export function planPrune(
  ports: EnginePorts,
  session: ThinningSession,
  request: PruneRequest,
  held: ReadonlyMap<Stamp, string>,
): ThinPlan {
  const now = stampOf(ports.clock.now());
  const snapshots = decideSnapshots(session, request.policy, now, held);
  const kept = snapshots.filter((d) => d.keep).map((d) => d.stamp);
  const rules: FileRules = {
    ...defined({ keepMinVersions: request.keepMinVersions }),
    ...deletedRule(ports, session, request, now),
  };
  const removals: Removal[] = [];
  for (const { version, keep, reasons } of decideVersions(spansOf(session), kept, rules)) {
    if (keep) continue;
    const removal = removalOf(session, version.row, reasons.join(", "));
    if (removal !== undefined) removals.push(removal);
  }
  return { snapshots, kept: kept.length, removals, options: optionsOf(request) };
}

function deletedRule(
  { clock }: Pick<EnginePorts, "clock">,
  { catalog }: ThinningSession,
  { keepDeleted: age }: PruneRequest,
  from: Stamp,
): Pick<FileRules, "keepDeleted"> {
  if (age === undefined) return {};
  const here = { stamp: from, at: clock.now() };
  const toldAs = onceEach((until) => stampThere(catalog.record(until), here));
  return { keepDeleted: { age, from, toldAs } };
}

/**
 * Interrupted runs are no snapshots to the rules: those that a finished one came after go. The newest that lacks nothing
 * stays: what a later run could not read may have moved there, and is in no snapshot since.
 */
function decideSnapshots(
  session: ThinningSession,
  policy: KeepPolicy,
  now: Stamp,
  held: ReadonlyMap<Stamp, string>,
): SnapshotDecision[] {
  const all = session.snapshots();
  const finished = all.filter((s) => s.complete);
  const newest = finished.at(-1)?.stamp ?? "";
  const whole = session.catalog.newestNote((r) =>
    r.kind === "run" && r.finished && !r.forgotten && r.errors === 0
  )?.stamp;
  const decided = new Map(applyPolicy(finished, policy, now).map((d) => [d.stamp, d]));
  return all.map(({ stamp }): SnapshotDecision => {
    const who = held.get(stamp);
    if (who !== undefined) return { stamp, keep: true, reasons: [text("rule.protected", { who })] };
    const d = decided.get(stamp);
    if (d !== undefined) {
      if (d.keep) return d;
      if (stamp === newest) return { stamp, keep: true, reasons: [text("rule.newest")] };
      return stamp === whole ? { stamp, keep: true, reasons: [text("rule.newest-complete")] } : d;
    }
    return stamp > newest
      ? { stamp, keep: true, reasons: [text("rule.interrupted-newest")] }
      : { stamp, keep: false, reasons: ["interrupted"] };
  });
}

/** The versions whose content the vault has, by path and age. */
export function* spansOf({ catalog }: ThinningSession): Generator<Span> {
  for (const row of allStored(catalog)) {
    yield {
      path: joinRel(row.dir, row.name),
      // one that was only seen again then may be older
      since: row.why === "seen" ? null : knownStamp(row.since),
      until: row.until === null ? null : stampFromNumber(row.until),
      deleted: row.ended === "deleted",
      rot: catalog.isSpared(row),
      row,
    };
  }
}

/** A version on its way out; undefined when it must not go: it is what a lost living copy can come back from. */
export function removalOf(
  session: ThinningSession,
  row: Version,
  reason: string,
): Removal | undefined {
  const { vault, catalog, contents } = session;
  if (row.until === null || isOnlyCopy(vault, catalog, contents, row)) return undefined;
  const file = contents.stored(row).file;
  return { version: row, file, size: row.size ?? lstatIfAny(vault.fs, file)?.size ?? 0, reason };
}

function optionsOf(request: PruneRequest): Record<string, unknown> {
  return {
    policy: describePolicy(request.policy),
    ...defined({ keepMinVersions: request.keepMinVersions }),
    ...(request.keepDeleted === undefined
      ? {}
      : { keepDeleted: formatDuration(request.keepDeleted) }),
  };
}
