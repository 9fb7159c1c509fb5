/** The answers of commands that look (`snapshot`, `entry`, `version`, `job_status`) as text, in 80 columns. Pure. @module */

import type { AnswerMessage } from "../base/event.ts";
import { formatSize } from "../base/size.ts";
import { text } from "../text/text.ts";
import { displayWidth, padded, paddedBefore } from "./display_width.ts";
import { localTime } from "./local_time.ts";
import { printable, withoutNumber } from "./printable.ts";
import { wordText } from "./word_text.ts";

/** The line above `snapshot` lines. */
export function snapshotHead(): string {
  return [
    padded(text("answer.snapshot"), 15),
    padded(text("answer.state"), 11),
    paddedBefore(text("answer.new"), 8),
    paddedBefore(text("answer.changed"), 7),
    paddedBefore(text("answer.deleted"), 7),
    paddedBefore(text("answer.added"), 10),
    paddedBefore(text("answer.size"), 10),
  ].join("  ");
}

/** The line above `version` lines. */
export function versionHead(): string {
  const [came, ended] = [padded(text("answer.came"), 15), padded(text("answer.ended"), 26)];
  return `  ${came}  ${ended}  ${paddedBefore(text("answer.size"), 10)}  ${text("answer.state")}`;
}

/** The line above `job_status` lines. */
export function statusHead(): string {
  return [
    padded(text("answer.job-or-vault"), 20),
    padded(text("answer.last-run"), 11),
    padded(text("answer.last-good"), 15),
    padded(text("answer.age"), 11),
    paddedBefore(text("answer.size"), 10),
  ].join("  ");
}

/**
 * The text of an answer; undefined for one that has none. On a `narrow` terminal, where the columns do not fit, it is in
 * lines of its own and has no head.
 */
export function answerText(m: AnswerMessage, narrow = false): string | undefined {
  switch (m.message_type) {
    case "snapshot":
      return snapshotText(m, narrow);
    case "entry":
      return entryText(m);
    case "version":
      return versionText(m, narrow);
    case "job_status":
      return statusText(m, narrow);
    default:
      return undefined;
  }
}

function snapshotText(m: AnswerMessage, narrow: boolean): string | undefined {
  if (typeof m.stamp !== "string") return undefined;
  const why = lostText(m);
  if (narrow) {
    const added = typeof m.bytes_added === "number"
      ? [text("summary.added", { size: formatSize(m.bytes_added) })]
      : [];
    const counts = typeof m.files_new === "number" ? [changesText(m)] : [];
    const lines = [...counts, ...added, ...why].filter((part) => part !== "");
    return [`${m.stamp}  ${wordText(m.state)}`, ...lines.map((part) => `  ${part}`)].join("\n");
  }
  const line = [
    m.stamp.padEnd(15),
    padded(wordText(m.state), 11),
    count(m.files_new, 8),
    count(m.files_changed, 7),
    count(m.files_deleted, 7),
    size(m.bytes_added, 10),
    size(m.total_bytes_processed, 10),
  ].join("  ");
  return why.length === 0
    ? line.trimEnd()
    : `${line.trimEnd()}\n${" ".repeat(17)}${why.join(", ")}`;
}

/** What is wrong with a snapshot. */
function lostText(m: AnswerMessage): string[] {
  const lost = Number(m.lost ?? 0);
  const errors = Number(m.errors ?? 0);
  return [
    ...(lost > 0 ? [text("answer.lost", { n: lost })] : []),
    ...(errors > 0 ? [text("answer.errors", { n: errors })] : []),
  ];
}

function entryText(m: AnswerMessage): string {
  const name = printable(String(m.path));
  const end = m.type === "dir" ? "/" : m.type === "link" ? "@" : "";
  const gone = m.gone === true ? `  ${text("answer.gone")}` : "";
  return `${timeOf(m.mtime)}  ${size(m.size, 10)}  ${name}${end}${gone}`;
}

function versionText(m: AnswerMessage, narrow: boolean): string {
  const ended = m.to === null
    ? ""
    : `${m.to} ${m.ended === "found" ? text("word.found-gone") : wordText(m.ended ?? "")}`;
  const word = wordText(m.state);
  const state = m.gone === null ? word : text("answer.state-gone", { state: word });
  if (narrow) {
    const told = [ended, typeof m.size === "number" ? formatSize(m.size) : "", state];
    return `  ${m.from}\n    ${told.filter((part) => part !== "").join(", ")}\n  ${placeText(m)}`;
  }
  const line = `${String(m.from).padEnd(15)}  ${padded(ended, 26)}  ${size(m.size, 10)}  ${state}`;
  return `  ${line}\n  ${placeText(m)}`;
}

