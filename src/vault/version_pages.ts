/**
 * Versions a page at a time, in the order of paths and time. Each page begins where the one before ended, so that no row is
 * read twice, however many there are: SQLite goes back to the first one where the question leaves it a choice.
 * @module
 */

import type { SqlValue } from "../base/sql.ts";
import type { Version } from "./version.ts";

/** Gives versions by the rest of a question that selects the columns of `version v`: all of them come after `last`, in order. */
export type SelectVersions = (
  last: Version | undefined,
  rest: string,
  ...values: SqlValue[]
) => Version[];

/** A condition on the columns of `version v`, and its values, which it calls `?` or `?1`. */
export interface VersionQuestion {
  where: string;
  values: readonly SqlValue[];
}

/** How many rows are fetched together: one by one they cost four times as much, and larger pages outlive V8's nursery. */
const PAGE = 256;

/** Before every stamp. */
const FIRST = Number.MIN_SAFE_INTEGER;

/** Those of all directories. */
export function everywhere(select: SelectVersions, question: VersionQuestion): Generator<Version> {
  return between(select, question, { after: "", before: undefined });
}

/** Those directly in a directory. */
export function* directlyIn(
  select: SelectVersions,
  { where, values }: VersionQuestion,
  dir: string,
): Generator<Version> {
  const n = values.length;
  const rest = `WHERE (${where}) AND v.dir = ?${n + 1} AND (v.name, v.since) > (?${n + 2}, ?${
    n + 3
  }) ORDER BY v.name, v.since LIMIT ${PAGE}`;
  yield* inOrder((last) =>
    select(
      last,
      rest,
      ...values,
      dir,
      ...last === undefined ? ["", FIRST] : [last.name, last.since],
    )
  );
}

/** Those directly in a directory, and all below it. */
export function* within(
  select: SelectVersions,
  question: VersionQuestion,
  dir: string,
): Generator<Version> {
  if (dir === "") return yield* everywhere(select, question);
  yield* directlyIn(select, question, dir);
  // "0" comes after "/": what lies below lies between
  yield* between(select, question, { after: `${dir}/`, before: `${dir}0` });
}

/** Those of the directories from `after` on, and before another one. */
function* between(
  select: SelectVersions,
  { where, values }: VersionQuestion,
  { after, before }: { after: string; before: string | undefined },
): Generator<Version> {
  const n = values.length;
  const end = before === undefined ? "" : `AND v.dir < ?${n + 4}`;
  const rest = `WHERE (${where}) AND (v.dir, v.name, v.since) > (?${n + 1}, ?${n + 2}, ?${
    n + 3
  }) ${end} ORDER BY v.dir, v.name, v.since LIMIT ${PAGE}`;
  const ends = before === undefined ? [] : [before];
  yield* inOrder((last) =>
    select(
      last,
      rest,
      ...values,
      ...last === undefined ? [after, "", FIRST] : [last.dir, last.name, last.since],
      ...ends,
    )
  );
}

/** Page after page, the versions of each path in the order of time. */
function* inOrder(pageAfter: (last: Version | undefined) => Version[]): Generator<Version> {
  let path: Version[] = [];
  let last: Version | undefined;
  do {
    const page = pageAfter(last);
    last = page.length < PAGE ? undefined : page.at(-1);
    for (const v of page) {
      const first = path[0];
      if (first !== undefined && (first.dir !== v.dir || first.name !== v.name)) {
        yield* inTime(path);
        path = [];
      }
      path.push(v);
    }
  } while (last !== undefined);
  yield* inTime(path);
}

/** Versions of one path, oldest first; of those that began nobody knows when the end decides. */
export function inTime(versions: Version[]): Version[] {
  return versions.length < 2
    ? versions
    : versions.sort((a, b) => Math.abs(a.since) - Math.abs(b.since));
}
