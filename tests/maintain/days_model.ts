/**
 * A vault's life as a brute-force model: full copies of every state in memory, for every version when it came and
 * when and why it ended, and the rules of cleanup, prune and delete written from the documents, without a line of
 * the program.
 */

import type { Stored } from "./days_source.ts";

/** What a source holds, by path; "" is its root. */
export type State = ReadonlyMap<string, Stored>;

/** A version, as the vault should know it. */
export interface ModelVersion {
  path: string;
  type: Stored["type"];
  text: string;
  /** Of the source when the version came. */
  mtime: number;
  since: string;
  until: string | null;
  came: "new" | "recreated" | "changed";
  ended: "changed" | "deleted" | null;
  gone: string | null;
  goneBy: string | null;
}

/** A run, with a full copy of what it saw. */
export interface ModelSnapshot {
  stamp: string;
  state: State;
  /** The version of each path. */
  holds: ReadonlyMap<string, ModelVersion>;
  counts: Record<string, number>;
}

/** Rules of a prune: numbers, and lengths in days. */
export interface ModelRules {
  policy: Partial<Record<typeof COUNTED[number], number | "unlimited">> & { within?: number };
  keepMinVersions?: number;
  keepDeleted?: number;
}

const COUNTED = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;

/** The length of a text in the vault. */
export function sizeOf(what: { type: string; text: string }): number {
  return what.type === "dir" ? 0 : new TextEncoder().encode(what.text).length;
}

/** A stamp that lies a number of days before another one, by the clock on the wall. */
export function daysBefore(stamp: string, days: number): string {
  const part = (from: number, to: number): number => Number(stamp.slice(from, to));
  const time = [part(9, 11), part(11, 13), part(13, 15)] as const;
  const then = new Date(Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8) - days, ...time));
  return then.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_");
}

/** The vault. */
export class DaysModel {
  /** Runs that are not forgotten, oldest first. */
  snapshots: ModelSnapshot[] = [];
  /** Every version that the vault still knows of, in the order in which they came. */
  known: ModelVersion[] = [];
  /** Past directories that no snapshot needs: nothing promises whether the vault still tells of them. */
  readonly idle = new Set<ModelVersion>();
  /** What the source has, as of the last run. */
  living = new Map<string, ModelVersion>();
  #last: State = new Map();

  /** A run saw `state`. */
  run(stamp: string, state: State, maxGenerations?: number): ModelSnapshot {
    const counts = countChanges(this.#last, state);
    const before = [...this.known];
    const changed: string[] = [];
    for (const [path, was] of [...this.living]) {
      const now = state.get(path);
      if (now !== undefined && sameContent(was, now)) continue;
      was.until = stamp;
      const replaced = now !== undefined && was.type !== "dir" && now.type !== "dir";
      was.ended = replaced ? "changed" : "deleted";
      this.living.delete(path);
      if (now !== undefined) this.#come(stamp, path, now, replaced ? was : undefined, before);
      if (replaced) changed.push(path);
    }
    for (const [path, now] of state) {
      if (!this.living.has(path)) this.#come(stamp, path, now, undefined, before);
    }
    this.#last = state;
    const snapshot = { stamp, state, holds: new Map(this.living), counts };
    if (maxGenerations !== undefined) {
      for (const path of changed) this.#surplus(stamp, path, maxGenerations);
    }
    this.snapshots.push(snapshot);
    return snapshot;
  }

  #come(
    stamp: string,
    path: string,
    now: Stored,
    was: ModelVersion | undefined,
    before: readonly ModelVersion[],
  ): void {
    const isDir = now.type === "dir";
    const had = before.some((v) => v.path === path && (v.type === "dir") === isDir);
    const version: ModelVersion = {
      path,
      type: now.type,
      text: now.text,
      mtime: now.mtime,
      since: stamp,
      until: null,
      came: was !== undefined ? "changed" : had ? "recreated" : "new",
      ended: null,
      gone: null,
      goneBy: null,
    };
    this.living.set(path, version);
    this.known.push(version);
  }

