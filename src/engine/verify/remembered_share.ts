/** What a check of a vault's content came to, as this machine remembers it. @module */

import type { Catalog } from "../../vault/catalog.ts";
import { CHECKED } from "../../vault/history/checks.ts";

/** How fresh the check of a whole vault is. */
export interface CheckedShare {
  /** The part of the versions that was found sound at least once, 0 to 1. */
  share: number;
  /** The instant (ms) of the oldest check among them; null when there is none. */
  oldest: number | null;
  /** Versions that the last look found damaged. */
  damaged: number;
}

/** Keeps what a check of the whole vault, or of a sample, came to, so that the next run can write it into its record. */
export function rememberShare(catalog: Catalog, ask: (catalog: Catalog) => CheckedShare): void {
  try {
    catalog.setMeta(CHECKED, JSON.stringify(ask(catalog)));
  } catch {
    // it is a help for who looks later, and no trouble
  }
}

/** What was kept; where the index is a new one, what the record of the last run has of it; undefined where nobody checked. */
export function rememberedShare(catalog: Catalog): CheckedShare | undefined {
  try {
    const kept = catalog.meta(CHECKED);
    if (kept !== undefined) return shareIn(JSON.parse(kept));
    const run = catalog.newestNote((r) => r.kind === "run" && r.finished);
    return run === undefined ? undefined : shareIn(catalog.record(run.stamp)?.summary?.["checked"]);
  } catch {
    return undefined;
  }
}

/**
 * What an index knows by its versions. One in which no check was ever kept is new and knows nothing: the record counts.
 * Where one was, that no version is checked is so: all that were may have been let go.
 */
export function knownShare(
  catalog: Catalog,
  ask: (catalog: Catalog) => CheckedShare,
  recorded: () => CheckedShare | undefined,
): CheckedShare {
  const own = ask(catalog);
  const knows = own.oldest !== null || own.damaged > 0 || catalog.meta(CHECKED) !== undefined;
  return knows ? own : recorded() ?? own;
}

/** A share as a record or an index has it; undefined where it makes no sense, or nobody has checked anything. */
export function shareIn(value: unknown): CheckedShare | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { share, oldest, damaged } = value as Record<keyof CheckedShare, unknown>;
  if (typeof share !== "number") return undefined;
  const at = typeof oldest === "string" ? Date.parse(oldest) : oldest;
  const found = {
    share,
    oldest: typeof at === "number" && !Number.isNaN(at) ? at : null,
    damaged: typeof damaged === "number" ? damaged : 0,
  };
  // of no versions all are checked: a first run has none yet when it writes this
  return found.oldest === null && found.damaged === 0 ? undefined : found;
}
