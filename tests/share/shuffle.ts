/** Trees as people have them (mail, photos, packages), shuffled at random: moved, copied, linked, changed, brought back. */

import { join } from "@std/path";
import { chanceFrom } from "../faults/suites.ts";
import { noise, type ShareWorld } from "./world.ts";

/** What a tree is like. */
export type Kind = "maildir" | "photos" | "packages";

/** All of them. */
export const KINDS: readonly Kind[] = ["maildir", "photos", "packages"];

/** A source that is shuffled. */
export class Shuffle {
  readonly #w: ShareWorld;
  readonly #kind: Kind;
  readonly #chance: (n: number) => number;
  readonly #links: boolean;
  readonly #dead: Uint8Array[] = [];
  #serial = 0;
  #clock = 1_600_000_000;

  /** Of a world; with `links` hard links are made too. */
  constructor(w: ShareWorld, kind: Kind, seed: number, links = false) {
    this.#w = w;
    this.#kind = kind;
    this.#chance = chanceFrom(seed);
    this.#links = links;
  }

  /** Makes the first tree. */
  plant(files: number): void {
    for (let i = 0; i < files; i++) this.#w.put(this.#newPath(), this.#content(), this.#tick());
  }

  /** A few changes, or so many times a few. */
  shuffle(times = 1): void {
    for (let n = times * (1 + this.#chance(8)); n > 0; n--) this.#change();
  }

  #change(): void {
    const file = this.#pick();
    if (file === undefined) return void this.#w.put(this.#newPath(), this.#content(), this.#tick());
    const at = join(this.#w.source, file);
    switch (this.#chance(this.#links ? 13 : 11)) {
      case 0:
        return this.#moveDir();
      case 1:
      case 2:
        return this.#move(file, this.#newPath());
      case 3:
        return this.#copy(file, true);
      case 4:
        return this.#copy(file, false);
      case 5:
        this.#dead.push(Deno.readFileSync(at));
        return Deno.removeSync(at);
      case 6:
        this.#dead.push(Deno.readFileSync(at));
        return void this.#w.put(file, this.#content(), this.#tick());
      case 7:
        return Deno.chmodSync(at, [0o600, 0o644, 0o755, 0o444][this.#chance(4)] ?? 0o644);
      case 8:
        return Deno.utimeSync(at, this.#tick(), this.#tick());
      case 9:
        return void this.#w.put(
          this.#newPath(),
          this.#dead[this.#chance(this.#dead.length)] ?? this.#content(),
          this.#tick(),
        );
      case 10:
        return this.#swap(file);
      default:
        return this.#link(file);
    }
  }

  #tick(): number {
    return this.#clock += 1 + this.#chance(1000);
  }

  /** Packages share many files; mails are small. */
  #content(): Uint8Array {
    if (this.#kind === "packages" && this.#chance(2) === 0) {
      return noise(1000 + this.#chance(4), 5000);
    }
    const size = { maildir: 6000, photos: 60_000, packages: 9000 }[this.#kind];
    return noise(this.#serial++, 1 + this.#chance(size));
  }

  #newPath(): string {
    const n = this.#serial++;
    if (this.#kind === "maildir") {
      return `${["cur", "new", ".Archive/cur"][this.#chance(3)]}/${n}.host:2,${
        ["", "S", "RS"][this.#chance(3)]
      }`;
    }
    if (this.#kind === "photos") {
      return `${2000 + this.#chance(3)}/album ${this.#chance(3)}/IMG_${n}.jpg`;
    }
    return `node_modules/p${this.#chance(4)}/${
      ["", "lib/", "node_modules/q/"][this.#chance(3)]
    }f${n}.js`;
  }

  #files(rel = "", found: string[] = []): string[] {
    for (const e of Deno.readDirSync(join(this.#w.source, rel))) {
      const path = rel === "" ? e.name : `${rel}/${e.name}`;
      if (e.isDirectory) this.#files(path, found);
      else found.push(path);
    }
    return found;
  }

  #pick(): string | undefined {
    const files = this.#files().sort();
    return files[this.#chance(files.length)];
  }

  #move(from: string, to: string): void {
    try {
      this.#w.move(from, to);
    } catch {
      // a file where a directory would have to be
    }
  }

  #moveDir(): void {
    const dirs = [...new Set(this.#files().map((path) => path.slice(0, path.lastIndexOf("/"))))]
      .sort();
    const from = dirs[this.#chance(dirs.length)];
    if (from === undefined || from === "") return;
    const to = `${from} ${this.#serial++}`;
    this.#move(from, to);
  }

  #copy(file: string, whole: boolean): void {
    const at = join(this.#w.source, file);
    const to = this.#w.put(this.#newPath(), Deno.readFileSync(at), this.#tick());
    if (!whole) return;
    const { mtime, mode } = Deno.lstatSync(at);
    Deno.chmodSync(to, (mode ?? 0o644) & 0o777);
    Deno.utimeSync(to, mtime ?? 0, mtime ?? 0);
  }

  #swap(file: string): void {
    const other = this.#pick() ?? file;
    if (other === file) return;
    this.#move(file, "swapping");
    this.#move(other, file);
    this.#move("swapping", other);
  }

  #link(file: string): void {
    const to = join(this.#w.source, this.#newPath());
    Deno.mkdirSync(join(to, ".."), { recursive: true });
    Deno.linkSync(join(this.#w.source, file), to);
  }
}
