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
export function* walkDeepest(
  vault: Vault,
  failed: (path: string, error: unknown) => void,
): Generator<StoredDir> {
  const stack: OpenDirectory[] = [];
  const enter = (place: DirectoryPlace): void => {
    try {
      const stored = readStoredDir(vault, place.dir, place.path, place.moved);
      if (isNested(stored)) return;
      stack.push({ stored, children: childrenOf(vault, stored) });
    } catch (error) {
      failed(place.path, error);
    }
  };
  enter({ dir: "", path: vault.root, moved: false });
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.children.pop();
    if (next !== undefined) {
      enter(next);
      continue;
    }
    stack.pop();
    yield top.stored;
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
