/** The tables of the page. Pure. @module */

import type { ReportFile, ReportRule, ReportRun } from "../../base/report_data.ts";
import { formatSize } from "../../base/size.ts";
import { escape } from "./escape.ts";
import { counted, timeOf, whole } from "./numbers.ts";

/** More lines than these nobody reads; `hikae list` has them all. */
const MOST_RUNS = 100;

/** A table; cells are HTML. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cell: "th" | "td", cells: readonly string[]): string =>
    `<tr>${
      cells.map((c) => cell === "th" ? `<th scope="col">${c}</th>` : `<td>${c}</td>`).join("")
    }</tr>`;
  return `<table><thead>${line("th", head)}</thead><tbody>${
    rows.map((r) => line("td", r)).join("")
  }</tbody></table>`;
}

/** A path, with a bar that tells its share of the longest. */
function named(path: string, share: number, current: boolean): string {
  const gone = current ? "" : ` <span class="gone">(deleted)</span>`;
  const width = Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
  return `${escape(path)}${gone}<span class="bar"><i style="width:${width}%"></i></span>`;
}

/** The newest runs, newest first. */
export function runsTable(runs: readonly ReportRun[]): string {
  const shown = runs.slice(-MOST_RUNS).toReversed();
  const rows = shown.map((r) => [
    `${timeOf(r.stamp)}${state(r)}`,
    whole(r.new.files),
    whole(r.changed.files),
    whole(r.deleted.files),
    formatSize(r.new.bytes + r.changed.bytes),
  ]);
  const rest = runs.length - shown.length;
  const more = rest === 0
    ? ""
    : `<p class="small">${counted(rest, "older run")}: <code>hikae list</code> has them all.</p>`;
  return table(["Run", "New", "Changed", "Deleted", "Added"], rows) + more;
}

function state(r: ReportRun): string {
  if (r.state === "interrupted") return `<span class="fail">interrupted</span>`;
  if (r.failed > 0) return `<span class="fail">${whole(r.failed)} failed</span>`;
  return r.state === "partial" ? `<span class="gone"> (files since removed)</span>` : "";
}

/** Files by size. */
export function largestTable(files: readonly ReportFile[]): string {
  const longest = Math.max(1, files[0]?.size ?? 0);
  return table(
    ["File", "Size"],
    files.map((f) => [named(f.path, f.size / longest, f.current), formatSize(f.size)]),
  );
}

/** Files by their number of versions. */
export function versionedTable(files: readonly ReportFile[]): string {
  const longest = Math.max(1, files[0]?.versions ?? 0);
  return table(
    ["File", "Versions", "Together"],
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
  if (r.snapshots.length + r.versions === 0) return `${head}<p>Nothing would go now.</p>`;
  const stamps = r.snapshots.length === 0
    ? ""
    : `<details><summary>${counted(r.snapshots.length, "snapshot")}</summary><p class="small">${
      r.snapshots.map(timeOf).join(", ")
    }</p></details>`;
  const what = r.command === "prune" ? `${counted(r.snapshots.length, "snapshot")} and ` : "";
  const files = r.largest.length === 0 ? "" : `<p class="small">The largest of them:</p>` +
    table(
      ["File", "Size"],
      r.largest.map((f) => [
        `${escape(f.path)}<br><span class="gone">${escape(f.reason)}</span>`,
        formatSize(f.bytes),
      ]),
    );
  return `${head}<p>Now it would drop ${what}${counted(r.versions, "version")} with ${
    formatSize(r.bytes)
  }.</p>${files}${stamps}`;
}
