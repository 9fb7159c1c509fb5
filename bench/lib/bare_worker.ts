/**
 * The floor: the calls of a run by a loop that does nothing else, in the same sandbox. No names are checked, no record,
 * no index, no history is kept. Lane `lane` of `lanes` takes every so-manieth entry of the root.
 * @module
 */

import { createHash } from "node:crypto";

/** What is done: all copied, what changed since `since` copied (by content: all hashed), or all brought back. */
export interface BareJob {
  mode: "copy" | "later" | "content" | "restore";
  from: string;
  to: string;
  /** Milliseconds; what changed after it is copied. */
  since: number;
  lane: number;
  lanes: number;
}

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<BareJob>) => void) | null;
  postMessage(message: string): void;
};

const buffer = new Uint8Array(4 << 20);

function read(from: string): number {
  using source = Deno.openSync(from, { read: true });
  let size = 0;
  for (let n = -1; n !== 0; size += n) n = source.readSync(buffer.subarray(size)) ?? 0;
  source.statSync();
  createHash("sha256").update(buffer.subarray(0, size)).digest("hex");
  return size;
}

function write(from: string, to: string, mtime: Date | null, flush: boolean): void {
  const size = read(from);
  using copy = Deno.openSync(to, { write: true, createNew: true, mode: 0o644 });
  for (let at = 0; at < size;) at += copy.writeSync(buffer.subarray(at, size));
  copy.utimeSync(mtime ?? 0, mtime ?? 0);
  if (flush) copy.syncDataSync();
}

function oneFile({ mode, since }: BareJob, name: string, from: string, to: string): boolean {
  const path = `${from}/${name}`;
  const { mtime, ctime } = Deno.lstatSync(path);
  if (mode === "copy" || mode === "restore") {
    write(path, `${to}/${name}`, mtime, mode === "copy");
  } else if (mode === "content") read(path);
  else if ((ctime?.getTime() ?? 0) >= since) {
    write(path, `${to}/.meta/new`, mtime, true);
    try {
      Deno.renameSync(`${to}/${name}`, `${to}/.meta/${name}@${since}`);
    } catch {
      // it is new
    }
    Deno.renameSync(`${to}/.meta/new`, `${to}/${name}`);
    return true;
  }
  return false;
}

function flush(path: string): void {
  using dir = Deno.openSync(path, { read: true });
  dir.syncDataSync();
}

function oneTree(job: BareJob, from: string, to: string, isRoot = false): void {
  if (job.mode === "copy" || job.mode === "restore") Deno.mkdirSync(to, { recursive: isRoot });
  if (job.mode === "copy") Deno.mkdirSync(`${to}/.meta`, { recursive: isRoot });
  if (job.mode === "later") Deno.lstatSync(to);
  let changed = job.mode === "copy";
  [...Deno.readDirSync(from)].forEach(({ name, isDirectory }, i) => {
    if (name === ".meta" || (isRoot && i % job.lanes !== job.lane)) return;
    if (isDirectory) oneTree(job, `${from}/${name}`, `${to}/${name}`);
    else if (oneFile(job, name, from, to)) changed = true;
  });
  if (changed) { for (const path of [to, `${to}/.meta`]) flush(path); }
}

scope.onmessage = ({ data }): void => {
  oneTree(data, data.from, data.to, true);
  scope.postMessage("done");
};
