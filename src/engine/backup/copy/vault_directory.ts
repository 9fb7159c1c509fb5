/**
 * Carries out what `compare.ts` planned for one directory in one vault. The order of renames loses no version
 * if the run is cut between any two of them (docs/format.md, *Order of writes*).
 * @module
 */

import { errorCode } from "../../../base/errors.ts";
import type { FileInfo } from "../../../base/fs.ts";
import { lstatIfAny, move, replaceFile } from "../../../base/io.ts";
import { utf8 } from "../../../base/bytes.ts";
import { storedMark, TEMPORARY } from "../../../vault/names.ts";
import { NEVER, type ScanEntry, type ScanTable } from "../../../vault/scan_row.ts";
import type { DirPlan } from "../compare/compare.ts";
import type { DiskNames } from "../../../vault/disk_names.ts";
import { OwnNames } from "./own_names.ts";
import {
  areStored,
  type Arrival,
  Arrivals,
  baseOf,
  type Brought,
  broughtBy,
  MirrorProof,
  type Placing,
  touchCopy,
  untoldBeginning,
} from "./arrivals.ts";
import {
  type DirectoryEnd,
  dirMode,
  discard,
  type EndAhead,
  endDirectory,
  type EndedBefore,
  endedBefore,
  seeEnd,
} from "./end_directory.ts";
import { MirrorNames, refuseDrivesOwn } from "./mirror_names.ts";
import {
  attrLine,
  beginLine,
  dropSurplus,
  keepName,
  markPast,
  namesOf,
  type NamesOfDir,
  retire,
} from "./retire.ts";
import { knownDir, knownFile, knownRead, sameAttrs } from "../compare/scan_entry.ts";
import { HUGE, type SourceDir, type SourceEntry } from "../../source/source_dir.ts";
import type { Content, Destination } from "../content_types.ts";
import type { LaneVault } from "../lane_vault.ts";
import type { VaultDir } from "../vault_dir.ts";

/** Writes one directory of one vault. */
export class VaultDirectory {
  readonly run: LaneVault;
  readonly plan: DirPlan;
  readonly #source: SourceDir;
  readonly #vault: VaultDir;
  readonly #path: string;
  readonly #entries: ScanTable;
  /** Names whose old entry could not be cleared away. */
  readonly stuck = new Set<string>();
  readonly #replaced = new Set<string>();
  #mirrorNames: MirrorNames | undefined;
  #temporaries = 0;
  #sound: boolean; // everything that is kept is where it should be
  readonly #names: NamesOfDir;
  /** New names that are in their places. */
  readonly arrivals: Arrivals;
  /** Directories that this run made and that hold nothing yet. */
  readonly fresh = new Set<string>();
  #knownDirs: Set<string> | undefined;
  #filesChanged = false;
  /** Nothing is in the directory yet that a name could be taken for. */
  #alone: boolean;
  /** The mode that the mirror's directory was found with. */
  #mode: number | undefined;
  /** As the last run ended it, until something is written here. */
  #untouched: EndedBefore | undefined;
  /** What was seen of the directory once nothing more came. */
  #ahead: EndAhead | undefined;
  /** New files that come under their own names; undefined where something may be there already. */
  readonly own: OwnNames | undefined;
  readonly #proof: MirrorProof;
  #answered = false; // something stands under the name that was asked for last

  /** A writer for the directory `source` as planned; makes its directories in the vault. */
  constructor(
    run: LaneVault,
    source: SourceDir,
    vault: VaultDir,
    plan: DirPlan,
    fresh: boolean,
  ) {
    this.run = run;
    this.plan = plan;
    this.#source = source;
    this.#vault = vault;
    this.#path = source.path;
    this.#names = namesOf(run, source.path);
    this.#entries = plan.kept;
    this.arrivals = new Arrivals(run, source.path, this.#names, this.#entries);
    this.#alone = fresh;
    this.#sound = areStored(plan.kept, vault);
    this.#proof = new MirrorProof(run, source.path, vault, plan);
    this.own = fresh ? new OwnNames(run, source, plan) : undefined;
    if (fresh) run.vault.fs.mkdir(run.vault.tree.meta(source.path));
    else this.#makeDirs(run.assertReal(source.path));
  }

  /** What the mirror has here under the source's names; asked for what is new to a name alone. */
  get #mirror(): MirrorNames {
    return this.#mirrorNames ??= new MirrorNames(this.run, this.#path, this.#vault, this.#names);
  }

