/** What a run goes by before it begins: clocks, marks that came first, and the vault that is not there yet. @module */

import { HikaeError } from "../../base/errors.ts";
import { createFresh, removeQuietly } from "../../base/io.ts";
import { type Stamp, stampFromNumber, stampOf, stampToNumber } from "../../base/stamp.ts";
import { text } from "../../text/text.ts";
import type { Catalog } from "../../vault/catalog.ts";
import { lastEnd } from "../../vault/history/paths.ts";
import { assertEmpty, refuseOther } from "../../vault/create.ts";
import { TEMPORARY } from "../../vault/names.ts";
import { Vault, type VaultPorts, type VaultState, vaultState } from "../../vault/vault.ts";
import { FORMAT } from "../../vault/vault_json.ts";
import { unmade } from "./failures.ts";
import type { BackupRequest, VaultRequest } from "./request.ts";

/** Two machines that share a vault may differ by this much, ms. */
const CLOCK_SLACK = 600_000;

const YEAR = 366 * 86_400_000;

/** Names and ages of snapshots are no better than the clock that they were made by: what is odd of it, if anything. */
export function clockNotes(now: number, newest: number, stamp: Stamp): string[] {
  if (newest - now <= CLOCK_SLACK) return [];
  return [text("backup.clock", { now: stampOf(now), last: stampOf(newest), stamp })];
}

/**
 * The newest stamp of a mark where records may be lost: of a clock that went too fast once, it may still come, and no mark
 * may be made a second time. What no clock ever said is passed over.
 */
export function newestMark(catalog: Catalog, now: number): Stamp | undefined {
  const last = lastEnd(catalog, stampToNumber(stampOf(now + YEAR)));
  return last === undefined ? undefined : stampFromNumber(last);
}

/** A vault that a dry run imagines. */
export function placeholderVault(ports: VaultPorts, root: string): Vault {
  const imagined = {
    format: FORMAT,
    id: "",
    hash: "sha256sum",
    source: "",
    host: "",
    created: "",
    case_sensitive: true,
    unicode: "any",
  } as const;
  return new Vault(ports, root, imagined);
}

/** The bits that the system takes from the modes of new files: all, when that cannot be found out. A file is made for it, and goes again. */
export function probeUmask({ fs, tree }: Vault): number {
  const path = tree.below(tree.meta(""), `${TEMPORARY}mode`);
  try {
    const file = createFresh(fs, path, 0o777);
    try {
      return 0o777 & ~file.stat().mode;
    } finally {
      file.close();
      removeQuietly(fs, path);
    }
  } catch {
    return 0o777;
  }
}

/** The key: the device, and the answer. What was found under another name is asked again: a busy machine could make it wrong. */
const BLOCKS = "shares_blocks";

/** Whether the vault's disk shares blocks, as a run before found; undefined for a disk that was not asked yet. */
export function knownBlocks(vault: Vault, catalog: Catalog): boolean | undefined {
  const [dev, shares] = (catalog.meta(BLOCKS) ?? "").split(" ");
  if (shares === undefined || dev !== deviceOf(vault)) return undefined;
  return shares === "yes";
}

/** Keeps the answer, if there is one; in a transaction of the catalog. */
export function keepBlocks(vault: Vault, catalog: Catalog, blocks: boolean | undefined): void {
  if (blocks === undefined) return;
  catalog.setMeta(BLOCKS, `${deviceOf(vault)} ${blocks ? "yes" : "no"}`);
}

function deviceOf({ fs, root }: Vault): string {
  return String(fs.lstat(root).dev);
}

/** Throws where a directory that was taken for empty is not: a vault made in it would take somebody's files for its own. */
export async function assertFree(
  ports: VaultPorts,
  root: string,
  state: VaultState,
): Promise<void> {
  if (state !== "empty") return;
  try {
    await assertEmpty(ports, root);
  } catch (error) {
    throw unmade(root, error);
  }
}

/** Throws where a run may neither go on with a vault nor make one; where source and vault look swapped, it says so. */
export function guardPlace(
  ports: VaultPorts,
  request: VaultRequest,
  { init, source }: Pick<BackupRequest, "init" | "source">,
  state: VaultState,
): void {
  guardKnown(request, init, state);
  if (state !== "other") return;
  const { root, given } = request;
  const swapped = isVault(ports, source)
    ? text("vault.swapped-hint", { vault: source, source: given })
    : undefined;
  refuseOther(state, root, swapped);
}

/** True for a directory that holds a vault; one that cannot be looked at is left to the run. */
function isVault({ fs, separator }: VaultPorts, root: string): boolean {
  try {
    return vaultState(fs, root, separator) === "vault";
  } catch {
    return false;
  }
}

/** Throws where a vault that this machine knows is not there, or is empty: it is not plugged in, and no new one is made. */
function guardKnown({ known, root }: VaultRequest, init: boolean, state: VaultState): void {
  if (!known || init || state !== "missing" && state !== "empty") return;
  throw new HikaeError(
    "guard_empty_vault",
    text(state === "missing" ? "guard.vault-gone" : "guard.vault-emptied"),
    { path: root, hint: text("guard.vault-gone-hint") },
  );
}