  /** Generations beyond the limit go when there is a new one (decision 15). */
  #surplus(stamp: string, path: string, keep: number): void {
    const past = this.known.filter((v) =>
      v.path === path && v.ended === "changed" && v.gone === null && v.type !== "dir"
    );
    this.#take(past.slice(0, Math.max(0, past.length - keep)), stamp, "backup");
  }

  /** Content leaves the vault; what a snapshot had stays known. */
  #take(versions: readonly ModelVersion[], stamp: string, by: string): void {
    for (const v of versions) {
      v.gone = stamp;
      v.goneBy = by;
    }
    const needed = this.needed(this.snapshots);
    this.known = this.known.filter((v) => !versions.includes(v) || needed.has(v));
  }

  /** The versions that some of the snapshots show. */
  needed(snapshots: readonly ModelSnapshot[]): Set<ModelVersion> {
    return new Set(snapshots.flatMap((s) => [...s.holds.values()]));
  }

  /** Versions of files and links whose content the vault has. */
  stored(): ModelVersion[] {
    return this.known.filter((v) => v.type !== "dir" && v.gone === null);
  }

  /** The deletions that a cleanup sees, with what would go with each: the versions of that life of the file. */
  deletions(): { mark: ModelVersion; own: ModelVersion[] }[] {
    return this.stored().filter((v) => v.ended === "deleted").map((mark) => {
      const own = [mark];
      const older = this.known.filter((v) =>
        v.path === mark.path && v.type !== "dir" && v.since < mark.since
      );
      let newer = mark;
      for (const v of older.reverse()) {
        if (newer.came !== "changed" || v.ended === "deleted" || this.#absent(v, newer)) break;
        if (v.gone === null) own.push(v);
        newer = v;
      }
      return { mark, own };
    });
  }

  /** True when a snapshot tells that there was no such file between two versions. */
  #absent(older: ModelVersion, newer: ModelVersion): boolean {
    return this.snapshots.some((s) => s.stamp >= (older.until ?? "") && s.stamp < newer.since);
  }

  /** A cleanup takes deletions. */
  cleanup(stamp: string, goes: (until: string) => boolean): void {
    const going = this.deletions().filter(({ mark }) => goes(mark.until ?? ""));
    this.#take(going.flatMap(({ own }) => own), stamp, "cleanup");
  }

  /** What a prune decides: the reasons by which snapshots stay, and the versions that go. */
  planPrune(rules: ModelRules, now: string): Plan {
    const stamps = this.snapshots.map((s) => s.stamp);
    const kept = keptBy(stamps, rules.policy);
    const needed = this.needed(this.snapshots.filter((s) => kept.has(s.stamp)));
    const after = daysBefore(now, rules.keepDeleted ?? 0);
    const stored = this.stored();
    const goes = (v: ModelVersion): boolean => {
      const newer = stored.filter((o) => o.path === v.path && o.since > v.since).length;
      if (newer < (rules.keepMinVersions ?? 0)) return false;
      const young = v.ended === "deleted" && (v.until ?? "") > after;
      return !(rules.keepDeleted !== undefined && young) && !needed.has(v) && v.until !== null;
    };
    return { kept, going: stored.filter(goes) };
  }

  /** What a delete decides. */
  planDelete(stamps: readonly string[]): Plan {
    const stay = this.snapshots.filter((s) => !stamps.includes(s.stamp));
    const leave = this.snapshots.filter((s) => stamps.includes(s.stamp));
    const [keep, had] = [this.needed(stay), this.needed(leave)];
    const going = this.stored().filter((v) => v.until !== null && had.has(v) && !keep.has(v));
    return { kept: new Map(stay.map((s) => [s.stamp, "named"])), going };
  }

  /** Snapshots and versions are forgotten. */
  forget({ kept, going }: Plan): void {
    this.snapshots = this.snapshots.filter((s) => kept.has(s.stamp));
    const needed = this.needed(this.snapshots);
    this.known = this.known.filter((v) =>
      !going.includes(v) && (v.gone === null || v.until === null || needed.has(v))
    );
    for (const v of this.known) {
      if (v.type === "dir" && v.until !== null && !needed.has(v)) this.idle.add(v);
    }
  }
}

