/** What lies in a place, as rclone lists it, and a short mark of each file by which it is known again. @module */

import type { Rclone } from "./rclone.ts";
import { RcloneFailure } from "./rclone.ts";

/** A file in a place. */
export interface Listed {
  path: string;
  size: number;
  /** ms since 1970; the server's own time where it keeps none. */
  time: number;
  /** Its {@link fingerprint} there. */
  mark: number;
}

/** What a place can do (`rclone backend features`). */
export interface Features {
  /** How exact its times are, in ms; undefined where it keeps none, or only for a request each. */
  precision: number | undefined;
  /** It copies and moves by itself. */
  copy: boolean;
  move: boolean;
  /** It tells hashes with the listing, without reading anything. */
  hashes: boolean;
  /** It tells hashes at all. */
  anyHash: boolean;
  /** It has directories. */
  directories: boolean;
  /** Its own times come with the listing, those of files for a request each. */
  slowTimes: boolean;
}

/** Times as long as this mean that there are none. */
const NO_TIMES_NS = 1e18;

/** Asks what a place can do. */
export async function featuresOf(rclone: Rclone, remote: string): Promise<Features> {
  const said = JSON.parse(await rclone.text(["backend", "features", remote])) as {
    Precision?: number;
    Hashes?: string[] | null;
    Features?: Record<string, boolean>;
  };
  const { Precision: ns = 1, Hashes: hashes, Features: has = {} } = said;
  const slowTimes = has["SlowModTime"] === true;
  const some = (hashes ?? []).length > 0;
  return {
    precision: ns >= NO_TIMES_NS || slowTimes ? undefined : Math.max(1, ns / 1e6),
    copy: has["Copy"] === true,
    move: has["Move"] === true,
    hashes: some && has["SlowHash"] !== true,
    anyHash: some,
    directories: has["CanHaveEmptyDirectories"] !== false,
    slowTimes,
  };
}

/** Files and directories of a place. */
export interface Listing {
  files: Map<string, Listed>;
  dirs: Set<string>;
}

/** Lists a place, or only the files named; what is not there is empty. */
export async function list(
  rclone: Rclone,
  place: string,
  { features, only }: { features?: Features; only?: readonly string[] } = {},
): Promise<Listing> {
  const found: Listing = { files: new Map(), dirs: new Set() };
  for await (const entry of entriesOf(rclone, place, features, only)) {
    if (typeof entry === "string") found.dirs.add(entry);
    else found.files.set(entry.path, entry);
  }
  return found;
}

async function* entriesOf(
  rclone: Rclone,
  place: string,
  features: Features | undefined,
  only: readonly string[] | undefined,
): AsyncGenerator<Listed | string, void> {
  const args = [
    "lsjson",
    "--recursive",
    "--no-mimetype",
    "--links", // a link is listed as what it would be copied as
    ...(features?.hashes === true ? ["--hash"] : []),
    ...(features?.slowTimes === true ? ["--use-server-modtime"] : []),
    ...(only === undefined ? [] : ["--files-only", "--no-traverse", "--files-from-raw=-"]),
    place,
  ];
  try {
    for await (const line of rclone.lines(args, only)) {
      const entry = parse(line);
      if (entry !== undefined) yield entry;
    }
  } catch (error) {
    if (error instanceof RcloneFailure && error.code === 3) return;
    throw error;
  }
}

/** A line of `lsjson`: a file, the path of a directory, or nothing. */
function parse(line: string): Listed | string | undefined {
  if (!line.startsWith("{")) return undefined;
  const { Path: path, Size: size, ModTime: when, IsDir: isDir, Hashes: hashes } = JSON.parse(
    line.endsWith(",") ? line.slice(0, -1) : line,
  ) as { Path: string; Size: number; ModTime: string; IsDir: boolean; Hashes?: object };
  if (isDir) return path;
  const mark = fingerprint(`${path}\0${size}\0${when}\0${Object.values(hashes ?? {}).join()}`);
  return { path, size, time: Date.parse(when), mark };
}

/** A number of 53 bits for a text; equal texts have equal ones. Not against anybody who wants them to collide. */
export function fingerprint(text: string): number {
  let a = 0x9e3779b1, b = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x27d4eb2f);
    a ^= a >>> 15;
    b = Math.imul(b ^ c, 0x165667b1);
    b ^= b >>> 13;
  }
  return (a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff);
}

/** Numbers as text, to be kept. */
export function packMarks(marks: Iterable<number>): string {
  const bytes = new Uint8Array(Float64Array.from(marks).sort().buffer);
  return Buffer.from(bytes).toString("base64");
}

/** Numbers that were kept. */
export function unpackMarks(text: string): MarkSet {
  const bytes = new Uint8Array(Buffer.from(text, "base64"));
  return new MarkSet(new Float64Array(bytes.buffer, 0, Math.floor(bytes.length / 8)));
}

/** A set of marks in as little room as they take. */
export class MarkSet {
  readonly #sorted: Float64Array;

  /** Takes sorted numbers. */
  constructor(sorted: Float64Array) {
    this.#sorted = sorted;
  }

  /** All of them, in order. */
  [Symbol.iterator](): Iterator<number> {
    return this.#sorted[Symbol.iterator]();
  }

  /** True when the number is among them. */
  has(mark: number): boolean {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const value = this.#sorted[middle] ?? 0;
      if (value === mark) return true;
      if (value < mark) low = middle + 1;
      else high = middle;
    }
    return false;
  }
}
