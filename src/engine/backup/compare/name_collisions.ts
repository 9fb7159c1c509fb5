/** Names that a vault's file system cannot keep apart, or cannot hold (decision 17). @module */

import { joinRel } from "../../../base/relpath.ts";
import { windowsReason } from "../../../base/windows_name.ts";
import { folding } from "../../../vault/folding.ts";
import type { SourceDir, SourceEntry, SourceTrouble } from "../../source/source_dir.ts";
import type { LaneVault } from "../lane_vault.ts";
import { text } from "../../../text/text.ts";

/** A source directory as a vault can hold it, and the trouble with what it cannot. */
export interface Holdable {
  source: SourceDir;
  troubles: SourceTrouble[];
}

/** The source directory without the names that the vault cannot hold: each is trouble, and stays unseen. */
export function foldNames(run: LaneVault, source: SourceDir): Holdable {
  const { info } = run.vault;
  const fold = folding(info);
  if (fold === undefined && !run.options.windows) return { source, troubles: [] };
  const key = (name: string): string => fold === undefined ? name : fold(name);
  const taken = takenNames(run, source, key);
  const entries: SourceEntry[] = [];
  const troubles: SourceTrouble[] = [];
  const unseen = new Set(source.unseen);
  for (const entry of source.entries) {
    const other = taken.get(key(entry.name)) ?? entry.name;
    const why = other !== entry.name
      ? text("name.collides", { other })
      : run.options.windows
      ? windowsReason(entry.name)
      : undefined;
    if (why === undefined || entry.excluded) {
      if (!entry.excluded) taken.set(key(entry.name), entry.name);
      entries.push(entry);
    } else {
      unseen.add(entry.name);
      const path = joinRel(source.path, entry.name);
      troubles.push({ path, during: "store", code: "name", message: why });
    }
  }
  return { source: { ...source, entries, unseen }, troubles };
}

/** Whom a name belongs to already: the entry that the vault has goes before one that would overwrite its copy. */
function takenNames(
  run: LaneVault,
  source: SourceDir,
  key: (name: string) => string,
): Map<string, string> {
  const taken = new Map<string, string>();
  const here = new Set(source.unseen);
  for (const { name } of source.entries) here.add(name);
  const apart = new Set([...here].map(key)).size === here.size;
  if (apart || run.catalog === undefined) return taken;
  for (const { name } of run.catalog.livingIn(source.path)) {
    if (here.has(name)) taken.set(key(name), name);
  }
  return taken;
}