/** Which snapshots stay and why, and which versions go. */
export interface Plan {
  kept: ReadonlyMap<string, string>;
  going: readonly ModelVersion[];
}

function sameContent(was: ModelVersion, now: Stored): boolean {
  return was.type === now.type && was.text === now.text;
}

/** What a run's summary says of two states (decision 24). */
function countChanges(was: State, now: State): Record<string, number> {
  const n = {
    files_new: 0,
    files_changed: 0,
    files_deleted: 0,
    files_unmodified: 0,
    files_attrs: 0,
    files_repaired: 0,
    dirs_new: 0,
    dirs_deleted: 0,
    bytes_added: 0,
    total_files_processed: 0,
    total_bytes_processed: 0,
  };
  for (const [path, e] of now) {
    const old = was.get(path);
    if (e.type === "dir") {
      if (old?.type !== "dir" && path !== "") n.dirs_new++;
      continue;
    }
    n.total_files_processed++;
    n.total_bytes_processed += sizeOf(e);
    const other = old?.type !== e.type || old.text !== e.text;
    if (other) n.bytes_added += sizeOf(e);
    if (old === undefined || old.type === "dir") n.files_new++;
    else if (other) n.files_changed++;
    else if (old.mode !== e.mode || old.mtime !== e.mtime) n.files_attrs++;
    else n.files_unmodified++;
  }
  for (const [path, old] of was) {
    const e = now.get(path);
    if (old.type === "dir") n.dirs_deleted += e?.type === "dir" ? 0 : 1;
    else if (e === undefined || e.type === "dir") n.files_deleted++;
  }
  return n;
}

/** The snapshots that a policy keeps, with the reasons: by groups of the calendar (docs/retention.md). */
function keptBy(stamps: readonly string[], policy: ModelRules["policy"]): Map<string, string> {
  const reasons = new Map<string, string[]>();
  const keep = (stamp: string, why: string): void => {
    reasons.set(stamp, [...reasons.get(stamp) ?? [], why]);
  };
  const [oldest = "", newest = ""] = [stamps[0], stamps.at(-1)];
  if (policy.within !== undefined) {
    const after = daysBefore(newest, policy.within);
    for (const s of stamps) if (s > after) keep(s, `within ${policy.within}d`);
  }
  for (const rule of COUNTED) {
    const count = policy[rule] === "unlimited" ? Infinity : policy[rule] ?? 0;
    if (count === 0) continue;
    // the last one of each period
    const groups = new Map(stamps.map((s) => [periodOf(rule, s), s]));
    const last = [...groups.values()].slice(-count);
    for (const s of last) keep(s, `${rule} snapshot`);
    if (groups.size < count && !last.includes(oldest)) keep(oldest, `oldest ${rule} snapshot`);
  }
  if (!reasons.has(newest)) keep(newest, "newest snapshot");
  return new Map([...reasons].map(([stamp, list]) => [stamp, list.join(", ")]));
}

function periodOf(rule: typeof COUNTED[number], stamp: string): string {
  if (rule === "last") return stamp;
  if (rule !== "weekly") {
    return stamp.slice(0, { hourly: 11, daily: 8, monthly: 6, yearly: 4 }[rule]);
  }
  const noon = `${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6, 8)}T12:00:00Z`;
  const day = new Date(noon).getUTCDay();
  return daysBefore(stamp, (day + 6) % 7).slice(0, 8);
}
