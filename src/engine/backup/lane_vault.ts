/** One vault in a backup run, as a lane sees it: what it knows of directories, and where lines go. @module */

import type { FileHandle, FileInfo, FileSystem } from "../../base/fs.ts";
import { isNotFound } from "../../base/errors.ts";
import { asideName, lstatIfAny } from "../../base/io.ts";
import { joinRel } from "../../base/relpath.ts";
import { type Stamp, stampToNumber } from "../../base/stamp.ts";
import type { Catalog } from "../../vault/catalog.ts";
import { folding } from "../../vault/folding.ts";
import { ownName, storedMark } from "../../vault/names.ts";
import { formatLine, type RecordLine } from "../../vault/record.ts";
import { scanEntryOf } from "../../vault/scan_entry_of.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Counts, VaultTally } from "./counts.ts";
import { DiskNames } from "../../vault/disk_names.ts";
import {
  asLeft,
  asSeen,
  type Believed,
  nothingYet,
  type ReadVaultDir,
  type ScanChange,
  type SeenBefore,
  type SeenMirror,
  type VaultDir,
} from "./vault_dir.ts";
import { RealChain } from "../../base/real_chain.ts";
import type { MirrorDisk } from "./looks_ahead.ts";
import { LookedDir, type MirrorLooks } from "./mirror_looks.ts";
import type { VaultSharing } from "./vault_sharing.ts";
import type { SourceDir, SourceTrouble } from "../source/source_dir.ts";
import { hasLinks, type KnownRow } from "../../vault/pieced_row.ts";
import type { ScanEntry } from "../../vault/scan_row.ts";

export type { Believed };

/** How many special files are named in a summary. */
const MOST_NAMED = 100;

/** Where a lane's results for a vault go. */
export interface VaultSink {
  /** What is counted, and whether the vault still takes part. */
  readonly tally: VaultTally;
  /** Lines of the run's record, formatted. */
  record(text: string): void;
  /** A directory's scan row, or how its mirror is from now on; undefined drops it. */
  scan(dir: string, row: ScanChange["row"]): void;
  /** Paths to flush before the record's last line. */
  flush(path: string): void;
  /** An open file to flush before the record's last line, and to close. */
  flushFile(file: FileHandle): void;
  /** As many files are open for it as may be. */
  readonly full: boolean;
  /** Waits while too many flushes are under way; throws what one of them failed with. */
  keepUp(): Promise<void>;
}

/** How a vault is run. */
export interface LaneVaultOptions {
  stamp: Stamp;
  /** The start of the run, ms. */
  startedMs: number;
  maxGenerations: number | undefined;
  flush: boolean;
  windows: boolean;
  /** Its disk is far away. */
  far: boolean;
  /** What may be believed where nothing tells what the last look saw. */
  believed: Believed | undefined;
}

/** How a directory is asked for. */
interface ReadDirOptions {
  /** This run made it. */
  fresh?: boolean | undefined;
  /** It need not be looked at where that is dear. */
  unlooked?: boolean;
  /** Its parent tells that it is there. */
  stands?: boolean;
  /** As it was seen in this run. */
  seen?: SeenMirror | undefined;
  /** What was asked just now. */
  before?: SeenBefore | undefined;
}

