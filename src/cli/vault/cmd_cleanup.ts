/** `hikae cleanup`. @module */

import { before, type Duration, formatDuration, parsePeriod } from "../../base/duration.ts";
import { HikaeError } from "../../base/errors.ts";
import { parseStamp } from "../../base/stamp.ts";
import type { CleanupRequest } from "../../engine/maintain/cleanup.ts";
import type { Context } from "../command.ts";
import { runMaintain } from "./run_maintain.ts";
import { maintainRequest } from "./run_thinning.ts";
import { onlyVaultArg, type VaultArg } from "../lookup/vault_arg.ts";
import { text } from "../../text/text.ts";

/** Runs the command. */
export async function run(context: Context): Promise<number> {
  const { parsed } = context;
  const date = parsed.get("date");
  const retention = parsed.get("max-retention");
  const rule = date === undefined ? undefined : dateRule(date);
  const given = retention === undefined ? undefined : parsePeriod(retention, "--max-retention");
  const vault = await onlyVaultArg(context);
  if (date !== undefined && retention !== undefined) throw whichRule(text("thinning.not-both"));
  const request: CleanupRequest = {
    ...maintainRequest(context, vault),
    ...(rule ?? ageRule(context, given, vault)),
  };
  return await runMaintain(context, "cleanup", request, vault);
}

/** Deletions older than the flag says, or the job's own rule. */
function ageRule(
  context: Context,
  given: Duration | undefined,
  vault: VaultArg,
): Pick<CleanupRequest, "before" | "rule"> {
  const period = given ?? vault.job?.job.maxRetention;
  if (period === undefined) throw whichRule(text("thinning.one-of"));
  return { before: before(context.clock.now(), period), rule: formatDuration(period) };
}

/** A day, or a second, as the beginning of the stamps that match. */
function dateRule(given: string): Pick<CleanupRequest, "date" | "rule"> {
  const parts = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d))?$/.exec(given.trim());
  if (parts !== null) {
    const [, y = "", m = "", d = "", hour, minute = "", second = ""] = parts;
    const day = `${y}${m}${d}`;
    const stamp = hour === undefined ? day : `${day}_${hour}${minute}${second}`;
    const whole = hour === undefined ? `${day}_000000` : stamp;
    if (parseStamp(whole) !== undefined) return { date: stamp, rule: given.trim() };
  }
  throw new HikaeError("usage", text("thinning.no-date", { given }), {
    hint: text("thinning.no-date-hint"),
  });
}

function whichRule(how: string): HikaeError {
  return new HikaeError("usage", text("thinning.one-rule", { how }), {
    hint: text("thinning.one-rule-hint"),
  });
}
