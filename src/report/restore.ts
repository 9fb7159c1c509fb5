/** The summary of a restore, as text. Pure. @module */

import { formatSize } from "../base/size.ts";
import { printable } from "./printable.ts";

/** The text of the summary that `restore` ends with. */
export function restoreText(m: Readonly<Record<string, unknown>>): string {
  const would = m.dry_run === true;
  const lines = [
    `${would ? "would restore" : "restored"} ${pointText(m)} into ${printable(String(m.target))}`,
  ];
  add(lines, "files", [
    count(m.files_restored, `${would ? "to write" : "written"}${replaced(m.files_replaced)}`),
    count(m.files_kept, "left as they are"),
    count(m.files_attrs, "with times or mode set"),
    count(m.files_deleted, would ? "to delete" : "deleted"),
    count(m.files_verified, "read again and right"),
  ]);
  add(lines, "directories", [
    count(m.dirs_restored, would ? "to make" : "made"),
    count(m.dirs_deleted, would ? "to delete" : "deleted"),
  ]);
  add(lines, "links", [
    count(m.links_restored, would ? "to make" : "made"),
    count(m.links_kept, "left as they are"),
  ]);
  const size = formatSize(Number(m.bytes_restored));
  lines.push(`  ${size} in ${Number(m.total_duration).toFixed(1)} s`);
  const errors = count(
    m.errors,
    m.errors === 1
      ? "error; what it names was not restored"
      : "errors; what they name was not restored",
  );
  if (errors !== undefined) lines.push(`  ${errors}`);
  return lines.join("\n");
}

function pointText(m: Readonly<Record<string, unknown>>): string {
  if (Array.isArray(m.stamps)) return m.stamps.join(", ");
  return m.stamp === null ? "the living copies" : `snapshot ${m.stamp}`;
}

function replaced(n: unknown): string {
  return typeof n === "number" && n > 0 ? ` (${n} over others)` : "";
}

function add(lines: string[], what: string, parts: readonly (string | undefined)[]): void {
  const known = parts.filter((p) => p !== undefined);
  if (known.length > 0) lines.push(`  ${what}: ${known.join(", ")}`);
}

function count(n: unknown, what: string): string | undefined {
  return typeof n === "number" && n > 0 ? `${n} ${what}` : undefined;
}
