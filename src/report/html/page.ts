/** A report as one page that needs nothing from anywhere: no script, no network, no other file. Pure. @module */

import type { ReportChecked, ReportData } from "../../base/report_data.ts";
import { formatSize } from "../../base/size.ts";
import { barsOf } from "./bars.ts";
import { growthChart } from "./chart_growth.ts";
import { runsChart } from "./chart_runs.ts";
import { escape } from "./escape.ts";
import { counted, dateOf, niceBytes, niceCount, timeOf, whole } from "./numbers.ts";
import { STYLE } from "./style.ts";
import { largestTable, ruleText, runsTable, versionedTable } from "./tables.ts";

/** Nothing may be loaded or run, whatever a name in the report tries. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The page of a vault. */
export function reportPage(data: ReportData): string {
  const title = data.job ?? data.source;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<title>Backup of ${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>Backup of ${escape(title)}</h1>
<p class="lead">${escape(data.source)}${
    data.host === "" ? "" : ` on ${escape(data.host)}`
  }, kept in ${escape(data.vault)}</p>
${
    data.plugins === undefined
      ? ""
      : `<p class="lead">${escape(data.plugins.message)}</p>\n`
  }</header>
${tiles(data)}
${runsSection(data)}
${growthSection(data)}
${filesSections(data)}
${rulesSection(data)}
<footer>Made by hikae on ${timeOf(data.made)}. Times are those of the runs' own clock.</footer>
</main>
</body>
</html>
`;
}

function tiles({ runs, totals, checked }: ReportData): string {
  const last = runs.findLast((r) => r.state !== "interrupted");
  const newest = runs.at(-1);
  const tile = (name: string, value: string, more = "", bad = false): string =>
    `<div${bad ? ' class="bad"' : ""}><dt>${name}</dt><dd>${value}${
      more === "" ? "" : `<small>${more}</small>`
    }</dd></div>`;
  const broken = newest?.state === "interrupted";
  const failed = last?.failed ?? 0;
  const how = broken
    ? "a later run was interrupted"
    : failed > 0
    ? `${counted(failed, "path")} failed`
    : "all was read and stored";
  return `<dl class="tiles">${
    [
      last === undefined ? tile("Last run", "none", "", true) : tile(
        "Last run",
        dateOf(last.stamp),
        `${timeOf(last.stamp).slice(11)}, ${how}`,
        broken || failed > 0,
      ),
      tile("Snapshots", whole(runs.length), runs[0] ? `since ${dateOf(runs[0].stamp)}` : ""),
      tile("Files", whole(totals.files), formatSize(totals.bytes)),
      tile(
        "Older versions",
        whole(totals.versions - totals.files),
        formatSize(totals.stored - totals.bytes),
      ),
      tile("Vault", formatSize(totals.stored), "content of all versions"),
      checked === null ? "" : tile("Checked again", ...checkedWords(checked)),
    ].join("")
  }</dl>`;
}

function checkedWords({ share, oldest, damaged }: ReportChecked): [string, string, boolean] {
  // 99.9 % is not all
  const part = `${share === 1 ? 100 : Math.floor(share * 100)}%`;
  if (damaged > 0) return [part, `${counted(damaged, "version")} damaged`, true];
  return [part, oldest === null ? "nothing yet" : `since ${dateOf(oldest)}, all sound`, false];
}

const RUNS_KEY = key([["new", "new"], ["changed", "changed"], ["deleted", "deleted"]]);
const FAILED_KEY = key([["new", "new"], ["changed", "changed"], ["deleted", "deleted"], [
  "failed",
  "something failed",
]]);

function key(entries: readonly (readonly [string, string])[]): string {
  return `<ul class="key">${
    entries.map(([kind, text]) => `<li><i class="${kind}"></i>${text}</li>`).join("")
  }</ul>`;
}

function runsSection({ runs }: ReportData): string {
  if (runs.length === 0) return `<section><h2>Runs</h2><p>There is no run yet.</p></section>`;
  const { bars, per } = barsOf(runs);
  const files = runsChart(bars, {
    title: "Files new, changed and deleted",
    value: (a) => a.files,
    text: whole,
    nice: niceCount,
  });
  const bytes = runsChart(bars, {
    title: "Bytes new, changed and deleted",
    value: (a) => a.bytes,
    text: formatSize,
    nice: niceBytes,
  });
  const failed = runs.some((r) => r.failed > 0);
  return `<section><h2>Runs</h2>
<p class="small">One bar per ${per}; what was deleted points down.</p>
${failed ? FAILED_KEY : RUNS_KEY}
<h3>Files</h3>
${files}
<h3>Size</h3>
${bytes}
<details><summary>The runs as a table</summary>${runsTable(runs)}</details>
</section>`;
}

function growthSection({ runs }: ReportData): string {
  const chart = growthChart(runs);
  if (chart === "") return "";
  return `<section><h2>Growth</h2>
${
    key([["current", "files as they were in the source"], [
      "past",
      "older versions and deleted files",
    ]])
  }
${chart}
<p class="small">Versions that prune or delete took away are left out, also for the time before that.</p>
</section>`;
}

function filesSections({ largest, most_versioned }: ReportData): string {
  const section = (title: string, body: string): string =>
    `<section><h2>${title}</h2>${body}</section>`;
  return [
    section(
      "Largest files",
      largest.length === 0 ? "<p>There are none.</p>" : largestTable(largest),
    ),
    section(
      "Most versions",
      most_versioned.length === 0
        ? "<p>No file has more than one version.</p>"
        : versionedTable(most_versioned),
    ),
  ].join("\n");
}

function rulesSection({ rules, rules_note }: ReportData): string {
  const note = rules_note === "" ? "" : `<p class="small">${escape(rules_note)}</p>`;
  return `<section><h2>What the rules would drop next</h2>${
    rules.map(ruleText).join("\n")
  }${note}</section>`;
}
