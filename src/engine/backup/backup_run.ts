/** One vault of a backup from its opening to its end: guard, lock, record, catalog (design, *Vault on disk*). @module */

import { systemText, vaultNote } from "../../base/system_text.ts";
import type { FileHandle } from "../../base/fs.ts";
import { runStamp, type Stamp, stampToNumber } from "../../base/stamp.ts";
import { text } from "../../text/text.ts";
import { contentHash } from "../../vault/content.ts";
import type { Catalog } from "../../vault/catalog.ts";
import type { LookOptions } from "../../vault/catalog_state.ts";
import { makeVault, writeInfo } from "../../vault/create.ts";
import type { Lock } from "../../vault/lock.ts";
import {
  type HeldVault,
  type Hold,
  holdVault,
  lockedVault,
  openToWrite,
  type OpenVault,
} from "../../vault/open.ts";
import type { RecordHead } from "../../vault/record.ts";
import { indexContents } from "../../vault/history/contents.ts";
import { type Vault, type VaultPorts, type VaultState, vaultState } from "../../vault/vault.ts";
import { holding, openHeld, tellLock } from "../open_vault.ts";
import { type HeldSeeing, holdFar, toReadSeeing } from "../seen_files.ts";
import { checkCancelled, type EnginePorts, lanesOf, vaultPorts } from "../ports.ts";
import { type LookingRun, type LooksDue, looksDue, looksMade } from "./mirror_looks.ts";
import { believedOf } from "./compare/believed.ts";
import type { BackupRequest, VaultRequest } from "./request.ts";
import { addCounts, type Counts, VaultTally } from "./counts.ts";
import { Flusher, openFiles } from "./copy/flusher.ts";
import { defined } from "../../base/defined.ts";
import type { Freshness } from "../verify/freshness.ts";
import {
  type CheckedShare,
  knownShare,
  rememberedShare,
  shareIn,
} from "../verify/remembered_share.ts";
import { isSecondary, unmade } from "./failures.ts";
import { idleIndex, runHead, RunRecord } from "./run_record.ts";
import * as begin from "./run_start.ts";
import { countLiving } from "../../vault/history/paths.ts";
import type { Believed, VaultSink } from "./lane_vault.ts";
import type { ScanChange } from "./vault_dir.ts";

/** A vault in a backup. */
export class BackupRun implements VaultSink {
  readonly request: VaultRequest;
  readonly tally = new VaultTally();
  notes: string[] = [];
  /** What was hashed again after the run. */
  freshness: Freshness | undefined;
  /** What the summary says of the attributes that were read; undefined where nobody asked for them. */
  attributes: Record<string, number> | undefined;
  vault!: Vault;
  /** What lived at the start of the newest finished run of this source on this host, ms (decision 29). */
  believed: Believed | undefined;
  stamp!: Stamp;
  readonly #ports: EnginePorts;
  readonly #backup: BackupRequest;
  /** When the run started, ms: its stamp is made of it. */
  readonly #started: number;
  #open: OpenVault | undefined;
  readonly #record = new RunRecord();
  readonly #flusher: Flusher;
  /** The run is in the catalog. */
  #committed = false;
  #first = false;
  /** The runs before were imported from elsewhere. */
  #takesOver = false;
  /** Questions about contents can be asked of the index. */
  contents = false;
  /** Whether the vault's disk shares blocks, where that was asked of it. */
  blocks: boolean | undefined;
  /** What is looked at of a mirror that is far away; undefined for everything. */
  looks: LooksDue | undefined;

