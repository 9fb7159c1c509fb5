/**
 * What comes into a directory of a vault: what the record says of it, what it begins as, and the new names, until the
 * listing shows that each is an entry of its own: a disk may keep a name under another one (decision 17). And whether
 * nobody else brought or took anything meanwhile.
 * @module
 */

import { utf8Length } from "../../../base/bytes.ts";
import type { FileInfo } from "../../../base/fs.ts";
import { lstatIfAny } from "../../../base/io.ts";
import { mirrorName, NAME_MAX, storedMark } from "../../../vault/names.ts";
import { joinRel } from "../../../base/relpath.ts";
import { text } from "../../../text/text.ts";
import type { SourceEntry, SourceTrouble } from "../../source/source_dir.ts";
import type { Catalog } from "../../../vault/catalog.ts";
import { HUGE } from "../../source/source_dir.ts";
import { type NameTable, tableOf } from "../../../vault/name_finder.ts";
import { isCoarse } from "../../../vault/disk_times.ts";
import type { ScanEntry, ScanTable } from "../../../vault/scan_row.ts";
import type { LaneVault } from "../lane_vault.ts";
import type { DirPlan } from "../compare/compare.ts";
import type { VaultDir } from "../vault_dir.ts";
import { beginLine, type Beginning, type NamesOfDir } from "./retire.ts";
import { LARGE } from "./block_wise.ts";
import { setCopyAttrs } from "../../share/make_shared.ts";
import { fileMode } from "../content_types.ts";
import type { Why } from "../../../vault/record.ts";
import type { LinkName } from "../vault_sharing.ts";

/** What a row does not tell of a new file or link that is in its place. */
export interface Brought {
  /** What the disk takes for it, in bytes. */
  bytes: number;
  /** What it shares with the vault, in bytes. */
  shared: number;
  /** Its size as read, where another one was told. */
  realSize: number | undefined;
  /** The first name of a file that has several. */
  link: string | undefined;
}

/** So many new names of one directory may wait for a look at its listing, or as many as came before them. */
const UNSETTLED = 4096;

/** New names that were placed and not seen in a listing yet. */
export class Arrivals {
  /** Names of directories that the disk takes for others, or keeps under another name: nothing goes below them. */
  readonly refused = new Set<string>();
  /** What the disk did not keep under its own name; to be told. */
  readonly misfits: SourceTrouble[] = [];
  readonly #run: LaneVault;
  readonly #path: string;
  /** What the disk takes names for. */
  readonly names: NamesOfDir;
  readonly #entries: ScanTable;
  /** Their rows. */
  #waiting: number[] = [];
  /** Of those of which the row does not tell all. */
  readonly #brought = new Map<number, Brought>();
  #settled = 0;

  /** None yet, in the directory `path` with these names on the disk. */
  constructor(run: LaneVault, path: string, names: NamesOfDir, entries: ScanTable) {
    this.#run = run;
    this.#path = path;
    this.names = names;
    this.#entries = entries;
  }

  /** How many wait for a look. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** A new name is in its place: it counts once the directory lists it. */
  add(row: number, brought?: Brought): void {
    this.#waiting.push(row);
    if (brought !== undefined) this.#brought.set(row, brought);
  }

  /** So many wait that they are to be looked for before more come. */
  get areMany(): boolean {
    return this.#waiting.length >= Math.max(UNSETTLED, this.#settled);
  }

