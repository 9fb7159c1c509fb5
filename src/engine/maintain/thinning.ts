/**
 * A vault in the hands of a command that takes something away: lock, catalog, a record of its own, and the order
 * of writes that also works on a full disk (design, *Never lose anything*).
 * @module
 */

import { systemText } from "../../base/system_text.ts";
import { errorCode, isFull } from "../../base/errors.ts";
import type { FileHandle } from "../../base/fs.ts";
import { nextStep } from "../../base/next_step.ts";
import type { RunMark } from "../../base/point.ts";
import { joinRel } from "../../base/relpath.ts";
import { runStamp, type Stamp, stampFromNumber, stampToNumber } from "../../base/stamp.ts";
import type { Catalog, Version } from "../../vault/catalog.ts";
import type { VaultContents } from "../../vault/content.ts";
import { openToThin, type OpenVault } from "../../vault/open.ts";
import { formatLine, type RecordHead, type VersionLine } from "../../vault/record.ts";
import { finishRecord } from "../../vault/record_finish.ts";
import { RecordWriter } from "../../vault/record_writer.ts";
import { Vault } from "../../vault/vault.ts";
import { text } from "../../text/text.ts";
import { commandHead, type MaintainKind, tellMended } from "../command_record.ts";
import { lookOptions, openHeld, openWhole } from "../open_vault.ts";
import { holdSeeing, isFarAway, SeenFiles, toReadSeeing } from "../seen_files.ts";
import type { EnginePorts } from "../ports.ts";
import { brokenOff } from "../reader.ts";
import { snapshotsOf } from "./forget.ts";
import type { MaintainRequest } from "./request.ts";

/** A vault that is being thinned. */
export class ThinningSession {
  readonly vault: Vault;
  readonly notes: string[] = [];
  readonly #ports: EnginePorts;
  readonly #open: OpenVault;
  #record: RecordWriter | undefined;
  #head: RecordHead | undefined;
  #hasBegun = false;
  #lines: string[] = [];
  /** Versions that went while no record could be written, as {@link lifeOf} names them. */
  readonly #unrecorded = new Set<string>();
  /** The vault whose records were seen. */
  #seen: Vault | undefined;
  /** True when the catalog is an index in memory, because there was no room for the file. */
  #stopgap: boolean;

  /** A session with a vault that was opened. */
  constructor(ports: EnginePorts, open: OpenVault) {
    this.#ports = ports;
    this.#open = open;
    this.vault = open.vault;
    this.#stopgap = open.stopgap;
    const { mended } = open;
    if (mended !== undefined) this.notes.push(text("backup.mended", { stamp: mended }));
  }

  /** Opens a vault to change it, or, for a plan, only to look. */
  static async open(
    ports: EnginePorts,
    request: MaintainRequest,
    command: string,
  ): Promise<ThinningSession> {
    const look = lookOptions(ports);
    if (request.dryRun) {
      return new ThinningSession(ports, await toReadSeeing(ports, request.root, look));
    }
    const seeing = await holdSeeing(ports, request, command);
    const open = await openHeld(
      ports,
      seeing,
      (sight) => openToThin(seeing.held, { ...look, sight }),
    );
    seeing.opened();
    return new ThinningSession(ports, open);
  }

  get catalog(): Catalog {
    return this.#open.catalog;
  }

  /** The snapshots that are not forgotten, oldest first: in a plan with the broken run that a change would mend first. */
  snapshots(): RunMark[] {
    const known = snapshotsOf(this.catalog);
    const broken = this.#open.lock === undefined ? brokenOff(this.vault, this.catalog) : undefined;
    return broken === undefined ? known : [...known, { stamp: broken.stamp, complete: false }];
  }

  get contents(): VaultContents {
    return this.#open.contents;
  }

  /** The stamp of the record, once it is begun. */
  get stamp(): Stamp | undefined {
    return this.#head?.stamp;
  }

