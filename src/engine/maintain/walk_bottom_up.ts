/** Walks the disk of a vault deepest directory first, moved trees included (spec §4, decision 4). @module */

import { joinRel } from "../../base/relpath.ts";
import { META } from "../../vault/names.ts";
import type { Vault } from "../../vault/vault.ts";
import { isNested, readStoredDir, type StoredDir } from "../../vault/walk.ts";

interface DirectoryPlace {
  dir: string;
  path: string;
  moved: boolean;
}

/** A directory whose children are being walked. */
interface OpenDirectory {
  stored: StoredDir;
  children: DirectoryPlace[];
}

/** Gives each directory after all that lie in it; one that cannot be read goes to `failed` and is passed over. */
export class DeepestWalk {
  readonly #vault: Vault;
  readonly #failed: (path: string, error: unknown) => void;
  readonly #stack: OpenDirectory[] = [];
  #begun = false;

  /** At the root of a vault. */
  constructor(vault: Vault, failed: (path: string, error: unknown) => void) {
    this.#vault = vault;
    this.#failed = failed;
  }

  /** The directories that are read next as far as they are known, at most so many: each with its meta directory. */
  upcoming(most: number): string[] {
    const { tree, root } = this.#vault;
    const paths = this.#begun ? [] : [root];
    for (let i = this.#stack.length - 1; i >= 0 && paths.length < most; i--) {
      const children = this.#stack[i]?.children ?? [];
      for (const { path } of children.slice(paths.length - most).reverse()) paths.push(path);
    }
    return paths.flatMap((path) => [path, tree.below(path, META)]);
  }

  /** Reads one directory more, if any is left; gives those that all was read of. Undefined at the end. */
  step(): StoredDir[] | undefined {
    if (!this.#begun) {
      this.#begun = true;
      this.#enter({ dir: "", path: this.#vault.root, moved: false });
    } else {
      const next = this.#stack.at(-1)?.children.pop();
      if (next === undefined) return undefined;
      this.#enter(next);
    }
    const done: StoredDir[] = [];
    for (let top = this.#stack.at(-1); top?.children.length === 0; top = this.#stack.at(-1)) {
      done.push(top.stored);
      this.#stack.pop();
    }
    return done;
  }

  #enter(place: DirectoryPlace): void {
    try {
      const stored = readStoredDir(this.#vault, place.dir, place.path, place.moved);
      if (isNested(stored)) return;
      this.#stack.push({ stored, children: childrenOf(this.#vault, stored) });
    } catch (error) {
      this.#failed(place.path, error);
    }
  }
}

function childrenOf(
  vault: Vault,
  { dir, path, moved, entries, marks }: StoredDir,
): DirectoryPlace[] {
  const children: DirectoryPlace[] = [];
  for (const [name, type] of entries) {
    if (type !== "dir") continue;
    const mirror = vault.tree.below(path, vault.tree.mirrorRel(name));
    children.push({ dir: joinRel(dir, name), path: mirror, moved });
  }
  for (const mark of marks) {
    if (mark.type !== "dir") continue;
    const tree = vault.tree.below(vault.tree.below(path, META), mark.stored);
    children.push({ dir: joinRel(dir, mark.name), path: tree, moved: true });
  }
  return children;
}
