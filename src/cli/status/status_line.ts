/** From what is known of a vault to its `job_status` message. Pure. @module */

import type { AnswerMessage } from "../../base/event.ts";
import { stampToInstant } from "../../base/stamp.ts";
import type { VaultStatus } from "../../engine/query/status.ts";
import { resultOf as resultOfExit } from "../../report/log.ts";
import { text } from "../../text/text.ts";
import type { LastRunNote } from "../../sandbox/last_runs.ts";
import { type StatusTrouble, type TroubleFacts, troublesOf } from "./status_trouble.ts";
import type { StatusTarget } from "./status_target.ts";

/** How the last run into a vault ended. */
type Result =
  | "ok"
  | "incomplete"
  | "stopped"
  | "failed"
  | "interrupted"
  | "running"
  | "never"
  | "unreachable";

/** A line, and when the last good run was (ms since 1970). */
export interface StatusLine {
  message: AnswerMessage;
  good: number | undefined;
  /** False when the vault itself could not be asked. */
  reached: boolean;
  /** What is wrong, the worst first. */
  trouble: readonly StatusTrouble[];
  /** False for what nobody expects to run again: its age is no trouble. */
  watched?: boolean;
}

/** What a line needs beside the vault. */
export interface LineFacts {
  now: number;
  next: string | undefined;
  /** The oldest that the last good run may be, ms since 1970. */
  oldest?: number | undefined;
  /** Jobs that no config has any more: they have lines of their own. */
  lost?: readonly string[];
}

/** Makes the line of a vault. */
export function statusLine(
  target: StatusTarget,
  status: VaultStatus | undefined,
  { now, next, oldest, lost = [] }: LineFacts,
): StatusLine {
  const fresh = target.fresh === true;
  const reached = fresh || status !== undefined && status.problem === undefined;
  const { stamp, time } = status?.good ?? (reached ? undefined : recalled(target)) ?? {};
  const good = time === undefined ? undefined : Date.parse(time);
  const summary = status?.good?.summary;
  const { result, why } = resultOf(target, status, good);
  const checked = status?.checked;
  const failed = pluginsFailed(target, status);
  // a plugin that failed leaves no trace in the vault; this machine's notes tell it at once
  const ended = failed === undefined || result !== "ok" ? result : "failed";
  const facts: TroubleFacts = { now, result: ended, good, oldest };
  const trouble = troublesOf(status, facts);
  const message: AnswerMessage = {
    message_type: "job_status",
    job: target.job ?? (lost.includes(status?.job ?? "") ? null : status?.job ?? null),
    ...(target.name === undefined ? {} : { name: target.name }),
    vault: target.vault,
    host: status?.host ?? null,
    result,
    stamp: stamp ?? null,
    time: time ?? null,
    age: good === undefined ? null : Math.max(0, Math.floor((now - good) / 1000)),
    last_run: status?.last?.stamp ?? target.outcome?.stamp ?? null,
    files_new: number(summary?.files_new),
    files_changed: number(summary?.files_changed),
    files_deleted: number(summary?.files_deleted),
    bytes_added: number(summary?.bytes_added),
    errors: number(summary?.errors),
    size: number(summary?.total_bytes_processed),
    verified_share: checked?.share ?? null,
    verified_oldest: typeof checked?.oldest === "number"
      ? new Date(checked.oldest).toISOString()
      : null,
    verified_damaged: checked?.damaged ?? null,
    ...(typeof summary?.mirror_looked === "string" ? { mirror_looked: summary.mirror_looked } : {}),
    plugins_failed: failed?.plugins_failed ?? 0,
    next: next ?? null,
    ...(why === undefined && failed === undefined ? {} : { message: why ?? failed?.message }),
    late: trouble.includes("late"),
    trouble,
  };
  return { message, good, reached, trouble };
}

/** The note of plugins that failed, if it is of the last run or of something that came after it. */
function pluginsFailed(
  { ended }: StatusTarget,
  status: VaultStatus | undefined,
): LastRunNote | undefined {
  if (ended?.plugins_failed === undefined) return undefined;
  const last = status?.last === undefined ? -Infinity : stampToInstant(status.last.stamp);
  return Date.parse(ended.time) >= last ? ended : undefined;
}

/** The last good run into a vault that cannot be asked: what this machine noted, or what the job's log tells. */
function recalled(target: StatusTarget): { stamp?: string; time: string } | undefined {
  const [logged, noted] = [byLog(target), target.good];
  if (logged === undefined || noted === undefined) return logged ?? noted;
  return Date.parse(noted.time) >= Date.parse(logged.time) ? noted : logged;
}

/** By the job's log. A run that went well without this vault says nothing of it. */
function byLog(
  { vault, outcome, only }: StatusTarget,
): { stamp?: string; time: string } | undefined {
  if (outcome === undefined) return undefined;
  const { result, time, last_good: last } = outcome;
  const summary = result === "ok" || result === "incomplete"
    ? outcome.summaries.find((s) => s.vault === vault)
    : undefined;
  if (typeof summary?.stamp === "string") return { stamp: summary.stamp, time };
  if (only !== true || last === undefined) return undefined;
  // by the log's name, which may be a second beside that of the snapshot
  return { time: new Date(stampToInstant(last)).toISOString() };
}

function resultOf(
  target: StatusTarget,
  status: VaultStatus | undefined,
  good: number | undefined,
): { result: Result; why?: string } {
  const failed = failure(target, good);
  if (target.fresh === true) {
    return failed ??
      { result: "never", why: text("status.first-backup", { job: target.job ?? "" }) };
  }
  if (status === undefined || status.problem !== undefined) {
    return {
      result: "unreachable",
      why: status?.problem ?? target.problem ?? text("status.not-there"),
    };
  }
  if (status.running) return { result: "running", ...since(target) };
  if (failed !== undefined) return failed;
  if (status.last === undefined) return { result: "never" };
  if (status.last.summary === undefined) return { result: "interrupted" };
  return { result: number(status.last.summary.errors) === 0 ? "ok" : "incomplete" };
}

/** Since when it runs, by the job's log: one that hangs is told by that. */
function since({ outcome }: StatusTarget): { why?: string } {
  if (outcome?.result !== "running") return {};
  return { why: text("status.running-since", { time: outcome.time }) };
}

/**
 * A run that left no record (a guard stopped it, the source was missing) is told by the job's log, or by what was noted
 * of a run by hand: by the later of them, if it came after the last good run.
 */
function failure(
  { outcome, ended }: StatusTarget,
  good: number | undefined,
): { result: Result; why?: string } | undefined {
  const logged = outcome === undefined ? [] : [{ ...outcome, message: outcome.message }];
  const noted = ended === undefined ? [] : [{ ...ended, result: resultOfExit(ended.exit) }];
  const [last] = [...logged, ...noted]
    .filter(({ result, time }) =>
      result !== "ok" && result !== "incomplete" && (good === undefined || Date.parse(time) >= good)
    )
    .sort((a, b) => Date.parse(b.time) - Date.parse(a.time));
  if (last === undefined) return undefined;
  const why = last.message === undefined ? {} : { why: last.message };
  return { result: last.result === "running" ? "interrupted" : last.result, ...why };
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
