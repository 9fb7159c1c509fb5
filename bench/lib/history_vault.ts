/** A vault with a long history: one real run, and records of many more as hikae writes them. @module */

import { type Stamp, stampOf, stampToNumber } from "../../src/base/stamp.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { Catalog } from "../../src/vault/catalog.ts";
import { fillFromRecords } from "../../src/vault/index_make.ts";
import { chainOf } from "../../src/vault/seal.ts";
import { treesAt } from "../../src/vault/tree_sum.ts";
import {
  formatLine,
  formatSummary,
  type RecordHead,
  type RecordLine,
  type SummaryLine,
  type VersionLine,
} from "../../src/vault/record.ts";
import { openVault } from "../../src/vault/vault.ts";
import { benchPorts, plainRequest } from "./engine.ts";
import { dirOf, nameOf } from "../../src/base/relpath.ts";
import { markOf, META } from "../../src/vault/names.ts";
import { type Random, seeded } from "./random.ts";

const HOUR = 3_600_000;
const CHANGES = 100;

/** What can be asked about. */
export interface HistoryVault {
  vault: string;
  stamps: Stamp[];
  /** A path with many versions. */
  path: string;
}

/**
 * Makes it from a tree at rest. Each later run changed 100 files; their contents are not what the records say, which
 * no question about history looks at.
 */
export async function makeHistory(
  source: string,
  vault: string,
  runs: number,
): Promise<HistoryVault> {
  const start = Date.now() - (runs + 24) * HOUR;
  const [outcome] = await backup(
    benchPorts([vault], start),
    plainRequest(source, vault, false),
  );
  const first = outcome?.stamp as Stamp | undefined;
  if (first === undefined) throw new Error("the first run of the vault failed");
  const writer = new HistoryWriter(benchPorts([vault]), vault);
  return { vault, ...writer.write(first, start, runs) };
}

class HistoryWriter {
  readonly #vault: ReturnType<typeof openVault>;
  readonly #random: Random = seeded(6);

  constructor(ports: EnginePorts, root: string) {
    this.#vault = openVault(ports, root);
  }

  write(first: Stamp, start: number, runs: number): { stamps: Stamp[]; path: string } {
    const current = this.#filesOf(first);
    const watched = current[0];
    if (watched === undefined) throw new Error("the vault is empty");
    const stamps = [first];
    for (let i = 1; i < runs; i++) {
      const time = start + i * HOUR;
      const { head, lines } = this.#run(stampOf(time), time, current, first);
      const text = [head, ...lines].map(formatLine).join("");
      Deno.writeTextFileSync(this.#vault.recordPath(head.stamp), text);
      stamps.push(head.stamp);
    }
    for (const { path, mtime } of current) this.#touch(path, mtime);
    this.#seal();
    return { stamps, path: watched.path };
  }

  /** Gives all records the seals that their runs would have given them. */
  #seal(): void {
    const catalog = Catalog.create(this.#vault.ports.openDatabase(":memory:", { readOnly: false }));
    // their contents are not there: the disk is not to be asked
    const options = { hashOf: () => "", failed: () => {} };
    catalog.transaction(() => fillFromRecords(this.#vault, catalog, options));
    const rows = catalog.records();
    const { hashOf } = this.#vault.ports;
    const trees = treesAt(catalog, this.#vault.ports, rows.map((r) => stampToNumber(r.stamp)));
    catalog.close();
    rows.forEach((row, i) => {
      const path = this.#vault.recordPath(row.stamp);
      const lines = Deno.readTextFileSync(path).trimEnd().split("\n");
      const last = JSON.parse(lines.pop() ?? "") as SummaryLine;
      const body = `${lines.join("\n")}\n`;
      row.sha256 = hashOf(body);
      // the newest alone is asked for it
      const chain = i === rows.length - 1 ? { chain: chainOf(hashOf, rows) } : {};
      const seal = {
        sha256: row.sha256,
        tree: trees[i],
        before: rows[i - 1]?.stamp ?? null,
        ...chain,
      };
      Deno.writeTextFileSync(
        path,
        body + formatSummary(hashOf, { ...last, ...seal } as SummaryLine),
      );
    });
  }

  /** A content for the version that a run replaced: whoever asks the disk finds all that records tell of. */
  #keep(path: string, stamp: Stamp): void {
    const { root } = this.#vault;
    const mark = markOf("old", nameOf(path), stamp);
    Deno.writeTextFileSync(`${root}/${dirOf(path)}/${META}/${mark}`, "replaced");
  }

  #touch(path: string, mtime: string | undefined): void {
    if (mtime !== undefined) {
      Deno.utimeSync(`${this.#vault.root}/${path}`, new Date(mtime), new Date(mtime));
    }
  }

  #filesOf(stamp: Stamp): VersionLine[] {
    const record = this.#vault.openRecord(stamp);
    return [...record?.lines ?? []].filter((l) =>
      l.kind === "version" && l.type === "file"
    ) as VersionLine[];
  }

  /** A run that changed the first file, every tenth time, and others by chance. */
  #run(
    stamp: Stamp,
    time: number,
    current: VersionLine[],
    first: Stamp,
  ): { head: RecordHead; lines: RecordLine[] } {
    const head: RecordHead = {
      kind: "run",
      format: 1,
      stamp,
      time: new Date(time).toISOString(),
      source: "",
      host: "bench",
      options: {},
    };
    const lines: RecordLine[] = [];
    const chosen = new Set(stamp.endsWith("0000") ? [0] : [0, 1]);
    while (chosen.size < Math.min(CHANGES, current.length)) {
      chosen.add(Math.floor(this.#random() * current.length));
    }
    for (const i of chosen) {
      const was = current[i];
      if (was === undefined) continue;
      const now: VersionLine = {
        ...was,
        mtime: head.time,
        hash: Array.from(
          { length: 8 },
          () => Math.floor(this.#random() * 4294967296).toString(16).padStart(8, "0"),
        ).join(""),
        from: stamp,
        why: "changed",
      };
      lines.push({ ...was, from: was.from ?? first, to: stamp, why: "changed" }, now);
      this.#keep(was.path, stamp);
      current[i] = now;
    }
    lines.push(summary(head.time, stamp, chosen.size, current.length));
    return { head, lines };
  }
}

function summary(time: string, stamp: Stamp, changed: number, files: number): SummaryLine {
  return {
    kind: "summary",
    time,
    stamp,
    files_new: 0,
    files_changed: changed,
    files_deleted: 0,
    files_unmodified: files - changed,
    files_attrs: 0,
    files_repaired: 0,
    files_special: 0,
    files_excluded: 0,
    dirs_new: 0,
    dirs_deleted: 0,
    bytes_added: changed,
    total_files_processed: files,
    total_bytes_processed: files,
    errors: 0,
    total_duration: 1,
  };
}
