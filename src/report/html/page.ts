/** A report as one page that needs nothing from anywhere: no script, no network, no other file. Pure. @module */

import type { ReportChecked, ReportData, ReportRun } from "../../base/report_data.ts";
import { formatSize } from "../../base/size.ts";
import { languageTag, type PlainTextId, text } from "../../text/text.ts";
import { barsOf } from "./bars.ts";
import { growthChart } from "./chart_growth.ts";
import { runsChart } from "./chart_runs.ts";
import { escape } from "./escape.ts";
import { dateOf, niceBytes, niceCount, timeOf, whole } from "./numbers.ts";
import { STYLE } from "./style.ts";
import { largestTable, ruleText, runsTable, versionedTable } from "./tables.ts";

/** Nothing may be loaded or run, whatever a name in the report tries. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The page of a vault, in the language of this thread. What there is nothing of has no section. */
export function reportPage(data: ReportData): string {
  const title = escape(text("page.title", { name: data.job ?? data.source }));
  return `<!doctype html>
<html lang="${languageTag()}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
<p class="lead">${escape(lead(data))}</p>
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
<footer>${escape(text("page.footer", { time: timeOf(data.made) }))}</footer>
</main>
</body>
</html>
`;
}

function lead({ source, host, vault }: ReportData): string {
  return host === ""
    ? text("page.lead", { source, vault })
    : text("page.lead-host", { source, host, vault });
}

function tile(name: PlainTextId, value: string, more = "", bad = false): string {
  return `<div${bad ? ' class="bad"' : ""}><dt>${escape(text(name))}</dt><dd>${escape(value)}${
    more === "" ? "" : `<small>${escape(more)}</small>`
  }</dd></div>`;
}

function tiles({ runs, totals, checked }: ReportData): string {
  const [first] = runs;
  const since = first === undefined ? "" : text("page.since", { date: dateOf(first.stamp) });
  const older = totals.versions - totals.files;
  return `<dl class="tiles">${
    [
      lastRunTile(runs),
      tile("page.snapshots", whole(runs.length), since),
      tile("page.files", whole(totals.files), formatSize(totals.bytes)),
      tile("page.older", whole(older), formatSize(totals.stored - totals.bytes)),
      tile("page.vault", formatSize(totals.stored), text("page.all-versions")),
      checked === null ? "" : tile("page.checked", ...checkedWords(checked)),
    ].join("")
  }</dl>`;
}

function lastRunTile(runs: readonly ReportRun[]): string {
  const last = runs.findLast((r) => r.state !== "interrupted");
  if (last === undefined) return tile("page.last-run", text("page.no-run"), "", true);
  const broken = runs.at(-1)?.state === "interrupted";
  const how = broken
    ? text("page.later-interrupted")
    : last.failed > 0
    ? text("page.paths-failed", { n: last.failed })
    : text("page.all-stored");
  const more = text("page.run-state", { time: timeOf(last.stamp).slice(11), how });
  return tile("page.last-run", dateOf(last.stamp), more, broken || last.failed > 0);
}

function checkedWords({ share, oldest, damaged }: ReportChecked): [string, string, boolean] {
  // 99.9 % is not all
  const part = `${share === 1 ? 100 : Math.floor(share * 100)}%`;
  if (damaged > 0) return [part, text("page.damaged", { n: damaged }), true];
  const sound = oldest === null
    ? text("page.not-checked")
    : text("page.sound", { date: dateOf(oldest) });
  return [part, sound, false];
}

/** The colours of those kinds that the drawing below has. */
function key(
  entries: readonly (readonly [kind: string, said: PlainTextId, there: boolean])[],
): string {
  return `<ul class="key">${
    entries.filter(([, , there]) => there)
      .map(([kind, said]) => `<li><i class="${kind}"></i>${escape(text(said))}</li>`).join("")
  }</ul>`;
}

function section(title: PlainTextId, body: string): string {
  return body === "" ? "" : `<section><h2>${escape(text(title))}</h2>${body}</section>`;
}

function part(title: PlainTextId, body: string): string {
  return body === "" ? "" : `<h3>${escape(text(title))}</h3>\n${body}\n`;
}

function small(said: string): string {
  return `<p class="small">${escape(said)}</p>`;
}

function runsSection({ runs }: ReportData): string {
  if (runs.length === 0) return section("page.runs", `<p>${escape(text("page.no-runs"))}</p>`);
  const { bars, per } = barsOf(runs);
  const files = runsChart(bars, {
    title: "page.chart-files",
    value: (a) => a.files,
    text: whole,
    nice: niceCount,
  });
  const bytes = runsChart(bars, {
    title: "page.chart-bytes",
    value: (a) => a.bytes,
    text: formatSize,
    nice: niceBytes,
  });
  const drawn = files + bytes === "" ? small(text("page.nothing-changed")) : `${small(text(per))}
${runsKey(runs)}
${part("page.files", files)}${part("page.size", bytes)}`;
  const summary = escape(text("page.as-table"));
  return section(
    "page.runs",
    `${drawn}<details><summary>${summary}</summary>${runsTable(runs)}</details>`,
  );
}

function runsKey(runs: readonly ReportRun[]): string {
  const some = (of: (r: ReportRun) => number): boolean => runs.some((r) => of(r) > 0);
  return key([
    ["new", "page.new", some((r) => r.new.files)],
    ["changed", "page.changed", some((r) => r.changed.files)],
    ["deleted", "page.deleted", some((r) => r.deleted.files)],
    ["failed", "page.failed", some((r) => r.failed)],
  ]);
}

function growthSection({ runs }: ReportData): string {
  const chart = growthChart(runs);
  if (chart === "") return "";
  const colours = key([
    ["current", "page.current", true],
    ["past", "page.past", runs.some((r) => r.past > 0)],
  ]);
  return section("page.growth", `\n${colours}\n${chart}\n${small(text("page.pruned"))}`);
}

function filesSections({ largest, most_versioned }: ReportData): string {
  return [
    section("page.largest", largest.length === 0 ? "" : largestTable(largest)),
    section("page.versioned", most_versioned.length === 0 ? "" : versionedTable(most_versioned)),
  ].join("\n");
}

function rulesSection({ rules, rules_note }: ReportData): string {
  const note = rules_note === "" ? "" : small(rules_note);
  return section("page.rules", rules.map(ruleText).join("\n") + note);
}