  /** A session for one vault of `backup`. */
  constructor(
    ports: EnginePorts,
    backup: BackupRequest,
    request: VaultRequest,
    started = ports.clock.now(),
  ) {
    this.#ports = ports;
    this.#backup = backup;
    this.request = request;
    this.#started = started;
    this.#flusher = new Flusher(
      ports,
      backup.flush,
      backup.windows,
      openFiles(lanesOf(ports), backup.vaults.length),
      request.far,
    );
  }

  get #vaultPorts(): VaultPorts {
    return vaultPorts(this.#ports);
  }

  /** Its index, once it is open. */
  get catalog(): Catalog | undefined {
    return this.#open?.catalog;
  }

  /** The index's file at home, for other threads; undefined where it is in memory. */
  get indexPath(): string | undefined {
    return this.#open?.path;
  }

  /** True for a vault that has no finished run: everything is new, no guard is needed. */
  get isFirst(): boolean {
    return this.#first;
  }

  /** True once there is a vault: opened, or made, whatever became of it then. */
  get isOpen(): boolean {
    return this.vault !== undefined;
  }

  /** Opens or makes the vault for a run that writes: lock, then catalog. */
  async open(): Promise<void> {
    const { root, far } = this.request;
    const ports = this.#vaultPorts;
    const state = vaultState(ports.fs, root, ports.separator);
    begin.guardPlace(ports, this.request, this.#backup, state);
    await begin.assertFree(ports, root, state);
    const seeing: HeldSeeing = state === "vault" && far === true
      ? await holdFar(this.#ports, root, this.#hold())
      : { held: this.#take(state, ports, root), opened: () => {} };
    const { held } = seeing;
    this.vault = held.vault;
    tellLock(this.#ports, held, this.request.given);
    const look = this.#lookOptions;
    const open = await openHeld(
      this.#ports,
      seeing,
      (sight) => openToWrite(held, { ...look, sight }),
    );
    seeing.opened();
    this.#begin(open);
  }

  #take(state: VaultState, ports: VaultPorts, root: string): HeldVault {
    return state === "vault" ? holdVault(ports, root, this.#hold()) : this.#make(ports, root);
  }

  #make(ports: VaultPorts, root: string): HeldVault {
    const { host, originalSource, source } = this.#backup;
    let lock: Lock;
    try {
      lock = makeVault(ports, root, this.#hold(), {
        id: this.#ports.index?.(root)?.id ?? this.#ports.newId(),
        hash: "sha256sum",
        source: originalSource ?? source,
        host,
        created: () => new Date(this.#ports.clock.now()).toISOString(),
      });
    } catch (error) {
      throw unmade(root, error);
    }
    return lockedVault(ports, root, lock);
  }

  #begin(open: OpenVault): void {
    this.#open = open;
    const { catalog, mended } = open;
    if (mended !== undefined) this.notes.push(text("backup.mended", { stamp: mended }));
    this.#choose(catalog, open.made);
    this.contents = !this.#first && indexContents(catalog);
    this.blocks = begin.knownBlocks(this.vault, catalog);
    // a run that broke off may have left any directory half done
    this.looks = mended === undefined ? looksDue(this.vault, catalog, this.#looking) : undefined;
  }

  get #looking(): LookingRun {
    const { far = false } = this.request;
    return { far, all: this.#backup.checkMirror === true, started: this.#started };
  }

  get #lookOptions(): LookOptions {
    return {
      hashOf: (content) => contentHash(this.#ports, content),
      failed: (path, error) => this.notes.push(vaultNote(path, error)),
      // a run that has begun ends in order
      check: () => this.#record.isBegun || checkCancelled(this.#ports),
      note: (message) => this.notes.push(message),
    };
  }

  /** Opens the vault only to look, for a dry run; a vault that is not there yet has no catalog. */
  async look(): Promise<void> {
    const ports = this.#vaultPorts;
    const state = vaultState(ports.fs, this.request.root, ports.separator);
    begin.guardPlace(ports, this.request, this.#backup, state);
    if (state === "missing" || state === "empty") {
      this.#first = true;
      this.stamp = runStamp(this.#started, undefined);
      this.vault = begin.placeholderVault(ports, this.request.root);
      return;
    }
    this.#open = await toReadSeeing(this.#ports, this.request.root, this.#lookOptions);
    this.vault = this.#open.vault;
    this.#choose(this.#open.catalog);
  }

  #choose(catalog: Catalog, rebuilt = false): void {
    const marked = rebuilt ? begin.newestMark(catalog, this.#started) : undefined;
    const last = [catalog.newestNote()?.stamp, this.vault.newestWhenOpened()?.stamp, marked].filter(
      (s) => s !== undefined,
    )
      .sort().at(-1);
    this.stamp = runStamp(this.#started, last);
    this.notes.push(...begin.clockNotes(this.#started, catalog.latestTime(), this.stamp));
    this.believed = believedOf(this.vault, catalog, this.#backup, this.#started);
    const run = catalog.newestNote((r) => r.kind === "run" && r.finished);
    this.#tellOther(run && catalog.record(run.stamp)?.head);
    this.#first = run === undefined && countLiving(catalog, "") === 0;
  }

  /** Told at once: a guard that stops the run is to be read with it. */
  #tellOther(last: Pick<RecordHead, "source" | "host" | "options"> | undefined): void {
    const source = this.#backup.originalSource ?? this.#backup.source;
    if (last === undefined || last.source === source) return;
    // a copy that was imported had a place of its own
    this.#takesOver = last.options.imported !== undefined;
    if (this.#takesOver) return;
    this.#ports.emit({
      message_type: "note",
      message: text("backup.other-source", { before: last.source, host: last.host, source }),
      path: this.request.given,
    });
  }

  #hold(): Hold {
    const { pid, host, command } = this.#backup;
    return holding(this.#ports, { pid, host, command });
  }

  /** Starts the run's record: from here on the disk shows that there was a run. */
  start(look: number): void {
    if (this.#takesOver) this.#nameSource();
    const head = runHead(this.#backup, this.vault, this.stamp, look);
    const idle = this.#first ? idleIndex(this.#backup, this.catalog) : undefined;
    this.#record.start(this.vault, head, idle);
  }

  /** The vault is of this source from now on: that is where things go back to. */
  #nameSource(): void {
    const { vault } = this;
    const source = this.#backup.originalSource ?? this.#backup.source;
    writeInfo(vault.fs, vault.tree, vault.info = { ...vault.info, source });
  }

  /** The bits that the system takes from the modes of new files. */
  probeUmask(): number {
    return begin.probeUmask(this.vault);
  }

  record(text: string): void {
    this.#record.append(text);
  }

  scan(dir: string, row: ScanChange["row"]): void {
    this.#record.scan(dir, row);
  }

  flush(path: string): void {
    this.#flusher.add(path);
  }

  flushFile(file: FileHandle): void {
    this.#flusher.addFile(file);
  }

  get full(): boolean {
    return this.#flusher.full;
  }

  keepUp(): Promise<void> {
    return this.#flusher.keepUp();
  }

  /** What happened, in numbers. */
  get counts(): Counts {
    return this.tally.counts;
  }

  /** Why it takes no part any more. */
  get failed(): unknown {
    return this.tally.failed;
  }

  /** Ends its part. */
  set failed(why: unknown) {
    this.tally.failed = why;
  }

  /** Adds what a lane of another thread counted; where several met trouble, the first that tells something is told. */
  add(lane: VaultTally): void {
    addCounts(this.counts, lane.counts);
    this.tally.special.push(...lane.special);
    this.blocks ??= lane.blocks;
    if (lane.failed !== undefined && isSecondary(this.failed)) this.failed = lane.failed;
  }

  /** Counts what only the record tells, when all lanes are done. */
  countMoved(): void {
    this.counts.files_moved = this.#record.moved;
  }

  /** Ends the run: everything flushed, then the record's last line, then the catalog. */
  async finish(summary: Record<string, unknown>): Promise<void> {
    await this.#flusher.settle();
    const { catalog, vault } = this;
    // names whose attributes alone changed meet too, and their record says nothing of other names
    if (this.#record.hasNames || this.counts.files_attrs > 0) {
      (await import("../share/rendezvous.ts")).clearMeetings(vault);
    }
    if (!this.#record.isBegun || catalog === undefined) return;
    const time = new Date(this.#ports.clock.now()).toISOString();
    // when content was checked, as far as this machine knows: for who asks from another one
    const remembered = (): CheckedShare | undefined => rememberedShare(catalog);
    const checked = this.#backup.verifyShare === undefined
      ? remembered()
      : knownShare(catalog, (await import("../verify/freshness.ts")).checkedShare, remembered);
    const attributes = await this.#readAttributes(catalog);
    const looked = looksMade(catalog, this.looks, this.#looking);
    const told = { ...attributes, ...looked.told, ...defined({ checked: shareIn(checked) }) };
    const error = this.#record.finish({
      vault,
      catalog,
      summary: { kind: "summary", time, ...summary, ...told },
      options: this.#lookOptions,
      also: () => {
        begin.keepBlocks(vault, catalog, this.blocks);
        looked.keep(catalog);
      },
    });
    this.#committed = error === undefined;
    if (error === undefined) return;
    this.notes.push(text("index.not-written", { cause: systemText(error) }));
  }

  /** Reads the attributes of what changed, where that was asked for, and puts their file in its place. */
  async #readAttributes(catalog: Catalog): Promise<Record<string, unknown>> {
    const ask = this.#ports.attributes;
    if (this.#backup.attributes !== true || ask === undefined) return {};
    const { attributeCounts, readAttributes, tellAttributes } = await import(
      "./copy/attributes.ts"
    );
    const feed = this.#backup.vaults.indexOf(this.request);
    const read = await readAttributes({
      ask,
      feed,
      vault: this.vault,
      catalog,
      stamp: this.stamp,
      rows: () => this.#record.rows(),
      check: () => checkCancelled(this.#ports),
    });
    const counts = this.attributes = attributeCounts(read);
    read.file.place();
    this.counts.errors += tellAttributes(read, {
      source: this.#backup.source,
      vault: this.request.given,
      isFirst: this.isFirst,
      emit: this.#ports.emit,
      note: (message) => this.notes.push(message),
    });
    return { ...counts, ...defined({ attr: read.hash }) };
  }

  /** Hashes a share of the vault again, once the run is safe; a catalog that lags has nothing to say. */
  async verify(): Promise<void> {
    const share = this.#backup.verifyShare;
    if (share === undefined || this.catalog === undefined || !this.#committed) return;
    const { verifyShare } = await import("../verify/freshness.ts");
    this.freshness = verifyShare(this.#ports, {
      vault: this.vault,
      catalog: this.catalog,
      given: this.request.given,
      run: stampToNumber(this.stamp),
      share,
    });
  }

  /** Lets everything go, whatever happened. */
  close(): void {
    try {
      this.#flusher.drop();
      this.#record.abandon();
    } catch {
      // the next run removes what is left
    }
    this.#open?.close();
  }
}
