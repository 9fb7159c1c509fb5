/** The summary of a restore, as text. Pure. @module */

import { text } from "../text/text.ts";
import { countsText, numberOf, secondsOf, sizeOf } from "./counts.ts";
import { printable } from "./printable.ts";

/** The text of the summary that `restore` ends with. Links count as files, as in every other count (decision 24). */
export function restoreText(m: Readonly<Record<string, unknown>>): string {
  const dry = m.dry_run === true;
  const where = { point: pointText(m), target: printable(String(m.target)) };
  const lines = [text(dry ? "summary.restored-dry" : "summary.restored", where)];
  const add = (line: string): void => void lines.push(`  ${line}`);
  const files = [
    writtenText(m, dry),
    countsText([
      [numberOf(m, "files_kept"), "summary.kept"],
      [numberOf(m, "files_attrs"), "summary.set"],
      [numberOf(m, "files_deleted"), dry ? "summary.to-delete" : "summary.deleted"],
      [numberOf(m, "files_verified"), "summary.verified"],
    ]),
  ].filter((part) => part !== "");
  if (files.length > 0) add(text("summary.files", { counts: files.join(", ") }));
  const dirs = countsText([
    [numberOf(m, "dirs_restored"), dry ? "summary.to-make" : "summary.made"],
    [numberOf(m, "dirs_deleted"), dry ? "summary.to-delete" : "summary.deleted"],
  ]);
  if (dirs !== "") add(text("summary.dirs", { counts: dirs }));
  add(text("summary.size-in", { size: sizeOf(m, "bytes_restored"), seconds: secondsOf(m) }));
  const errors = numberOf(m, "errors");
  if (errors > 0) add(text("summary.restore-errors", { n: errors }));
  return lines.join("\n");
}

/** "7 written (1 overwritten, 2 links)"; "" when nothing is. */
function writtenText(m: Readonly<Record<string, unknown>>, dry: boolean): string {
  const links = numberOf(m, "links_restored");
  const written = countsText([
    [numberOf(m, "files_restored"), dry ? "summary.to-write" : "summary.written"],
  ]);
  const replaced = numberOf(m, "files_replaced");
  const parts = [
    countsText([[replaced, dry ? "summary.to-overwrite" : "summary.overwritten"]]),
    links > 0 ? text("summary.links", { n: links }) : "",
  ].filter((part) => part !== "").join(", ");
  return written === "" || parts === "" ? written : text("summary.of-these", { written, parts });
}

function pointText(m: Readonly<Record<string, unknown>>): string {
  if (Array.isArray(m.stamps)) return m.stamps.join(", ");
  return m.stamp === null
    ? text("summary.living")
    : text("summary.point", { stamp: String(m.stamp) });
}
