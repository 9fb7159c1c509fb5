/** What people and programs do to a source between two runs, by chance. */

import { dirname, join } from "@std/path";
import { isThere, removeTree } from "../helpers/cli_helper.ts";
import { type Chance, pick } from "../maintain/days_source.ts";

const NFC = "caf\u00e9";
const NFD = "cafe\u0301";

/** Names as people and programs give them, and those that a backup could take for its own. */
const NAMES = [
  ...["a", "b", "A", "B", "c.txt", "d.md", "e.tmp", NFC, NFD, "straße", "STRASSE", "日本語"],
  ...["dot.", "dots...", "blank ", " lead", "-rf", "--help", "#x", "!x", "~", "*", "[a]", "{b,c}"],
  ...[
    "x\ny",
    "tab\tx",
    "back\\slash",
    "\\n",
    'quo"te',
    "it's",
    "a:b",
    "CON",
    "%41",
    "a@3d",
    "x@latest",
  ],
  ...[".hikae", ".hikae-tmp", ".hikae.lock", "x.hikae-damaged", ".hikae$"],
  ...["name-20260101_000000.ext", "$OLD@20260101_000000$a", ".$DEL@20260101_000000$b"],
  ...["$LNK$a", "$OLDLNK@20260101_000000$a", ".$DELLNK@20260101_000000$a", "$OLD@", "$LNK$"],
  ...[".$META$", ".$META$$", ".$META$x", "metadata.txt", "names.txt", "vault.json", "runs", "lock"],
  ...["catalog.db", ".git", ".gitignore", "CACHEDIR.TAG", "lost+found", "😀", "\u200b"],
  ...["L".repeat(255), "é".repeat(127), "L".repeat(254) + "~", "k".repeat(230)],
];

const DIRS = ["", "", "", "one", "one/two", "one/two/three", "docs", "A", "many", ".$META$", NFD];
const TARGETS = ["a", "..", ".", "/nowhere", "x".repeat(300), "one/two", NFD, "a\nb", " "];
const LONG_AGO = [0, 1, 999, -1, -86_400_000, 946_684_800_000, 1_600_000_000_123];

/** A source and what happens to it. */
export class Changes {
  readonly root: string;
  #chance: Chance;

  constructor(root: string, chance: Chance) {
    this.root = root;
    this.#chance = chance;
  }

  /** From here on another chance decides: each step has one of its own. */
  reseed(chance: Chance): void {
    this.#chance = chance;
  }

  /** The first day. */
  begin(): void {
    Deno.mkdirSync(this.root);
    for (let i = 0; i < 40; i++) this.#write(this.#somewhere());
    for (let i = 0; i < 25; i++) this.#write(`many/f${i}`);
    for (let i = 0; i < 12; i++) this.change();
  }

  /** All paths but the root, sorted. */
  paths(): string[] {
    const found: string[] = [];
    const walk = (rel: string): void => {
      for (const e of Deno.readDirSync(join(this.root, rel))) {
        const path = rel === "" ? e.name : `${rel}/${e.name}`;
        found.push(path);
        if (e.isDirectory) walk(path);
      }
    };
    walk("");
    return found.sort();
  }

