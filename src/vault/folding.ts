/** Names that the file system of a vault takes for the same: they differ by case, or by the form of their letters. @module */

import type { Catalog } from "./catalog.ts";
import type { Vault } from "./vault.ts";
import type { VaultInfo } from "./vault_json.ts";
import { everyDir } from "./history/paths.ts";

/** Gives one text for all names, or paths, that are one to the vault; undefined when it keeps all of them apart. */
export function folding(
  info: Pick<VaultInfo, "case_sensitive" | "unicode">,
): ((text: string) => string) | undefined {
  if (info.case_sensitive && info.unicode === "any") return undefined;
  return (text) => {
    const form = info.unicode === "any" ? text : text.normalize("NFC");
    return info.case_sensitive ? form : form.toLowerCase();
  };
}

/** The paths that a catalog knows for what is one directory on the disk: it has the name that it bears now. */
export class Spellings {
  readonly #fold: ((text: string) => string) | undefined;
  readonly #paths = new Map<string, string[]>();

  /** Those of a vault; nothing is read where each path is its own directory. */
  constructor(vault: Vault, catalog: Catalog) {
    this.#fold = folding(vault.info);
    if (this.#fold === undefined) return;
    for (const dir of everyDir(catalog)) {
      const key = this.#fold(dir);
      const others = this.#paths.get(key);
      if (others === undefined) this.#paths.set(key, [dir]);
      else others.push(dir);
    }
  }

  /** A directory's path, and the others that lead to the same place. */
  of(dir: string): string[] {
    const known = this.#fold === undefined ? undefined : this.#paths.get(this.#fold(dir));
    return known === undefined ? [dir] : [dir, ...known.filter((other) => other !== dir)];
  }
}
