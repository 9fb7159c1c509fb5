/** Makes a new vault in a missing or empty directory. @module */

import { HikaeError } from "../base/errors.ts";
import type { DirEntry, FileSystem } from "../base/fs.ts";
import { lstatIfAny, replaceFile } from "../base/io.ts";
import { type Lock, takeLock } from "./lock.ts";
import { TEMPORARY } from "./names.ts";
import type { Hold } from "./open.ts";
import { VaultTree } from "./tree.ts";
import { FORMAT, formatVaultInfo, type VaultInfo } from "./vault_json.ts";
import { openVault, type VaultPorts, type VaultState, vaultState } from "./vault.ts";
import { text } from "../text/text.ts";

/** What is known of a new vault; when it was made is asked when that is so. */
export type NewVault = Omit<KnownOfVault, "created"> & {
  created: () => string;
};

/** Makes a vault at `root` and holds it, unless another run made one while this one waited for the lock. */
export function makeVault(
  ports: VaultPorts,
  root: string,
  { holder, sleep }: Hold,
  { created, ...known }: NewVault,
): Lock {
  const tree = makeVaultDirs(ports, root);
  const lock = takeLock(ports, tree, holder, sleep);
  try {
    if (vaultState(ports.fs, tree.root, ports.separator) !== "vault") {
      describeVault(ports, tree, { ...known, created: created() });
    }
    return lock;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Throws as {@link makeVaultDirs} does where more lies at `root` than the quick way of listing told, by which it was taken for
 * empty: that leaves out what the disk answers with an error.
 */
export async function assertEmpty(ports: VaultPorts, root: string): Promise<void> {
  const { fs, separator } = ports;
  const tree = new VaultTree(root, separator);
  const lists = new Map<string, DirEntry[]>();
  for (const dir of [root, tree.meta(""), tree.rootFile("runs")]) {
    if (lstatIfAny(fs, dir)?.type === "dir") lists.set(dir, await fs.listWhole(dir));
  }
  const list = (path: string): DirEntry[] => lists.get(path) ?? fs.list(path);
  makeVaultDirs({ ...ports, fs: { ...fs, list } }, root);
}

/** Makes the directories of a new vault at `root`; throws `no_vault` or `bad_vault` when something else is there. */
export function makeVaultDirs(ports: VaultPorts, root: string): VaultTree {
  const state = vaultState(ports.fs, root, ports.separator);
  const tree = new VaultTree(root, ports.separator);
  // throws for a vault that lost its vault.json
  if (state === "damaged") openVault(ports, root);
  refuseOther(state, root);
  makeDir(ports.fs, root);
  makeDir(ports.fs, tree.meta(""));
  return tree;
}

/** Throws where something else than a vault lies, and no new one can be made; `hint` where more is known of why. */
export function refuseOther(state: VaultState, root: string, hint?: string): void {
  if (state !== "other") return;
  throw new HikaeError("no_vault", text("vault.not-empty"), {
    path: root,
    hint: hint ?? text("vault.not-empty-hint"),
  });
}

/** Makes a directory that is not there; another first run may do so at the same moment, the lock comes after. */
function makeDir(fs: FileSystem, path: string): void {
  if (lstatIfAny(fs, path)?.type === "dir") return;
  try {
    fs.mkdir(path);
  } catch (error) {
    if (lstatIfAny(fs, path)?.type !== "dir") throw error;
  }
}

/** What is known of a vault before its disk was asked anything. */
export type KnownOfVault = Pick<VaultInfo, "id" | "hash" | "source" | "host" | "created">;

/** Writes `vault.json` of a new vault, after the lock is held: from then on it is a vault. */
function describeVault(ports: VaultPorts, tree: VaultTree, known: KnownOfVault): void {
  const { fs } = ports;
  const info = infoFor(fs, tree, known);
  // names of private directories stand in the records: they are for the owner alone
  if (lstatIfAny(fs, tree.rootFile("runs")) === undefined) fs.mkdir(tree.rootFile("runs"), 0o700);
  writeInfo(fs, tree, info);
}

/** What `vault.json` is to say of a new vault, whose disk is asked in the root's meta directory. */
export function infoFor(fs: FileSystem, tree: VaultTree, known: KnownOfVault): VaultInfo {
  const probed = probe(fs, tree.below(tree.meta(""), `${TEMPORARY}probe`));
  const { id, hash, source, host, created } = known;
  return { format: FORMAT, id, hash, source, host, created, ...probed };
}

/** Writes `vault.json`: from then on it is a vault. */
export function writeInfo(fs: FileSystem, tree: VaultTree, info: VaultInfo): void {
  const temporary = tree.below(tree.meta(""), `${TEMPORARY}vault`);
  replaceFile(fs, tree.rootFile("vault"), temporary, formatVaultInfo(info), true);
}

/** Tries whether the file system tells names apart that differ by case, or by Unicode form, alone. */
function probe(fs: FileSystem, base: string): Pick<VaultInfo, "case_sensitive" | "unicode"> {
  const made = `${base}-a\u00e9`;
  fs.open(made, { write: true, create: true }).close();
  try {
    // the lock and the record of a run are written on: a disk that refuses it (gvfs) would say so when the run ends
    fs.open(made, { read: true, write: true }).close();
    const caseSensitive = lstatIfAny(fs, `${base}-A\u00e9`) === undefined;
    const apart = lstatIfAny(fs, `${base}-ae\u0301`) === undefined;
    return { case_sensitive: caseSensitive, unicode: apart ? "any" : "nfc" };
  } finally {
    fs.remove(made);
  }
}
