/**
 * Copies that are another version's than their place tells, since somebody exchanged files in the vault. One of them may be
 * all that there is of its version: before a repair puts something else there it is set aside.
 * @module
 */

import { asideName, lstatIfAny, move, removeQuietly } from "../../base/io.ts";
import type { Version } from "../../vault/catalog.ts";
import { contentHash, type StoredContent } from "../../vault/content.ts";
import { sameAs } from "../../vault/history/contents.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import type { SightSteps } from "./seen_steps.ts";
import type { VerifyView } from "./view.ts";

/** What is set aside has this name in the root's meta directory, and `.damaged` after it. */
const ASIDE = "repair";

/** So many of them, and of versions that wait for them, are remembered. */
const MOST_STRAYS = 100_000;

/** What a repair has met of them. */
export class Strays {
  readonly #ports: EnginePorts;
  readonly #view: VerifyView;
  readonly #places = new Map<string, StoredContent>();
  /** What was set aside, by this repair or by one that broke off, with its hash. */
  #aside: Map<string, string> | undefined;

  /** Of the vault that is repaired. */
  constructor(ports: EnginePorts, view: VerifyView) {
    this.#ports = ports;
    this.#view = view;
  }

  /** The hash of what lies at the place of a damaged version, which is remembered; undefined where nothing can be read. */
  at(path: string): string | undefined {
    const hash = this.#hashOf({ file: path });
    if (hash !== undefined && this.#places.size < MOST_STRAYS) {
      this.#places.set(hash, { file: path });
    }
    return hash;
  }

  /** Where a content lies that is not at the place of its own version. */
  of(hash: string): StoredContent | undefined {
    for (const [file, kept] of this.#setAside()) {
      if (kept === hash) return { file };
    }
    return this.#places.get(hash);
  }

  /** Sets aside what lies at `path`, which is about to be replaced, where nothing else is known to have its content. */
  keep(v: Version, path: string, hash: string): void {
    const { vault: { fs, tree } } = this.#view;
    if (!this.#isWanted(v, hash, path)) return;
    const kept = this.#setAside();
    const aside = asideName(fs, tree.below(tree.meta(""), ASIDE));
    move(fs, path, aside);
    kept.set(aside, hash);
  }

  /** Removes what was set aside, by a repair that was cut as well, and is where it belongs by now. */
  close(): void {
    for (const [file, hash] of this.#setAside()) {
      const known = sameAs(this.#view.catalog, { hash, type: "file" });
      if (known.some((w) => this.#isSound(w, file))) removeQuietly(this.#view.vault.fs, file);
    }
  }

  /** True for the content of other versions that is nowhere where it should be. */
  #isWanted(v: Version, hash: string, path: string): boolean {
    const wanted = sameAs(this.#view.catalog, { hash, type: v.type });
    return wanted.length > 0 && !wanted.some((w) => this.#isSound(w, path));
  }

  #isSound(w: Version, elsewhere: string): boolean {
    const found = this.#view.contents.find(w);
    return found !== undefined && found.file !== elsewhere && this.#hashOf(found) === w.hash;
  }

  #hashOf(content: StoredContent): string | undefined {
    checkCancelled(this.#ports);
    try {
      if (lstatIfAny(this.#ports.fs, content.file)?.type !== "file") return undefined;
      return contentHash(this.#ports, content);
    } catch {
      checkCancelled(this.#ports);
      return undefined;
    }
  }

  #setAside(): Map<string, string> {
    if (this.#aside !== undefined) return this.#aside;
    const { vault: { fs, tree } } = this.#view;
    const aside = this.#aside = new Map<string, string>();
    const meta = tree.meta("");
    for (const { name, type } of fs.list(meta)) {
      if (type !== "file" || !name.startsWith(`${ASIDE}.damaged`)) continue;
      const file = tree.below(meta, name);
      const hash = this.#hashOf({ file });
      if (hash !== undefined) aside.set(file, hash);
    }
    return aside;
  }
}

/** Damage that may be repaired once all was looked at: its content may be met in another version's place. */
export class Unrepaired {
  readonly #all = new Set<{ v: Version; tell: () => void }>();

  /** Keeps one for {@link repair}; where there are too many of them it is told at once. */
  add(v: Version, tell: () => void): void {
    if (this.#all.size < MOST_STRAYS) this.#all.add({ v, tell });
    else tell();
  }

  /** Has each repaired; what is not stays to be told. */
  repair(isRepaired: (v: Version) => boolean): void {
    for (const one of this.#all) if (isRepaired(one.v)) this.#all.delete(one);
  }

  /** Takes these steps; however they end, what is not repaired is told then. */
  *toldAfter(steps: SightSteps<void>): SightSteps<void> {
    try {
      yield* steps;
    } finally {
      for (const { tell } of this.#all) tell();
      this.#all.clear();
    }
  }
}
