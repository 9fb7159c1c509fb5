/**
 * Mends records that are damaged, lost or in each other's place (docs/format.md, *Damaged records*): as they were,
 * where a seal proves it; else by what mirror, marks and metadata tell, and then the record says that nothing proves it.
 * @module
 */

import { fromUtf8, joinBytes, utf8 } from "../base/bytes.ts";
import { asideName, lstatIfAny, move, readBytes, readLines, removeQuietly } from "../base/io.ts";
import type { FileSystem } from "../base/fs.ts";
import { type Stamp, stampToNumber } from "../base/stamp.ts";
import type { Catalog } from "./catalog.ts";
import { VaultContents } from "./content.ts";
import { versionsOfRun } from "./history/changes.ts";
import { TEMPORARY } from "./names.ts";
import { chainHolds, forgottenBy } from "./proof.ts";
import {
  formatLine,
  formatSummary,
  lineHolds,
  parseHead,
  type RecordHead,
  type SummaryLine,
} from "./record.ts";
import { lastLineAsItWas, parted } from "./record_lines.ts";
import { toldLines, type UsualOwner } from "./record_evidence.ts";
import { parseSummary, readRecord } from "./record_read.ts";
import { isTornHead, keepBeside, writeFlushed } from "./record_mend.ts";
import type { RecordRow } from "./record_row.ts";
import { keyOf, searchRecord, type ToldLine } from "./record_search.ts";
import { makeRuns, unsealedByDamage } from "./record_writer.ts";
import { chainOf } from "./seal.ts";
import type { Vault } from "./vault.ts";
import { pathOf, type Version } from "./version.ts";

/** What became of a record. */
export interface MendedRecord {
  stamp: Stamp;
  /** As it was, by its seal; written again; written again after it was lost; or no record of this vault. */
  how: "proven" | "unproven" | "remade" | "aside";
  /** Where the damaged file lies. */
  aside?: string;
}

/** What tells of records that are not whole. */
export interface RepairHelp {
  /** The index at home as it was before the damage, where there is one. */
  was: Catalog | undefined;
  /** An index of the records that can be read, and of the disk. */
  now: () => Catalog;
}

/** Larger records are not searched byte by byte: they are read whole into memory. */
const LARGEST = 1 << 26;

/** So many files of a run are looked for. */
const MOST_LOOKED = 1000;

/** Mends what can be mended; the lock is held. */
export function repairRecords(vault: Vault, help: RepairHelp): MendedRecord[] {
  return new RecordRepair(vault, help).all();
}

/** A record file as it lies there. */
interface FoundRecord {
  stamp: Stamp;
  sound: boolean;
  /** The run that its first line names. */
  own: Stamp | undefined;
  /** Its first line names another vault. */
  foreign: boolean;
  /** Of the bytes before its last line. */
  sha256: string;
  /** Its first line, unless that is of another vault. */
  head: RecordHead | undefined;
  summary: SummaryLine | undefined;
}

class RecordRepair {
  readonly #vault: Vault;
  readonly #help: RepairHelp;
  /** What the index at home knew of each record. */
  readonly #rows = new Map<Stamp, RecordRow>();
  readonly #found = new Map<Stamp, FoundRecord>();
  readonly #mended: MendedRecord[] = [];
  #owner: UsualOwner | undefined;

  constructor(vault: Vault, help: RepairHelp) {
    this.#vault = vault;
    this.#help = help;
    const rows = help.was?.records() ?? [];
    const proven = chainHolds(vault.ports.hashOf, rows) ? rows : [];
    for (const r of proven) this.#rows.set(r.stamp, r);
    for (const { stamp } of vault.recordFiles()) this.#found.set(stamp, this.#look(stamp));
  }