  /** Takes in the new names that the directory lists; what the disk keeps under another name goes again. */
  settle(): void {
    if (this.#waiting.length === 0) return;
    this.changed();
    this.settleListed();
  }

  /** Has the directory listed for {@link settleListed}; true for a huge one that has every name that waits. */
  async list(): Promise<boolean> {
    this.changed();
    if (this.#entries.length < HUGE) return false;
    const isWhole = await this.#listsAll().catch(() => false);
    if (!isWhole) await this.names.mirror.listLater();
    return isWhole;
  }

  async #listsAll(): Promise<boolean> {
    const waiting = this.#waiting;
    // made once the listing has begun, before which what nobody needs any more is collected
    let places: NameTable | undefined;
    const seen = new Uint8Array(waiting.length);
    await this.names.mirror.eachListed((name) => {
      places ??= tableOf(waiting.length, (i) => this.#entries.name(waiting[i] ?? 0));
      const place = places.get(name);
      if (place !== undefined) seen[place] = 1;
    }, () => seen.fill(0));
    return waiting.every((row, i) => seen[i] === 1 || this.#entries.type(row) === "link");
  }

  /** Some that wait are not listed, as far as a quick listing tells. */
  get lacksSome(): boolean {
    return this.#waiting.some((row) => !this.#isListed(row));
  }

  /** Lists what they lie in to its end, for {@link settleListed}. */
  async listWhole(): Promise<void> {
    await this.names.mirror.listLater();
    if (this.#waiting.some((row) => this.#linkRecord(row) !== undefined)) {
      await this.names.meta.listLater();
    }
  }

  /** Something came or went: what was listed before counts no more. */
  changed(): void {
    this.names.mirror.changed();
    this.names.meta.changed();
  }

  /**
   * The same, where it was listed since the last of them came; `all`: it has every name of the mirror. Throws where one is
   * missed and the listing may have been cut: what is in its place would go.
   */
  settleListed(all = false): void {
    let done = 0;
    try {
      for (const row of this.#waiting) {
        const listed = this.#isListed(row, all);
        if (!listed) this.#assertMisfit(row);
        if (listed) this.#takeIn(row);
        done++;
        if (!listed) this.#evict(row);
      }
    } finally {
      // where the listing failed, what is in its place waits on: the row has it, and the record must
      this.#waiting = this.#waiting.slice(done);
      this.#settled += done;
    }
  }

  #isListed(row: number, all = false): boolean {
    const record = this.#linkRecord(row);
    if (record !== undefined) return this.names.meta.isListed(record);
    return all || this.names.mirror.isListed(this.#entries.name(row));
  }

  #assertMisfit(row: number): void {
    const record = this.#linkRecord(row);
    const names = record === undefined ? this.names.mirror : this.names.meta;
    if (names.isSure) return;
    if (!names.isOneOf(record ?? this.#entries.name(row), names.list().keys())) throw names.cut;
  }

  /** Of a link: the name of its record in the meta directory. */
  #linkRecord(row: number): string | undefined {
    if (this.#entries.type(row) !== "link") return undefined;
    return storedMark("link", this.#entries.name(row), undefined, this.#run.vault.hashText).stored;
  }

  #takeIn(row: number): void {
    const brought = this.#brought.get(row);
    const info = this.#entries.entry(row);
    const { name, type, hash } = info;
    if (type === "dir") return;
    const source = { name, type, info, realSize: brought?.realSize };
    const why: Why = hadBefore(this.#run, joinRel(this.#path, name)) ? "recreated" : "new";
    const moved = this.#run.sharing?.movedFrom(this.#path, source, hash);
    beginLine(this.#run, this.#path, source, { hash, why, moved, link: brought?.link });
    const { bytes, shared } = brought ?? { bytes: info.size, shared: 0 };
    this.#run.counts.bytes_added += bytes;
    this.#run.counts.bytes_shared += shared;
    this.#run.counts.files_new++;
    this.#brought.delete(row);
  }

  /** Takes in all without a look: the directory could not be ended. */
  takeUnseen(): void {
    for (const row of this.#waiting) this.#takeIn(row);
    this.#waiting = [];
  }

  #evict(row: number): void {
    const { fs, tree } = this.#run.vault;
    const name = this.#entries.name(row);
    const record = this.#linkRecord(row);
    this.#entries.drop(row);
    this.#brought.delete(row);
    fs.remove(
      record === undefined
        ? tree.entry(this.#path, name)
        : tree.below(tree.meta(this.#path), record),
    );
    this.names.mirror.changed();
    this.names.meta.changed();
    this.refused.add(name);
    this.misfits.push({
      path: joinRel(this.#path, name),
      during: "store",
      code: "name",
      message: text("disk.name-altered"),
      hint: text("next.vault-name"),
    });
  }
}

function hadBefore({ catalog }: LaneVault, path: string): boolean {
  return catalog?.history(path).some((v) => v.type !== "dir") ?? false;
}

/** Why the mirror cannot hold a name; undefined when it can (decisions 16 and 17). */
export function unstorable({ vault, options }: LaneVault, name: string): string | undefined {
  const length = utf8Length(mirrorName(name, vault.info.case_sensitive));
  return length > NAME_MAX && !options.windows ? text("name.mark-too-long") : undefined;
}

/** The copy that a large new version in `dir` can begin as, where the disk shares blocks. */
export function baseOf(
  { sharing, vault }: LaneVault,
  dir: string,
  { known, source, repair }: Arrival,
): string | undefined {
  if (repair || known?.type !== "file" || source.type !== "file") return undefined;
  if (Math.min(known.size, source.info.size) < LARGE) return undefined;
  return sharing?.sharesBlocks() === true ? vault.tree.entry(dir, source.name) : undefined;
}

/**
 * When what lives began, of which no record tells: undefined in it where nothing does, else by the marks on the disk.
 * Undefined for what a record tells of.
 */
export function untoldBeginning(
  run: LaneVault,
  dir: string,
  known: ScanEntry,
): Pick<Beginning, "since"> | undefined {
  if (known.since <= 0) return { since: undefined };
  const { catalog } = run;
  if (catalog === undefined || !isGuessed(catalog)) return undefined;
  const living = catalog.living(joinRel(dir, known.name));
  return living?.why === "found" ? { since: known.since } : undefined;
}

const guessed = new WeakMap<Catalog, boolean>();

/** True where the index holds what no record tells; asked once. */
function isGuessed(catalog: Catalog): boolean {
  const known = guessed.get(catalog) ?? catalog.meta("guessed") !== undefined;
  guessed.set(catalog, known);
  return known;
}

/** A step that brings content. */
export interface Arrival {
  source: SourceEntry;
  /** What the vault has under the name. */
  known: ScanEntry | undefined;
  /** True when the copy is missing though the metadata lists it. */
  repair: boolean;
  /** What the record is to say of a file's other names. */
  names?: LinkName | undefined;
  /** True when nothing but the content changed: the copy that the vault has may be the last good one. */
  rot?: boolean;
}

/** How a copy comes to its place. */
export interface Placing {
  /** Nothing stood under the name just before, nor a link that leads nowhere. */
  isFree?: boolean;
  place: () => unknown;
  /** What the disk takes for it, in bytes. */
  bytes: number;
  /** What it shares with the vault, in bytes. */
  shared?: number;
  /** Of a link: the name of its record in the meta directory. */
  link?: string;
}

/** What its row does not tell of what was brought; undefined where it tells all. */
export function broughtBy({ source, names }: Arrival, placing: Placing): Brought | undefined {
  const { bytes, shared = 0 } = placing;
  const { realSize } = source;
  const link = names?.link;
  if (bytes === source.info.size && shared === 0 && realSize === undefined && link === undefined) {
    return undefined;
  }
  return { bytes, shared, realSize, link };
}

/** Gives the copy of a file in `dir` the attributes of the source; one that others share becomes its own. */
export function touchCopy(run: LaneVault, dir: string, source: SourceEntry, hash: string): void {
  const { fs, tree } = run.vault;
  const path = tree.entry(dir, source.name);
  const there = fs.lstat(path);
  const stored = run.sharing?.makeOwn(dir, source, hash, there);
  if (stored !== undefined) run.counts.bytes_added += stored;
  else setCopyAttrs(fs, path, there, { mode: fileMode(source.info), mtime: source.info.mtime });
}

/**
 * Tells whether nobody but the run changed a directory of the mirror since it was looked at: each entry that comes or goes
 * moves its times. Where the run changes one name of a directory it asks just before that; else before the times are set.
 */
export class MirrorProof {
  readonly #run: LaneVault;
  readonly #path: string;
  readonly #vault: VaultDir;
  /** No more than one name is changed. */
  readonly #alone: boolean;
  #asSeen: boolean | undefined;

  /** For the directory `path`, which was seen as `vault`. */
  constructor(run: LaneVault, path: string, vault: VaultDir, { steps }: DirPlan) {
    this.#run = run;
    this.#path = path;
    this.#vault = vault;
    this.#alone = steps.length < 2;
  }

  /** It is as it was seen; what the run changes right after the first question counts no more. */
  isAsSeen(): boolean {
    return this.#asSeen ??= this.#alone && this.#looksAsSeen();
  }

  #looksAsSeen(): boolean {
    const { seen, listed } = this.#vault;
    if (seen === undefined) return false;
    // what is listed so soon after it changed may change again without its times telling
    const last = this.#run.options.startedMs - TICK;
    if (listed && !(seen.ctime > 0 && seen.ctime < last && seen.mtime < last)) return false;
    const { fs, tree } = this.#run.vault;
    const now = lstatIfAny(fs, tree.mirror(this.#path));
    return now?.type === "dir" && now.mtime === seen.mtime && now.ctime === seen.ctime &&
      now.ino === seen.ino;
  }
}

/** Times tell no two changes apart that are less far from each other, ms. */
const TICK = 2000;

/** True for the time that was set, as disks keep it that round it; a change since would have brought that of now. */
export function isSetTime({ mtime, ctime }: FileInfo, set: number, startedMs: number): boolean {
  if (Math.abs(mtime - set) <= TICK && mtime < startedMs - TICK) return true;
  // by a coarse clock that of now may be the same
  return mtime === set && !(isCoarse(mtime) && Math.abs(ctime - mtime) < TICK);
}

/** True where nothing came or went since the look `before`, by times that are those of the last change. */
export function isLeftAs({ mtime, ctime, ino }: FileInfo, before: FileInfo): boolean {
  return mtime === before.mtime && ctime === before.ctime && ino === before.ino &&
    !isCoarse(mtime);
}

/** True when everything that stays is where it should be. */
export function areStored(kept: ScanTable, { mirror }: VaultDir): boolean {
  for (let i = 0; i < kept.length; i++) {
    const type = kept.type(i);
    if (type !== "link" && mirror.get(kept.name(i)) !== type) return false;
  }
  return true;
}
