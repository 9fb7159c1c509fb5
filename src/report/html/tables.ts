/** The tables of the page. Pure. @module */

import type { ReportFile, ReportRule, ReportRun } from "../../base/report_data.ts";
import { formatSize } from "../../base/size.ts";
import { escape } from "./escape.ts";
import { type PlainTextId, text } from "../../text/text.ts";
import { timesOf, whole } from "./numbers.ts";

/** More lines than these nobody reads; `hikae list` has them all. */
const MOST_RUNS = 100;

/** A table; cells are HTML. */
function table(head: readonly PlainTextId[], rows: readonly (readonly string[])[]): string {
  const titles = head.map((id) => `<th scope="col">${escape(text(id))}</th>`).join("");
  const lines = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`);
  return `<table><thead><tr>${titles}</tr></thead><tbody>${lines.join("")}</tbody></table>`;
}

/** A path that breaks after a slash, where it must break. */
function path(name: string): string {
  return escape(name).replace(/[/\\]/g, "$&<wbr>");
}

/** A path, with a bar that tells its share of the longest. */
function named(name: string, share: number, current: boolean): string {
  const gone = current ? "" : ` ${gray(text("page.was-deleted"))}`;
  const width = Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
  return `${path(name)}${gone}<span class="bar"><i style="width:${width}%"></i></span>`;
}

function gray(said: string): string {
  return `<span class="gone">${escape(said)}</span>`;
}

/** The newest runs, newest first. */
export function runsTable(runs: readonly ReportRun[]): string {
  const shown = runs.slice(-MOST_RUNS).toReversed();
  const time = timesOf(shown.map((r) => r.stamp));
  const rows = shown.map((r) => [
    `${time(r.stamp)}${state(r)}`,
    whole(r.new.files),
    whole(r.changed.files),
    whole(r.deleted.files),
    formatSize(r.new.bytes + r.changed.bytes),
  ]);
  const rest = runs.length - shown.length;
  const more = rest === 0
    ? ""
    : `<p class="small">${escape(text("page.older-runs", { n: rest }))}</p>`;
  const head = [
    "page.col-run",
    "page.col-new",
    "page.col-changed",
    "page.col-deleted",
    "page.col-added",
  ] as const;
  return table(head, rows) + more;
}

function state(r: ReportRun): string {
  const fail = (said: string): string => `<span class="fail">${escape(said)}</span>`;
  if (r.state === "interrupted") return fail(text("page.interrupted"));
  if (r.failed > 0) return fail(text("page.n-failed", { n: r.failed }));
  return r.state === "partial" ? ` ${gray(text("page.partial"))}` : "";
}

/** Files by size. */
export function largestTable(files: readonly ReportFile[]): string {
  const longest = Math.max(1, files[0]?.size ?? 0);
  return table(
    ["page.col-file", "page.col-size"],
    files.map((f) => [named(f.path, f.size / longest, f.current), formatSize(f.size)]),
  );
}

/** Files by their number of versions. */
export function versionedTable(files: readonly ReportFile[]): string {
  const longest = Math.max(1, files[0]?.versions ?? 0);
  return table(
    ["page.col-file", "page.col-versions", "page.col-together"],
    files.map((f) => [
      named(f.path, f.versions / longest, f.current),
      whole(f.versions),
      formatSize(f.stored),
    ]),
  );
}

/** One rule: what it would take now. */
export function ruleText(r: ReportRule): string {
  const head = `<h3><code>hikae ${r.command}</code>: ${escape(r.rule)}</h3>`;
  if (r.snapshots.length + r.versions === 0) {
    return `${head}<p>${escape(text("page.nothing-goes"))}</p>`;
  }
  return `${head}<p>${escape(wouldGo(r))}</p>${largestGoing(r)}${goingSnapshots(r)}`;
}

function wouldGo(r: ReportRule): string {
  const going = { n: r.versions, size: formatSize(r.bytes) };
  if (r.command !== "prune") return text("page.would-go", going);
  const snapshots = text("summary.n-snapshots", { n: r.snapshots.length });
  return text("page.would-go-snapshots", { snapshots, ...going });
}

function largestGoing({ largest }: ReportRule): string {
  if (largest.length === 0) return "";
  const rows = largest.map((f) => [`${path(f.path)}<br>${gray(f.reason)}`, formatSize(f.bytes)]);
  return `<p class="small">${escape(text("page.largest-going"))}</p>${
    table(["page.col-file", "page.col-size"], rows)
  }`;
}

function goingSnapshots({ snapshots }: ReportRule): string {
  if (snapshots.length === 0) return "";
  const count = escape(text("summary.n-snapshots", { n: snapshots.length }));
  const time = timesOf(snapshots);
  return `<details><summary>${count}</summary><p class="small">${
    snapshots.map(time).join(", ")
  }</p></details>`;
}