  /** One change. */
  change(): void {
    const c = this.#chance;
    const kinds: readonly (readonly [number, () => void])[] = [
      [20, (): void => this.#write(this.#somewhere())],
      [12, (): void => this.#withFile((at) => this.#content(at))],
      [8, (): void => this.#withFile((at) => this.#sameSize(at))],
      [
        4,
        (): void => this.#withFile((at) => Deno.writeTextFileSync(at, "more\n", { append: true })),
      ],
      [3, (): void => this.#withFile((at) => Deno.truncateSync(at, c(3)))],
      [10, (): void => this.#remove(this.#any())],
      [8, (): void => this.#move(this.#any(), this.#somewhere())],
      [6, (): void => this.#swap(this.#any(), this.#any())],
      [4, (): void => this.#otherForm()],
      [4, (): void => this.#turn()],
      [4, (): void => this.#hardLink()],
      [3, (): void => this.#ownCopy()],
      [3, (): void => this.#hole(this.#somewhere())],
      [5, (): void => this.#link(this.#somewhere())],
      [5, (): void => this.#mkdir(this.#somewhere())],
      [5, (): void => this.#chmod()],
      [5, (): void => this.#touch()],
      [4, (): void => this.#copy()],
      [2, (): void => this.#twinDirectories()],
    ];
    let n = c(kinds.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, doIt] of kinds) {
      n -= weight;
      if (n < 0) return doIt();
    }
  }

  /** Each file other content, each of another size. */
  changeAll(): void {
    for (const path of this.paths()) {
      const at = join(this.root, path);
      if (Deno.lstatSync(at).isFile) Deno.writeTextFileSync(at, `all ${this.#chance(1e9)} ${path}`);
    }
  }

  #somewhere(): string {
    const dir = pick(this.#chance, DIRS);
    const name = pick(this.#chance, NAMES);
    return dir === "" ? name : `${dir}/${name}`;
  }

  /** A path that is there. */
  #any(): string {
    const paths = this.paths();
    return paths.length === 0 ? this.#somewhere() : pick(this.#chance, paths);
  }

  #withFile(change: (at: string) => void): void {
    const files = this.paths().map((p) => join(this.root, p)).filter((p) =>
      Deno.lstatSync(p).isFile
    );
    if (files.length > 0) change(pick(this.#chance, files));
  }

  /** A free place, whatever was there or is in the way. */
  #room(path: string): string {
    let at = this.root;
    for (const part of path.split("/").slice(0, -1)) {
      at = join(at, part);
      if (isThere(at) && !Deno.lstatSync(at).isDirectory) Deno.removeSync(at);
      if (!isThere(at)) Deno.mkdirSync(at);
    }
    const full = join(this.root, path);
    if (isThere(full)) removeTree(full);
    return full;
  }

  #write(path: string): void {
    this.#content(this.#room(path));
  }

  #content(at: string): void {
    const c = this.#chance;
    const kind = c(12);
    if (kind === 0) Deno.writeTextFileSync(at, "");
    else if (kind === 1) Deno.writeTextFileSync(at, `shared ${c(3)}\n`.repeat(2000));
    else if (kind === 2) Deno.writeTextFileSync(at, `large ${c(1e6)}\n`.repeat(3000 + c(9000)));
    else Deno.writeTextFileSync(at, `text ${c(1e6)}\n`.repeat(1 + c(60)));
    if (c(4) === 0) this.#time(at);
  }

  /** A file has other content, and nothing else tells it. */
  sameSizeAndTime(): void {
    this.#withFile((at) => {
      const { mtime } = Deno.lstatSync(at);
      this.#sameSize(at);
      if (mtime !== null) Deno.utimeSync(at, mtime, mtime);
    });
  }

  /** Other content of the same size, half of the time with the time that it had. */
  #sameSize(at: string): void {
    const { mtime } = Deno.lstatSync(at);
    const content = Deno.readFileSync(at);
    if (content.length === 0) return;
    const where = this.#chance(content.length);
    content[where] = (content[where] ?? 0) ^ 1;
    Deno.writeFileSync(at, content);
    if (this.#chance(2) === 0 && mtime !== null) Deno.utimeSync(at, mtime, mtime);
  }

  #time(at: string): void {
    const ms = this.#chance(8) === 0 ? 4_102_444_800_000 : pick(this.#chance, LONG_AGO);
    Deno.utimeSync(at, ms / 1000, ms / 1000);
  }

  #remove(path: string): void {
    const at = join(this.root, path);
    if (isThere(at)) removeTree(at);
  }

  #move(from: string, to: string): void {
    if (nested(from, to) || !isThere(join(this.root, from))) return;
    const full = this.#room(to);
    // making room may have taken what was to be moved
    if (isThere(join(this.root, from))) Deno.renameSync(join(this.root, from), full);
    else Deno.mkdirSync(full);
  }

  #swap(one: string, other: string): void {
    if (nested(one, other)) return;
    const [a, b] = [join(this.root, one), join(this.root, other)];
    if (!isThere(a) || !isThere(b)) return;
    const aside = join(dirname(this.root), "aside");
    Deno.renameSync(a, aside);
    Deno.renameSync(b, a);
    Deno.renameSync(aside, b);
  }

  /** A name in another case, or in the other Unicode form. */
  #otherForm(): void {
    const path = this.#any();
    const slash = path.lastIndexOf("/") + 1;
    const name = path.slice(slash);
    const forms = [
      name.toUpperCase(),
      name.toLowerCase(),
      name.normalize("NFC"),
      name.normalize("NFD"),
    ];
    const other = pick(this.#chance, forms);
    if (other !== name && new TextEncoder().encode(other).length <= 255) {
      this.#move(path, path.slice(0, slash) + other);
    }
  }

  /** What is there becomes something of another type under its name. */
  #turn(): void {
    const path = this.#any();
    const wasDir = isThere(join(this.root, path)) &&
      Deno.lstatSync(join(this.root, path)).isDirectory;
    if (this.#chance(2) === 0) this.#link(path);
    else if (wasDir) this.#write(path);
    else {
      this.#mkdir(path);
      if (this.#chance(2) === 0) this.#write(`${path}/${pick(this.#chance, NAMES)}`);
    }
  }

  #link(path: string): void {
    Deno.symlinkSync(pick(this.#chance, TARGETS), this.#room(path));
  }

  #mkdir(path: string): void {
    Deno.mkdirSync(this.#room(path));
  }

  #hardLink(): void {
    const to = this.#somewhere();
    this.#withFile((at) => {
      const full = this.#room(to);
      // a directory that had to be made for the new name may have taken its place
      if (isThere(at) && Deno.lstatSync(at).isFile && at !== full) Deno.linkSync(at, full);
    });
  }

  /** A file becomes one of its own again, with the same content. */
  #ownCopy(): void {
    this.#withFile((at) => {
      const aside = join(dirname(this.root), "aside");
      const { mtime } = Deno.lstatSync(at);
      Deno.copyFileSync(at, aside);
      if (mtime !== null) Deno.utimeSync(aside, mtime, mtime);
      Deno.renameSync(aside, at);
    });
  }

  #hole(path: string): void {
    const at = this.#room(path);
    using file = Deno.openSync(at, { write: true, createNew: true });
    file.truncateSync(200_000 + this.#chance(600_000));
    file.seekSync(this.#chance(150_000), Deno.SeekMode.Start);
    file.writeSync(new TextEncoder().encode(`in a hole ${this.#chance(1000)}`));
  }

  #chmod(): void {
    const at = join(this.root, this.#any());
    if (!isThere(at) || Deno.lstatSync(at).isSymlink) return;
    const modes = Deno.lstatSync(at).isDirectory
      ? [0o700, 0o755, 0o750, 0o555]
      : [0o600, 0o644, 0o444, 0o755, 0o640];
    Deno.chmodSync(at, pick(this.#chance, modes));
  }

  #touch(): void {
    const at = join(this.root, this.#any());
    if (isThere(at) && !Deno.lstatSync(at).isSymlink) this.#time(at);
  }

  #copy(): void {
    const to = this.#somewhere();
    this.#withFile((at) => {
      const content = Deno.readFileSync(at);
      Deno.writeFileSync(this.#room(to), content);
    });
  }

  /** Two directories change places whose files tell apart neither by name nor by size and time. */
  #twinDirectories(): void {
    const [a, b] = ["twin a", "twin b"].map((d) => join(this.root, d));
    if (a === undefined || b === undefined) return;
    if (isThere(a) && isThere(b)) return this.#swap("twin a", "twin b");
    for (const [dir, text] of [["twin a", "aaaa"], ["twin b", "bbbb"]] as const) {
      const at = this.#room(`${dir}/in/file`);
      Deno.writeTextFileSync(at, text);
      Deno.utimeSync(at, 1_600_000_000, 1_600_000_000);
    }
  }
}

function nested(one: string, other: string): boolean {
  return `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`);
}