  /** Begins the record: from here on the disk shows what is done. A full disk does not stop the work. */
  begin(kind: MaintainKind, options: Record<string, unknown>, host: string): number {
    this.#hasBegun = true;
    this.#head = commandHead(this.#ports, this.#open, { kind, options, host });
    // an unfinished run is mended only while its record is the newest
    if (!this.#stopgap) this.#record = this.#start();
    return stampToNumber(this.#head.stamp);
  }

  /** True while nothing on the disk would tell of what goes now. */
  get isUntold(): boolean {
    return !this.#stopgap && this.#record === undefined;
  }

  /** Begins the record now that there is some room; `line` tells what made it. Throws when there is still none. */
  beginWith(line: VersionLine): void {
    if (this.#head === undefined) return;
    const record = this.#record = RecordWriter.start(this.vault, this.#head);
    record.append(formatLine(line));
    record.flush();
  }

  #start(): RecordWriter | undefined {
    if (this.#head === undefined) return undefined;
    try {
      return RecordWriter.start(this.vault, this.#head);
    } catch (error) {
      if (!isFull(error)) throw error;
      return undefined;
    }
  }

  /** Adds a line of what went; lost with a disk that is full, the next run then finds out by itself. */
  line(line: VersionLine): void {
    const text = formatLine(line);
    if (this.#record === undefined) {
      this.#lines.push(text);
      this.#unrecorded.add(lifeOf(line.path, line.to));
      return;
    }
    try {
      this.#record.append(text);
    } catch {
      // no room in the middle of the work: the record counts as broken off, a new one comes at the end
      this.#record.abandon();
      this.#record = undefined;
      this.#lines = [];
      this.#stopgap = true;
    }
  }

  /** What the record will say is gone must stay gone when the power goes: their directories are flushed first. */
  async flush(files: Iterable<string>): Promise<void> {
    const { separator } = this.vault.tree;
    const dirs = new Set<string>();
    for (const file of files) dirs.add(file.slice(0, file.lastIndexOf(separator)));
    await this.#ports.fs.syncAll([...dirs]);
  }

  /**
   * After the files are gone: with the room that they made, brings up to date what could not be written before.
   * False when there is still none; the next run then finds out from the disk.
   */
  async recover(): Promise<boolean> {
    if (this.#stopgap) {
      const takenAway = (v: Version): boolean => {
        const to = v.until === null ? undefined : stampFromNumber(v.until);
        return this.#unrecorded.has(lifeOf(joinRel(v.dir, v.name), to));
      };
      await openWhole(
        this.#ports,
        (seeing) => this.#open.rethin({ ...lookOptions(seeing), takenAway }),
      );
      this.#stopgap = this.#open.stopgap;
      if (!this.#stopgap && this.#head !== undefined) {
        const last = this.vault.newestRecord()?.stamp;
        this.#head = { ...this.#head, stamp: runStamp(this.#ports.clock.now(), last) };
      }
    }
    if (!this.#stopgap && this.#record === undefined) {
      const record = this.#record = this.#start();
      for (const text of this.#lines.splice(0)) record?.append(text);
    }
    return this.#record !== undefined;
  }

  /**
   * Ends the command: `change` alters catalog and records in one transaction, then come the record's last line and
   * the commit. What fails here is told, and false: files and marks tell the next run what went, but what was to be
   * forgotten is not.
   */
  async finish(
    summary: Record<string, unknown>,
    change: (catalog: Catalog) => void,
  ): Promise<boolean> {
    try {
      if (!await this.recover()) throw new Error("there is no room for a record");
      const [record, head] = [this.#record, this.#head];
      if (record === undefined || head === undefined) return true;
      const time = new Date(this.#ports.clock.now()).toISOString();
      const error = finishRecord({
        vault: this.vault,
        catalog: this.catalog,
        record,
        head,
        summary: { kind: "summary", time, ...summary },
        options: lookOptions(this.#ports),
        also: (catalog) => {
          change(catalog);
          this.#flushNames();
        },
      });
      this.#record = undefined;
      if (error !== undefined) {
        this.notes.push(text("index.not-written", { cause: systemText(error) }));
      }
      return true;
    } catch (error) {
      this.#giveUp(error);
      return false;
    }
  }

  /** Records that were rewritten are in their places before the last line says so. Windows flushes no directory. */
  #flushNames(): void {
    const { fs, tree } = this.vault;
    let dir: FileHandle;
    try {
      dir = fs.open(tree.meta(""), { read: true });
    } catch {
      return;
    }
    try {
      dir.sync();
    } catch {
      // what is lost with the power the next run finds out from the disk
    } finally {
      dir.close();
    }
  }

  #giveUp(error: unknown): void {
    this.#ports.progress.error();
    this.#ports.emit({
      message_type: "error",
      path: this.vault.root,
      during: "store",
      code: errorCode(error) || "failed",
      message: text("thinning.record-failed", { problem: systemText(error) }),
      hint: nextStep(errorCode(error), "vault") ?? text("thinning.remove-failed-hint"),
    });
    this.#record?.abandon();
    this.#record = undefined;
    this.#head = undefined;
  }

  /** Where nothing was left to do, a record tells of what was mended ({@link tellMended}). */
  tellMended(kind: MaintainKind, host: string): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.notes.push(...tellMended(this.#ports, this.#open, { kind, host }));
  }

  /** Says what is to be said and was not yet. */
  speak(path: string): void {
    for (const message of this.notes.splice(0)) {
      this.#ports.emit({ message_type: "note", message, path });
    }
  }

  /**
   * Reads records of a vault far away before they are asked for, many at once. While the lock is held nobody else writes any,
   * and who rewrites one has read it before.
   */
  async seeRecords(stamps: readonly Stamp[]): Promise<void> {
    const seen = seenRecords(this.#ports, this.vault);
    if (seen === undefined) return;
    await seen.files(stamps.map((stamp) => this.vault.recordPath(stamp)), this.#ports.cancelled);
    const { ports, root, info } = this.vault;
    this.#seen = new Vault({ ...ports, fs: seen.fs }, root, info);
  }

  /** The vault to read those records by, once: after that they may have been written anew. */
  takeSeen(): Vault {
    const seen = this.#seen ?? this.vault;
    this.#seen = undefined;
    return seen;
  }

  /** Lets everything go, whatever happened. */
  close(): void {
    try {
      this.#record?.abandon();
    } finally {
      this.#open.close();
    }
  }
}

/** Opens a vault for `command`, does `work` in it, and lets it go whatever happens. */
export async function inSession<T>(
  ports: EnginePorts,
  request: MaintainRequest,
  command: MaintainKind,
  work: (session: ThinningSession, started: number) => Promise<T>,
): Promise<T> {
  const started = ports.clock.now();
  const session = await ThinningSession.open(ports, request, command);
  try {
    return await work(session, started);
  } finally {
    // of work that came to its end all of it was told before its summary
    try {
      session.tellMended(command, request.host);
      session.speak(request.given);
    } finally {
      session.close();
    }
  }
}

/** What sees the records of a vault that is far away; undefined for a near one. */
function seenRecords(ports: EnginePorts, { fs, root }: Vault): SeenFiles | undefined {
  const { ahead, separator } = ports;
  if (ahead === undefined || !isFarAway(ports, root, separator)) return undefined;
  return new SeenFiles(fs, ahead, root);
}

/** A name for one version of a path: no two of them end in the same run. */
function lifeOf(path: string, to: Stamp | undefined): string {
  return `${to ?? ""}/${path}`;
}
