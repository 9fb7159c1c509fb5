/** What snapshots there are, told from the beginning and the end of each file. @module */

import { systemText } from "../base/system_text.ts";

import type { FileHandle } from "../base/fs.ts";
import { type SnapshotTotals, stampOfName, TOTAL_KEYS } from "./format.ts";
import { under } from "./paths.ts";
import { checkCancelled, type PortablePorts } from "./ports.ts";
import { readDocument, readHeader } from "./reader.ts";
import { SnapshotSource } from "./source.ts";

/** The state of a snapshot: `partial` lacks what could not be read, `damaged` cannot be restored. */
export type Completeness = "complete" | "partial" | "damaged";

/** One snapshot file. */
export interface Found {
  /** The file name. */
  name: string;
  state: Completeness;
  /** Why it is damaged, "" otherwise. */
  problem: string;
  /** In ms since 1970; when it is damaged, the file's own time. */
  created: number;
  /** The directory that it was taken of. */
  target: string;
  /** Undefined when it is damaged. */
  totals: SnapshotTotals | undefined;
  /** The size of the file. */
  size: number;
}

const TAIL = 2048;

/** The snapshots of a directory, oldest first; what does not claim to be one is not among them. */
export async function listSnapshots(ports: PortablePorts, snapshots: string): Promise<Found[]> {
  const root = { path: snapshots, separator: ports.separator };
  const found: Found[] = [];
  for (const entry of await ports.fs.listWhole(snapshots)) {
    checkCancelled(ports);
    if (entry.type !== "file" || !entry.name.endsWith(".json")) continue;
    const one = lookAtSnapshot(ports, under(root, entry.name), entry.name);
    if (one !== undefined) found.push(one);
  }
  return found.sort((a, b) => a.created - b.created || (a.name < b.name ? -1 : 1));
}

/** Looks at one file; undefined when it neither is a snapshot nor has the name of one. */
export function lookAtSnapshot(
  ports: PortablePorts,
  path: string,
  name: string,
): Found | undefined {
  let file: FileHandle | undefined;
  const found: Found = {
    name,
    state: "damaged",
    problem: "",
    created: 0,
    target: "",
    totals: undefined,
    size: 0,
  };
  let claimed = stampOfName(name) !== undefined;
  try {
    file = ports.fs.open(path, { read: true });
    const info = file.stat();
    found.size = info.size;
    found.created = info.mtime;
    const header = readHeader(new SnapshotSource(file), name);
    claimed = true;
    found.created = header.created;
    found.target = header.target;
    found.totals = tailTotals(file, info.size) ?? scanTotals(ports, file, name);
    found.state = found.totals.errors === 0 ? "complete" : "partial";
  } catch (error) {
    found.problem = systemText(error);
  } finally {
    file?.close();
  }
  return claimed ? found : undefined;
}

/** The summary at the end of the file; undefined when it does not stand there as hikae writes it. */
function tailTotals(file: FileHandle, size: number): SnapshotTotals | undefined {
  const buffer = new Uint8Array(Math.min(size, TAIL));
  file.seek(size - buffer.length);
  let used = 0;
  for (let n = 1; n > 0 && used < buffer.length; used += n) n = file.read(buffer.subarray(used));
  const text = new TextDecoder().decode(buffer.subarray(0, used));
  const at = text.lastIndexOf('"summary"');
  if (at < 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(`{${text.slice(at)}`);
  } catch {
    return undefined;
  }
  const stated = (value as { summary?: Partial<Record<string, unknown>> }).summary;
  if (typeof stated !== "object" || stated === null) return undefined;
  const sound = TOTAL_KEYS.every((key) => Number.isSafeInteger(stated[key]));
  return sound ? stated as unknown as SnapshotTotals : undefined;
}

/** Reads the whole file, without its contents where it can. */
function scanTotals(ports: PortablePorts, file: FileHandle, name: string): SnapshotTotals {
  const source = new SnapshotSource(file, () => checkCancelled(ports));
  return readDocument(source, { name }, {}).totals;
}
