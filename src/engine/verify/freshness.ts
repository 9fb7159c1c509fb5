/**
 * A small share of a vault hashed again after each run, what was checked longest ago first, so that rot is found
 * within a known number of runs. The catalog's column `checked` tells when: ms since 1970, negative for what was
 * found damaged then.
 * @module
 */

import type { Catalog, Version } from "../../vault/catalog.ts";
import { checksOf, foundDamaged, longestUnchecked, putChecks } from "../../vault/history/checks.ts";
import { storedTotal } from "../../vault/history/totals.ts";
import { VaultContents } from "../../vault/content.ts";
import type { Vault } from "../../vault/vault.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { checkVersion, heldHint, ReadFiles } from "./content.ts";
import { type CheckedShare, rememberShare } from "./remembered_share.ts";
import { pathOf, storedAs, type VerifyView } from "./view.ts";
import { text } from "../../text/text.ts";

/** A vault whose lock is held, right after a run. */
export interface FreshnessRequest {
  vault: Vault;
  catalog: Catalog;
  /** As the user wrote it. */
  given: string;
  /** The run that has just ended, as a number: what it wrote itself is not worth a look yet. */
  run: number;
  /** More than 0 and at most 1. */
  share: number;
}

/** What was looked at. */
export interface Freshness {
  files_verified: number;
  bytes_verified: number;
  /** Versions that are damaged, missing, or cannot be read. */
  files_damaged: number;
}

/** Hashes the share; damage is told as errors, and nothing is changed but when what was checked. */
export function verifyShare(ports: EnginePorts, request: FreshnessRequest): Freshness {
  const view = viewOf(request);
  const result: Freshness = { files_verified: 0, bytes_verified: 0, files_damaged: 0 };
  const checked: [Version, number][] = [];
  const now = ports.clock.now();
  try {
    const read = new ReadFiles();
    for (const v of chosen(request)) {
      checkCancelled(ports);
      const finding = checkVersion(ports, view, v, read);
      result.files_verified++;
      if ("bytes" in finding) {
        result.bytes_verified += finding.bytes;
        checked.push([v, now]);
        continue;
      }
      result.files_damaged++;
      checked.push([v, -now]);
      tell(ports, request, view, v, finding);
    }
  } finally {
    markChecked(request.catalog, checked);
    // the record of this run is whole; a later one that checks nothing has it
    if (checked.length > 0) rememberShare(request.catalog, checkedShare);
  }
  return result;
}

/** What was found damaged is looked at each time, but takes nothing from the share of the rest. */
function chosen({ catalog, run, share }: FreshnessRequest): Version[] {
  const limit = Math.max(1, Math.ceil(storedTotal(catalog).files * share));
  return [
    ...foundDamaged(catalog, run, limit),
    ...longestUnchecked(catalog, run, limit),
  ].sort((a, b) => pathOf(a) < pathOf(b) ? -1 : 1);
}

function viewOf({ vault, catalog }: FreshnessRequest): VerifyView {
  const contents = new VaultContents(vault, catalog.moves(), () => catalog.newest());
  return {
    mended: [],
    vault,
    catalog,
    contents,
    busy: () => false,
    close: () => {},
  };
}

function tell(
  ports: EnginePorts,
  request: FreshnessRequest,
  view: VerifyView,
  v: Version,
  finding: { state: string; message: string; said?: string },
): void {
  const stored_as = storedAs(view, v);
  ports.progress.error();
  ports.emit({
    message_type: "error",
    path: pathOf(v),
    during: "verify",
    code: finding.state === "unreadable" ? "unreadable" : "damaged",
    message: `${stored_as}: ${finding.message}`,
    vault: request.given,
    stored_as,
    hint: heldHint(finding.said) ?? text("verify.repair-past-hint"),
  });
}

/**
 * Notes when versions were checked (ms since 1970; negative: found damaged then). That is a help for who looks later,
 * no more: that it cannot be written is no trouble.
 */
export function markChecked(catalog: Catalog, checked: readonly [Version, number][]): void {
  if (checked.length === 0) return;
  try {
    putChecks(catalog, checked);
  } catch {
    // they are checked again
  }
}

/** Asks a catalog. */
export function checkedShare(catalog: Catalog): CheckedShare {
  const { all, sound, damaged, oldest } = checksOf(catalog);
  return { share: all === 0 ? 1 : sound / all, oldest, damaged };
}