  all(): MendedRecord[] {
    const lost = [...this.#lost()];
    const damaged = [...this.#found.values()].filter((f) => !f.sound);
    if (lost.length === 0 && damaged.length === 0) return [];
    // what lies under another's name is known by its own seal
    const strays = this.#strays(damaged, lost);
    const kept = this.#keptUntilPlaced(damaged, strays);
    const left = damaged.filter((f) => !this.#fromStray(f.stamp, strays));
    const gone = lost.filter((stamp) => !this.#fromStray(stamp, strays));
    for (const path of kept) removeQuietly(this.#vault.fs, path);
    for (const f of left) this.#damaged(f);
    for (const stamp of gone) this.#remake(stamp);
    return this.#mended;
  }

  #look(stamp: Stamp): FoundRecord {
    const vault = this.#vault;
    const lines = vault.recordLines(stamp);
    let step = lines.next();
    while (step.done !== true) step = lines.next();
    const { bad, sha256, last, finished } = step.value;
    const summary = last === undefined ? undefined : parseSummary(last);
    const text = firstLine(vault.fs, vault.recordPath(stamp));
    const head = parseHead(text);
    const foreign = head?.vault !== undefined && head.vault !== vault.info.id;
    const row = this.#rows.get(stamp);
    const brokeOff = !finished && (row === undefined || !row.finished) && bad <= 1 &&
      stamp === vault.newestRecord()?.stamp && !this.#hasEnd(stamp) &&
      (head?.stamp === stamp || isTornHead(vault, stamp));
    const holds = (summary?.sha256 === undefined || summary.sha256 === sha256) &&
      (last === undefined || lineHolds(vault.ports.hashOf, last));
    const whole = finished && bad === 0 && holds || !finished && row?.finished === false;
    return {
      stamp,
      sound: brokeOff || (whole && head?.stamp === stamp && !foreign),
      own: head?.stamp,
      foreign,
      sha256,
      head: foreign ? undefined : head,
      summary,
    };
  }

  /** True where there is a last line, although it does not stand at the end or lacks its own. */
  #hasEnd(stamp: Stamp): boolean {
    const { fs } = this.#vault;
    const path = this.#vault.recordPath(stamp);
    if ((lstatIfAny(fs, path)?.size ?? 0) > LARGEST) return false;
    return parted(readBytes(fs, path), stamp).last !== "";
  }

  /**
   * Runs of which a record tells, or the index, and that have none. The index may be that of another copy of this vault
   * which lay here before: what it alone tells of must have left something on the disk.
   */
  #lost(): Set<Stamp> {
    const lost = new Set<Stamp>();
    const forgot = forgottenBy(this.#found.values());
    for (const { summary } of this.#found.values()) {
      if (typeof summary?.before === "string") lost.add(summary.before);
    }
    for (const { finished, stamp } of this.#rows.values()) {
      const isNew = !lost.has(stamp) && !this.#found.has(stamp) && !forgot.has(stamp);
      if (finished && isNew && this.#leftSomething(stamp)) lost.add(stamp);
    }
    return lost.difference(forgot).difference(new Set(this.#found.keys()));
  }

  /** True when a copy or a mark lies there that the run made. */
  #leftSomething(stamp: Stamp): boolean {
    const { was } = this.#help;
    if (was === undefined) return false;
    const n = stampToNumber(stamp);
    const contents = new VaultContents(this.#vault, was.moves());
    const { fs } = this.#vault;
    return versionsOfRun(was, n).filter((v) => v.type === "file").slice(0, MOST_LOOKED).some(
      (v) => {
        if (v.until === n) return contents.isThere(v);
        if (v.since !== n) return false;
        const there = lstatIfAny(fs, contents.path(v));
        return there?.size === v.size && there?.mtime === v.mtime && !this.#isLater(v);
      },
    );
  }

  /** True where the records say that what lives there began later: it was stored again, by a run that did not find it. */
  #isLater(v: Version): boolean {
    const living = this.#help.now().living(pathOf(v));
    return living !== undefined && living.since > v.since;
  }

  /** Whole records that lie under other names, by their own: also beside themselves, where a repair was cut off. */
  #strays(damaged: readonly FoundRecord[], lost: readonly Stamp[]): Map<Stamp, Uint8Array> {
    const strays = new Map<Stamp, Uint8Array>();
    const sought = new Set([...damaged.map((f) => f.stamp), ...lost]);
    const { fs, tree } = this.#vault;
    const dir = tree.rootFile("runs");
    const beside = lstatIfAny(fs, dir) === undefined
      ? []
      : fs.list(dir).filter(({ name }) => name.includes(".damaged"));
    for (
      const path of [
        ...damaged.map((f) => this.#vault.recordPath(f.stamp)),
        ...beside.map(({ name }) => tree.below(dir, name)),
      ]
    ) {
      const own = this.#wholeAt(path);
      if (own !== undefined && sought.has(own) && this.#vault.recordPath(own) !== path) {
        strays.set(own, readBytes(fs, path));
      }
    }
    return strays;
  }

  /** The run of a record of this vault that its own seal proves, whatever its name is. */
  #wholeAt(path: string): Stamp | undefined {
    const { fs, ports, info } = this.#vault;
    if (lstatIfAny(fs, path)?.type !== "file") return undefined;
    const lines = readRecord(fs, ports.newHash, path);
    let step = lines.next();
    while (step.done !== true) step = lines.next();
    const { last, sha256, bad } = step.value;
    const summary = last === undefined ? undefined : parseSummary(last);
    const head = parseHead(firstLine(fs, path));
    const foreign = head?.vault !== undefined && head.vault !== info.id;
    return bad > 0 || foreign || summary?.sha256 !== sha256 ? undefined : head?.stamp;
  }

  /** Records that lie in each other's place are kept beside it until each has its own: a repair may be cut off. */
  #keptUntilPlaced(
    damaged: readonly FoundRecord[],
    strays: ReadonlyMap<Stamp, Uint8Array>,
  ): string[] {
    return damaged.flatMap(({ stamp, own }) =>
      own !== undefined && own !== stamp && strays.has(own) && strays.has(stamp)
        ? [keepBeside(this.#vault, stamp)]
        : []
    );
  }

  #fromStray(stamp: Stamp, strays: ReadonlyMap<Stamp, Uint8Array>): boolean {
    const bytes = strays.get(stamp);
    if (bytes === undefined) return false;
    this.#write(stamp, bytes);
    this.#tell({ stamp, how: "proven" });
    return true;
  }

  #damaged(f: FoundRecord): void {
    const { fs } = this.#vault;
    const path = this.#vault.recordPath(f.stamp);
    // whole as another one; a first line that rotted makes none of it
    const isOther = (f.foreign || (f.own !== undefined && f.own !== f.stamp)) &&
      (f.summary?.sha256 === undefined || f.summary.sha256 === f.sha256);
    if (!isOther && (lstatIfAny(fs, path)?.size ?? 0) > LARGEST) return this.#again(f);
    const bytes = isOther ? new Uint8Array() : readBytes(fs, path);
    if (!isOther) return this.#proven(f, bytes) ? undefined : this.#again(f);
    const aside = asideName(fs, path);
    fs.rename(path, aside);
    this.#found.delete(f.stamp);
    this.#tell({ stamp: f.stamp, how: "aside", aside });
    this.#remake(f.stamp);
  }

  /** Puts a record back as it was; false where no seal proves what can be found. */
  #proven(f: Pick<FoundRecord, "stamp" | "summary" | "sha256">, bytes: Uint8Array): boolean {
    const { stamp } = f;
    const row = this.#rows.get(stamp);
    const { body, last } = parted(bytes, stamp);
    const ends = this.#lastLines(f, last);
    const heads = row === undefined ? undefined : formatLine(row.head).slice(0, -1);
    const hashes = new Set([row?.sha256, ...ends.map((e) => parseSummary(e)?.sha256)]);
    for (const sha256 of hashes) {
      if (sha256 === undefined) continue;
      const told = this.#told(stamp);
      const found = sha256 === f.sha256 && this.#startsWell(body, stamp)
        ? body
        : searchRecord(this.#vault.ports.hashOf, body, { sha256, head: heads, told });
      const end = ends.find((e) => parseSummary(e)?.sha256 === sha256);
      if (found === undefined || end === undefined || !this.#startsWell(found, stamp)) continue;
      this.#write(stamp, joinBytes(found, utf8(`${end}\n`)));
      this.#tell({ stamp, how: "proven" });
      return true;
    }
    return false;
  }

  /** What the last line may have been: the index knows it; one byte of it may be another. */
  #lastLines(f: Pick<FoundRecord, "stamp" | "sha256">, last: string): string[] {
    const { hashOf } = this.#vault.ports;
    const row = this.#rows.get(f.stamp);
    if (row?.summary !== undefined) return [JSON.stringify(row.summary)];
    if (last === "") return [];
    const found = lastLineAsItWas(hashOf, last);
    if (found !== undefined) return parseSummary(found) === undefined ? [] : [found];
    // without a hash of its own: what the chain of all records says of the rest of this one
    const summary = parseSummary(last);
    if (summary === undefined || last.includes(',"line":"')) return [];
    return this.#chainSays(f) ? [JSON.stringify({ ...summary, sha256: f.sha256 })] : [last];
  }

  /** True when the newest seal says that a record is, but for its last line, as it lies there. */
  #chainSays({ stamp, sha256 }: Pick<FoundRecord, "stamp" | "sha256">): boolean {
    const all = [...this.#found.values()];
    const newest = all.findLast((f) => f.summary?.chain !== undefined);
    if (newest === undefined || newest.stamp === stamp) return false;
    const records = all.filter((f) => f.stamp <= newest.stamp).map((f) =>
      f.stamp === stamp ? { stamp, sha256 } : f
    );
    return chainOf(this.#vault.ports.hashOf, records) === newest.summary?.chain;
  }

  #startsWell(body: Uint8Array, stamp: Stamp): boolean {
    const head = parseHead(fromUtf8(body.subarray(0, Math.max(0, body.indexOf(10)))));
    return head?.stamp === stamp;
  }

  /** What should stand in a record: by the index of before where that knows it, else by all that is left. */
  #told(stamp: Stamp): ToldLine[] {
    const catalog = this.#rows.has(stamp) ? this.#help.was : undefined;
    return toldLines(catalog ?? this.#help.now(), stamp, this.#owner ??= this.#usualOwner());
  }

  /** Who owned what the last record with an owner in it tells of. */
  #usualOwner(): UsualOwner {
    for (const { stamp } of this.#vault.recordFiles().reverse()) {
      for (const line of this.#vault.recordLines(stamp)) {
        if (line.kind === "version" && line.uid !== undefined) {
          return { uid: line.uid, gid: line.gid };
        }
      }
    }
    return {};
  }

  /** Writes a record again: what of it makes sense, and what is told besides; it says that nothing proves it. */
  #again(f: FoundRecord): void {
    const row = this.#rows.get(f.stamp);
    const end = row?.summary ?? f.summary;
    const head = row?.head ?? this.#vault.recordHead(f.stamp);
    // the next backup gives a damaged first line back its sense, and a run without an end is one that broke off
    if (head === undefined || end === undefined) return;
    const told = new Map(this.#told(f.stamp).map((t) => [t.key, t.texts[0] ?? ""]));
    const lines: string[] = [];
    for (const line of this.#vault.recordLines(f.stamp)) {
      if (line.kind === "summary") continue;
      const key = keyOf(line);
      // the index of before knows better than a line that may be damaged
      const known = key === undefined || row === undefined ? undefined : told.get(key);
      lines.push(known ?? formatLine(line).slice(0, -1));
      if (key !== undefined) told.delete(key);
    }
    const body = [formatLine(head).slice(0, -1), ...lines, ...told.values()].join("\n");
    const aside = keepBeside(this.#vault, f.stamp);
    this.#write(f.stamp, utf8(`${body}\n${this.#unproven(end)}`));
    this.#tell({ stamp: f.stamp, how: "unproven", aside });
  }

  /** Writes a lost record, by the index at home alone: nothing else tells that there was such a run. */
  #remake(stamp: Stamp): void {
    const row = this.#rows.get(stamp);
    if (row?.summary === undefined) return;
    const empty = { stamp, summary: row.summary, sha256: "" };
    if (this.#proven(empty, new Uint8Array())) return;
    const lines = this.#told(stamp).map((t) => t.texts[0] ?? "");
    const body = [formatLine(row.head).slice(0, -1), ...lines].join("\n");
    this.#write(stamp, utf8(`${body}\n${this.#unproven(row.summary)}`));
    this.#tell({ stamp, how: "remade" });
  }

  #unproven(summary: SummaryLine): string {
    const { sha256: _sha256, tree: _tree, chain: _chain, ended: _ended, ...rest } = summary;
    return formatSummary(this.#vault.ports.hashOf, { ...rest, ...unsealedByDamage() });
  }

  #write(stamp: Stamp, bytes: Uint8Array): void {
    const { fs, tree } = this.#vault;
    makeRuns(this.#vault);
    const temporary = tree.below(tree.meta(""), `${TEMPORARY}record`);
    writeFlushed(this.#vault, temporary, [bytes]);
    const path = this.#vault.recordPath(stamp);
    // what is no file was put there, and may be somebody's
    const there = lstatIfAny(fs, path);
    if (there !== undefined && there.type !== "file") fs.rename(path, asideName(fs, path));
    move(fs, temporary, path);
    this.#found.set(stamp, this.#look(stamp));
  }

  #tell(mended: MendedRecord): void {
    this.#mended.push(mended);
  }
}

function firstLine(fs: FileSystem, path: string): string {
  for (const { text, ended } of readLines(fs, path)) return ended ? text : "";
  return "";
}
