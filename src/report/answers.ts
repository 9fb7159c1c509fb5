/** The answers of commands that look (`snapshot`, `entry`, `version`, `job_status`) as text, in 80 columns. Pure. @module */

import type { AnswerMessage } from "../base/event.ts";
import { formatSize } from "../base/size.ts";
import { stampOf } from "../base/stamp.ts";
import { text } from "../text/text.ts";
import { printable } from "./printable.ts";

/** The line above `snapshot` lines. */
export const SNAPSHOT_HEAD =
  "snapshot         state            new  changed  deleted       added        size";

/** The line above `version` lines. */
export const VERSION_HEAD = "  came             ended                             size  state";

/** The line above `job_status` lines. */
export const STATUS_HEAD =
  "job or vault          last run     last good        age                size";

/** The text of an answer; undefined for one that has none. */
export function answerText(m: AnswerMessage): string | undefined {
  switch (m.message_type) {
    case "snapshot":
      return snapshotText(m);
    case "entry":
      return entryText(m);
    case "version":
      return versionText(m);
    case "job_status":
      return statusText(m);
    default:
      return undefined;
  }
}

function snapshotText(m: AnswerMessage): string | undefined {
  if (typeof m.stamp !== "string") return undefined;
  const line = [
    m.stamp.padEnd(15),
    String(m.state).padEnd(11),
    count(m.files_new, 8),
    count(m.files_changed, 7),
    count(m.files_deleted, 7),
    size(m.bytes_added, 10),
    size(m.total_bytes_processed, 10),
  ].join("  ");
  const lost = Number(m.lost ?? 0);
  const errors = Number(m.errors ?? 0);
  const why = [
    ...(lost > 0 ? [`${lost} of its files are gone from the vault`] : []),
    ...(errors > 0 ? [`${errors} could not be read or stored`] : []),
  ];
  return why.length === 0
    ? line.trimEnd()
    : `${line.trimEnd()}\n${" ".repeat(17)}${why.join(", ")}`;
}

function entryText(m: AnswerMessage): string {
  const name = printable(String(m.path));
  const end = m.type === "dir" ? "/" : m.type === "link" ? "@" : "";
  const gone = m.gone === true ? "  (gone from the vault)" : "";
  return `${localTime(m.mtime)}  ${size(m.size, 10)}  ${name}${end}${gone}`;
}

function versionText(m: AnswerMessage): string {
  const ended = m.to === null ? "" : `${m.to} ${WHY[String(m.ended)] ?? m.ended ?? ""}`;
  const state = m.gone === null ? String(m.state) : `${m.state}, gone`;
  const line = `${String(m.from).padEnd(15)}  ${ended.padEnd(26)}  ${size(m.size, 10)}  ${state}`;
  return `  ${line}\n  ${placeText(m)}`;
}

function placeText(m: AnswerMessage): string {
  if (typeof m.pasted === "string") return `  ${printable(m.pasted)}`;
  if (typeof m.stored_as === "string") return `  ${printable(m.stored_as)}`;
  if (typeof m.gone !== "string") return "  (a directory of the past)";
  return `  (removed from the vault by the ${m.gone_by} of ${m.gone})`;
}

const WHY: Readonly<Record<string, string>> = {
  changed: "changed",
  deleted: "deleted",
  replaced: "replaced",
  found: "found gone",
};

function statusText(m: AnswerMessage): string {
  const part = typeof m.name === "string" ? `/${m.name}` : "";
  const name = printable(`${m.job ?? m.vault}${part}`);
  const age = typeof m.age === "number" ? `${ageText(m.age)} ago` : "";
  const head = name.length > 20 ? [name] : [];
  const line = [
    (head.length > 0 ? "" : name).padEnd(20),
    resultText(m).padEnd(11),
    lastGood(m).padEnd(15),
    age.padEnd(11),
    size(m.size, 10),
  ].join("  ").trimEnd();
  const details = [
    ...(m.job === null || typeof m.vault !== "string" ? [] : [printable(m.vault)]),
    ...(typeof m.files_new === "number"
      ? [`${m.files_new} new, ${m.files_changed} changed, ${m.files_deleted} deleted`]
      : []),
    ...checkedText(m),
    ...(Array.isArray(m.trouble) && m.trouble.length > 0 ? [m.trouble.join(", ")] : []),
    ...(typeof m.next === "string" ? [`next ${printable(m.next)}`] : []),
    ...(typeof m.message === "string" ? [printable(m.message)] : []),
  ];
  return [...head, line, ...details.map((d) => `  ${d}`)].join("\n");
}

/** A run that went well is one that also told of itself. */
function resultText(m: AnswerMessage): string {
  const failed = Number(m.plugins_failed ?? 0);
  return failed === 0 ? String(m.result) : `${m.result}, ${text("plugin.failed", { n: failed })}`;
}

/** A vault that cannot be asked may well have a good run. */
function lastGood(m: AnswerMessage): string {
  if (typeof m.stamp === "string") return m.stamp;
  if (typeof m.time === "string") return localTime(m.time);
  return m.result === "unreachable" ? "not known" : "never";
}

/** How fresh the check of the content is; nothing where nothing was checked. */
function checkedText(m: AnswerMessage): string[] {
  const share = Number(m.verified_share ?? 0);
  const damaged = Number(m.verified_damaged ?? 0);
  const lines: string[] = [];
  if (typeof m.verified_oldest === "string") {
    // 99.9 % is not all
    const percent = share === 1 ? 100 : Math.floor(share * 100);
    lines.push(`${percent}% of the content checked since ${localTime(m.verified_oldest)}`);
  }
  if (damaged > 0) lines.push(`${damaged} damaged, see hikae verify`);
  return lines;
}

/** An age as people say it. */
function ageText(seconds: number): string {
  const units: [number, string][] = [[86_400, "d"], [3600, "h"], [60, "min"]];
  const [length, unit] = units.find(([length]) => seconds >= 2 * length) ?? [1, "s"];
  return `${Math.floor(seconds / length)} ${unit}`;
}

function count(value: unknown, width: number): string {
  return (typeof value === "number" ? String(value) : "").padStart(width);
}

function size(value: unknown, width: number): string {
  return (typeof value === "number" ? formatSize(value) : "").padStart(width);
}

function localTime(value: unknown): string {
  if (typeof value !== "string") return " ".repeat(19);
  const s = stampOf(Date.parse(value));
  // a year may have more than four digits
  const [year, rest] = [s.slice(0, -11), s.slice(-11)];
  const date = `${year}-${rest.slice(0, 2)}-${rest.slice(2, 4)}`;
  return `${date} ${rest.slice(5, 7)}:${rest.slice(7, 9)}:${rest.slice(9)}`;
}
