/** A report in a few lines of text. Pure. @module */

import type { ReportData, ReportFile } from "../base/report_data.ts";
import { formatSize } from "../base/size.ts";
import { text } from "../text/text.ts";
import { printable } from "./printable.ts";

/** So many files are named of each list. */
const MOST = 5;

/** The text; `page` is where the page was written. */
export function reportText(data: ReportData, page: string | undefined): string {
  const { totals, first, last, snapshots: n } = data;
  const lines = [
    text("report.in", { source: printable(data.source), vault: printable(data.vault) }),
    `  ${
      first === null || last === null
        ? text("report.no-snapshots")
        : text("report.snapshots", { n, first, last })
    }`,
    `  ${text("report.files-with", { n: totals.files, size: formatSize(totals.bytes) })}, ${
      text("report.older-with", {
        n: totals.versions - totals.files,
        size: formatSize(totals.stored - totals.bytes),
      })
    }`,
    ...section(text("report.largest"), data.largest, (f) => formatSize(f.size)),
    ...section(text("report.most-versions"), data.most_versioned, (f) => String(f.versions)),
    ...data.rules.map((r) => `  ${ruleText(r)}`),
  ];
  if (data.plugins !== undefined) lines.push(`  ${printable(data.plugins.message)}`);
  if (page !== undefined) lines.push(`  ${text("report.page", { file: printable(page) })}`);
  return lines.join("\n");
}

function ruleText(r: ReportData["rules"][number]): string {
  const rule = `${r.command} (${r.rule})`;
  const [n, size] = [r.versions, formatSize(r.bytes)];
  if (r.command !== "prune") return text("report.would-drop", { rule, n, size });
  const snapshots = text("summary.n-snapshots", { n: r.snapshots.length });
  return text("report.would-drop-snapshots", { rule, snapshots, n, size });
}

function section(
  title: string,
  files: readonly ReportFile[],
  value: (f: ReportFile) => string,
): string[] {
  if (files.length === 0) return [];
  return [
    `  ${title}:`,
    ...files.slice(0, MOST).map((f) =>
      `  ${value(f).padStart(12)}  ${printable(f.path)}${
        f.current ? "" : ` ${text("page.was-deleted")}`
      }`
    ),
  ];
}
