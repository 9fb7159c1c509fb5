/**
 * At which directories of the mirror a run looks, where a look costs much: a share far away (decision 11). The directories
 * are parted into fourteen shares by their paths; a run looks at those that were looked at longest ago, so many that each
 * has its turn within fourteen runs and seven days. What is kept of it lies in the index at home: without it, all
 * are looked at.
 * @module
 */

import type { Monotonic } from "../../base/clock.ts";
import type { FileInfo, FileSystem } from "../../base/fs.ts";
import { joinRel } from "../../base/relpath.ts";
import type { Catalog } from "../../vault/catalog.ts";
import type { KnownRow } from "../../vault/pieced_row.ts";
import type { Vault } from "../../vault/vault.ts";
import type { MirrorTimes, ReadVaultDir } from "./vault_dir.ts";

/** So many shares there are, and in so many runs each is looked at. */
const SHARES = 14;
/** Within so many ms each is looked at. */
const WITHIN = 7 * 86_400_000;
/** A look that costs the run more than this is not made of every directory, ms. */
const DEAR = 1;
/** After so many looks in a thread it is known what they cost; each lane of a run begins with as many. */
const FEW = 3;

/** So many directories that have other inodes tell that all do; of so many at most it is asked. */
const [ENOUGH, ASKED] = [3, 9];

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
  /** Inodes of the mirror are not what they were when they were seen last: the disk gives others at each mount. */
  inodesRoam: boolean;
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
  vault: Pick<Vault, "fs" | "tree">,
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
  const inodesRoam = doInodesRoam(vault, catalog, runs);
  return due.every((is) => is) && !inodesRoam ? undefined : { due, inodesRoam };
}

/**
 * True when several directories of the mirror are as the last run left them by their times, and have other inodes. In the
 * place of one alone another may have come.
 */
function doInodesRoam(
  { fs, tree }: Pick<Vault, "fs" | "tree">,
  catalog: Catalog,
  runs: number,
): boolean {
  // the deepest first: disks that number what they are asked for, in that order, often give the first the same numbers
  const dirs = [""];
  let [same, other] = [0, 0];
  for (let asked = 0; asked < ASKED && other < ENOUGH; asked++) {
    const dir = dirs.pop();
    if (dir === undefined || (same >= ENOUGH && other === 0)) break;
    const row = catalog.knownRow(dir);
    for (const name of someOf(row?.namesOf("dir") ?? [], runs)) dirs.push(joinRel(dir, name));
    // a mount's own directory may have the same inode always
    const info = row === undefined || dir === "" ? undefined : infoIfAny(fs, tree.mirror(dir));
    if (row === undefined || info === undefined) continue;
    if (row.isMirror(info.mtime, info.ctime, info.ino)) same++;
    else if (row.isTimed(info.mtime, info.ctime)) other++;
  }
  return other >= ENOUGH;
}

/** Some names, others in each run: some disks give inodes in the order in which they are asked. */
function someOf(names: readonly string[], runs: number): string[] {
  const from = names.length === 0 ? 0 : runs * ENOUGH % names.length;
  return [...names.slice(from), ...names.slice(0, from)].slice(0, ASKED);
}

function infoIfAny(fs: Pick<FileSystem, "lstat">, path: string): FileInfo | undefined {
  try {
    return fs.lstat(path);
  } catch {
    // met where it is looked at
    return undefined;
  }
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
  /** Inodes tell nothing. */
  readonly inodesRoam: boolean;
  readonly #due: readonly boolean[];
  readonly #atOnce: number;
  readonly #monotonic: Monotonic;
  #looks = 0;
  #ms = 0;
  /** What this thread did itself meanwhile, ms. */
  #busy = 0;

  /** So many looks are made `atOnce`, in all threads. */
  constructor({ due, inodesRoam }: LooksDue, atOnce: number, monotonic: Monotonic) {
    this.#due = due;
    this.inodesRoam = inodesRoam;
    this.#atOnce = atOnce;
    this.#monotonic = monotonic;
  }

  /** So many more looks tell what they cost. */
  get untold(): number {
    return Math.max(0, FEW - this.#looks);
  }

  /** True for a directory that this run need not look at. */
  leavesOut(dir: string): boolean {
    if (this.untold > 0 || this.#ms / this.#looks / this.#atOnce <= DEAR) return false;
    return !this.isDue(dir);
  }

  /** True for a directory of which everything is looked at in this run. */
  isDue(dir: string): boolean {
    return dir === "" || this.#due[shareOf(dir)] !== false;
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

/** One that was looked at; what was not listed comes from the row, and is not made where nobody asks for it. */
export class LookedDir implements ReadVaultDir {
  readonly known: ReadVaultDir["known"];
  readonly row: KnownRow | undefined;
  readonly listed: boolean;
  readonly seen: MirrorTimes | undefined;
  readonly links: ReadonlySet<string>;
  readonly looked: boolean;
  readonly metadataSound: boolean;
  readonly #names: ReadonlyMap<string, string> | undefined;

  /** `names` are those of the mirror, where it was listed. */
  constructor(
    names: ReadonlyMap<string, string> | undefined,
    { known, row, listed, seen, links, looked, metadataSound }: Omit<ReadVaultDir, "mirror">,
  ) {
    this.#names = names;
    this.known = known;
    this.row = row;
    this.listed = listed;
    this.seen = seen;
    this.links = links;
    this.looked = looked;
    this.metadataSound = metadataSound;
  }

  get mirror(): ReadonlyMap<string, string> {
    return this.#names ?? this.row?.mirror() ?? new Map();
  }
}
