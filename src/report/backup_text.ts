/** The summary of a backup, as text. Pure. @module */

import { text } from "../text/text.ts";
import { countsText, numberOf, secondsOf, sizeOf } from "./counts.ts";
import { printable } from "./printable.ts";

/** The text of the summary that `backup` ends with for each vault. Links count as files, everywhere (decision 24). */
export function backupText(m: Readonly<Record<string, unknown>>): string {
  const dry = m.dry_run === true;
  const where = { stamp: String(m.stamp), vault: printable(String(m.vault)) };
  const lines = [text(dry ? "summary.snapshot-dry" : "summary.snapshot", where)];
  const add = (line: string): void => void lines.push(`  ${line}`);
  const counts = filesText(m) || text("summary.none");
  add(text("summary.files", { counts }));
  const dirs = countsText([
    [numberOf(m, "dirs_new"), "summary.new"],
    [numberOf(m, "dirs_deleted"), "summary.deleted"],
  ]);
  if (dirs !== "") add(text("summary.dirs", { counts: dirs }));
  if (Array.isArray(m.special)) {
    add(text("summary.special", { names: m.special.map((s) => printable(String(s))).join(", ") }));
  }
  const added = text(dry ? "summary.added-dry" : "summary.added", {
    size: sizeOf(m, "bytes_added"),
  });
  const scanned = text("summary.scanned", {
    n: numberOf(m, "total_files_processed"),
    size: sizeOf(m, "total_bytes_processed"),
    seconds: secondsOf(m),
  });
  const shared = numberOf(m, "bytes_shared") === 0
    ? []
    : [text("summary.shared", { size: sizeOf(m, "bytes_shared") })];
  add([added, ...shared, scanned].join(", "));
  if (numberOf(m, "files_verified") > 0) add(recheckedText(m));
  const failed = numberOf(m, "errors") - numberOf(m, "files_damaged");
  if (failed > 0) add(text("summary.errors", { n: failed }));
  const plugins = numberOf(m, "plugins_failed");
  if (plugins > 0) add(text("plugin.failed", { n: plugins }));
  return lines.join("\n");
}

function filesText(m: Readonly<Record<string, unknown>>): string {
  const moved = numberOf(m, "files_moved");
  const count = numberOf(m, "files_new");
  const some = moved === 0 ? "" : text("summary.new-moved", { n: count, moved });
  const rest = countsText([
    [moved === 0 ? count : 0, "summary.new"],
    [numberOf(m, "files_changed"), "summary.changed"],
    [numberOf(m, "files_deleted"), "summary.deleted"],
    [numberOf(m, "files_attrs"), "summary.attrs"],
    [numberOf(m, "files_repaired"), "summary.repaired"],
    [numberOf(m, "files_unmodified"), "summary.unmodified"],
    [numberOf(m, "files_excluded"), "summary.excluded"],
    [numberOf(m, "files_special"), "summary.special-count"],
  ]);
  return [some, rest].filter((part) => part !== "").join(", ");
}

function recheckedText(m: Readonly<Record<string, unknown>>): string {
  const count = numberOf(m, "files_damaged");
  const damage = count === 0 ? text("summary.no-damage") : text("summary.damaged", { count });
  return text("summary.rechecked", {
    n: numberOf(m, "files_verified"),
    size: sizeOf(m, "bytes_verified"),
    damage,
  });
}
