/** A report in a few lines of text. Pure. @module */

import type { ReportData, ReportFile } from "../base/report_data.ts";
import { formatSize } from "../base/size.ts";
import { printable } from "./printable.ts";

/** So many files are named of each list. */
const MOST = 5;

/** The text; `page` is where the page was written. */
export function reportText(data: ReportData, page: string | undefined): string {
  const { runs, totals } = data;
  const lines = [
    `${printable(data.source)} in ${printable(data.vault)}`,
    `  ${runs.length} snapshot${runs.length === 1 ? "" : "s"}${
      runs.length === 0 ? "" : `, ${runs[0]?.stamp} to ${runs.at(-1)?.stamp}`
    }`,
    `  ${plural(totals.files, "file")} with ${formatSize(totals.bytes)}, ${
      plural(totals.versions - totals.files, "older version")
    } with ${formatSize(totals.stored - totals.bytes)}`,
    ...section("largest files", data.largest, (f) => formatSize(f.size)),
    ...section("most versions", data.most_versioned, (f) => String(f.versions)),
  ];
  for (const r of data.rules) {
    const snapshots = r.command === "prune" ? `${plural(r.snapshots.length, "snapshot")} and ` : "";
    lines.push(
      `  ${r.command} (${r.rule}) would drop ${snapshots}${plural(r.versions, "version")}, ${
        formatSize(r.bytes)
      }`,
    );
  }
  if (data.plugins !== undefined) lines.push(`  ${printable(data.plugins.message)}`);
  if (page !== undefined) lines.push(`  page: ${printable(page)}`);
  return lines.join("\n");
}

function plural(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? "" : "s"}`;
}

function section(
  title: string,
  files: readonly ReportFile[],
  value: (f: ReportFile) => string,
): string[] {
  if (files.length === 0) return [];
  return [
    `  ${title}:`,
    ...files.slice(0, MOST).map((f) => `  ${value(f).padStart(12)}  ${printable(f.path)}`),
  ];
}
