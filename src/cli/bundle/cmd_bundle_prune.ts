/** `hikae bundle prune`. It only plans: the machine that writes bundles removes none. @module */

import { EXIT, HikaeError } from "../../base/errors.ts";
import { formatSize } from "../../base/size.ts";
import { stampOf } from "../../base/stamp.ts";
import { type ChainDecision, planBundlePrune } from "../../engine/bundle/prune_plan.ts";
import { isEmptyPolicy, type KeepPolicy } from "../../engine/retention.ts";
import { text } from "../../text/text.ts";
import { identitiesGiven, lookAtBundles, tellDamages } from "./bundle_look.ts";
import type { Context, RunCommand } from "../command.ts";
import { noRule, policyOfFlags } from "../vault/keep_flags.ts";
import { jobNamed } from "../lookup/vault_arg.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const { parsed } = context;
  if (!parsed.has("plan") || parsed.all("identity").length === 0) {
    throw new HikaeError("usage", text("bundle.prune-arguments"), {
      hint: text("bundle.prune-hint"),
    });
  }
  const policy = await policyFor(context);
  const now = stampOf(context.clock.now());
  const found = await lookAtBundles(context, true, await identitiesGiven(context));
  if (found === undefined) return EXIT.ok;
  tellDamages(context, found);
  const chains = planBundlePrune(found, policy, now);
  for (const chain of chains) tell(context, chain);
  const gone = chains.filter((c) => !c.keep);
  const bytes = gone.flatMap((c) => c.bundles).reduce((sum, b) => sum + b.bytes, 0);
  const errors = found.wrong.length + found.unreadable.length +
    found.bundles.filter((b) => !b.whole).length;
  if (context.json) {
    const counts = { chains: chains.length, chains_removable: gone.length, bytes, errors };
    context.emit({ message_type: "summary", action: "bundle prune", ...counts });
  } else {
    const size = formatSize(bytes);
    context.tell(text("bundle.plan-done", { n: gone.length, all: chains.length, size }));
  }
  return errors > 0 ? EXIT.incomplete : EXIT.ok;
};

/** The rules of the line, else the job's. */
async function policyFor(context: Context): Promise<KeepPolicy> {
  const flags = policyOfFlags(context.parsed);
  if (!isEmptyPolicy(flags)) return flags;
  const named = await jobNamed(context, context.parsed.args[0] ?? "");
  if (named?.job.keep === undefined) throw noRule();
  const { minVersions: _, deleted: __, ...policy } = named.job.keep;
  return policy;
}

/** A decision each; to standard output come the names of what could go, and nothing else. */
function tell(context: Context, { vault, stamp, bundles, keep, reason }: ChainDecision): void {
  // a manifest first: without it, what is left is told as nobody's
  const objects = bundles.toReversed().flatMap((b) => [b.manifest, ...b.names])
    .map((name) => `${vault}/${name}`);
  if (context.json) {
    context.emit({ message_type: "decision", stamp, keep, reason, vault, objects });
    return;
  }
  const verb = text(keep ? "bundle.plan-keep" : "bundle.plan-remove");
  context.tell(text("bundle.plan-line", { verb, stamp, n: bundles.length, reason }));
  if (!keep) objects.forEach((name) => context.say(name));
}
