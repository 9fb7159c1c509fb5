/** A vault opened to be asked: snapshots, versions at a point, their content. Writes nothing. @module */

import { lstatIfAny } from "../base/io.ts";
import { tryParsePoint } from "../base/point.ts";
import { joinRel } from "../base/relpath.ts";
import { parseStamp, type Stamp, stampToNumber } from "../base/stamp.ts";
import type { Catalog, RecordNote, Version } from "../vault/catalog.ts";
import { aliveAt, aliveOf, type HistoryPoint, totalAt, unknownAt } from "../vault/history/alive.ts";
import { missingRecords } from "../vault/catalog_state.ts";
import type { VaultContents } from "../vault/content.ts";
import { isHeld } from "../vault/lock.ts";
import { openToRead, type OpenVault, type ReadOptions } from "../vault/open.ts";
import { PROOF, type RecordRow } from "../vault/record_row.ts";
import type { RecordHead } from "../vault/record.ts";
import { Vault } from "../vault/vault.ts";
import { text } from "../text/text.ts";
import { openWhole, readOptions } from "./open_vault.ts";
import { type EnginePorts, vaultPorts } from "./ports.ts";
import { seenOpening } from "./seen_files.ts";

/** How a snapshot stands (design, *Commands*). */
export type SnapshotState = "complete" | "partial" | "interrupted";

/** A snapshot: the state of the source as of a run. */
export interface Snapshot {
  stamp: Stamp;
  /** RFC 3339, UTC. */
  time: string;
  state: SnapshotState;
  /** False for an interrupted run: `latest` and times never choose it. */
  complete: boolean;
  /** Versions that it had and that are gone from the vault. */
  lost: number;
  errors: number;
  /** True when records and seals prove it, false when they gainsay it, null where there is no seal. */
  proven: boolean | null;
  /** The first line of its record. */
  head: () => RecordHead | undefined;
  /** The counts of its summary. */
  counts: () => Record<string, unknown>;
}

/** A snapshot of which nobody asks what it lost. */
export type NamedRun = Omit<Snapshot, "state" | "lost">;

/** So far back it is quicker to look than to list all. */
const FEW_BACK = 20;

/** The records that did not agree when the index was made because of that. */
const ASKED = "asked";

/** A vault, its catalog, and what readers ask of both. */
export class Reader {
  readonly vault: Vault;
  readonly #ports: EnginePorts;
  /** Records that are missing, by their paths: told once. */
  readonly #told = new Set<string>();
  readonly #open: OpenVault;
  /** The newest finished run, as a number: what lives now lived then, even where nothing tells since when. */
  #newest = Number.MAX_SAFE_INTEGER;
  /** It stays open between questions. */
  #kept = false;
  /** Questions that are under way, of a kept one. */
  #users = 0;
  #records: readonly RecordNote[] | undefined;
  #snapshots: Snapshot[] | undefined;
  /** How often the index had been made again when they were read. */
  #remade = 0;
  /** The index is being made again: who asks meanwhile waits for the same one. */
  #renewing: Promise<void> | undefined;

  private constructor(ports: EnginePorts, open: OpenVault) {
    this.#ports = ports;
    this.vault = open.vault;
    this.#open = open;
    this.#begin();
  }

  /** What answers. */
  get catalog(): Catalog {
    return this.#open.catalog;
  }

  /** The content of its versions. */
  get contents(): VaultContents {
    return this.#open.contents;
  }

  /** The newest finished record that the index had when it was opened, as a number. */
  get known(): number | undefined {
    return this.#open.known;
  }

  /** Where the answers come from: the catalog file, or an index made in memory. */
  get from(): "file" | "memory" {
    return this.#open.from;
  }