/** A vault while a backup runs into it. */
export class LaneVault {
  readonly vault: Vault;
  readonly catalog: Catalog | undefined;
  readonly options: LaneVaultOptions;
  readonly sink: VaultSink;
  readonly stamp: Stamp;
  readonly number: number;
  /** At what of the mirror it looks; undefined for everything. */
  looks: MirrorLooks | undefined;
  /** How new files share what the vault has. */
  sharing: VaultSharing | undefined;
  /** How the mirror is looked at: now, or as it was seen ahead. */
  #disk: MirrorDisk;
  readonly #real = new RealChain(
    (dir) => lstatIfAny(this.vault.fs, this.vault.tree.mirror(dir)),
    (dir) => this.#realDir(dir),
  );

  /** `catalog` is undefined for a vault that has no run yet. */
  constructor(
    vault: Vault,
    catalog: Catalog | undefined,
    options: LaneVaultOptions,
    sink: VaultSink,
  ) {
    this.vault = vault;
    this.#disk = askedNow(vault.fs);
    this.catalog = catalog;
    this.options = options;
    this.sink = sink;
    this.stamp = options.stamp;
    this.number = stampToNumber(options.stamp);
  }

  /** What happened, in numbers. */
  get counts(): Counts {
    return this.sink.tally.counts;
  }

  /** True where each answer of its disk is waited for. */
  get isFar(): boolean {
    return this.options.far;
  }

  /** Why the vault takes no part any more. */
  get failed(): unknown {
    return this.sink.tally.failed;
  }

  /** Ends its part, in this thread. */
  set failed(why: unknown) {
    this.sink.tally.failed = why;
  }

  /** Adds a line to the run's record. */
  line(line: RecordLine): void {
    this.sink.record(formatLine(line));
  }

  /** Counts and records trouble with a path. */
  trouble({ hint: _hint, ...t }: SourceTrouble): void {
    this.counts.errors++;
    this.line({ kind: "error", ...t });
  }

  /** Remembers the special files of a directory, for the summary. */
  noteSpecial(source: SourceDir): void {
    const { special } = this.sink.tally;
    for (const e of source.entries) {
      if (e.type === "special" && !e.excluded && special.length < MOST_NAMED) {
        special.push(joinRel(source.path, e.name));
      }
    }
  }

  /**
   * What the vault has of a directory; everything empty when it is new there (`fresh`: this run made it). `unlooked`: where
   * looks are dear and none is due, it is what the last look saw.
   */
  readDir(
    dir: string,
    { fresh = false, unlooked = false, stands = false, seen, before }: ReadDirOptions = {},
  ): ReadVaultDir {
    if (fresh) return nothingYet();
    if (before !== undefined && "failed" in before) throw before.failed;
    const row = before === undefined ? this.rowOf(dir) : before.row;
    if (seen !== undefined) return asSeen(seen, row, row ?? this.#knownFromVersions(dir));
    // one that is lost is to be made again whole: its parent, which sees it, may be another lane's
    const left = unlooked && this.leavesOut(dir, row) &&
      (stands || this.#disk.lstatIfAny(this.vault.tree.mirror(dir))?.type === "dir");
    if (left && row !== undefined) return asLeft(row);
    const look = (): ReadVaultDir => this.#look(dir, row, { unlooked, before });
    return this.looks?.timed(look) ?? look();
  }

  /** Where a look is dear: it is not due, and the run that left the directory was sure of what is in it. */
  leavesOut(dir: string, row: KnownRow | undefined): boolean {
    return row?.isSure === true && this.looks?.leavesOut(dir) === true;
  }

  /** Whether the metadata file of a directory that is as it was left need not be looked at now: far away each has its turn. */
  trustsMetadata(dir: string, row: KnownRow | undefined): boolean {
    return row?.isSure === true && this.looks?.isDue(dir) === false;
  }

  /** What the last look saw of a directory, and what it left of the mirror's. */
  rowOf(dir: string): KnownRow | undefined {
    return this.catalog?.knownRow(dir);
  }

  /** Looks at the mirror as it was seen, or, without, as it is. */
  showAs(seen?: MirrorDisk): void {
    this.#disk = seen ?? askedNow(this.vault.fs);
  }

  /**
   * The mirror's directory need not be listed when it is the very one that the last run left: whatever adds, removes or
   * renames an entry in it moves its times, and a copy of the vault has other inodes. What nobody asks for is not made.
   */
  #look(
    dir: string,
    row: KnownRow | undefined,
    { unlooked, before }: Pick<ReadDirOptions, "before"> & { unlooked: boolean },
  ): ReadVaultDir {
    const seen = row === undefined ? undefined : before?.mirror ?? this.see(dir);
    const untouched = seen?.type === "dir" && row !== undefined && this.isLeft(row, seen);
    const listed = untouched ? undefined : this.listMirror(dir);
    const known = row ?? this.#knownFromVersions(dir);
    const trusts = unlooked && untouched && this.trustsMetadata(dir, row);
    return new LookedDir(listed, {
      known,
      row,
      links: hasLinks(known) ? this.#storedLinks(dir, known) : NONE,
      listed: !untouched,
      seen: seen?.type === "dir" ? seen : undefined,
      looked: !trusts,
      metadataSound: row !== undefined && (trusts || this.isSound(dir, row)),
    });
  }

  /** The mirror's directory of `dir`; undefined where it is missing. */
  see(dir: string): FileInfo | undefined {
    return this.#disk.lstatIfAny(this.vault.tree.mirror(dir));
  }

  /** What the mirror's directory of `dir` holds on the disk, past directories too: own names with their types. */
  listMirror(dir: string): Map<string, string> {
    const mirror = new Map<string, string>();
    try {
      for (const { name, type } of this.#disk.list(this.vault.tree.mirror(dir))) {
        const own = ownName(name, this.vault.info.case_sensitive);
        if (own !== undefined) mirror.set(own, type);
      }
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    return mirror;
  }

  /** True for the mirror's directory that the last run left. Where no inode stays the same from mount to mount times alone tell. */
  isLeft(row: KnownRow, { mtime, ctime, ino }: FileInfo): boolean {
    return row.isMirror(mtime, ctime, ino) ||
      (this.looks?.inodesRoam === true && row.isTimed(mtime, ctime));
  }

  /** True when the mirror's directory is the one that the last run left, and what is known of it was remembered, not listed. */
  isAsLeft({ known, listed }: VaultDir, there: FileInfo | undefined): boolean {
    return there !== undefined && !listed && known !== undefined && "count" in known &&
      this.isLeft(known, there);
  }

  /**
   * The directories of the mirror that are in one which is as the last run left it: they need not be asked for one by one.
   * Where that run was not sure it is listed anyway, and those count that are there. None where all are looked at, nor where
   * nobody can tell: then each is asked for, and trouble is met where it is told.
   */
  standingIn(dir: string): ReadonlySet<string> {
    if (this.looks === undefined || this.failed !== undefined) return NONE;
    try {
      const row = this.rowOf(dir);
      if (row?.isSure === false) return dirsOf(this.listMirror(dir));
      const info = row === undefined
        ? undefined
        : this.#disk.lstatIfAny(this.vault.tree.mirror(dir));
      const asLeft = info?.type === "dir" && row?.isAsLeft(info.mtime, info.ctime) === true;
      return new Set(asLeft ? row?.namesOf("dir") : []);
    } catch {
      return new Set();
    }
  }

  /** True when the metadata file of a directory is there as the last run left it. */
  isSound(dir: string, row: KnownRow): boolean {
    const info = this.#disk.lstatIfAny(this.vault.tree.metadata(dir));
    return info?.type === "file" && info.size === row.metadataSize &&
      info.mtime === row.metadataMtime;
  }

  #knownFromVersions(dir: string): ScanEntry[] | undefined {
    if (this.catalog === undefined) return undefined;
    const self = this.catalog.living(dir);
    const living = this.catalog.livingIn(dir).filter((v) => v.name !== "");
    if (self?.type !== "dir" && living.length === 0) return undefined;
    const attrs = this.catalog.attrsIn(dir);
    const known = living.map((v) => scanEntryOf(v, attrs.get(v.name)));
    if (self?.type === "dir") {
      const own = this.catalog.attrsIn(self.dir).get(self.name);
      known.unshift({ ...scanEntryOf(self, own), name: "" });
    }
    return known;
  }

  /** Own names of the living link records that are on the disk. */
  #storedLinks(dir: string, known: readonly ScanEntry[] | KnownRow): Set<string> {
    const { vault } = this;
    const names = new Set<string>();
    try {
      for (const e of this.#disk.list(vault.tree.meta(dir))) {
        if (e.type === "file") names.add(e.name);
      }
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    const links = "count" in known
      ? known.namesOf("link")
      : known.filter((k) => k.type === "link").map((k) => k.name);
    return new Set(
      links.filter((n) => names.has(storedMark("link", n, undefined, vault.hashText).stored)),
    );
  }

  /** The absolute path of a link record. */
  linkPath(dir: string, name: string): string {
    const { tree, hashText } = this.vault;
    return tree.below(tree.meta(dir), storedMark("link", name, undefined, hashText).stored);
  }

  /** What the disk takes the names of a directory of the mirror for. */
  diskNames(dir: string): DiskNames {
    const { fs, tree, info } = this.vault;
    return new DiskNames(fs, tree.mirror(dir), {
      pathOf: (name) => tree.entry(dir, name),
      ownOf: (stored) => ownName(stored, info.case_sensitive),
      fold: folding(info),
      far: this.isFar,
    });
  }

  /** The same of a meta directory; names there are stored names. */
  metaNames(dir: string): DiskNames {
    const { fs, tree, info } = this.vault;
    const meta = tree.meta(dir);
    return new DiskNames(fs, meta, {
      pathOf: (name) => tree.below(meta, name),
      ownOf: (stored) => stored,
      fold: folding(info),
    });
  }

  /** True when the vault has had a directory at `dir` that is not living, or anything else of it on the disk. */
  hadDir(dir: string): boolean {
    return this.catalog?.history(dir).some((v) => v.type === "dir") ?? false;
  }

  /**
   * Checks that no component of a directory's path in the vault is a link (the vault could be led astray), the directory
   * itself last: nothing else is done between that look and the work in it. Gives what it is; undefined where it is missing.
   */
  assertReal(dir: string): FileInfo | undefined {
    return this.#real.at(dir);
  }

  #realDir(dir: string): FileInfo | undefined {
    const path = this.vault.tree.mirror(dir);
    const info = lstatIfAny(this.vault.fs, path);
    if (info !== undefined) assertDir(path, info);
    return info;
  }

  /** The meta directory of `dir`, made when missing: `making` is told before. */
  metaDir(dir: string, making: () => void = () => {}): string {
    const meta = this.vault.tree.meta(dir);
    const info = lstatIfAny(this.vault.fs, meta);
    if (info?.type === "dir") return meta;
    making();
    // a link has nothing in it; a file may be somebody's only one
    if (info?.type === "link") this.vault.fs.remove(meta);
    else if (info !== undefined) this.vault.fs.rename(meta, asideName(this.vault.fs, meta));
    this.vault.fs.mkdir(meta);
    return meta;
  }
}

/** A mirror that is asked when something is to be known of it. */
export function askedNow(fs: Pick<FileSystem, "lstat" | "list">): MirrorDisk {
  return { lstatIfAny: (path) => lstatIfAny(fs, path), list: (path) => fs.list(path) };
}

/** Throws for what is no directory where the vault should have one. */
export function assertDir(path: string, { type }: Pick<FileInfo, "type">): void {
  if (type === "dir") return;
  throw Object.assign(
    new Error(`store: ${path} in the vault is a ${type} where a directory should be`),
    { code: "ENOTDIR" },
  );
}

function dirsOf(mirror: ReadonlyMap<string, string>): Set<string> {
  return new Set([...mirror.keys()].filter((name) => mirror.get(name) === "dir"));
}

const NONE: ReadonlySet<string> = new Set();
