/** `hikae prune`. @module */

import { defined } from "../../base/defined.ts";
import { type Duration, parsePeriod } from "../../base/duration.ts";
import type { Keep } from "../../config/types.ts";
import type { PruneRequest } from "../../engine/maintain/prune_plan.ts";
import { isEmptyPolicy, type KeepPolicy } from "../../engine/retention.ts";
import { noRule, PERIOD_FLAGS, policyOfFlags } from "./keep_flags.ts";
import { parseCount } from "../parse_count.ts";
import type { Context, Parsed } from "../command.ts";
import { runMaintain } from "./run_maintain.ts";
import { maintainRequest } from "./run_thinning.ts";
import { onlyVaultArg } from "../lookup/vault_arg.ts";
import { text } from "../../text/text.ts";

/** The rules of a prune. */
type PruneRules = Pick<PruneRequest, "policy" | "keepMinVersions" | "keepDeleted">;

/** Runs the command. */
export async function run(context: Context): Promise<number> {
  const flags = flagRules(context.parsed);
  const vault = await onlyVaultArg(context);
  const keep = vault.job?.job.keep;
  // rules on the command line take the place of the job's, they are not added to them
  const rules = isEmptyPolicy(flags.policy) && keep !== undefined
    ? { ...jobRules(keep), ...withoutPolicy(flags) }
    : flags;
  if (isEmptyPolicy(rules.policy)) throw noRule();
  noteMinutes(context);
  const request: PruneRequest = { ...maintainRequest(context, vault), ...rules };
  return await runMaintain(context, "prune", request, vault);
}

function withoutPolicy({ policy: _policy, ...rest }: PruneRules): Omit<PruneRules, "policy"> {
  return rest;
}

function flagRules(parsed: Parsed): PruneRules {
  const policy = policyOfFlags(parsed);
  const min = parsed.get("keep-min-versions");
  const deleted = parsed.get("keep-deleted");
  return fileRules(
    policy,
    min === undefined ? undefined : parseCount(min, "--keep-min-versions"),
    deleted === undefined ? undefined : parsePeriod(deleted, "--keep-deleted"),
  );
}

function jobRules({ minVersions, deleted, ...policy }: Keep): PruneRules {
  return fileRules(policy, minVersions, deleted);
}

function fileRules(policy: KeepPolicy, min?: number, deleted?: Duration): PruneRules {
  return {
    policy,
    ...defined({ keepMinVersions: min, keepDeleted: deleted }),
  };
}

/** Says what `6m` is: whoever comes from restic means months by it, and would miss them. */
function noteMinutes({ parsed, emit }: Context): void {
  for (const flag of [...PERIOD_FLAGS, "keep-deleted"]) {
    const count = /^(\d+)m$/.exec(parsed.get(flag)?.trim() ?? "")?.[1];
    if (count === undefined) continue;
    emit({
      message_type: "note",
      message: text("thinning.minutes", { flag, count: String(count) }),
    });
  }
}
