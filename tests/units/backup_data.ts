/** Directories, entries and vaults as plain data, for tests of what is decided about them. */

import type { FileInfo } from "../../src/base/fs.ts";
import type { CompareStep } from "../../src/engine/backup/compare/compare.ts";
import type { SourceDir, SourceEntry } from "../../src/engine/source/source_dir.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { sha256, sha256Of } from "../../src/platform/hash.ts";
import { openDatabase } from "../../src/platform/sqlite.ts";
import type { ScanEntry } from "../../src/vault/scan_row.ts";
import { Vault } from "../../src/vault/vault.ts";
import type { VaultInfo } from "../../src/vault/vault_json.ts";
import type { LaneVault } from "../../src/engine/backup/lane_vault.ts";
import type { VaultDir } from "../../src/engine/backup/vault_dir.ts";

/** What `lstat` tells of a file of 3 bytes. */
export const INFO: FileInfo = {
  type: "file",
  size: 3,
  mtime: 1000,
  ctime: 1000,
  ino: 7,
  dev: 1,
  mode: 0o644,
  uid: 0,
  gid: 0,
  blocks: 8,
  nlink: 1,
};

/** An entry of the source. */
export function entry(
  name: string,
  type: SourceEntry["type"] = "file",
  info: Partial<FileInfo> = {},
  excluded = false,
): SourceEntry {
  return { name, type, info: { ...INFO, type, ...info }, excluded };
}

/** What a vault knows of the same entry. */
export function known(
  name: string,
  type: ScanEntry["type"] = "file",
  more: Partial<ScanEntry> = {},
): ScanEntry {
  const { size, mtime, ctime, ino, mode, uid, gid } = INFO;
  const hash = type === "dir" ? "" : "ab".repeat(32);
  return { name, type, size, mtime, ctime, ino, mode, uid, gid, since: 1, hash, ...more };
}

/** A directory of the source. */
export function sourceDir(entries: SourceEntry[], more: Partial<SourceDir> = {}): SourceDir {
  const listed = entries.length;
  return { path: "d", info: INFO, entries, unseen: new Set(), troubles: [], listed, ...more };
}

/** What a vault has of it: all that is known lies in the mirror, or is a link record. */
export function vaultDir(entries: readonly ScanEntry[], more: Partial<VaultDir> = {}): VaultDir {
  return {
    known: [known("", "dir"), ...entries],
    mirror: new Map(entries.filter((k) => k.type !== "link").map((k) => [k.name, k.type])),
    links: new Set(entries.filter((k) => k.type === "link").map((k) => k.name)),
    listed: true,
    metadataSound: true,
    ...more,
  };
}

/** A step in one word and a name. */
export function short(step: CompareStep): string {
  const name = "known" in step ? step.known.name : step.source.name;
  const how = step.act === "update"
    ? step.sure ? " surely" : " perhaps"
    : step.act === "deleteDir" && step.replaced
    ? " for another"
    : step.act === "delete" && step.lost
    ? " lost"
    : "";
  return `${step.act} ${name}${how}`;
}

/** An open vault that is nowhere on the disk. */
export function vaultAt(root: string, info: Partial<VaultInfo> = {}): Vault {
  const ports = {
    fs: denoFs,
    newHash: sha256,
    hashOf: sha256Of,
    openDatabase,
    newId: () => "id",
    separator: "/",
  };
  return new Vault(ports, root, {
    format: 2,
    id: "id",
    hash: "sha256sum",
    source: "/source",
    host: "host",
    created: "",
    case_sensitive: true,
    unicode: "any",
    ...info,
  });
}

/** A vault in a lane that knows no history, as far as names are concerned. */
export function laneVault(
  info: Partial<VaultInfo>,
  windows: boolean,
  living?: string[],
): LaneVault {
  const catalog = living === undefined
    ? undefined
    : { livingIn: () => living.map((name) => ({ name })) };
  const run = { vault: vaultAt("/vault", info), options: { windows }, catalog };
  return run as unknown as LaneVault;
}
