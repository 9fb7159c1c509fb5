/**
 * The floor: the calls of a run by a loop that does nothing else, in the same sandbox. No names are checked, no record,
 * no index, no history is kept; with `keeps` it also keeps what `bare_keeper.ts` does. Lane `lane` of `lanes` takes every
 * so-manieth entry of the root.
 * @module
 */

import { createHash } from "node:crypto";
import type { Keeper, Kept } from "./bare_keeper.ts";

/** What is done: all copied, what changed since `since` copied (by content: all hashed), or all brought back. */
export interface BareJob {
  mode: "copy" | "later" | "content" | "restore";
  from: string;
  to: string;
  /** Milliseconds; what changed after it is copied. */
  since: number;
  lane: number;
  lanes: number;
  /** Also a record, hashes beside the files and a row for each directory; in a restore each hash is held against them. */
  keeps: boolean;
}

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<BareJob>) => void) | null;
  postMessage(message: string): void;
};

const buffer = new Uint8Array(4 << 20);

interface Read {
  size: number;
  hash: string;
}

function read(from: string): Read {
  using source = Deno.openSync(from, { read: true });
  let size = 0;
  for (let n = -1; n !== 0; size += n) n = source.readSync(buffer.subarray(size)) ?? 0;
  source.statSync();
  return { size, hash: createHash("sha256").update(buffer.subarray(0, size)).digest("hex") };
}

function write(from: string, to: string, mtime: Date | null, flush: boolean): Read {
  const done = read(from);
  using copy = Deno.openSync(to, { write: true, createNew: true, mode: 0o644 });
  for (let at = 0; at < done.size;) at += copy.writeSync(buffer.subarray(at, done.size));
  copy.utimeSync(mtime ?? 0, mtime ?? 0);
  if (flush) copy.syncDataSync();
  return done;
}

/** A directory that is gone through. */
interface Dir {
  from: string;
  to: string;
  /** Relative to the source. */
  path: string;
  /** As the last run left its files. */
  known: Map<string, Kept> | undefined;
  /** The hashes that a restore is to meet. */
  hashes: Map<string, string> | undefined;
  files: Kept[];
  changed: boolean;
}

/** One lane's walk. */
class Loop {
  readonly #job: BareJob;
  readonly #keeper: Keeper | undefined;

  constructor(job: BareJob, keeper: Keeper | undefined) {
    this.#job = job;
    this.#keeper = keeper;
  }

  tree(from: string, to: string, path: string): void {
    const { mode, keeps, lane, lanes } = this.#job;
    const isRoot = path === "";
    const info = keeps ? Deno.lstatSync(from) : undefined;
    if (mode === "copy" || mode === "restore") Deno.mkdirSync(to, { recursive: isRoot });
    if (mode === "copy") Deno.mkdirSync(`${to}/.meta`, { recursive: isRoot });
    if (mode === "later") Deno.lstatSync(to);
    const dir: Dir = {
      from,
      to,
      path,
      known: mode === "later" ? this.#keeper?.known(path) : undefined,
      hashes: keeps && mode === "restore" ? hashesIn(from, path) : undefined,
      files: [],
      changed: mode === "copy",
    };
    const entries = [...Deno.readDirSync(from)];
    // rows are a lane's own: it must meet the same directories again
    if (isRoot) entries.sort((a, b) => a.name < b.name ? -1 : 1);
    entries.forEach(({ name, isDirectory }, i) => {
      if (name === ".meta" || (isRoot && i % lanes !== lane)) return;
      const below = isRoot ? name : `${path}/${name}`;
      if (isDirectory) this.tree(`${from}/${name}`, `${to}/${name}`, below);
      else this.#file(dir, name, below);
    });
    if (info !== undefined && (dir.changed || mode === "restore")) this.#end(dir, info);
    if (dir.changed) { for (const path of [to, `${to}/.meta`]) flush(path); }
  }

  #end({ path, to, files }: Dir, { mtime }: Deno.FileInfo): void {
    Deno.utimeSync(to, mtime ?? 0, mtime ?? 0);
    // each lane has its part of the root
    if (path !== "") this.#keeper?.end(path, `${to}/.meta`, files);
  }

  #file(dir: Dir, name: string, path: string): void {
    const { mode } = this.#job;
    const from = `${dir.from}/${name}`;
    const info = Deno.lstatSync(from);
    const known = dir.known?.get(name);
    if (mode === "copy" || mode === "restore") {
      const done = write(from, `${dir.to}/${name}`, info.mtime, mode === "copy");
      if ((dir.hashes?.get(name) ?? done.hash) !== done.hash) throw new Error(path);
      if (mode === "copy") this.#keep(dir, path, keptOf(name, info, done.hash), undefined);
    } else if (mode === "content") read(from);
    else if (known === undefined ? this.#isNewer(info) : !isSame(known, info)) {
      const { hash } = this.#replace(dir, name, info.mtime);
      dir.changed = true;
      this.#keep(dir, path, keptOf(name, info, hash), known);
    } else if (known !== undefined) dir.files.push(known);
  }

  #isNewer({ ctime }: Deno.FileInfo): boolean {
    return (ctime?.getTime() ?? 0) >= this.#job.since;
  }

  #replace({ from, to }: Dir, name: string, mtime: Date | null): Read {
    const done = write(`${from}/${name}`, `${to}/.meta/new`, mtime, true);
    try {
      Deno.renameSync(`${to}/${name}`, `${to}/.meta/${name}@${this.#job.since}`);
    } catch {
      // it is new
    }
    Deno.renameSync(`${to}/.meta/new`, `${to}/${name}`);
    return done;
  }

  #keep(dir: Dir, path: string, file: Kept, known: Kept | undefined): void {
    if (this.#keeper === undefined) return;
    if (known !== undefined) this.#keeper.line(path, known, "changed", true);
    this.#keeper.line(path, file, known === undefined ? "new" : "changed");
    dir.files.push(file);
  }
}

function keptOf(name: string, info: Deno.FileInfo, hash: string): Kept {
  const { size, ino, mode } = info;
  const [mtime, ctime] = [info.mtime?.getTime() ?? 0, info.ctime?.getTime() ?? 0];
  return { name, size, mtime, ctime, ino: ino ?? 0, mode: mode ?? 0, hash };
}

function isSame(known: Kept, { size, mtime, ctime, ino }: Deno.FileInfo): boolean {
  return known.size === size && known.mtime === mtime?.getTime() &&
    known.ctime === ctime?.getTime() && known.ino === ino;
}

function flush(path: string): void {
  using dir = Deno.openSync(path, { read: true });
  dir.syncDataSync();
}

/** The hashes that `metadata.txt` of a directory tells; none where it has none, as the root, which lanes share. */
function hashesIn(dir: string, path: string): Map<string, string> {
  if (path === "") return new Map();
  const lines = Deno.readTextFileSync(`${dir}/.meta/metadata.txt`).split("\n").slice(1, -1);
  return new Map(lines.map((line): [string, string] => {
    const tab = line.lastIndexOf("\t");
    return [line.slice(0, tab), line.slice(tab + 1)];
  }));
}

async function keeperOf({ keeps, mode, to, lane }: BareJob): Promise<Keeper | undefined> {
  if (!keeps || mode === "content" || mode === "restore") return undefined;
  const { Keeper } = await import("./bare_keeper.ts");
  return new Keeper(to.slice(0, to.lastIndexOf("/")), lane);
}

scope.onmessage = async ({ data }): Promise<void> => {
  const keeper = await keeperOf(data);
  new Loop(data, keeper).tree(data.from, data.to, "");
  keeper?.close();
  scope.postMessage("done");
};
