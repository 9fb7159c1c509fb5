/** A source that changes from day to day, by chance from a seed: what people do to their files. */

import { join } from "@std/path";
import { isThere, makeLink, removeTree } from "../helpers/cli_helper.ts";

/** An entry of a source: for a link the text is its target, a directory has none. */
export interface Stored {
  type: "file" | "link" | "dir";
  text: string;
  mode: number;
  mtime: number;
}

/** A full copy of a directory, by path; "" is the directory itself. */
export function readState(root: string, rel = "", out = new Map<string, Stored>()): Map<
  string,
  Stored
> {
  const at = join(root, rel);
  const info = Deno.lstatSync(at);
  const type = info.isDirectory ? "dir" : info.isSymlink ? "link" : "file";
  const text = type === "dir"
    ? ""
    : type === "link"
    ? Deno.readLinkSync(at)
    : Deno.readTextFileSync(at);
  // a link's mode is the system's
  const mode = type === "link" ? 0 : (info.mode ?? 0) & 0o7777;
  out.set(rel, { type, text, mode, mtime: info.mtime?.getTime() ?? 0 });
  if (type !== "dir") return out;
  for (const e of Deno.readDirSync(at)) {
    readState(root, rel === "" ? e.name : `${rel}/${e.name}`, out);
  }
  return out;
}

/** Whole numbers below `n`, the same ones for the same seed. */
export type Chance = (n: number) => number;

/** A generator from a seed. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

/** One of a list. */
export function pick<T>(chance: Chance, list: readonly T[]): T {
  const one = list[chance(list.length)];
  if (one === undefined) throw new Error("pick: nothing to choose from");
  return one;
}

const DIRS = ["", "docs", "docs/notes", "src", "src/lib", "src/lib/deep", "two words", "pictures"];
const NAMES = [
  "a.txt",
  "b.txt",
  "c.md",
  "icon@2x.png",
  "todo",
  "todo@3d",
  "né.txt",
  "[odd].txt",
  "lib",
  "$OLD@20310101_000000$a.txt",
];
const TARGETS = ["a.txt", "../docs", "/nowhere", "."];

/** The source; its times are those of the simulated clock. */
export class DaysSource {
  readonly #root: string;
  readonly #chance: Chance;
  #texts = 0;

  constructor(root: string, chance: Chance) {
    this.#root = root;
    this.#chance = chance;
  }

  /** The tree of the first day. */
  begin(now: number): void {
    for (const dir of DIRS) {
      Deno.mkdirSync(join(this.#root, dir), { recursive: true });
      for (const name of NAMES.slice(0, 8)) {
        if (this.#chance(4) > 0) this.#write(this.#join(dir, name), now);
      }
    }
  }

  /** What happens until the next run. */
  change(now: number): void {
    for (let n = 1 + this.#chance(7); n > 0; n--) this.#one(now - 1000 * this.#chance(3000));
  }

  #join(dir: string, name: string): string {
    return dir === "" ? name : `${dir}/${name}`;
  }

  #somewhere(): string {
    return this.#join(pick(this.#chance, DIRS), pick(this.#chance, NAMES));
  }

  /** A path that is there, and is none of the root. */
  #existing(): string {
    const paths = [...readState(this.#root).keys()].filter((p) => p !== "").sort();
    return paths.length === 0 ? this.#somewhere() : pick(this.#chance, paths);
  }

  #one(now: number): void {
    const what = this.#chance(40);
    if (what < 15) this.#write(this.#somewhere(), now);
    else if (what < 21) this.#edit(now);
    else if (what < 26) this.#remove(this.#file() ?? this.#somewhere());
    else if (what < 29) this.#rename();
    else if (what < 31) this.#link(this.#somewhere());
    else if (what < 33) this.#mkdir(this.#somewhere());
    else if (what < 34) this.#turn(now);
    else if (what < 36) this.#chmod();
    else if (what < 39) this.#touch(now);
    else this.#remove(pick(this.#chance, DIRS.slice(1)));
  }

  #room(path: string): string {
    let at = this.#root;
    for (const part of path.split("/").slice(0, -1)) {
      at = join(at, part);
      if (isThere(at) && !Deno.lstatSync(at).isDirectory) Deno.removeSync(at);
      if (!isThere(at)) Deno.mkdirSync(at);
    }
    const full = join(this.#root, path);
    if (isThere(full)) removeTree(full);
    return full;
  }

  #write(path: string, now: number): void {
    const full = this.#room(path);
    // some contents come again, as those of other files too
    const text = this.#chance(6) === 0
      ? `shared ${this.#chance(3)}\n`
      : `text ${this.#texts++}\n`.repeat(this.#chance(30));
    Deno.writeTextFileSync(full, text);
    this.#time(full, now);
  }

  #time(full: string, now: number): void {
    const seconds = now / 1000 + this.#chance(1000) / 1000;
    Deno.utimeSync(full, seconds, seconds);
  }

  #file(): string | undefined {
    const files = [...readState(this.#root)].filter(([, e]) => e.type === "file").map(([p]) => p);
    return files.length === 0 ? undefined : pick(this.#chance, files.sort());
  }

  /** A file that is there gets other content. */
  #edit(now: number): void {
    this.#write(this.#file() ?? this.#somewhere(), now);
  }

  #remove(path: string): void {
    const full = join(this.#root, path);
    if (isThere(full)) removeTree(full);
  }

  #rename(): void {
    const [from, to] = [this.#existing(), this.#somewhere()];
    const old = join(this.#root, from);
    if (!isThere(old) || `${to}/`.startsWith(`${from}/`) || `${from}/`.startsWith(`${to}/`)) return;
    const full = this.#room(to);
    // making room may have taken what was to be renamed
    if (isThere(old)) Deno.renameSync(old, full);
    else Deno.mkdirSync(full);
  }

  #link(path: string): void {
    makeLink(pick(this.#chance, TARGETS), this.#room(path));
  }

  #mkdir(path: string): void {
    Deno.mkdirSync(this.#room(path));
  }

  /** A file becomes a directory, a directory a file or a link. */
  #turn(now: number): void {
    const path = this.#existing();
    const isDir = readState(this.#root).get(path)?.type === "dir";
    if (!isDir) {
      this.#mkdir(path);
      this.#write(`${path}/inside`, now);
    } else if (this.#chance(2) === 0) this.#write(path, now);
    else this.#link(path);
  }

  #chmod(): void {
    const full = join(this.#root, this.#existing());
    if (!isThere(full) || Deno.lstatSync(full).isSymlink) return;
    const modes = Deno.lstatSync(full).isDirectory ? [0o700, 0o755, 0o750] : [0o600, 0o644, 0o444];
    Deno.chmodSync(full, pick(this.#chance, modes));
  }

  /** Another time, the same content. */
  #touch(now: number): void {
    const full = join(this.#root, this.#existing());
    if (isThere(full) && !Deno.lstatSync(full).isSymlink) this.#time(full, now);
  }
}