  #begin(): void {
    const { catalog } = this;
    this.#newest = catalog.newest("run") ?? Number.MAX_SAFE_INTEGER;
  }

  /** The runs that are not forgotten, oldest first. */
  runs(): Stamp[] {
    return this.records().filter((r) => r.kind === "run" && !r.forgotten)
      .map((r) => r.stamp);
  }

  /** The newest finished run that is not forgotten, or the one so many of these before it, without a look at all others. */
  latest(back: number): Stamp | undefined {
    return this.#latestNote(back)?.stamp;
  }

  #latestNote(back: number): RecordNote | undefined {
    let last: RecordNote | undefined;
    for (let left = back; left >= 0; left--) {
      const end = last?.stamp;
      last = this.catalog.newestNote((r) =>
        r.kind === "run" && r.finished && !r.forgotten && (end === undefined || r.stamp < end)
      );
      if (last === undefined) return undefined;
    }
    return last;
  }

  /** What most ask for is found without a list of all snapshots; undefined for any other point, and where there is none. */
  latestNamed(point: string): NamedRun | undefined {
    const named = tryParsePoint(point.trim());
    const back = named?.kind === "latest" ? named.back : Infinity;
    const note = back <= FEW_BACK ? this.#latestNote(back) : undefined;
    return note && snapshotOf(note, 0, (r) => this.catalog.record(r.stamp));
  }

  /** The runs of which the record, or what the records say lived after it, is not what the seal says. */
  broken(): Set<Stamp> {
    return new Set(this.catalog.broken().map((r) => r.stamp));
  }

  /**
   * Makes the index again, unless that was done since the records that do not agree were last written. What that asks of the
   * disk is seen before.
   */
  renew(): Promise<void> {
    return this.#renewing ??= this.#renew().finally(() => this.#renewing = undefined);
  }

  async #renew(): Promise<void> {
    const { fs } = this.#ports;
    const asked = this.catalog.broken().map((r) => {
      const info = lstatIfAny(fs, this.vault.recordPath(r.stamp));
      return `${r.stamp} ${info?.size} ${info?.mtime}`;
    }).join();
    if (this.#open.made || this.catalog.meta(ASKED) === asked) return;
    const { root, info } = this.vault;
    const ports = await seenOpening(this.#ports, root, { distrust: true });
    await openWhole(ports, (seeing) => {
      const look = readOptions(seeing);
      this.#open.reread({
        ...look,
        failed: (path, error) => this.#told.has(path) || look.failed(path, error),
      }, new Vault(vaultPorts(seeing), root, info));
    });
    ports.opened?.();
    this.#records = undefined;
    this.#snapshots = undefined;
    this.#begin();
    this.catalog.setMeta(ASKED, asked);
  }

  /**
   * Opens the vault at the real path `root`; notes what a reader should know (a run under way, no index). With
   * `distrust` the catalog file is left alone: records and disk tell everything. Without `keep` none is made at home.
   */
  static open(ports: EnginePorts, root: string, options: ReadOptions = {}): Reader {
    const kept = options.distrust === true ? undefined : ports.kept?.(ports.sight);
    if (kept instanceof Reader) {
      kept.#users++;
      return kept;
    }
    const open = openToRead(vaultPorts(ports), root, readOptions(ports), options);
    const reader = new Reader(ports, open);
    if (!open.made) reader.#tellMissing();
    if (isHeld(open.vault.ports, open.vault.tree)) {
      const message = text(open.known === undefined ? "vault.first-run" : "vault.running");
      ports.emit({ message_type: "note", message });
    } else reader.#tellBrokenRemoval();
    ports.opened?.();
    return reader;
  }

  /** What a removal took before it broke off is told as being there: no record says so before a writer mends it. */
  #tellBrokenRemoval(): void {
    const newest = this.vault.newestWhenOpened();
    if (newest === undefined || isKnown(this.catalog, newest.stamp)) return;
    const head = this.vault.recordHead(newest.stamp);
    if (head === undefined || head.kind === "run") return;
    const { kind, options: { snapshots } } = head;
    const forgets = Array.isArray(snapshots)
      ? snapshots.map((s) => parseStamp(String(s)) ?? "").filter((s) => s !== "").sort()
      : [];
    const [n, stamps] = [forgets.length, [...new Set([forgets[0], forgets.at(-1)])].join(" … ")];
    const message = n === 0
      ? text("vault.broken-removal", { kind })
      : text("vault.broken-forgetting", { kind, n, stamps });
    this.#ports.emit({ message_type: "note", message });
  }

  /** What was told when the index was made is told to every other one who asks: what such a run alone knew is unknown. */
  #tellMissing(): void {
    for (const stamp of missingRecords(this.catalog)) {
      const [message, path] = [text("record.missing", { stamp }), this.vault.recordPath(stamp)];
      this.#told.add(path);
      this.#ports.emit({ message_type: "note", message, path });
    }
  }

  /** Closes the catalog; where the vault is kept open, lets others write to it until the next question. */
  close(): void {
    if (this.#users > 0 && --this.#users > 0) return;
    if (!this.#kept) return this.#open.close();
    this.catalog.endReading();
    this.catalog.release();
  }

  /** True while it stays open between questions: another one answers once the vault has changed. */
  get isKept(): boolean {
    return this.#kept;
  }

  /** Has it stay open: its records are read once. */
  keep(): void {
    this.#kept = true;
  }

  /** Closes what was kept, once nobody asks it any more. */
  letGo(): void {
    this.#kept = false;
    if (this.#users === 0) this.close();
  }

  /** What is known of each run, oldest first. */
  records(): readonly RecordNote[] {
    if (!this.#kept) return this.catalog.notes();
    return this.#records ??= this.catalog.notes();
  }

  /** The snapshots, oldest first, without forgotten ones; records of other commands are no snapshots. */
  snapshots(): Snapshot[] {
    const { remade } = this.catalog;
    // another index may know more
    if (this.#remade !== remade) this.#snapshots = undefined;
    this.#remade = remade;
    return this.#snapshots ??= this.#allSnapshots();
  }

  #allSnapshots(): Snapshot[] {
    const rows = this.records().filter((r) => r.kind === "run" && !r.forgotten);
    const lost = this.#lostPerSnapshot(rows);
    const { catalog } = this;
    const rowOf = (r: RecordNote): RecordRow | undefined => catalog.record(r.stamp);
    const snapshots = rows.map((r, i) => snapshotOf(r, lost[i] ?? 0, rowOf));
    const head = brokenOff(this.vault, this.catalog);
    if (head !== undefined) snapshots.push(interrupted(head));
    return snapshots;
  }

  /**
   * True when what the catalog tells may not be where it says: a run is under way, or one broke off that no writer
   * has mended yet.
   */
  mayHaveMoved(): boolean {
    if (isHeld(this.vault.ports, this.vault.tree)) return true;
    const newest = this.vault.newestWhenOpened();
    return newest !== undefined && !isKnown(this.catalog, newest.stamp);
  }

  /** How many versions each snapshot had that are gone now. */
  #lostPerSnapshot(rows: readonly RecordNote[]): number[] {
    const stamps = rows.map((r) => stampToNumber(r.stamp));
    const starts = new Float64Array(stamps.length + 1);
    const at = (stamp: number): number => {
      let low = 0;
      let high = stamps.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((stamps[middle] ?? 0) < stamp) low = middle + 1;
        else high = middle;
      }
      return low;
    };
    for (const { since, until, type } of this.catalog.allApart("gone")) {
      if (since <= 0 || type === "dir") continue;
      const first = at(Number(since));
      const end = until === null ? stamps.length : at(Number(until));
      if (first >= end) continue;
      starts[first] = (starts[first] ?? 0) + 1;
      starts[end] = (starts[end] ?? 0) - 1;
    }
    let sum = 0;
    return stamps.map((_, i) => sum += starts[i] ?? 0);
  }

  /**
   * The versions alive at a stamp, with the attributes of that point, in the order of directories and names; `below`
   * limits them to a path and what lies below it. Gone ones come too (`gone` is set). The root itself comes as
   * `dir` "" and `name` "".
   */
  at(stamp: Stamp, below = ""): Generator<Version> {
    return aliveAt(this.catalog, this.point(stamp), below);
  }

  /** A stamp as a point in time. */
  point(stamp: Stamp): HistoryPoint {
    const n = stampToNumber(stamp);
    return { n, newest: n >= this.#newest };
  }

  /** How many files of {@link at} are still there, and their bytes. */
  totalAt(stamp: Stamp, below = ""): { files: number; bytes: number } {
    return totalAt(this.catalog, this.point(stamp), below);
  }

  /** The version of one path at a stamp. */
  versionAt(path: string, stamp: Stamp): Version | undefined {
    return aliveOf(this.catalog, this.point(stamp), path).at(-1);
  }

  /** How many versions may have been alive at a stamp, but nothing tells since when they lived. */
  unknownAt(stamp: Stamp, below = ""): number {
    return [...unknownAt(this.catalog, this.point(stamp), below)].length;
  }
}

/** A run's record as a snapshot, `lost` versions of which are gone; `rowOf` gives the rest of what is known of it. */
export function snapshotOf<R extends Omit<RecordNote, "attr">>(
  r: R,
  lost: number,
  rowOf: (r: R) => RecordRow | undefined,
): Snapshot {
  return {
    stamp: r.stamp,
    time: r.time,
    state: !r.finished ? "interrupted" : lost > 0 || r.errors > 0 ? "partial" : "complete",
    complete: r.finished,
    lost,
    errors: r.errors,
    proven: r.proof === PROOF.proven ? true : r.proof === PROOF.broken ? false : null,
    head: () => rowOf(r)?.head,
    counts: () => {
      const { kind: _kind, time: _time, ...counts } = rowOf(r)?.summary ??
        { kind: "summary", time: "" };
      return counts;
    },
  };
}

function interrupted(head: RecordHead): Snapshot {
  return {
    stamp: head.stamp,
    time: head.time,
    state: "interrupted",
    complete: false,
    lost: 0,
    errors: 0,
    proven: null,
    head: () => head,
    counts: () => ({}),
  };
}

function isKnown(catalog: Catalog, stamp: Stamp): boolean {
  return catalog.knows(stamp);
}

/** The path of a version. */
export function pathOf(v: Version): string {
  return joinRel(v.dir, v.name);
}

/** The first line of a newest run that broke off and that no writer has mended yet: no catalog knows of it. */
export function brokenOff(vault: Vault, catalog: Catalog): RecordHead | undefined {
  const newest = vault.newestWhenOpened();
  if (newest === undefined || isKnown(catalog, newest.stamp)) return;
  const head = vault.recordHead(newest.stamp);
  return head?.kind === "run" && !isHeld(vault.ports, vault.tree) ? head : undefined;
}
