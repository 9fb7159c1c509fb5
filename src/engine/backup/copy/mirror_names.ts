/** What the mirror has in one directory under names that the source gives: other spellings, and what is in the way. @module */

import { utf8 } from "../../../base/bytes.ts";
import { HikaeError } from "../../../base/errors.ts";
import type { FileInfo } from "../../../base/fs.ts";
import { lstatIfAny, replaceFile } from "../../../base/io.ts";
import { joinRel } from "../../../base/relpath.ts";
import { folding } from "../../../vault/folding.ts";
import { TEMPORARY } from "../../../vault/names.ts";
import { text } from "../../../text/text.ts";
import { isNotOurs } from "../../../vault/vault.ts";
import { strayFile } from "../compare/scan_entry.ts";
import { markPast, movedLine, moveTree, type NamesOfDir } from "./retire.ts";
import type { LaneVault } from "../lane_vault.ts";
import type { VaultDir } from "../vault_dir.ts";

/** The mirror's directory of one source directory. */
export class MirrorNames {
  readonly #run: LaneVault;
  readonly #path: string;
  readonly #vault: VaultDir;
  readonly #names: NamesOfDir;
  /** Names of the mirror by what the vault takes them for. */
  #folded: Map<string, string> | undefined;

  /** Of the directory `path`, which was seen as `vault`. */
  constructor(run: LaneVault, path: string, vault: VaultDir, names: NamesOfDir) {
    this.#run = run;
    this.#path = path;
    this.#vault = vault;
    this.#names = names;
  }

  /** The name that the mirror's directory lists for what it has under `name`. */
  #listed(name: string): string | undefined {
    if (this.#vault.mirror.has(name)) return name;
    const fold = folding(this.#run.vault.info);
    if (fold === undefined) return undefined;
    const mirror = this.#vault.listed ? this.#vault.mirror : this.#run.listMirror(this.#path);
    this.#folded ??= new Map([...mirror.keys()].map((own) => [fold(own), own]));
    return this.#folded.get(fold(name));
  }

  /**
   * Something under the name that the vault knows nothing of is kept as a version; a link in the place of a copy goes. What
   * `answers` is looked at whatever the listing lacks.
   */
  makeRoom(name: string, answers = false): void {
    const { fs, tree } = this.#run.vault;
    if (!answers && this.#vault.listed && this.#listed(name) === undefined) return;
    const path = tree.entry(this.#path, name);
    const info = lstatIfAny(fs, path);
    if (info === undefined) return;
    if (info.type === "dir") {
      if (moveTree(this.#run, this.#path, name)) {
        this.#run.line(movedLine(this.#run, joinRel(this.#path, name)));
      }
    } else if (info.type === "file") {
      markPast(this.#run, this.#path, strayFile(name, info), "changed", this.#names);
    } else {
      if (info.type === "link" && this.#isStray(name)) this.#keepLink(name, info);
      fs.remove(path);
    }
  }

  /** True where the vault has nothing of the name: a plain copy that was adopted had a link there, and nobody could read it. */
  #isStray(name: string): boolean {
    const run = this.#run;
    return run.catalog?.living(joinRel(this.#path, name)) === undefined &&
      lstatIfAny(run.vault.fs, run.linkPath(this.#path, name)) === undefined;
  }

  #keepLink(name: string, info: FileInfo): void {
    const { vault, options } = this.#run;
    const { fs, tree } = vault;
    const target = utf8(fs.readLink(tree.entry(this.#path, name)));
    const temporary = tree.below(this.#run.metaDir(this.#path), `${TEMPORARY}stray`);
    replaceFile(fs, this.#run.linkPath(this.#path, name), temporary, target, options.flush);
    this.#names.meta.changed();
    const stray = { ...strayFile(name, info), type: "link" as const };
    markPast(this.#run, this.#path, stray, "changed", this.#names);
  }

  /** A directory that the mirror has under another spelling of its name gets the one of the source. */
  takeCase(name: string): void {
    const { fs, tree } = this.#run.vault;
    const twin = this.#listed(name);
    if (twin !== undefined && twin !== name) {
      fs.rename(tree.entry(this.#path, twin), tree.entry(this.#path, name));
    }
  }
}

/** A drive's own directory in the vault's root is none of the vault's: nothing of the source goes into it, nor below (`refused`). */
export function refuseDrivesOwn(
  { vault: { fs, tree } }: LaneVault,
  name: string,
  refused: Set<string>,
): void {
  if (!isNotOurs(fs, tree, { name, type: "dir" })) return;
  refused.add(name);
  throw new HikaeError("name", text("disk.drives-own"));
}
