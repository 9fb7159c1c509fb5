/** What `cleanup`, `prune`, `delete`, `verify` and `reindex` tell people. Pure. @module */

import type { DecisionMessage } from "../base/event.ts";
import { formatSize } from "../base/size.ts";
import { text } from "../text/text.ts";
import { numberOf, secondsOf, sizeOf } from "./counts.ts";
import { printable } from "./printable.ts";

/** A decision as a line, on a `narrow` terminal as two; undefined when people did not ask to see it. */
export function decisionText(
  m: DecisionMessage,
  verbose: boolean,
  narrow = false,
): string | undefined {
  // a run that is not dry says what it did in its summary; snapshots are always named
  const aside = m.path !== undefined && (m.keep || m.dry_run === false);
  if (aside && !verbose) return undefined;
  // of a version also the run that copied it, in the form in which a restore takes it
  const point = typeof m.from === "string" ? `@${m.from}` : "";
  const what = m.path === undefined ? m.stamp ?? "" : printable(m.path) + point;
  const size = typeof m.size === "number" ? `${formatSize(m.size)}, ` : "";
  const more = typeof m.versions === "number" && m.versions > 1
    ? `${text("decision.versions", { n: m.versions })}, `
    : "";
  const why = `(${more}${size}${printable(m.reason)})`;
  const gap = narrow ? "\n  " : "  ";
  return `${text(m.keep ? "decision.keep" : "decision.remove")} ${what}${gap}${why}`;
}

/** The summary of one of these commands; undefined for any other. */
export function maintainText(m: Record<string, unknown>): string | undefined {
  const dry = m.dry_run === true;
  switch (m.command) {
    case "cleanup": {
      const n = numberOf(m, "deletions_removed");
      return thinned(m, text(dry ? "summary.deletions-dry" : "summary.deletions", { n }));
    }
    case "prune":
    case "delete": {
      const counts = {
        n: numberOf(m, "snapshots_removed"),
        kept: numberOf(m, "snapshots_kept"),
      };
      return thinned(m, text(dry ? "summary.to-forget" : "summary.forgotten", counts));
    }
    case "dedupe":
      return dedupeText(m);
    case "verify":
      return verifyText(m);
    case "reindex":
      return reindexText(m);
    default:
      return undefined;
  }
}

function thinned(m: Record<string, unknown>, first: string): string {
  const dry = m.dry_run === true;
  const n = numberOf(m, "versions_removed");
  const size = sizeOf(m, "bytes_freed");
  const lines = [
    `${printable(String(m.vault))}: ${first}`,
    `  ${text(dry ? "summary.versions-dry" : "summary.versions", { n, size })}`,
  ];
  const dirs = numberOf(m, "dirs_removed");
  if (dirs > 0) {
    lines.push(`  ${text(dry ? "summary.empty-dirs-dry" : "summary.empty-dirs", { n: dirs })}`);
  }
  addIfAny(lines, m, "protected", "summary.plugin-kept");
  addIfAny(lines, m, "errors", "summary.plain-errors");
  addIfAny(lines, m, "plugins_failed", "plugin.failed");
  return lines.join("\n");
}

function dedupeText(m: Record<string, unknown>): string {
  const fill = { n: numberOf(m, "files_shared"), size: sizeOf(m, "bytes_freed") };
  const done = text(m.dry_run === true ? "summary.to-share" : "summary.shares", fill);
  const lines = [`${printable(String(m.vault))}: ${done}`];
  addIfAny(lines, m, "errors", "summary.plain-errors");
  return lines.join("\n");
}

function verifyText(m: Record<string, unknown>): string {
  const bad = numberOf(m, "damaged") + numberOf(m, "missing");
  const left = numberOf(m, "errors");
  const verdict = left > 0
    ? text("summary.problems", { n: left })
    : text(bad > 0 ? "summary.sound-again" : "summary.sound");
  const checked = text("summary.checked", {
    n: numberOf(m, "files_checked"),
    size: sizeOf(m, "bytes_checked"),
    seconds: secondsOf(m),
  });
  const lines = [`${printable(String(m.vault))}: ${verdict}`, `  ${checked}`];
  if (bad > 0) {
    const found = text("summary.found", {
      damaged: numberOf(m, "damaged"),
      missing: numberOf(m, "missing"),
      repaired: numberOf(m, "repaired"),
    });
    lines.push(`  ${found}`);
  }
  addIfAny(lines, m, "unknown", "summary.unknown");
  addIfAny(lines, m, "strangers", "summary.strangers");
  return lines.join("\n");
}

function reindexText(m: Record<string, unknown>): string {
  const counts = text("summary.index-of", {
    snapshots: text("summary.n-snapshots", { n: numberOf(m, "snapshots") }),
    files: text("summary.n-files", { n: numberOf(m, "files") }),
    versions: text("summary.n-versions", { n: numberOf(m, "versions") }),
  });
  const lines = [`${printable(String(m.vault))}: ${text("summary.reindexed")}`, `  ${counts}`];
  addIfAny(lines, m, "unknown", "summary.part-known");
  addIfAny(lines, m, "gone", "summary.gone");
  addIfAny(lines, m, "errors", "summary.plain-errors");
  return lines.join("\n");
}

type CountedId =
  | "summary.plugin-kept"
  | "summary.plain-errors"
  | "plugin.failed"
  | "summary.unknown"
  | "summary.strangers"
  | "summary.part-known"
  | "summary.gone";

function addIfAny(lines: string[], m: Record<string, unknown>, key: string, id: CountedId): void {
  const n = numberOf(m, key);
  if (n > 0) lines.push(`  ${text(id, { n })}`);
}
