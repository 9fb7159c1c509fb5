/**
 * The tree that is restored into. Nothing follows a link in it: before anything is written into a directory,
 * each component of its path is looked at.
 * @module
 */

import { errorCode, HikaeError, isNotFound } from "../../base/errors.ts";
import type { FileInfo, FileSystem } from "../../base/fs.ts";
import { lstatIfAny, removeQuietly } from "../../base/io.ts";
import { RealChain } from "../../base/real_chain.ts";
import { Tree, VaultTree } from "../../vault/tree.ts";
import { isVaultAt } from "../../vault/vault.ts";
import { windowsReason } from "../../base/windows_name.ts";
import { text } from "../../text/text.ts";
import { kindText } from "../../text/kind_text.ts";

/** A restore target. */
export class RestoreTarget extends Tree {
  readonly #fs: FileSystem;
  readonly #windows: boolean;
  readonly #chain = new RealChain((rel) => this.look(rel), (rel) => this.#assertDir(rel));

  /** The target at the real path `root`. */
  constructor(fs: FileSystem, root: string, separator: string) {
    super(root, separator);
    this.#fs = fs;
    this.#windows = separator === "\\";
  }

  /** What is there; undefined for nothing. */
  look(rel: string): FileInfo | undefined {
    return lstatIfAny(this.#fs, this.path(rel));
  }

  /** True where a vault lies at a directory: see {@link isVaultAt}. */
  hasVault(dir: string): boolean {
    return isVaultAt(this.#fs, new VaultTree(this.path(dir), this.separator));
  }

  /** Removes a temporary file after a failure; only that failure is reported. */
  discard(path: string): void {
    removeQuietly(this.#fs, path);
  }

  /**
   * What `rel` is; throws unless it and every directory above it, up to the target itself, are real directories.
   */
  assertReal(rel: string): FileInfo {
    return this.#chain.at(rel) ?? this.#assertDir(rel);
  }

  #assertDir(rel: string): FileInfo {
    let info: FileInfo;
    try {
      info = this.#fs.lstat(this.path(rel));
    } catch (cause) {
      if (!isNotFound(cause)) throw cause;
      throw new HikaeError("unstorable", text("restore.target-gone"), {
        path: this.path(rel),
        hint: text("restore.target-gone-hint"),
        cause,
      });
    }
    const { type } = info;
    if (type === "dir") return info;
    throw new HikaeError(
      "unstorable",
      text("restore.in-the-way-of", { what: kindText(type), path: this.path(rel) }),
      { path: this.path(rel), hint: text("restore.in-the-way-of-hint") },
    );
  }

  /** Throws when no entry can have this name here. */
  assertName(name: string): void {
    const why = name === "" || name === "." || name === ".."
      ? text("name.no-entry")
      : /[/\0]/.test(name)
      ? text("name.odd-letter")
      : this.#windows
      ? windowsReason(name)
      : undefined;
    if (why === undefined) return;
    throw new HikaeError("name", text("restore.name-unfit", { why }), {
      hint: this.#windows ? text("restore.name-unfit-hint") : text("restore.name-forged-hint"),
    });
  }
}

/** True for errors after which going on makes no sense: everything else would fail too. */
export function isFatal(error: unknown): boolean {
  if (error instanceof HikaeError && error.id === "interrupted") return true;
  return ["ENOSPC", "EDQUOT", "EROFS"].includes(errorCode(error));
}
