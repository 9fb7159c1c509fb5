/** `status`: how the last runs of vaults went, told by the ends of their records. @module */

import { fromUtf8 } from "../../base/bytes.ts";
import { type ErrorId, messageOf, toPlainError } from "../../base/errors.ts";
import type { Stamp } from "../../base/stamp.ts";
import { isHeld } from "../../vault/lock.ts";
import { parseLine, type SummaryLine } from "../../vault/record.ts";
import { Catalog } from "../../vault/catalog.ts";
import { openVault, type Vault } from "../../vault/vault.ts";
import type { EnginePorts } from "../ports.ts";
import { type CheckedShare, checkedShare } from "../verify/freshness.ts";

/** What is asked: the real paths of vaults. */
export interface StatusRequest {
  roots: readonly string[];
}

/** A run, by its record. */
export interface LastRun {
  stamp: Stamp;
  /** RFC 3339. */
  time: string;
  /** The counts of its summary; absent for an unfinished one. */
  summary?: SummaryLine;
}

/** How a vault stands. */
export interface VaultStatus {
  root: string;
  /** Why it cannot be asked. */
  problem?: string;
  /** The kind of that problem. */
  problemId?: ErrorId;
  source: string;
  /** The newest run, finished or not. */
  last?: LastRun;
  /** The newest finished run. */
  good?: LastRun;
  /** A run is under way. */
  running: boolean;
  /** How fresh the check of its content is; absent where no index tells. */
  checked?: CheckedShare;
}

/** Looks at each vault; one that cannot be read does not keep the others from answering. */
export function status(ports: EnginePorts, request: StatusRequest): VaultStatus[] {
  return request.roots.map((root) => {
    try {
      return statusOf(ports, root);
    } catch (error) {
      const problemId = toPlainError(error).id;
      return { root, problem: messageOf(error), problemId, source: "", running: false };
    }
  });
}

function statusOf(ports: EnginePorts, root: string): VaultStatus {
  const { fs, newHash, openDatabase, separator } = ports;
  const vault = openVault({ fs, newHash, openDatabase, separator }, root);
  const running = isHeld(fs, vault.tree);
  const status: VaultStatus = { root, source: vault.info.source, running };
  const checked = checkedOf(vault);
  if (checked !== undefined) status.checked = checked;
  for (const { stamp } of vault.recordFiles().reverse()) {
    const run = runOf(vault, stamp);
    if (run === undefined) continue;
    status.last ??= run;
    if (run.summary === undefined) continue;
    status.good = run;
    break;
  }
  return status;
}

/** Told by the index alone: nothing else knows when content was checked. */
function checkedOf(vault: Vault): CheckedShare | undefined {
  const path = vault.tree.rootFile("catalog");
  try {
    if (vault.fs.lstat(path).type !== "file") return undefined;
    const catalog = new Catalog(vault.ports.openDatabase(path, { readOnly: true }));
    try {
      return Catalog.isCurrent(catalog.db) ? checkedShare(catalog) : undefined;
    } finally {
      catalog.close();
    }
  } catch {
    // missing, damaged, or in need of a writer
    return undefined;
  }
}

/** A backup's record; undefined for those of other commands, and for what cannot be read. */
function runOf(vault: Vault, stamp: Stamp): LastRun | undefined {
  const head = vault.recordHead(stamp);
  if (head?.kind !== "run") return undefined;
  const summary = lastLine(vault, stamp);
  return { stamp, time: head.time, ...(summary === undefined ? {} : { summary }) };
}

const TAIL = 1 << 16;

/** A record's summary, read from its end: the lines before it may be many. */
function lastLine(vault: Vault, stamp: Stamp): SummaryLine | undefined {
  const file = vault.fs.open(vault.recordPath(stamp), { read: true });
  try {
    const { size } = file.stat();
    const tail = new Uint8Array(Math.min(size, TAIL));
    file.seek(size - tail.length);
    let length = 0;
    for (let n = -1; n !== 0 && length < tail.length; length += n) {
      n = file.read(tail.subarray(length));
    }
    const text = fromUtf8(tail.subarray(0, length));
    if (!text.endsWith("\n")) return undefined;
    const line = parseLine(text.slice(text.lastIndexOf("\n", text.length - 2) + 1, -1));
    return line?.kind === "summary" ? line : undefined;
  } finally {
    file.close();
  }
}
