/** What a vault must be able to give back: the model of one vault. */

import { type Tree, type TreeEntry, within } from "./tree.ts";

/** A finished run. */
export interface KeptSnapshot {
  stamp: string;
  /** The source as it was. */
  tree: Tree;
  /** Paths about which nothing is said: excluded ones whose place is no directory any more. */
  unsaid: Set<string>;
  /** Files that a rule may have taken. */
  mayGo: Set<string>;
  /** It met trouble, and is partial for that. */
  troubled?: boolean;
}

/** With what a restore of it may end: what its run could not back up it says is lacking. */
export function restoreCodes({ troubled }: KeptSnapshot): number[] {
  return troubled === true ? [0, 3] : [0];
}

/** A vault as it must be. */
export class Kept {
  path: string;
  /** The source that it is of. */
  readonly source: string;
  /** All that were ever finished, oldest first. */
  readonly ever: KeptSnapshot[] = [];
  /** Those that no rule removed. */
  living: KeptSnapshot[] = [];
  /** Stamps whose removal was begun and killed: they may be there or not, whole or not. */
  readonly doubtful = new Set<string>();
  /** How many runs were killed: each may have made generations of its own. */
  killed = 0;

  constructor(path: string, source: string) {
    this.path = path;
    this.source = source;
  }

  /** What a copy of it, as it is now, must be able to give back. */
  copyAt(path: string): Kept {
    const copy = new Kept(path, this.source);
    copy.takeOver(this);
    return copy;
  }

  /** It is as `other` is from now on. */
  takeOver(other: Kept): void {
    const same = new Map(other.ever.map((s) => {
      return [s, { ...s, unsaid: new Set(s.unsaid), mayGo: new Set(s.mayGo) }];
    }));
    this.ever.splice(0, Infinity, ...same.values());
    this.living = other.living.flatMap((s) => same.get(s) ?? []);
    this.killed = other.killed;
    this.doubtful.clear();
    for (const stamp of other.doubtful) this.doubtful.add(stamp);
  }

  get newest(): KeptSnapshot | undefined {
    return this.living.at(-1);
  }

  /** A run has finished; `leftOut` says what an exclude rule left out of it. */
  finished(
    stamp: string,
    source: Tree,
    leftOut: (path: string) => boolean = () => false,
  ): KeptSnapshot {
    const snapshot: KeptSnapshot = { stamp, tree: new Map(), unsaid: new Set(), mayGo: new Set() };
    const out = new Set([...source.keys()].filter((p) => p !== "" && leftOut(p)));
    for (const [path, entry] of source) if (!within(out, path)) snapshot.tree.set(path, entry);
    this.#staying(snapshot, source, leftOut);
    this.ever.push(snapshot);
    this.living.push(snapshot);
    return snapshot;
  }

  /** What a rule left out is neither seen nor gone: the copy that the vault has stays. */
  #staying(
    snapshot: KeptSnapshot,
    source: Tree,
    leftOut: (path: string) => boolean,
  ): void {
    const before = this.ever.at(-1);
    if (before === undefined) return;
    for (const path of before.unsaid) if (parts(path).some(leftOut)) snapshot.unsaid.add(path);
    for (const [path, entry] of before.tree) {
      if (path === "" || !parts(path).some(leftOut)) continue;
      // what is unlike the vault's copy, or stands where a directory was, is a question that no test asks
      const same = like(entry, source.get(path)) && entry.inode === "" &&
        parentsStand(source, path);
      if (same && !before.mayGo.has(path)) snapshot.tree.set(path, entry);
      else snapshot.unsaid.add(path);
    }
    for (const path of source.keys()) {
      if (path !== "" && parts(path).some(leftOut) && !snapshot.tree.has(path)) {
        snapshot.unsaid.add(path);
      }
    }
  }

  /** Snapshots were forgotten. */
  forget(stamps: ReadonlySet<string>): void {
    this.living = this.living.filter((s) => !stamps.has(s.stamp));
  }

  /** A deletion of a path that was found by the run `to` went with its generations. */
  cleaned(path: string, to: string): void {
    const before = this.ever.filter((s) => s.stamp < to).reverse();
    for (const s of before) {
      if (!isContent(s.tree.get(path)) && !within(s.unsaid, path)) break;
      s.mayGo.add(path);
    }
  }

  /** A run kept so many generations of what it changed: those before may be gone. */
  limited(generations: number): void {
    const later = new Map<string, { hash: string; changes: number }>();
    for (const s of [...this.ever].reverse()) {
      for (const path of new Set([...later.keys(), ...s.tree.keys()])) {
        const entry = s.tree.get(path);
        const hash = isContent(entry) ? `${entry?.type}${entry?.hash}` : "";
        const known = later.get(path);
        if (known === undefined) later.set(path, { hash, changes: 0 });
        else if (known.hash !== hash) later.set(path, { hash, changes: known.changes + 1 });
        const changes = (later.get(path)?.changes ?? 0) + this.killed;
        if (changes > generations && isContent(entry)) s.mayGo.add(path);
      }
    }
  }
}

function parts(path: string): string[] {
  return path.split("/").map((_, i, all) => all.slice(0, i + 1).join("/"));
}

function like(one: TreeEntry, other: TreeEntry | undefined): boolean {
  return other !== undefined && JSON.stringify(one) === JSON.stringify(other);
}

function parentsStand(source: Tree, path: string): boolean {
  return parts(path).slice(0, -1).every((p) => source.get(p)?.type === "dir");
}

/** True for files and links: what has versions. */
export function isContent(entry: TreeEntry | undefined): boolean {
  return entry !== undefined && entry.type !== "dir";
}
