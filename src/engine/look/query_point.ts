/** The snapshot that a question is about, and what lives in it, as SQL. @module */

import { splitAtPoint } from "../../base/at_path.ts";
import { HikaeError } from "../../base/errors.ts";
import { resolvePoint } from "../../base/point.ts";
import { belowDir, normalizeRel } from "../../base/relpath.ts";
import { type Stamp, stampToNumber } from "../../base/stamp.ts";
import { didYouMean, nearPath } from "../near_path.ts";
import type { EnginePorts } from "../ports.ts";
import type { Reader } from "../reader.ts";

/** A vault to look into. */
export interface LookRequest {
  /** Its real path. */
  root: string;
  /** On Windows `\` separates components, and letters match in either case. */
  windows: boolean;
}

/** The point that was chosen. */
export interface Chosen {
  /**
   * The run; "unknown" when the records are lost and only the current copies can answer, "none" for the time before the
   * first run.
   */
  stamp: Stamp | "unknown" | "none";
  /** Its number in the catalog. */
  n: number;
  /** True when no run came after it, so that whatever lives now lived then. */
  newest: boolean;
}

/** The last number that a stamp can have: after every run. */
const END = 99991231235959;

/** The run that `point` names (`latest` when undefined); says so when records are lost. */
export function choose(ports: EnginePorts, reader: Reader, point: string | undefined): Chosen {
  const text = point ?? "latest";
  const snapshots = reader.snapshots();
  if (snapshots.length === 0 && text.trim() === "latest" && reader.catalog.countLiving("") > 0) {
    ports.emit({
      message_type: "note",
      message: "the run records are lost; this is what the vault holds as current",
    });
    return { stamp: "unknown", n: END, newest: true };
  }
  const stamp = resolvePoint(text, snapshots, ports.clock.now());
  if (snapshots.find((s) => s.stamp === stamp)?.state === "interrupted") {
    ports.emit({
      message_type: "note",
      message: `${stamp} was interrupted: it has what was there before, and what it came to do`,
    });
  }
  const n = stampToNumber(stamp);
  const later = reader.catalog.sql(
    "SELECT 1 AS yes FROM record WHERE kind = 'run' AND stamp > ? LIMIT 1",
  ).get(n);
  return { stamp, n, newest: later === undefined };
}

/** The condition under which a version `v` was alive at `chosen`. */
export function aliveAt({ n, newest }: Chosen): string {
  const known = `(v.since > 0 AND v.since <= ${n} AND (v.until IS NULL OR v.until > ${n}))`;
  return newest ? `(${known} OR (v.since < 0 AND v.until IS NULL))` : known;
}

/** The path of a row of `version v`. */
export const PATH = "CASE v.dir WHEN '' THEN v.name ELSE v.dir || '/' || v.name END";

/** A condition on `version v` for `below` and all that lies below it, with its parameters; the root is left out. */
export function within(below: string): { sql: string; values: string[] } {
  if (below === "") return { sql: "NOT (v.dir = '' AND v.name = '')", values: [] };
  const slash = below.lastIndexOf("/");
  return {
    sql: "(v.dir = ? OR (v.dir > ? AND v.dir < ?) OR (v.dir = ? AND v.name = ?))",
    values: [
      below,
      `${below}/`,
      `${below}0`,
      below.slice(0, Math.max(0, slash)),
      below.slice(slash + 1),
    ],
  };
}

/** The condition for a version `v` of which nothing tells whether it was there before it was seen after `n`. */
export function seenAfter(n: number): string {
  return `(v.why IS 'seen' AND v.since > ${n})`;
}

/** Says how many versions may have been there too, where records that would tell are lost. */
export function noteUnknown(
  ports: EnginePorts,
  reader: Reader,
  chosen: Chosen,
  below: string,
): number {
  if (chosen.newest) return 0;
  const { sql, values } = within(below);
  const row = reader.catalog.sql(
    `SELECT count(*) AS n FROM version v WHERE v.type < 2 AND ${sql} AND
     (v.since < 0 AND coalesce(v.until, ${END}) > ${chosen.n} OR ${seenAfter(chosen.n)})`,
  ).get(...values);
  const count = Number(row?.n ?? 0);
  if (count > 0) {
    ports.emit({
      message_type: "note",
      message: `${count} more may have been there then: the records that would tell are lost`,
    });
  }
  return count;
}

/** What a person typed as a path, relative to the source; a full path below the source is understood too. */
export function pathArgument(reader: Reader, request: LookRequest, text: string): string {
  const windows = request.windows;
  const source = normalizeRel(reader.vault.info.source, windows);
  const absolute = text.startsWith("/") || (windows && /^[A-Za-z]:[\\/]/.test(text));
  const path = normalizeRel(text, windows);
  if (path === undefined) {
    throw new HikaeError("usage", "read path: it leads out of the source", {
      path: text,
      hint: "paths are relative to the source, with / between names",
    });
  }
  const below = absolute && source !== undefined && source !== ""
    ? belowDir(path, source, windows)
    : undefined;
  const meant = below ?? path;
  // there the file is found in whatever case its name is typed
  return windows && meant !== "" ? nearPath(reader.catalog, meant) ?? meant : meant;
}

/** The error of a path that a snapshot does not have. */
export function noSuchPath(
  action: string,
  path: string,
  chosen: Chosen,
  reader: Reader,
): HikaeError {
  const { path: name, point } = splitAtPoint(path).at(-1) ?? { path };
  return new HikaeError("no_such_path", `${action}: snapshot ${chosen.stamp} has no such path`, {
    path,
    hint: point === undefined
      ? didYouMean(
        reader.catalog,
        path,
        "hikae history VAULT PATH tells when it was there, hikae find VAULT NAME where it is",
      )
      : `PATH@POINT is for restore: hikae ${action} VAULT "${name}" --at "${point}"`,
  });
}

/** Refuses a path that no version ever had: a typing error must not look like "nothing changed". */
export function refuseUnknown(action: string, reader: Reader, path: string): void {
  const { sql, values } = within(path);
  const known = reader.catalog.sql(`SELECT 1 AS yes FROM version v WHERE ${sql} LIMIT 1`)
    .get(...values);
  if (known !== undefined) return;
  throw new HikaeError("no_such_path", `${action}: the vault never had such a path`, {
    path,
    hint: didYouMean(
      reader.catalog,
      path,
      "paths are relative to the source; hikae find VAULT NAME looks for a name anywhere",
    ),
  });
}

/** RFC 3339 with milliseconds. */
export function timeText(ms: unknown): string | null {
  return typeof ms === "number" ? new Date(ms).toISOString() : null;
}

/** Waits until main has written what was sent before: a slow reader must not make the answers pile up. */
export async function caughtUp(ports: EnginePorts): Promise<void> {
  await ports.ask?.("written");
}
