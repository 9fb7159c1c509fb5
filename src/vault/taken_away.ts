/** What a command that nobody has mended yet took away: it is not there, and no damage. @module */

import { before, tryParseDuration } from "../base/duration.ts";
import { joinRel } from "../base/relpath.ts";
import { type Stamp, stampFromNumber, stampToInstant, stampToNumber } from "../base/stamp.ts";
import type { Catalog } from "./catalog.ts";
import { Spellings } from "./folding.ts";
import { isHeld } from "./lock.ts";
import type { RecordHead } from "./record.ts";
import type { Vault } from "./vault.ts";
import type { Version } from "./version.ts";

/** A command that is newer than all that the index has as finished: it broke off, or is under way. */
interface UnmendedCommand {
  kind: RecordHead["kind"];
  /** The snapshots that it forgets. */
  forgets: ReadonlySet<unknown>;
  /** So many generations of a file a run keeps; undefined for all. */
  generations: number | undefined;
  /** True for the stamp of a deletion that a cleanup takes. */
  deletion: (stamp: Stamp) => boolean;
  /** What its record says is gone; read when it is first asked for. */
  gone: ReadonlySet<string> | undefined;
  stamp: Stamp;
}

/** Tells what such commands took, as the next writer will record it. */
export class TakenAway {
  readonly #vault: Vault;
  readonly #catalog: Catalog;
  #spellings: Spellings | undefined;
  #takers: readonly UnmendedCommand[] | undefined;

  /** What was taken from `vault` since the newest finished record that `catalog` has. */
  constructor(vault: Vault, catalog: Catalog) {
    this.#vault = vault;
    this.#catalog = catalog;
  }

  /** True when such a command may have rewritten records that the chain of the newest finished one was made of. */
  rewroteRecords(): boolean {
    return this.#now().some((t) => t.kind !== "run");
  }

  /** True when a version that is not there is what such a command takes. */
  has(v: Version): boolean {
    if (v.until === null) return false;
    return this.#now().some((t) => this.#mayTake(t, v) || this.#goneBy(t).has(lifeOf(v)));
  }

  /** True when such a run may have put another in the place of a living copy and kept nothing of it: its limit is 0. */
  mayReplace(v: Version): boolean {
    return v.until === null && v.type !== "dir" &&
      this.#now().some((t) => t.kind === "run" && t.generations === 0);
  }

  #now(): readonly UnmendedCommand[] {
    // one may have begun since
    if (this.#takers === undefined || isHeld(this.#vault.ports, this.#vault.tree)) {
      this.#takers = this.#newer(this.#takers ?? []);
    }
    return this.#takers;
  }

  /** The lines that were there at first: those of one under way that come later say no more than what it means to take. */
  #goneBy(t: UnmendedCommand): ReadonlySet<string> {
    if (t.gone !== undefined) return t.gone;
    const gone = new Set<string>();
    // what a run takes its limit tells
    if (t.kind !== "run") {
      for (const l of this.#vault.recordLines(t.stamp)) {
        if (l.kind !== "version" || l.gone === undefined) continue;
        gone.add(`${l.from ?? ""}/${l.to ?? ""}/${l.path}`);
      }
    }
    return t.gone = gone;
  }

  /** Lines that were not written yet when it was killed are lost: what it meant to take tells then. */
  #mayTake({ kind, forgets, generations, deletion }: UnmendedCommand, v: Version): boolean {
    if (kind === "cleanup") return this.#isOfDeletion(v, deletion);
    if (kind === "run") return generations !== undefined && this.#isSurplus(v, generations);
    if (kind !== "prune" && kind !== "delete") return false;
    return !this.#catalog.records().some((r) => {
      const stays = r.kind === "run" && !r.forgotten && !forgets.has(r.stamp);
      const at = stampToNumber(r.stamp);
      return stays && at >= Math.max(0, v.since) && at < Number(v.until);
    });
  }

  /** True for what went by such a deletion, and for the generations before that. */
  #isOfDeletion(v: Version, deletion: UnmendedCommand["deletion"]): boolean {
    this.#spellings ??= new Spellings(this.#vault, this.#catalog);
    const lives = this.#spellings.of(v.dir).flatMap((dir) =>
      this.#catalog.history(joinRel(dir, v.name))
    );
    return lives.some(({ until, ended }) =>
      until !== null && ended !== "changed" && until >= (v.until ?? 0) &&
      deletion(stampFromNumber(until))
    );
  }

  /** True for a generation beyond the limit, once that run had made one more. */
  #isSurplus(v: Version, limit: number): boolean {
    const counts = (o: Version): boolean =>
      o.until !== null && o.ended === "changed" && o.gone === null && o.type !== "dir" &&
      !this.#catalog.isSpared(o);
    if (!counts(v)) return false;
    const newer = this.#catalog.history(joinRel(v.dir, v.name))
      .filter((o) => counts(o) && Number(o.until) > Number(v.until));
    return newer.length + 1 >= limit;
  }

  /** Those of which `known` are known already: each record is read once, however often it is asked for. */
  #newer(known: readonly UnmendedCommand[]): UnmendedCommand[] {
    const vault = this.#vault;
    const last = this.#catalog.records().findLast((r) => r.finished)?.stamp ?? "";
    return vault.recordFiles().filter((f) => f.stamp > last).flatMap(({ stamp }) => {
      const same = known.find((t) => t.stamp === stamp);
      if (same !== undefined) return [same];
      const head = vault.openRecord(stamp)?.head;
      if (head === undefined) return [];
      const { snapshots, maxGenerations } = head.options;
      return [{
        kind: head.kind,
        stamp,
        gone: undefined,
        forgets: new Set<unknown>(Array.isArray(snapshots) ? snapshots : []),
        generations: typeof maxGenerations === "number" ? maxGenerations : undefined,
        deletion: deletionsOf(head),
      }];
    });
  }
}

/** Zones of time are apart by no more, and the stamps may be another one's. */
const ZONES = 26 * 3_600_000;

/** Which deletions a cleanup takes, by the rule in its head. */
function deletionsOf({ time, options }: RecordHead): UnmendedCommand["deletion"] {
  const { date, maxRetention } = options;
  if (typeof date === "string") {
    const digits = date.replace(/\D/g, "");
    return (stamp) => stamp.replace("_", "").startsWith(digits);
  }
  const period = typeof maxRetention === "string" ? tryParseDuration(maxRetention) : undefined;
  const end = period === undefined ? Infinity : before(Date.parse(time), period) + ZONES;
  return (stamp) => !(stampToInstant(stamp) >= end);
}

/** A name for one version of a path, as a line of a record has it. */
function lifeOf(v: Version): string {
  const [from, to] = [v.since, v.until].map((n) => n !== null && n > 0 ? stampFromNumber(n) : "");
  return `${from}/${to}/${joinRel(v.dir, v.name)}`;
}
