/** The record of a backup's run, from its first line to its last, and the rows that the index takes in with it. @module */

import { Fingerprints } from "../../base/fingerprints.ts";
import type { Catalog } from "../../vault/catalog.ts";
import type { LookOptions } from "../../vault/catalog_state.ts";
import { formatLine, parseLine, type RecordHead } from "../../vault/record.ts";
import { EarlyLines } from "../../vault/early_lines.ts";
import { finishRecord } from "../../vault/record_finish.ts";
import { RecordWriter } from "../../vault/record_writer.ts";
import type { Vault } from "../../vault/vault.ts";
import { FORMAT } from "../../vault/vault_json.ts";
import type { Stamp } from "../../base/stamp.ts";
import { ScanSpill } from "./compare/scan_spill.ts";
import type { BackupRequest } from "./request.ts";
import type { MirrorTimes, ScanChange } from "./vault_dir.ts";

/** Of so many directories the row gets what a look saw of the mirror; the others have it with the next runs. */
const MOST_RENEWED = 50_000;

/** The first line of a run's record. Pure. `look` is when the run began to look, ms. */
export function runHead(
  request: BackupRequest,
  vault: Vault,
  stamp: Stamp,
  look: number,
): RecordHead {
  const { host, rules, maxGenerations, checksum, imported } = request;
  return {
    kind: "run",
    format: FORMAT,
    vault: vault.info.id,
    job: request.job ?? null,
    stamp,
    time: new Date(imported?.at ?? look).toISOString(),
    source: request.originalSource ?? request.source,
    host,
    options: {
      ...rules,
      checksum,
      ...(request.attributes === true ? { attributes: true } : {}),
      ...(maxGenerations === undefined ? {} : { maxGenerations }),
      ...(imported === undefined ? {} : { imported: imported.from }),
    },
  };
}

/** The index, where a vault's first run asks it nothing before its end. */
export function idleIndex(
  { attributes, verifyShare }: Pick<BackupRequest, "attributes" | "verifyShare">,
  index: Catalog | undefined,
): Catalog | undefined {
  return attributes === true || verifyShare !== undefined ? undefined : index;
}

/** What a record ends with. */
export interface RunTotals {
  vault: Vault;
  catalog: Catalog;
  summary: Parameters<typeof finishRecord>[0]["summary"];
  options: LookOptions;
  /** What else the index takes in. */
  also: () => void;
}

/** One run's record. */
export class RunRecord {
  #writer: RecordWriter | undefined;
  #head: RecordHead | undefined;
  #spill: ScanSpill | undefined;
  readonly #renewed = new Map<string, MirrorTimes>();
  readonly #moved = new MovedOnce();
  /** Lines from before the first write of the run. */
  #early = "";
  #taken: EarlyLines | undefined;

  /** Writes the first line, and what came before it; `idle` is an index that nobody asks before the end. */
  start(vault: Vault, head: RecordHead, idle?: Catalog): void {
    this.#head = head;
    if (idle !== undefined) this.#taken = new EarlyLines(idle, head.stamp);
    this.#writer = RecordWriter.start(vault, head);
    this.#spill = new ScanSpill(vault);
    const early = this.#early;
    this.#early = "";
    if (early !== "") this.#write(this.#writer, early);
  }

  /** True once it is begun, until it is finished. */
  get isBegun(): boolean {
    return this.#writer !== undefined;
  }

  /** How many files moved. */
  get moved(): number {
    return this.#moved.count;
  }

  /** Some file has more than one name. */
  get hasNames(): boolean {
    return this.#moved.hasNames;
  }

  /** Adds lines, of whichever lane. */
  append(text: string): void {
    const lines = this.#moved.pass(text);
    if (this.#writer === undefined) this.#early += lines;
    else this.#write(this.#writer, lines);
  }

  #write(writer: RecordWriter, lines: string): void {
    writer.append(lines);
    this.#taken?.add(lines);
  }

  /** Keeps a directory's row, or how its mirror was seen, which may be before the first write; undefined drops the row. */
  scan(dir: string, row: ScanChange["row"]): void {
    if (row === undefined || row instanceof Uint8Array) this.#spill?.put(dir, row);
    else if (this.#renewed.size < MOST_RENEWED) this.#renewed.set(dir, row);
  }

  /** Has the index take in all rows: those that were written in this run come last. */
  #putRows(catalog: Catalog): void {
    for (const [dir, { mtime, ctime, ino }] of this.#renewed) {
      catalog.renewMirror(dir, { mirrorMtime: mtime, mirrorCtime: ctime, mirrorIno: ino });
    }
    for (const { dir, row } of this.rows()) catalog.putScanRow(dir, row);
  }

  /** All rows that were kept. */
  rows(): ReturnType<ScanSpill["rows"]> | [] {
    return this.#spill?.rows() ?? [];
  }

  /** Writes the last line, and has the index take all of it in; gives why it did not. */
  finish({ vault, catalog, summary, options, also }: RunTotals): unknown {
    const [record, head] = [this.#writer, this.#head];
    if (record === undefined || head === undefined) return undefined;
    const error = finishRecord({
      vault,
      catalog,
      record,
      head,
      summary,
      options,
      early: this.#taken,
      also: () => {
        also();
        this.#putRows(catalog);
      },
    });
    this.#writer = undefined;
    return error;
  }

  /** Lets go of what is open; a record without its last line stays as it is. */
  abandon(): void {
    this.#taken?.drop();
    this.#writer?.abandon();
    this.#spill?.close();
  }
}

/** Goes over the record lines of all lanes. */
class MovedOnce {
  readonly #taken = new Fingerprints();
  /** How many files moved. */
  count = 0;
  /** Some file has more than one name. */
  hasNames = false;

  /** The lines of `text`, in which each old path is named once. */
  pass(text: string): string {
    this.hasNames ||= text.includes('"link":"');
    if (!text.includes('"moved":')) return text;
    return text.split("\n").map((line) => this.#line(line)).join("\n");
  }

  #line(line: string): string {
    if (!line.includes('"moved":')) return line;
    const parsed = parseLine(line);
    if (parsed?.kind !== "version" || parsed.moved === undefined) return line;
    const { moved, ...rest } = parsed;
    if (this.#taken.add(moved)) {
      this.count++;
      return line;
    }
    return formatLine(rest).slice(0, -1);
  }
}