  #makeDirs(there: FileInfo | undefined): void {
    const { fs, tree } = this.run.vault;
    if (there === undefined) fs.mkdir(tree.mirror(this.#path), dirMode(this.#source));
    if (this.run.isAsLeft(this.#vault, there)) this.#names.mirror.vouch(this.#vault.mirror);
    this.#mode = there?.mode;
    this.#untouched = there && endedBefore(this.#vault, this.plan, there);
    this.run.metaDir(this.#path, this.#touch);
  }

  /** Something is written here: the directory is to be ended. */
  readonly #touch = (): void => void (this.#untouched = undefined);

  /** How a reader of content should serve this vault; `here` when it is read in this lane, and before anything else. */
  want(arrival: Arrival, here = false): Destination {
    const { tree } = this.run.vault;
    const { source, known } = arrival;
    arrival.names = source.type === "file"
      ? this.run.sharing?.linkName(this.#path, source, known !== undefined)
      : undefined;
    // what is another name now, or no more, is another version
    const replaces = known !== undefined && !arrival.repair && arrival.names?.changed !== true;
    const base = baseOf(this.run, this.#path, arrival);
    const own = here ? this.own?.pathOf(arrival) : undefined;
    const want: Destination = {
      temporary: tree.below(tree.meta(this.#path), `${TEMPORARY}${this.#temporaries++}`),
      has: replaces && known.type === "file" ? known.hash : undefined,
      // what an unfinished run wrote is hashed by the next, but not a copy that came back under its old version
      durable: arrival.known !== undefined,
    };
    if (base !== undefined) want.base = base;
    if (own !== undefined) want.own = own;
    return want;
  }

  /** Puts a file's new copy, now in `temporary`, in its place. */
  putFile(arrival: Arrival, temporary: string, content: Content, i: number): void {
    // what the disk shares, and holes, are not written
    const bytes = content.got[i] === "shared" ? 0 : content.wrote?.[i] ?? content.size;
    const open = content.open[i];
    const target = this.run.vault.tree.entry(this.#path, arrival.source.name);
    const isThere = temporary === target;
    this.own?.arrived(arrival.source.name, isThere ? target : undefined);
    const isFree = !isThere && this.#assertOwn(this.#names.mirror, arrival.source.name, arrival);
    this.#replace(arrival, content.hash, {
      isFree,
      place: () => isThere || move(this.run.vault.fs, temporary, target),
      bytes,
      shared: content.size - bytes,
    });
    this.run.sharing?.placed(target, content);
    if (open !== undefined) this.run.sink.flushFile(open);
  }

  /** Puts a link record in its place. */
  putLink(arrival: Arrival, target: string, hash: string): void {
    const { fs, tree } = this.run.vault;
    const { source } = arrival;
    const { stored, shortened } = storedMark(
      "link",
      source.name,
      undefined,
      this.run.vault.hashText,
    );
    if (shortened) keepName(this.run, this.#path, stored, source.name);
    const path = tree.below(tree.meta(this.#path), stored);
    const bytes = utf8(target);
    this.#assertOwn(this.#names.meta, stored, arrival);
    const temporary = tree.below(tree.meta(this.#path), `${TEMPORARY}${this.#temporaries++}`);
    this.#replace(
      arrival,
      hash,
      {
        place: () => replaceFile(fs, path, temporary, bytes, this.run.options.flush),
        bytes: bytes.length,
        link: stored,
      },
    );
  }

  /**
   * Throws for a name that the disk takes for another entry (decision 17). True where nothing is there, not even a link that
   * leads nowhere: far away one question tells that; a near disk is asked in a way that costs less, and tells no links.
   */
  #assertOwn(names: DiskNames, stored: string, { known }: Arrival): boolean {
    if (this.#alone) return this.#alone = false;
    let standing = names.standing(stored, known !== undefined);
    // what was placed before in this run may be what answers, kept under another name than its own
    if (standing !== "free" && known === undefined && this.arrivals.waiting > 0) {
      this.arrivals.settle();
      standing = names.standing(stored);
    }
    if (standing === "other") throw names.taken;
    this.#answered = standing === "own";
    return standing === "free" && this.run.isFar;
  }

  /** The order: the old copy becomes a generation, the new one comes in; if that fails the old one comes back. */
  #replace(arrival: Arrival, hash: string, placing: Placing): void {
    const { place, link } = placing;
    const { source, known, repair } = arrival;
    const { counts } = this.run;
    this.#touch();
    const restored = repair && known !== undefined && known.hash === hash &&
      known.type === source.type;
    if (restored) {
      this.#mirror.makeRoom(source.name);
      place();
      this.#countBytes(placing);
      counts.files_repaired++;
      this.#entries.push(knownRead(source, known.hash, known.since));
      if (!sameAttrs(known, source)) attrLine(this.run, this.#path, source);
      return;
    }
    if (known !== undefined) this.#proof.isAsSeen();
    else if (placing.isFree !== true) this.#mirror.makeRoom(source.name, this.#answered);
    const aside = known === undefined
      ? undefined
      : retire(this.run, this.#path, known, "changed", this.#names);
    try {
      place();
    } catch (error) {
      // the old copy comes back; if even that fails, the next run finds it by its mark
      aside?.undo();
      throw error;
    }
    for (const line of aside?.lines ?? []) {
      const rot = arrival.rot === true && line.gone === undefined;
      this.run.line(rot ? { ...line, rot: true } : line);
    }
    this.#filesChanged = true;
    if (known === undefined) {
      const row = this.#entries.push(knownRead(source, hash, this.run.number));
      return this.#arrive(row, broughtBy(arrival, placing));
    }
    if (link === undefined) this.#names.mirror.came(source.name);
    else this.#names.meta.came(link);
    beginLine(this.run, this.#path, source, { hash, why: "changed", link: arrival.names?.link });
    this.#entries.push(knownRead(source, hash, this.run.number));
    this.#countBytes(placing);
    counts.files_changed++;
    // the new copy is in its place, whatever becomes of those beyond the limit
    this.#replaced.add(source.name);
    dropSurplus(this.run, this.#path, source.name, arrival.rot === true);
  }

  /** A new name is in its place: it counts once the directory lists it. */
  #arrive(row: number, brought?: Brought): void {
    this.#alone = false;
    this.arrivals.add(row, brought);
  }

  #countBytes({ bytes, shared = 0 }: { bytes: number; shared?: number }): void {
    this.run.counts.bytes_added += bytes;
    this.run.counts.bytes_shared += shared;
  }

  /** The content is the same: attributes may differ. The copy gets them before anything says that it has them. */
  touchAttributes(source: SourceEntry, known: ScanEntry): void {
    const isSame = sameAttrs(known, source);
    const { hash, since } = known;
    const untold = untoldBeginning(this.run, this.#path, known);
    if (!isSame || untold !== undefined) this.#touch();
    if (!isSame && source.type === "file") touchCopy(this.run, this.#path, source, hash);
    const exact = known.exact === true && known.size === source.info.size;
    this.#entries.push(knownFile(source, hash, since > 0 ? since : this.run.number, exact));
    // its record is lost: from here on it is known again
    if (untold !== undefined) {
      beginLine(this.run, this.#path, source, { hash, why: "seen", ...untold });
    }
    if (isSame) {
      this.run.counts.files_unmodified++;
      return;
    }
    this.run.counts.files_attrs++;
    // what is known again says so with the attributes that it has now
    if (untold === undefined) attrLine(this.run, this.#path, source);
  }

  /** An entry that could not be read or stored: what the vault has of it stays. */
  keepOld(known: ScanEntry | undefined): void {
    this.#touch();
    this.#sound = false;
    if (known !== undefined && !this.#replaced.has(known.name)) {
      this.#entries.push({ ...known, ino: NEVER });
    }
  }

  /** Marks a file or link as deleted. */
  deleted(known: ScanEntry): void {
    this.#filesChanged = true;
    this.#proof.isAsSeen();
    markPast(this.run, this.#path, known, "deleted", this.#names);
    this.run.counts.files_deleted++;
  }

  /** A directory that the vault does not have yet. */
  addDir(source: SourceEntry): void {
    const { fs, tree } = this.run.vault;
    const path = tree.entry(this.#path, source.name);
    const has = this.#vault.mirror.get(source.name);
    const kept = knownDir(source, this.run.number);
    const { refused } = this.arrivals;
    if (has === "dir" && this.#path === "") refuseDrivesOwn(this.run, source.name, refused);
    if (has !== undefined && has !== "dir") this.#mirror.makeRoom(source.name);
    if (has !== "dir") {
      try {
        // its own mode is set when it is processed
        fs.mkdir(path, 0o700);
        // one that only the mirror lost has history, and its files are repaired
        this.#knownDirs ??= new Set(this.plan.knownDirs);
        if (!this.#knownDirs.has(source.name)) this.fresh.add(source.name);
        this.#arrive(this.#entries.push(kept));
        return;
      } catch (error) {
        if (errorCode(error) !== "EEXIST") {
          this.#entries.push(kept);
          throw error;
        }
      }
    }
    if (this.arrivals.waiting > 0) this.arrivals.settle();
    if (this.#names.mirror.standing(source.name) === "other") {
      this.arrivals.refused.add(source.name);
      throw this.#names.mirror.taken;
    }
    this.#entries.push(kept);
    const there = lstatIfAny(fs, path);
    if (there?.type === "dir") return this.#mirror.takeCase(source.name);
    if (there !== undefined) this.#mirror.makeRoom(source.name);
    fs.mkdir(path, 0o700);
  }

  get #end(): DirectoryEnd {
    return {
      run: this.run,
      source: this.#source,
      vault: this.#vault,
      plan: this.plan,
      entries: this.#entries,
      filesChanged: this.#filesChanged,
      sound: this.#sound,
      untouched: this.#untouched,
      mode: this.#mode,
      arrivals: this.arrivals,
      proof: this.#proof,
      ahead: this.#ahead,
      takeOpen: () => this.own?.take(),
    };
  }

  /** Nothing more comes: what a wide directory lists, or one far away that was there, is seen before it is ended. */
  async seeAll(): Promise<void> {
    this.own?.endNames();
    const isSeen = this.run.isFar && this.own === undefined || this.#entries.length >= HUGE;
    if (isSeen || this.arrivals.waiting > 0) this.#ahead = await seeEnd(this.#end, !isSeen);
  }

  /** Ends the directory: metadata, attributes, scan row. */
  finish(): void {
    // others were written while it was seen
    if (this.#ahead?.waited === true) this.run.assertReal(this.#path);
    endDirectory(this.#end);
  }

  /** The directory could not be ended: the next run must not go by what the last one saw in it. */
  unfinished(): void {
    this.arrivals.takeUnseen();
    this.own?.end();
    this.run.sink.scan(this.#path, undefined);
  }

  /** Drops a temporary file that will not be used. */
  discard(temporary: string): void {
    if (this.own?.isPlaced(temporary) !== true) discard(this.run, temporary);
  }

  /** Lets go of what is open, whatever happened. */
  readonly close = (): void => this.own?.close();
}
