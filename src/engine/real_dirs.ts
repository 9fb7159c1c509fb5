/** Directories of a vault that are reached through no link. @module */

import { errorCode } from "../base/errors.ts";
import { lstatIfAny } from "../base/io.ts";
import type { FileHandle } from "../base/fs.ts";
import type { ReadingPorts } from "../base/hash_file.ts";
import type { VaultContents } from "../vault/content.ts";
import type { Vault } from "../vault/vault.ts";
import type { Version } from "../vault/version.ts";

/** Sees to it that no component of a path below the vault is a link that leads elsewhere. */
export class RealDirs {
  readonly #vault: Vault;
  readonly #seen = new Set<string>();

  /** Those of a vault; each is looked at once. */
  constructor(vault: Vault) {
    this.#vault = vault;
    this.#seen.add(vault.root);
  }

  /** Throws unless every directory above `file` is one, or is missing. */
  check(file: string): void {
    const { separator } = this.#vault.tree;
    const dir = file.slice(0, file.lastIndexOf(separator));
    if (this.#seen.has(dir) || dir.length <= this.#vault.root.length) return;
    this.check(dir);
    const type = lstatIfAny(this.#vault.fs, dir)?.type;
    if (type !== "dir" && type !== undefined) {
      throw Object.assign(new Error(`${dir} is a ${type} where a directory should be`), {
        code: "ENOTDIR",
      });
    }
    this.#seen.add(dir);
  }

  /** False when a directory above `file` is something else. */
  has(file: string): boolean {
    try {
      this.check(file);
      return true;
    } catch (error) {
      if (errorCode(error) === "ENOTDIR") return false;
      throw error;
    }
  }
}

/** Opens content whose bytes are shown before its hash can prove them; undefined where it is missing, or behind a link. */
export function openShown(
  { vault, contents }: { vault: Vault; contents: VaultContents },
  ports: ReadingPorts,
  v: Version,
  moved: () => boolean,
): FileHandle | undefined {
  const isReal = new RealDirs(vault).has(contents.path(v));
  return isReal ? contents.open(ports, v, moved) : undefined;
}
