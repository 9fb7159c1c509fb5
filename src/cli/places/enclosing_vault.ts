/** Keeps new vaults, and what is restored, out of the vaults that are there. @module */

import { dirname, join } from "@std/path";
import { HikaeError } from "../../base/errors.ts";
import { META, mirrorName, ROOT_FILES } from "../../vault/names.ts";
import { text } from "../../text/text.ts";
import { pathWithin } from "./identity.ts";
import { isThere } from "./places.ts";

/**
 * Refuses to make a vault in another one: what lies in a vault is its own to mark and to mend, and the other
 * one's marks look like its own.
 */
export function refuseNested(root: string, given: string): void {
  if (isVault(root)) return;
  const around = enclosingVault(dirname(root));
  if (around === undefined) return;
  throw new HikaeError("usage", text("vault.new-inside", { vault: around }), {
    path: given,
    hint: text("vault.outside-hint"),
  });
}

/**
 * Refuses to restore into a vault, where living copies, history and records would be written over: but what `vault` has
 * of a source that was a vault itself may go back to where it came from.
 */
export function refuseVaultTarget(target: string, vault: string): void {
  const around = enclosingVault(target);
  if (around === undefined) return;
  if (around === target && isThere(join(vault, mirrorName(META), ROOT_FILES.vault))) return;
  throw new HikaeError("usage", text("vault.target-inside", { vault: around }), {
    path: target,
    hint: text("vault.outside-any-hint"),
  });
}

/** Refuses as a vault what lies inside of one: it names the vault. */
export function refuseBelowVault(root: string, given: string, command: string): void {
  if (isVault(root)) return;
  const vault = enclosingVault(dirname(root));
  if (vault === undefined) return;
  throw new HikaeError("no_vault", text("vault.inside", { vault }), {
    path: given,
    hint: text("vault.inside-hint", { command, vault }),
  });
}

/** The file by which a vault is told, relative to it. */
export const VAULT_MARK = `${META}/${ROOT_FILES.vault}`;

/** Refuses a directory of portable snapshots that is a vault or lies in one: they would be strangers to its next backup. */
export function refuseSnapshotsInVault(place: string): void {
  refuseInside(place, place, "vault.snapshots-inside");
}

/** Refuses a place below a vault; that the place is one may be as it should, when a vault itself comes back. */
export function refuseInsideVault(place: string): void {
  refuseInside(dirname(place), place, "vault.output-inside");
}

/** Refuses to write into any vault what is no backup: a bundle's files, a page, what a bundle brings back. */
export function refuseWriteInVault(place: string): void {
  refuseInside(place, place, "vault.writes-inside");
}

/** Refuses `place` where `at` is a vault or lies in one. */
function refuseInside(
  at: string,
  place: string,
  message: "vault.snapshots-inside" | "vault.output-inside" | "vault.writes-inside",
): void {
  const vault = enclosingVault(at);
  if (vault === undefined) return;
  throw new HikaeError("usage", text(message, { vault }), {
    path: place,
    hint: text("vault.outside-hint"),
  });
}

/** The vault that a place is, or lies in. */
export function enclosingVault(place: string): string | undefined {
  for (let at = place;; at = dirname(at)) {
    if (isVault(at)) return at;
    if (at === dirname(at)) return undefined;
  }
}

/** True for a place in the vault `root` that a mount shows under another path. */
export function isInsideMount(place: string, root: string): boolean {
  const at = pathWithin(place, root);
  return at !== undefined && isVault(at);
}

function isVault(directory: string): boolean {
  return isThere(join(directory, VAULT_MARK));
}
