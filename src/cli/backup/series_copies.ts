/** Which of the copies that a line names are snapshots: a glob takes along what the tool left beside them. Pure. @module */

import { basename, dirname, SEPARATOR } from "@std/path";
import { HikaeError } from "../../base/errors.ts";
import { isRotation, isTime, isUnfinished, timeInName } from "../../base/named_time.ts";
import type { SeriesItem } from "../../engine/backup/series.ts";
import { text } from "../../text/text.ts";
import type { BackupPlan } from "./backup_plan.ts";

/** A copy as the line names it, and its absolute path. */
interface NamedCopy {
  given: string;
  place: string;
}

/** A copy that comes in. */
interface PlannedCopy extends NamedCopy {
  plan: BackupPlan;
}

/**
 * The copies that come in, and a note for each that does not: one that its tool did not finish, and another name for one
 * that is named too (`Latest` of Time Machine). One that is named twice is refused.
 */
export function copiesOf(
  named: readonly NamedCopy[],
  planOf: (given: string) => BackupPlan,
): { copies: PlannedCopy[]; left: BackupPlan["notes"] } {
  const left: BackupPlan["notes"] = [];
  const whole = named.filter(({ given, place }) => {
    if (!isPart(place)) return true;
    left.push({ path: given, message: text("import.unfinished") });
    return false;
  });
  const planned = whole.map((copy) => ({ ...copy, plan: planOf(copy.given) }));
  const copies = planned.filter((copy) => {
    const { source } = copy.plan.request;
    const same = planned.filter(({ plan }) => plan.request.source === source);
    if (same.length === 1) return true;
    const [own, next] = same.toSorted((a, b) => alike(b.place, source) - alike(a.place, source));
    if (own === undefined || next === undefined) return true;
    if (alike(own.place, source) === alike(next.place, source)) throw twice(copy.given);
    if (own === copy) return true;
    left.push({ path: copy.given, message: text("import.other-name", { other: own.given }) });
    return false;
  });
  if (copies.length > 0) return { copies, left };
  throw new HikaeError("usage", text("import.unfinished-all"), {
    hint: text("import.unfinished-hint"),
  });
}

/** True for a copy that was not finished, or a part of one. */
function isPart(path: string): boolean {
  for (let at = path; dirname(at) !== at; at = dirname(at)) {
    if (isUnfinished(basename(at))) return true;
    if (isTime(basename(at))) return false;
  }
  return false;
}

/** How many names at the end of a path are those of the real one: a link nearer to the end leaves fewer. */
function alike(place: string, real: string): number {
  const [a, b] = [place, real].map((path) => path.split(SEPARATOR).toReversed());
  if (a === undefined || b === undefined) return 0;
  const n = a.findIndex((name, i) => name !== b[i]);
  return n < 0 ? a.length : n;
}

function twice(path: string): HikaeError {
  return new HikaeError("usage", text("import.twice"), { path, hint: text("import.twice-hint") });
}

/** A note where one directory is named that holds a series: it would come in as one snapshot that has all of them. */
export function holdNotes(
  series: readonly SeriesItem[],
  list: (path: string) => readonly string[],
): BackupPlan["notes"] {
  return series.flatMap(({ source, given, from }) => {
    const name = basename(source);
    if (from !== "mtime" || isRotation(name) || timeInName(name) !== undefined) return [];
    const n = list(source).filter((entry) => isTime(entry) || isRotation(entry)).length;
    if (n < 2) return [];
    return [{ path: given, message: text("import.holds-copies", { n, given }) }];
  });
}
