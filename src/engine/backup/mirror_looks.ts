/**
 * At which directories of the mirror a run looks, where a look costs much: a share far away (decision 11). The directories
 * are parted into fourteen shares by their paths; a run looks at those that were looked at longest ago, so many that each
 * has its turn within fourteen runs and seven days. What is kept of it lies in the index at home: without it, all
 * are looked at.
 * @module
 */

import type { Monotonic } from "../../base/clock.ts";
import type { Catalog } from "../../vault/catalog.ts";

/** So many shares there are, and in so many runs each is looked at. */
const SHARES = 14;
/** Within so many ms each is looked at. */
const WITHIN = 7 * 86_400_000;
/** A look that costs the run more than this is not made of every directory, ms. */
const DEAR = 1;
/** After so many looks in a thread it is known what they cost; each lane of a run begins with as many. */
const FEW = 3;

const KEY = "mirror_looks";

/** When each share was looked at: the run's number, and its start in ms. */
interface LooksKept {
  /** How many runs were counted. */
  runs: number;
  shares: { run: number; at: number }[];
}

/** What the lanes of a run go by. Plain data: lanes in other threads have it too. */
export interface LooksDue {
  /** By share, whether all of its directories are looked at. */
  due: readonly boolean[];
}

/** A run, as far as its looks go. */
export interface LookingRun {
  /** Its vault is far away. */
  far: boolean;
  /** It is told to look at everything. */
  all: boolean;
  /** Its start, ms. */
  started: number;
}

/** What is due in a run; undefined for everything. */
export function looksDue(
  catalog: Catalog,
  { far, all, started }: LookingRun,
): LooksDue | undefined {
  const kept = far && !all ? keptIn(catalog) : undefined;
  if (kept === undefined) return undefined;
  const { runs, shares } = kept;
  const gap = started - Math.max(...shares.map(({ at }) => at));
  // by a clock that went back nothing can be said of ages
  if (gap < 0) return undefined;
  // so many each time that none waits too long
  const some = Math.max(1, Math.ceil(SHARES * gap / WITHIN));
  const turn = shares.map(({ run }, i) => ({ run, i })).sort((a, b) => a.run - b.run || a.i - b.i)
    .slice(0, some).map(({ i }) => i);
  const due = shares.map(({ run, at }, i) =>
    turn.includes(i) || runs + 1 - run >= SHARES || started + gap - at > WITHIN
  );
  return due.every((is) => is) ? undefined : { due };
}

/** The looks at a mirror once a run is over. */
export interface LooksMade {
  /** What the record says: when the share was looked at that waits longest, where that was not this run. */
  told: { mirror_looked?: string };
  /** Keeps it; in a transaction of the catalog. */
  keep: (catalog: Catalog) => void;
}

/** What a run has looked at: `looks` undefined for everything. */
export function looksMade(
  catalog: Catalog,
  looks: LooksDue | undefined,
  { far, started }: LookingRun,
): LooksMade {
  const before = keptIn(catalog);
  // another run may find the disk near, and has looked at everything
  if (!far && before === undefined) return { told: {}, keep: () => {} };
  const run = (before?.runs ?? 0) + 1;
  const shares = Array.from({ length: SHARES }, (_, i) => {
    const kept = looks?.due[i] === false ? before?.shares[i] : undefined;
    return kept ?? { run, at: started };
  });
  const oldest = Math.min(...shares.map(({ at }) => at));
  return {
    told: oldest < started ? { mirror_looked: new Date(oldest).toISOString() } : {},
    keep: (to) => to.setMeta(KEY, JSON.stringify({ runs: run, shares })),
  };
}

function keptIn(catalog: Catalog): LooksKept | undefined {
  try {
    const kept: unknown = JSON.parse(catalog.meta(KEY) ?? "null");
    return isKept(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

function isKept(value: unknown): value is LooksKept {
  if (typeof value !== "object" || value === null) return false;
  if (!("runs" in value && "shares" in value && Array.isArray(value.shares))) return false;
  return typeof value.runs === "number" && value.shares.length === SHARES &&
    value.shares.every((s: unknown) =>
      typeof s === "object" && s !== null && "run" in s && "at" in s &&
      typeof s.run === "number" && typeof s.at === "number"
    );
}

/** Measures what the looks of a lane cost, and says which are left out. */
export class MirrorLooks {
  readonly #due: readonly boolean[];
  readonly #atOnce: number;
  readonly #monotonic: Monotonic;
  #looks = 0;
  #ms = 0;
  /** What this thread did itself meanwhile, ms. */
  #busy = 0;

  /** So many looks are made `atOnce`, in all threads. */
  constructor({ due }: LooksDue, atOnce: number, monotonic: Monotonic) {
    this.#due = due;
    this.#atOnce = atOnce;
    this.#monotonic = monotonic;
  }

  /** So many more looks tell what they cost. */
  get untold(): number {
    return Math.max(0, FEW - this.#looks);
  }

  /** True for a directory that this run need not look at. */
  leavesOut(dir: string): boolean {
    if (dir === "" || this.untold > 0) return false;
    if (this.#ms / this.#looks / this.#atOnce <= DEAR) return false;
    return this.#due[shareOf(dir)] === false;
  }

  /** Looks, and takes the time. */
  timed<T>(look: () => T): T {
    const from = this.#monotonic();
    try {
      return look();
    } finally {
      this.#looks++;
      this.#ms += this.#monotonic() - from;
    }
  }

  /** This thread did something else for so long, while looks were under way: it did not wait for them. */
  busy(ms: number): void {
    this.#busy += ms;
  }

  /** The same for a look that others are made beside. */
  async timedLater(look: () => Promise<void>): Promise<void> {
    const from = this.#monotonic() - this.#busy;
    await look();
    this.#looks++;
    this.#ms += Math.max(0, this.#monotonic() - this.#busy - from);
  }
}

/** The share of a directory: the same in every run, and evenly spread (FNV-1a). */
export function shareOf(dir: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < dir.length; i++) {
    hash = Math.imul(hash ^ dir.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % SHARES;
}
