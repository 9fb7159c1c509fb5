/** The trees that are backed up, made from a seed. @module */

import { exponential, fill, fillText, type Random, seeded } from "./random.ts";

/** What a tree of files is to be. */
export interface TreeShape {
  files: number;
  filesPerDir: number;
  /** Size of the `i`th file. */
  size: (random: Random, i: number) => number;
  /** Words in place of bytes that do not compress. */
  text?: true;
}

/** What was made. */
export interface Tree {
  path: string;
  /** All files, in the order of their making. */
  files: string[];
  dirs: number;
  bytes: number;
}

/** Times in the past: a tree that was at rest when it was backed up. */
const EPOCH = Date.UTC(2024, 0, 1);
const SPREAD = 700 * 86_400_000;

/** Content is cut from one block of random bytes or words, headed by a number of its own: no two files are the same. */
class Content {
  readonly #block: Uint8Array;
  readonly #random: Random;
  #number: number;

  constructor(random: Random, seed: number, text?: true) {
    this.#random = random;
    this.#number = seed * 1e9;
    // further apart than a compressor looks back
    this.#block = new Uint8Array(text ? 32 << 20 : 4 << 20);
    if (text) fillText(random, this.#block);
    else fill(random, this.#block);
  }

  write(path: string, size: number): void {
    const file = Deno.openSync(path, { write: true, create: true, truncate: true });
    try {
      for (let left = size; left > 0;) {
        const length = Math.min(left, this.#block.length);
        const from = Math.floor(this.#random() * (this.#block.length - length + 1));
        const piece = this.#block.slice(from, from + length);
        this.#stamp(piece);
        for (let at = 0; at < length;) at += file.writeSync(piece.subarray(at));
        left -= length;
      }
    } finally {
      file.close();
    }
  }

  #stamp(piece: Uint8Array): void {
    this.#number++;
    if (piece.length >= 8) new DataView(piece.buffer).setFloat64(0, this.#number);
  }
}

/** Makes a tree: directories in three levels, `filesPerDir` files in each of the lowest. */
export function makeTree(path: string, shape: TreeShape, seed: number): Tree {
  const random = seeded(seed);
  const content = new Content(random, seed, shape.text);
  const tree: Tree = { path, files: [], dirs: 1, bytes: 0 };
  Deno.mkdirSync(path, { recursive: true });
  let dir = path;
  const made = new Set<string>();
  for (let i = 0; i < shape.files; i++) {
    if (i % shape.filesPerDir === 0) {
      const n = i / shape.filesPerDir;
      dir = `${path}/a${Math.floor(n / 400)}/b${Math.floor(n / 20) % 20}/c${n % 20}`;
      Deno.mkdirSync(dir, { recursive: true });
      for (let d = dir; d.length > path.length; d = d.slice(0, d.lastIndexOf("/"))) made.add(d);
    }
    const size = shape.size(random, i);
    const file = `${dir}/file${String(i % shape.filesPerDir).padStart(6, "0")}.dat`;
    content.write(file, size);
    const time = new Date(EPOCH + Math.floor(random() * SPREAD));
    Deno.utimeSync(file, time, time);
    tree.files.push(file);
    tree.bytes += size;
  }
  tree.dirs += made.size;
  return tree;
}

/** Changes a hundredth of the files of a tree: new content, mostly of a new size, and a new time. */
export function changeTree(tree: Tree, round: number, mean: number): number {
  const random = seeded(1000 + round);
  const content = new Content(random, 1000 + round);
  const count = Math.max(1, Math.floor(tree.files.length / 100));
  const time = new Date(EPOCH + SPREAD + (round + 1) * 3_600_000);
  const seen = new Set<string>();
  while (seen.size < count) {
    const file = tree.files[Math.floor(random() * tree.files.length)];
    if (file === undefined || seen.has(file)) continue;
    seen.add(file);
    content.write(file, exponential(random, mean));
    Deno.utimeSync(file, time, time);
  }
  return count;
}