function placeText(m: AnswerMessage): string {
  if (typeof m.pasted === "string") return `  ${printable(m.pasted)}`;
  if (typeof m.stored_as === "string") return `  ${printable(m.stored_as)}`;
  if (typeof m.gone !== "string") return `  ${text("answer.past-dir")}`;
  return `  ${text("answer.removed", { by: String(m.gone_by), at: m.gone })}`;
}

function statusText(m: AnswerMessage, narrow: boolean): string {
  const part = typeof m.name === "string" ? `/${m.name}` : "";
  const name = printable(`${m.job ?? m.vault}${part}`);
  const age = typeof m.age === "number" ? text("answer.ago", { age: ageText(m.age) }) : "";
  const details = statusDetails(m).map((d) => `  ${d}`);
  if (narrow) {
    const told = [resultText(m), lastGood(m), age, size(m.size, 0)].filter((part) => part !== "");
    return [name, `  ${told.join(", ")}`, ...details].join("\n");
  }
  const head = displayWidth(name) > 20 ? [name] : [];
  const line = [
    padded(head.length > 0 ? "" : name, 20),
    padded(resultText(m), 11),
    padded(lastGood(m), 15),
    padded(age, 11),
    size(m.size, 10),
  ].join("  ").trimEnd();
  return [...head, line, ...details].join("\n");
}

function statusDetails(m: AnswerMessage): string[] {
  return [
    ...(m.job === null || typeof m.vault !== "string" ? [] : [printable(m.vault)]),
    ...(typeof m.files_new === "number" ? [changesText(m)] : []),
    ...checkedText(m),
    ...(typeof m.mirror_looked === "string"
      ? [text("answer.mirror-looked", { since: timeOf(m.mirror_looked) })]
      : []),
    ...(Array.isArray(m.trouble) && m.trouble.length > 0
      ? [m.trouble.map(wordText).join(", ")]
      : []),
    ...(typeof m.next === "string" ? [text("answer.next", { time: printable(m.next) })] : []),
    ...(typeof m.message === "string" ? [printable(withoutNumber(m.message))] : []),
  ];
}

/** What a run found, in counts. */
function changesText(m: AnswerMessage): string {
  // numbers are grouped, as in a run's own summary
  const count = (value: unknown): number => Number(value);
  return [
    text("summary.new", { count: count(m.files_new) }),
    text("summary.changed", { count: count(m.files_changed) }),
    text("summary.deleted", { count: count(m.files_deleted) }),
  ].join(", ");
}

/** A run that went well is one that also told of itself. */
function resultText(m: AnswerMessage): string {
  const failed = Number(m.plugins_failed ?? 0);
  const result = wordText(m.result);
  return failed === 0 ? result : `${result}, ${text("plugin.failed", { n: failed })}`;
}

/** A vault that cannot be asked may well have a good run. */
function lastGood(m: AnswerMessage): string {
  if (typeof m.stamp === "string") return m.stamp;
  if (typeof m.time === "string") return timeOf(m.time);
  return m.result === "unreachable" ? text("answer.not-known") : text("answer.never");
}

/** How fresh the check of the content is; nothing where nothing was checked. */
function checkedText(m: AnswerMessage): string[] {
  const share = Number(m.verified_share ?? 0);
  const damaged = Number(m.verified_damaged ?? 0);
  const lines: string[] = [];
  if (typeof m.verified_oldest === "string") {
    // 99.9 % is not all
    const percent = share === 1 ? 100 : Math.floor(share * 100);
    const since = timeOf(m.verified_oldest);
    lines.push(text("answer.checked", { percent, since }));
  }
  if (damaged > 0) lines.push(text("answer.damaged", { n: damaged }));
  return lines;
}

/** An age as people say it. */
function ageText(seconds: number): string {
  const units = [[86_400, "time.days"], [3600, "time.hours"], [60, "time.minutes"]] as const;
  const [length, unit] = units.find(([length]) => seconds >= 2 * length) ?? [1, "time.seconds"];
  return text(unit, { time: Math.floor(seconds / length) });
}

function count(value: unknown, width: number): string {
  return (typeof value === "number" ? String(value) : "").padStart(width);
}

function size(value: unknown, width: number): string {
  return (typeof value === "number" ? formatSize(value) : "").padStart(width);
}

function timeOf(value: unknown): string {
  return typeof value === "string" ? localTime(Date.parse(value)) : " ".repeat(19);
}
