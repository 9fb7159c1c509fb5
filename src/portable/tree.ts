/** Writes the entries of a tree, depth-first and in order. @module */

import { systemText } from "../base/system_text.ts";
import { HikaeError, isNotFound } from "../base/errors.ts";
import type { DirEntry, FileInfo } from "../base/fs.ts";
import { hasNames } from "../base/inode.ts";
import { joinRel } from "../base/relpath.ts";
import { text } from "../text/text.ts";
import { modeText, timeText } from "./entry_text.ts";
import { countEntry, noTotals } from "./format.ts";
import { pathProblem, sortNames } from "./names.ts";
import { type Root, under } from "./paths.ts";
import {
  checkCancelled,
  type ErrorCounter,
  type PortablePorts,
  type SnapshotProgress,
} from "./ports.ts";
import { PIECE, type SnapshotSink } from "./sink.ts";

/** How often a file that changes while it is read is read again. */
const ATTEMPTS = 3;

/** What goes on so far past the size that is told has no end, in bytes (decision 27). */
const ENDLESS = 64 << 20;

interface Level {
  rel: string;
  entries: DirEntry[];
  next: number;
}

/** Walks and writes. */
export class TreeWriter {
  #ports: PortablePorts;
  #sink: SnapshotSink;
  #trouble: ErrorCounter;
  #progress: SnapshotProgress;
  #root: Root = { path: "", separator: "/" };
  #leftOut = "";
  #piece = new Uint8Array(PIECE);
  /** What was written so far. */
  readonly totals = noTotals();
  /** The first names of files that have several, by their inodes. */
  readonly #names = new Map<string, string>();

  constructor(
    ports: PortablePorts,
    sink: SnapshotSink,
    trouble: ErrorCounter,
    progress: SnapshotProgress,
  ) {
    this.#ports = ports;
    this.#sink = sink;
    this.#trouble = trouble;
    this.#progress = progress;
  }

  /** Writes everything below `target` but what lies in the directory `leftOut`. */
  async write(target: string, leftOut: string): Promise<void> {
    this.#root = { path: target, separator: this.#ports.separator };
    this.#leftOut = leftOut;
    const stack: Level[] = [await this.#level("")];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      checkCancelled(this.#ports);
      const entry = top.entries[top.next++];
      if (entry === undefined) stack.pop();
      else {
        const dir = this.#one(top, entry.name);
        if (dir !== undefined) stack.push(await this.#level(dir));
      }
    }
  }

  async #level(rel: string): Promise<Level> {
    try {
      const entries = await this.#ports.fs.listWhole(under(this.#root, rel));
      return { rel, entries: sortNames(entries), next: 0 };
    } catch (error) {
      if (rel !== "") {
        this.#trouble.thrown(rel, "scan", error);
        return { rel, entries: [], next: 0 };
      }
      throw new HikaeError(
        "failed",
        text("portable.list", { path: this.#root.path, problem: systemText(error) }),
        {
          path: this.#root.path,
          cause: error,
        },
      );
    }
  }

  /** Writes one entry; gives its path when it is a directory to go into. */
  #one(level: Level, name: string): string | undefined {
    const rel = joinRel(level.rel, name);
    const native = under(this.#root, rel);
    if (native === this.#leftOut) return undefined;
    const problem = pathProblem(rel);
    if (problem !== undefined || level.entries[level.next - 2]?.name === name) {
      const why = problem ?? text("portable.unicode-same");
      this.#trouble.say(rel, "scan", "name", text("portable.not-stored", { why }));
      return undefined;
    }
    try {
      return this.#typed(rel, native, this.#ports.fs.lstat(native));
    } catch (error) {
      if (error instanceof HikaeError) throw error;
      if (name.includes("\ufffd") && isNotFound(error)) {
        this.#trouble.say(rel, "scan", "name", text("portable.not-utf8"));
      } else this.#trouble.thrown(rel, "read", error);
      return undefined;
    }
  }

  #typed(rel: string, native: string, info: FileInfo): string | undefined {
    if (info.type === "special") {
      this.#trouble.say(rel, "scan", "unstorable", text("portable.special"));
    } else if (info.type === "dir") {
      this.#record(head(rel, info));
      countEntry(this.totals, "dir", 0);
      return rel;
    } else if (info.type === "link") {
      const target = this.#ports.fs.readLink(native);
      this.#record(`${head(rel, info)},"target":${JSON.stringify(target.toWellFormed())}`);
      countEntry(this.totals, "link", 0);
    } else this.#file(rel, native, info);
    return undefined;
  }

  #record(text: string): void {
    this.#sink.text(`${this.totals.entries === 0 ? "\n" : ",\n"}{${text}}`);
  }

  #file(rel: string, native: string, first: FileInfo): void {
    const start = this.#sink.position;
    try {
      for (let attempt = 0, info = first; attempt < ATTEMPTS && info.type === "file"; attempt++) {
        if (this.#tryFile(rel, native, info)) {
          countEntry(this.totals, "file", info.size);
          if (hasNames(info) && !this.#names.has(keyOf(info))) this.#names.set(keyOf(info), rel);
          this.#progress.add(1, 0);
          return;
        }
        this.#sink.rewind(start);
        info = this.#ports.fs.lstat(native);
      }
    } catch (error) {
      this.#sink.rewind(start);
      throw error;
    }
    this.#trouble.say(rel, "read", "changing", text("portable.changing"));
  }

  /** Writes a file as it is; false when it is not what `info` says, or does not stay so. */
  #tryFile(rel: string, native: string, info: FileInfo): boolean {
    const start = this.#sink.position;
    const first = this.#tryAs(rel, native, info, info.size);
    if (first === undefined || first.size === info.size) return first !== undefined;
    // the disk tells another size than that of the content: what two reads agree on is it (decision 27)
    this.#sink.rewind(start);
    const second = this.#tryAs(rel, native, info, first.size);
    if (second?.size !== first.size || second.hash !== first.hash) return false;
    this.totals.bytes += second.size - info.size;
    return true;
  }

