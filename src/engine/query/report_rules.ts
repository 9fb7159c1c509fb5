/** What the rules of a job would drop if they were run now, for `report`. @module */

import { systemText } from "../../base/system_text.ts";
import { defined } from "../../base/defined.ts";
import { before, type Duration, formatDuration } from "../../base/duration.ts";

import type { ReportRule } from "../../base/report_data.ts";
import { joinRel } from "../../base/relpath.ts";
import type { Stamp } from "../../base/stamp.ts";
import { planCleanup } from "../maintain/cleanup_plan.ts";
import { planPrune } from "../maintain/prune_plan.ts";
import type { Removal } from "../maintain/removal.ts";
import type { MaintainRequest } from "../maintain/request.ts";
import { ThinningSession } from "../maintain/thinning.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { describePolicy, type KeepPolicy } from "../retention.ts";
import { text } from "../../text/text.ts";

/** The rules that hold for a vault. */
export interface ReportRules {
  /** Those of `prune`. */
  policy?: KeepPolicy;
  keepMinVersions?: number;
  keepDeleted?: Duration;
  /** That of `cleanup`. */
  maxRetention?: Duration;
}

/** How many of what would go are named. */
const MOST = 5;

/** Plans each rule and carries out none. */
export async function rulesOf(
  ports: EnginePorts,
  vault: { root: string; given: string },
  rules: ReportRules,
): Promise<ReportRule[]> {
  const { policy, maxRetention } = rules;
  if (policy === undefined && maxRetention === undefined) return [];
  const request: MaintainRequest = {
    root: vault.root,
    given: vault.given,
    host: "",
    pid: 0,
    dryRun: true,
    askPlugins: false,
  };
  const session = await ThinningSession.open(ports, request, "prune");
  try {
    return [
      ...(policy === undefined ? [] : [pruned(ports, session, request, policy, rules)]),
      ...(maxRetention === undefined ? [] : [cleaned(ports, session, maxRetention)]),
    ];
  } finally {
    session.close();
  }
}

function pruned(
  ports: EnginePorts,
  session: ThinningSession,
  request: MaintainRequest,
  policy: KeepPolicy,
  { keepMinVersions, keepDeleted }: ReportRules,
): ReportRule {
  const more = {
    ...defined({ keepMinVersions, keepDeleted }),
  };
  const plan = planPrune(ports, session, { ...request, policy, ...more }, new Map());
  const words = [
    describePolicy(policy),
    ...(keepMinVersions === undefined ? [] : [text("rule.min-versions", { n: keepMinVersions })]),
    ...(keepDeleted === undefined
      ? []
      : [text("rule.deleted-within", { period: formatDuration(keepDeleted) })]),
  ];
  const going = plan.snapshots.filter((d) => !d.keep).map((d) => d.stamp);
  return ruleOf("prune", words.join(", "), going, plan.removals);
}

function cleaned(ports: EnginePorts, session: ThinningSession, period: Duration): ReportRule {
  const { vault, catalog, contents } = session;
  const plan = planCleanup({
    vault,
    catalog,
    contents,
    failed: (path, error) =>
      ports.emit({
        message_type: "error",
        path,
        during: "scan",
        code: "unreadable",
        message: text("report.read", { problem: systemText(error) }),
      }),
    check: () => checkCancelled(ports),
  }, {
    before: before(ports.clock.now(), period),
    goes: text("rule.deleted-before", { period: formatDuration(period) }),
    stays: "",
  });
  const removals = plan.deletions.filter((d) => !d.keep).flatMap((d) => d.removals);
  return ruleOf(
    "cleanup",
    text("rule.keep-deleted", { period: formatDuration(period) }),
    [],
    removals,
  );
}

function ruleOf(
  command: ReportRule["command"],
  rule: string,
  snapshots: Stamp[],
  removals: readonly Removal[],
): ReportRule {
  const largest = [...removals].sort((a, b) => b.size - a.size).slice(0, MOST);
  return {
    command,
    rule,
    snapshots,
    versions: removals.length,
    bytes: removals.reduce((n, r) => n + r.size, 0),
    largest: largest.map(({ version: v, size, reason }) => ({
      path: joinRel(v.dir, v.name),
      bytes: size,
      reason,
    })),
  };
}
