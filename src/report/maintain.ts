/** What `cleanup`, `prune`, `delete`, `verify` and `reindex` tell people. Pure. @module */

import type { DecisionMessage } from "../base/event.ts";
import { formatSize } from "../base/size.ts";
import { text } from "../text/text.ts";
import { printable } from "./printable.ts";

/** A decision as a line; undefined when people did not ask to see it. */
export function decisionText(m: DecisionMessage, verbose: boolean): string | undefined {
  // a run that is not dry says what it did in its summary; snapshots are always named
  const aside = m.path !== undefined && (m.keep || m.dry_run === false);
  if (aside && !verbose) return undefined;
  // of a version also the run that copied it, in the form in which a restore takes it
  const point = typeof m.from === "string" ? `@${m.from}` : "";
  const what = m.path === undefined ? m.stamp ?? "" : printable(m.path) + point;
  const size = typeof m.size === "number" ? `${formatSize(m.size)}, ` : "";
  const more = typeof m.versions === "number" && m.versions > 1 ? `${m.versions} versions, ` : "";
  return `${m.keep ? "keep  " : "remove"} ${what}  (${more}${size}${printable(m.reason)})`;
}

/** The summary of one of these commands; undefined for any other. */
export function maintainText(m: Record<string, unknown>): string | undefined {
  switch (m.command) {
    case "cleanup":
      return thinned(m, `${plural(m.deletions_removed, "deletion")} ${removed(m)}`);
    case "prune":
    case "delete":
      return thinned(
        m,
        `${plural(m.snapshots_removed, "snapshot")} ${
          m.dry_run === true ? "to forget" : "forgotten"
        }, ${m.snapshots_kept} kept`,
      );
    case "verify":
      return verifyText(m);
    case "reindex":
      return reindexText(m);
    default:
      return undefined;
  }
}

function thinned(m: Record<string, unknown>, first: string): string {
  const freed = `${formatSize(Number(m.bytes_freed))} ${
    m.dry_run === true ? "would come back" : "came back"
  }`;
  const lines = [
    `${printable(String(m.vault))}: ${first}`,
    `  ${plural(m.versions_removed, "version")} ${removed(m)}, ${freed}`,
  ];
  if (Number(m.dirs_removed) > 0) {
    const dirs = plural(m.dirs_removed, "empty directory", "empty directories");
    lines.push(`  ${dirs} ${removed(m)}`);
  }
  if (Number(m.protected) > 0) lines.push(`  ${m.protected} kept for a plugin`);
  if (Number(m.errors) > 0) lines.push(`  ${plural(m.errors, "error")}`);
  const plugins = Number(m.plugins_failed ?? 0);
  if (plugins > 0) lines.push(`  ${text("plugin.failed", { n: plugins })}`);
  return lines.join("\n");
}

function removed(m: Record<string, unknown>): string {
  return m.dry_run === true ? "to remove" : "removed";
}

function verifyText(m: Record<string, unknown>): string {
  const bad = Number(m.damaged) + Number(m.missing);
  const verdict = Number(m.errors) > 0
    ? `${plural(m.errors, "problem")} left`
    : bad > 0
    ? "sound again"
    : "sound";
  const lines = [
    `${printable(String(m.vault))}: ${verdict}`,
    `  ${plural(m.files_checked, "version")} with ${
      formatSize(Number(m.bytes_checked))
    } checked in ${Number(m.total_duration).toFixed(1)} s`,
  ];
  if (bad > 0) lines.push(`  ${m.damaged} damaged, ${m.missing} missing, ${m.repaired} repaired`);
  if (Number(m.unknown) > 0) {
    lines.push(`  ${m.unknown} can be read, but no record says what they should be`);
  }
  if (Number(m.strangers) > 0) lines.push(`  ${m.strangers} not accounted for`);
  return lines.join("\n");
}

function reindexText(m: Record<string, unknown>): string {
  const lines = [
    `${printable(String(m.vault))}: the index was made anew`,
    `  ${plural(m.snapshots, "snapshot")}, ${plural(m.files, "file")}, ${
      plural(m.versions, "version")
    }`,
  ];
  if (Number(m.unknown) > 0) lines.push(`  ${m.unknown} of which the records do not tell all`);
  if (Number(m.gone) > 0) lines.push(`  ${m.gone} that were removed or lost`);
  if (Number(m.errors) > 0) lines.push(`  ${plural(m.errors, "error")}`);
  return lines.join("\n");
}

function plural(n: unknown, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
