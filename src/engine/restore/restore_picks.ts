/** What is to be restored: paths, globs and points in time, resolved before anything is written. @module */

import { splitAtPoint } from "../../base/at_path.ts";
import { HikaeError } from "../../base/errors.ts";
import { compileGlob, isGlob } from "../../base/glob.ts";
import { resolvePoint } from "../../base/point.ts";
import { belowDir, dirOf, isWithin, normalizeRel } from "../../base/relpath.ts";
import { type Stamp, stampToNumber } from "../../base/stamp.ts";
import type { ErrorLine } from "../../vault/record.ts";
import type { Version } from "../../vault/catalog.ts";
import { aliveAt, aliveOf, type HistoryPoint, isAlive } from "../../vault/history/alive.ts";
import { text as say } from "../../text/text.ts";
import { lastWith, vanished, whenDeleted } from "../vanished.ts";
import { didYouMean, nearPath } from "../near_path.ts";
import type { EnginePorts } from "../ports.ts";
import { type NamedRun, pathOf, type Reader, type Snapshot } from "../reader.ts";
import type { RestoreRequest } from "./request.ts";
import { ofUnknownAge } from "../../vault/history/paths.ts";

/** The state of the source at a point, or the living copies of a vault without records. */
export class PointView {
  readonly stamp: Stamp | undefined;
  readonly snapshot: NamedRun | undefined;
  readonly #reader: Reader;

  /** The state as of `snapshot`; undefined is what lives. */
  constructor(reader: Reader, snapshot: NamedRun | undefined) {
    this.#reader = reader;
    this.snapshot = snapshot;
    this.stamp = snapshot?.stamp;
  }

