/**
 * The first run of a vault that was a plain copy: the copy as it was found. Everything is written below meta directories;
 * each file is read once, and none is moved (design, *Commands*).
 * @module
 */

import { systemText, vaultNote } from "../../base/system_text.ts";

import { joinRel } from "../../base/relpath.ts";
import { runStamp, type Stamp } from "../../base/stamp.ts";
import { text } from "../../text/text.ts";
import { contentHash } from "../../vault/content.ts";
import { NewIndex } from "../../vault/index_new.ts";
import type { RecordHead, SummaryLine } from "../../vault/record.ts";
import { finishRecord } from "../../vault/record_finish.ts";
import { RecordWriter } from "../../vault/record_writer.ts";
import type { Vault } from "../../vault/vault.ts";
import { FORMAT } from "../../vault/vault_json.ts";
import { Failures } from "../backup/failures.ts";
import { Flusher, openFiles } from "../backup/copy/flusher.ts";
import { VaultTally } from "../backup/counts.ts";
import { LaneVault, type VaultSink } from "../backup/lane_vault.ts";
import type { BackupRequest } from "../backup/request.ts";
import { LinkGroups, LinkNames } from "../backup/share/link_groups.ts";
import { type SourceView, troubleOf } from "../source/source_dir.ts";
import { readWholeDir } from "../source/whole_dir.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { type AdoptContext, takeIn } from "./found_directory.ts";

/** Files smaller than this are read whole. */
const BUFFER = 4 << 20;

/** What is adopted. */
export interface Adopting {
  request: BackupRequest;
  vault: Vault;
  /** The copy as it is read. */
  view: SourceView;
}

/** What the first run came to. */
export interface FirstRunDone {
  stamp: Stamp;
  errors: number;
  /** What is told at its end. */
  summary: Record<string, unknown>;
  notes: string[];
}

/** Records the copy as it is found. */
export class FirstRun {
  readonly #ports: EnginePorts;
  readonly #vault: Vault;
  readonly #view: SourceView;
  readonly #flusher: Flusher;
  readonly #head: RecordHead;
  readonly #record: RecordWriter;
  readonly #finding: AdoptContext;
  readonly #started: number;

  /** Begins the record; the root has its meta directory, and the lock is held. */
  constructor(ports: EnginePorts, { request, vault, view }: Adopting) {
    this.#ports = ports;
    this.#vault = vault;
    this.#view = view;
    this.#started = ports.clock.now();
    this.#flusher = new Flusher(ports, request.flush, request.windows, openFiles(1, 1));
    this.#head = headOf(request, vault, this.#started);
    this.#record = RecordWriter.start(vault, this.#head);
    this.#finding = this.#findingFor(request);
  }

  #findingFor({ flush, windows }: BackupRequest): AdoptContext {
    const { fs, newHash, hashOf, umask, progress, emit } = this.#ports;
    const check = (): void => checkCancelled(this.#ports);
    const run = new LaneVault(this.#vault, undefined, {
      stamp: this.#head.stamp,
      startedMs: this.#started,
      maxGenerations: undefined,
      flush,
      windows,
      far: false,
      believed: undefined,
    }, this.#sink());
    const trouble: ConstructorParameters<typeof Failures>[0]["trouble"] = (t) => {
      progress.error();
      emit({ message_type: "error", ...t });
    };
    return {
      run,
      view: this.#view,
      read: {
        fs,
        newHash,
        hashOf,
        buffer: new Uint8Array(BUFFER),
        check,
        progress: progress.done,
        umask,
        flush,
      },
      names: new LinkNames(undefined, new LinkGroups(this.#view, check), this.#view),
      failures: new Failures({ runs: [run], trouble }),
    };
  }

  #sink(): VaultSink {
    const flusher = this.#flusher;
    return {
      tally: new VaultTally(),
      record: (lines) => this.#record.append(lines),
      // what was seen of the copy is nothing that a look at the source could go by
      scan: () => {},
      flush: (path) => flusher.add(path),
      flushFile: (file) => flusher.addFile(file),
      get full() {
        return flusher.full;
      },
      keepUp: () => flusher.keepUp(),
    };
  }

  /** Goes through the copy and ends the record. */
  async run(): Promise<FirstRunDone> {
    try {
      const stack = [""];
      for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
        checkCancelled(this.#ports);
        for (const below of await this.#directory(path)) stack.push(below);
        if (this.#flusher.full) await this.#flusher.keepUp();
      }
      await this.#flusher.settle();
    } catch (error) {
      this.#flusher.drop();
      this.#record.abandon();
      throw error;
    }
    return this.#end();
  }

  /** One directory; gives those in it. */
  async #directory(path: string): Promise<string[]> {
    const { failures } = this.#finding;
    let found: Awaited<ReturnType<typeof readWholeDir>>;
    try {
      found = await readWholeDir(this.#view, path);
    } catch (error) {
      if (path === "") throw error;
      failures.source(troubleOf(path, "scan", error));
      return [];
    }
    if (typeof found === "string") return [];
    for (const trouble of found.troubles) failures.source(trouble);
    takeIn(this.#finding, found);
    const below: string[] = [];
    for (const { type, excluded, name } of found.entries) {
      if (type === "dir" && !excluded) below.push(joinRel(path, name));
    }
    return below;
  }

  #end(): FirstRunDone {
    const { counts, sink: { tally: { special } }, stamp } = this.#finding.run;
    const now = this.#ports.clock.now();
    const summary = {
      stamp,
      ...counts,
      total_duration: Math.round(now - this.#started) / 1000,
      ...(special.length === 0 ? {} : { special }),
    };
    const time = new Date(now).toISOString();
    const notes = this.#finish({ kind: "summary", time, ...summary });
    return { stamp, errors: counts.errors, summary, notes };
  }

  /** Writes the last line, and the index; gives what is to be said of that. */
  #finish(summary: SummaryLine): string[] {
    const notes: string[] = [];
    const index = NewIndex.of(this.#vault);
    let isWhole = false;
    try {
      const error = finishRecord({
        vault: this.#vault,
        catalog: index.catalog,
        record: this.#record,
        head: this.#head,
        summary,
        options: {
          hashOf: (content) => contentHash(this.#ports, content),
          failed: (path, error) => notes.push(vaultNote(path, error)),
        },
        also: () => {},
      });
      isWhole = error === undefined;
      if (!isWhole) notes.push(text("index.not-written", { cause: systemText(error) }));
      return notes;
    } catch (error) {
      this.#record.abandon();
      throw error;
    } finally {
      if (isWhole) index.publish();
      else index.abandon();
    }
  }
}

function headOf(request: BackupRequest, vault: Vault, started: number): RecordHead {
  return {
    kind: "run",
    format: FORMAT,
    vault: vault.info.id,
    job: null,
    stamp: runStamp(started, undefined),
    time: new Date(started).toISOString(),
    source: request.source,
    host: request.host,
    options: { checksum: true, adopted: true },
  };
}
