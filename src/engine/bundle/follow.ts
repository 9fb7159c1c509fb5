/** Follows content that a backup moves while a bundle is packed: packers have a place of it, which was planned before. @module */

import { dirOf, nameOf } from "../../base/relpath.ts";
import type { PackItem } from "../../bundle/packed_items.ts";
import { type StoredContent, VaultContents } from "../../vault/content.ts";
import { openVault } from "../../vault/vault.ts";
import { bareVersion } from "../../vault/version.ts";
import { type EnginePorts, vaultPorts } from "../ports.ts";

/** What the planner knew of the vault: plain data, for other threads. */
export interface FollowSpec {
  /** The vault's real path. */
  root: string;
  /** Where directories became files (`Catalog.moves`). */
  moves: readonly (readonly [path: string, stamps: readonly number[]])[];
  /** The newest finished record, as a number: only later ones moved what was planned. */
  known: number | undefined;
}

/** Where the content of an item is by now; undefined when no run moved it. */
export type Again = (item: PackItem) => StoredContent | undefined;

/** Looks in the vault of `spec`, which is opened when something is missed. */
export function followed(ports: EnginePorts, { root, moves, known }: FollowSpec): Again {
  let contents: VaultContents | undefined;
  return ({ about, end }) => {
    contents ??= new VaultContents(
      openVault(vaultPorts(ports), root),
      new Map(moves),
      () => known,
    );
    const at = { dir: dirOf(about), name: nameOf(about), type: "file" as const };
    return contents.findMoved(bareVersion({ ...at, ...end }));
  };
}
