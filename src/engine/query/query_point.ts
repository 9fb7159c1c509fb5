/** The snapshot that a question is about. @module */

import { splitAtPoint } from "../../base/at_path.ts";
import { HikaeError } from "../../base/errors.ts";
import { resolvePoint } from "../../base/point.ts";
import { belowDir, normalizeRel } from "../../base/relpath.ts";
import { type Stamp, stampToNumber } from "../../base/stamp.ts";
import { type HistoryPoint, unknownAt, wasEverThere } from "../../vault/history/alive.ts";
import { didYouMean, nearPath } from "../near_path.ts";
import type { EnginePorts } from "../ports.ts";
import { type Proof, tellProof } from "../proven.ts";
import type { Reader } from "../reader.ts";
import { whenDeleted } from "../vanished.ts";
import { text } from "../../text/text.ts";
import { countLiving } from "../../vault/history/paths.ts";

/** A vault to look into. */
export interface LookRequest {
  /** Its real path. */
  root: string;
  /** On Windows `\` separates components, and letters match in either case. */
  windows: boolean;
}

/** The point that was chosen. */
export interface Chosen extends HistoryPoint {
  /**
   * The run; "unknown" when the records are lost and only the current copies can answer, "none" for the time before the
   * first run.
   */
  stamp: Stamp | "unknown" | "none";
  /** Whether its seal agrees. */
  proof: Proof;
}

/** The last number that a stamp can have: after every run. */
const END = 99991231235959;

/** The run that `point` names (`latest` when undefined); says so when records are lost. */
export async function choose(
  ports: EnginePorts,
  reader: Reader,
  point: string | undefined,
): Promise<Chosen> {
  const given = point ?? "latest";
  const stamp = reader.latestNamed(given)?.stamp ?? resolve(ports, reader, given);
  if (stamp === undefined) return { stamp: "unknown", n: END, newest: true, proof: {} };
  const proof = await tellProof(ports, reader, [stamp]);
  const n = stampToNumber(stamp);
  const last = reader.catalog.newestNote((r) => r.kind === "run");
  return { stamp, n, newest: last === undefined || last.stamp <= stamp, proof };
}

/** The snapshot that a point names; undefined where no record is left, but files are. */
function resolve(ports: EnginePorts, reader: Reader, given: string): Stamp | undefined {
  const snapshots = reader.snapshots();
  if (snapshots.length === 0 && given.trim() === "latest" && countLiving(reader.catalog, "") > 0) {
    ports.emit({
      message_type: "note",
      message: text("look.records-lost"),
    });
    return undefined;
  }
  const stamp = resolvePoint(given, snapshots, ports.clock.now());
  if (snapshots.find((s) => s.stamp === stamp)?.state === "interrupted") {
    ports.emit({
      message_type: "note",
      message: text("look.interrupted", { stamp: String(stamp) }),
    });
  }
  return stamp;
}

/** Says how many versions may have been there too, where records that would tell are lost. */
export function noteUnknown(
  ports: EnginePorts,
  reader: Reader,
  chosen: Chosen,
  below: string,
): number {
  if (chosen.newest) return 0;
  let count = 0;
  for (const _ of unknownAt(reader.catalog, chosen, below)) count++;
  if (count > 0) {
    ports.emit({
      message_type: "note",
      message: text("look.maybe-more", { count: String(count) }),
    });
  }
  return count;
}

/** What a person typed as a path, relative to the source; a full path below the source is understood too. */
export function pathArgument(reader: Reader, request: LookRequest, given: string): string {
  const windows = request.windows;
  const source = normalizeRel(reader.vault.info.source, windows);
  const absolute = given.startsWith("/") || (windows && /^[A-Za-z]:[\\/]/.test(given));
  const path = normalizeRel(given, windows);
  if (path === undefined) {
    throw new HikaeError("usage", text("look.path-outside"), {
      path: given,
      hint: text("look.path-outside-hint"),
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
  const deleted = /^\d/.test(chosen.stamp)
    ? whenDeleted(reader, path, chosen.stamp as Stamp)
    : undefined;
  if (deleted !== undefined) {
    const { until, last } = deleted;
    const said = text("vanished.deleted-from", { action, stamp: chosen.stamp, until });
    return new HikaeError("no_such_path", said, {
      path,
      hint: text("vanished.deleted-from-hint", { action, path, last }),
    });
  }
  const { path: name, point } = splitAtPoint(path).at(-1) ?? { path };
  return new HikaeError("no_such_path", text("look.no-path", { action, stamp: chosen.stamp }), {
    path,
    hint: point === undefined
      ? didYouMean(
        reader.catalog,
        path,
        text("look.near-path"),
      )
      : text("look.point-hint", { action, name, point }),
  });
}

/** Refuses a path that no version ever had: a typing error must not look like "nothing changed". */
export function refuseUnknown(action: string, reader: Reader, path: string): void {
  if (wasEverThere(reader.catalog, path)) return;
  throw new HikaeError("no_such_path", text("look.never-path", { action }), {
    path,
    hint: didYouMean(
      reader.catalog,
      path,
      text("look.near-name"),
    ),
  });
}

/** RFC 3339 with milliseconds. */
export function timeText(ms: unknown): string | null {
  return typeof ms === "number" ? new Date(ms).toISOString() : null;
}

/** Waits until main has written what was sent before: a slow reader must not make the answers pile up. */
export async function caughtUp(ports: EnginePorts): Promise<void> {
  await ports.ask?.({ name: "written", asked: undefined });
}