  /** Writes a file as one of `size` bytes; gives what came, undefined when the file changed meanwhile. */
  #tryAs(
    rel: string,
    native: string,
    info: FileInfo,
    size: number,
  ): { size: number; hash: string } | undefined {
    const file = this.#ports.fs.open(native, { read: true });
    try {
      // a link that took the file's place since the look shows here
      if (!same(file.stat(), info)) return undefined;
      this.#sink.text(this.totals.entries === 0 ? "\n{" : ",\n{");
      const other = hasNames(info) ? this.#names.get(keyOf(info)) : undefined;
      const name = other === undefined ? "" : `,"same_as":${JSON.stringify(other)}`;
      this.#sink.text(`${head(rel, info)}${name},"size":${size},"content":"`);
      const hash = this.#ports.newHash();
      let total = 0;
      for (let n = this.#fill(file); n > 0; n = this.#fill(file)) {
        checkCancelled(this.#ports);
        total += n;
        // one that grows while it is read is read again
        if (total > info.size && !same(file.stat(), info)) return undefined;
        if (total > info.size + ENDLESS) throw new Error(text("disk.endless"));
        const piece = this.#piece.subarray(0, n);
        hash.update(piece);
        this.#sink.base64(piece);
        this.#progress.add(0, n);
      }
      const sum = hash.hex();
      this.#sink.text(`","hash":"${sum}"}`);
      return same(file.stat(), info) ? { size: total, hash: sum } : undefined;
    } finally {
      file.close();
    }
  }

  /** Reads a whole piece, or what is left. */
  #fill(file: { read(buffer: Uint8Array): number }): number {
    let used = 0;
    while (used < PIECE) {
      const n = file.read(this.#piece.subarray(used));
      if (n === 0) break;
      used += n;
    }
    return used;
  }
}

/** What every entry begins with. */
function head(rel: string, info: FileInfo): string {
  const path = JSON.stringify(rel);
  const mtime = timeText(info.mtime);
  return `"path":${path},"type":"${info.type}","mode":"${modeText(info.mode)}","mtime":"${mtime}"`;
}

function keyOf({ dev, ino }: FileInfo): string {
  return `${dev} ${ino}`;
}

function same(a: FileInfo, b: FileInfo): boolean {
  return a.type === "file" && a.dev === b.dev && a.ino === b.ino && a.size === b.size &&
    a.mtime === b.mtime && a.ctime === b.ctime;
}