  /** True for a version that {@link versions} gives. */
  has(v: Version): boolean {
    return isAlive(v, this.stamp === undefined ? NOW : this.#reader.point(this.stamp));
  }

  /** The versions at `below` and under it, in the order of directories and names. */
  versions(below: string): Iterable<Version> {
    if (this.stamp !== undefined) return this.#reader.at(this.stamp, below);
    return aliveAt(this.#reader.catalog, NOW, below);
  }

  /** The files at `below` and under it, and their bytes; undefined where no record tells of a point. */
  total(below: string): { files: number; bytes: number } | undefined {
    return this.stamp === undefined ? undefined : this.#reader.totalAt(this.stamp, below);
  }

  /** The version of one path. */
  version(path: string): Version | undefined {
    if (this.stamp !== undefined) return this.#reader.versionAt(path, this.stamp);
    return aliveOf(this.#reader.catalog, NOW, path).at(-1);
  }

  /** What that run could not read. */
  *failures(reader: Reader): Generator<ErrorLine> {
    if (this.stamp === undefined || (this.snapshot?.errors ?? 0) === 0) return;
    for (const line of reader.vault.openRecord(this.stamp)?.lines ?? []) {
      if (line.kind === "error") yield line;
    }
  }

  /** Paths that may have been there, though nothing tells since when. */
  *unknown(): Generator<string> {
    if (this.stamp === undefined) return;
    const n = stampToNumber(this.stamp);
    const found = ofUnknownAge(this.#reader.catalog, n);
    for (const v of found) if (v.type !== "dir") yield pathOf(v);
  }
}

/** What lives, whatever the records say. */
const NOW: HistoryPoint = { n: Number.MAX_SAFE_INTEGER, newest: true };

/** One thing to restore: a path with all below it, or everything that a glob matches. */
export interface Pick {
  view: PointView;
  path: string;
  match?: (path: string) => boolean;
}

/** Resolves the paths of a request; throws `no_such_path`, `no_such_snapshot` or `usage`. */
export function resolvePicks(
  ports: FinderPorts,
  reader: Reader,
  request: FinderRequest,
): Pick[] {
  const finder = new Finder(ports, reader, request);
  if (request.paths.length === 0) return [{ view: finder.view(undefined), path: "" }];
  const picks: Pick[] = [];
  for (const text of request.paths) addPick(picks, finder.find(text));
  return picks;
}

/** Everything that was deleted, each path as of the last snapshot that had it; `lost` is told of what none has. */
export function vanishedPicks(
  reader: Reader,
  request: { globs: readonly string[]; since?: Stamp },
  lost: (path: string) => void,
): Pick[] {
  const snapshots = reader.snapshots();
  const views = new Map<string, PointView>();
  return vanished(reader, request).flatMap((v) => {
    const snapshot = lastWith(snapshots, v);
    if (snapshot === undefined) {
      lost(pathOf(v));
      return [];
    }
    const view = views.get(snapshot.stamp) ?? new PointView(reader, snapshot);
    views.set(snapshot.stamp, view);
    return [{ view, path: pathOf(v) }];
  });
}

type FinderPorts = { clock: EnginePorts["clock"]; separator: string };
type FinderRequest = { paths: RestoreRequest["paths"]; at: string | undefined };

/** A path inside another one of the same point is restored with it; of two points one path cannot be both. */
function addPick(picks: Pick[], pick: Pick): void {
  if (pick.match === undefined) {
    for (const [i, other] of [...picks.entries()].reverse()) {
      if (other.match !== undefined) continue;
      const [inner, outer] = isWithin(pick.path, other.path)
        ? [pick, other]
        : isWithin(other.path, pick.path)
        ? [other, pick]
        : [undefined, undefined];
      if (inner === undefined || outer === undefined) continue;
      if (inner.view.stamp !== outer.view.stamp) throw twoPoints(inner, outer);
      if (inner === pick) return;
      picks.splice(i, 1);
    }
  }
  picks.push(pick);
}

function twoPoints(inner: Pick, outer: Pick): HikaeError {
  return new HikaeError(
    "usage",
    say("restore.two-points", {
      path: inner.path,
      one: String(inner.view.stamp),
      other: String(outer.view.stamp),
    }),
    { hint: say("restore.two-points-hint") },
  );
}

class Finder {
  readonly #reader: Reader;
  readonly #request: FinderRequest;
  readonly #ports: FinderPorts;
  readonly #views = new Map<string, PointView>();

  constructor(ports: FinderPorts, reader: Reader, request: FinderRequest) {
    this.#ports = ports;
    this.#reader = reader;
    this.#request = request;
  }

  /** The state at a point as it was typed; undefined is the point for all paths without their own. */
  view(point: string | undefined): PointView {
    const text = point ?? this.#request.at ?? "latest";
    const known = this.#views.get(text);
    if (known !== undefined) return known;
    const run = this.#reader.latestNamed(text) ?? this.#named(text);
    const same = [...this.#views.values()].find((v) => v.stamp === run?.stamp);
    const view = same ?? new PointView(this.#reader, run);
    this.#views.set(text, view);
    return view;
  }

  #named(point: string): Snapshot | undefined {
    const snapshots = this.#reader.snapshots();
    if (snapshots.length === 0 && point.trim().toLowerCase() === "latest") return undefined;
    const stamp = resolvePoint(point, snapshots, this.#ports.clock.now());
    return snapshots.find((s) => s.stamp === stamp);
  }

  /** The reading of `text` that names something: as a path before as a glob, whole before with `@POINT`. */
  find(text: string): Pick {
    const readings = splitAtPoint(text).flatMap(({ path, point }) =>
      this.#forms(path).map((form) => ({ path: form, point }))
    );
    for (const { path, point } of readings) {
      if (path === "" && point === undefined && !isRoot(text)) continue;
      const view = this.view(point);
      if (path === "" || view.version(path) !== undefined) return { view, path };
    }
    for (const { path, point } of readings) {
      if (!isGlob(path)) continue;
      const match = compileGlob(path);
      const view = this.view(point);
      for (const v of view.versions("")) {
        if (v.name !== "" && match(pathOf(v))) return { view, path: "", match };
      }
    }
    throw this.#nothing(text, readings.at(-1)?.point);
  }

  /** What a typed path may mean: relative to the source, or the absolute path that the source had. */
  #forms(text: string): string[] {
    const windows = this.#ports.separator === "\\";
    const forms: string[] = [];
    const source = normalizeRel(this.#reader.vault.info.source, windows);
    const rel = normalizeRel(text, windows);
    if (rel === undefined) return isGlob(text) ? [text] : [];
    forms.push(rel);
    const absolute = text.startsWith("/") || (windows && /^[A-Za-z]:/.test(text));
    const below = absolute && source !== undefined ? belowDir(rel, source, windows) : undefined;
    if (below !== undefined) forms.unshift(below);
    // there the file is found in whatever case its name is typed
    const near = windows ? forms.map((f) => nearPath(this.#reader.catalog, f)) : [];
    return [...forms, ...near.filter((n) => n !== undefined)];
  }

  /** The error of a path that was deleted: when, and how its last version comes back. */
  #deleted(typed: string, stamp: Stamp): HikaeError | undefined {
    for (const path of splitAtPoint(typed).flatMap((r) => this.#forms(r.path))) {
      const deleted = whenDeleted(this.#reader, path, stamp);
      if (deleted === undefined) continue;
      const { until, last } = deleted;
      return new HikaeError("no_such_path", say("vanished.deleted", { stamp, until }), {
        path: typed,
        hint: say("vanished.deleted-hint", { path: `"${path}@${last}"` }),
      });
    }
    return undefined;
  }

  #nothing(text: string, point: string | undefined): HikaeError {
    const { stamp } = this.view(point);
    const gone = stamp === undefined ? undefined : this.#deleted(text, stamp);
    if (gone !== undefined) return gone;
    return new HikaeError(
      "no_such_path",
      stamp === undefined ? say("restore.no-path") : say("restore.no-path-in", { stamp }),
      {
        path: text,
        hint: didYouMean(
          this.#reader.catalog,
          normalizeRel(splitAtPoint(text).at(-1)?.path ?? text, false) ?? text,
          say("restore.near-path"),
        ),
      },
    );
  }
}

function isRoot(text: string): boolean {
  return /^(\.?[/\\]?)+$/.test(text) && text !== "";
}

/** The directories above a path, outermost first, without the root. */
export function above(path: string): string[] {
  const dirs: string[] = [];
  for (let at = dirOf(path); at !== ""; at = dirOf(at)) dirs.unshift(at);
  return dirs;
}
