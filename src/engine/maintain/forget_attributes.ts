/**
 * The attributes of runs that are forgotten: those of versions that live on stay, as the record's lines do
 * (docs/format.md, *Attributes*).
 * @module
 */

import { removeIfAny } from "../../base/io.ts";
import { parseStamp, stampToNumber } from "../../base/stamp.ts";
import { attrPath, attrState, AttrWriter, readAttributes } from "../../vault/attr_file.ts";
import type { Catalog, RecordRow } from "../../vault/catalog.ts";
import { livedAt } from "../../vault/history/paths.ts";
import type { SummaryLine } from "../../vault/record.ts";
import type { Vault } from "../../vault/vault.ts";

/** The attributes of a forgotten run, with what nothing needs taken out. */
export interface ThinnedAttributes {
  /** True when something of them is still needed. */
  needed: boolean;
  /** True when something was taken out. */
  changed: boolean;
  /** The record's last line as it is to be: the old file counts too until the new one is in its place. */
  summary: (l: SummaryLine) => SummaryLine;
  /** Puts the new file in its place; called when the record is rewritten. */
  place: () => void;
}

/** Writes the attributes of a forgotten run again; undefined where it has none, or they are damaged and stay as they are. */
export function thinAttributes(
  vault: Vault,
  catalog: Catalog,
  row: RecordRow,
): ThinnedAttributes | undefined {
  if (attrState(vault, row.stamp, row.summary) !== "sound") return undefined;
  const file = new AttrWriter(vault, row.stamp);
  let dropped = 0;
  try {
    const number = stampToNumber(row.stamp);
    for (const entry of readAttributes(vault, row.stamp)) {
      if (isNeeded(catalog, entry.path, number)) file.put(entry);
      else dropped++;
    }
    if (dropped === 0) {
      file.abandon();
      return { needed: true, changed: false, summary: (l) => l, place: () => {} };
    }
    const hash = file.finish();
    return {
      needed: hash !== undefined,
      changed: true,
      summary: ({ attr, ...rest }) => ({
        ...rest,
        ...(hash === undefined ? {} : { attr: hash }),
        ...(attr === undefined || hash === undefined ? {} : { attr_was: attr }),
      }),
      place: () => {
        if (hash === undefined) removeIfAny(vault.fs, attrPath(vault, row.stamp));
        else file.place();
      },
    };
  } catch (error) {
    file.abandon();
    throw error;
  }
}

/** True while a version of the path that lived in the run is known. */
function isNeeded(catalog: Catalog, path: string, stamp: number): boolean {
  return livedAt(catalog, path, stamp).some((v) => catalog.isNeeded(stamp, v.until));
}

/** Removes files of attributes that no record is sealed with: runs that broke off, and records that went, left them. */
export function sweepAttributes(vault: Vault, catalog: Catalog): void {
  const sealed = new Set<string>();
  const known = new Set<string>();
  for (const r of catalog.notes()) {
    known.add(r.stamp);
    if (r.attr) sealed.add(r.stamp);
  }
  for (const { name, type } of vault.fs.list(vault.tree.rootFile("runs"))) {
    const stamp = name.endsWith(".attr") ? parseStamp(name.slice(0, -5)) : undefined;
    if (stamp === undefined || type !== "file" || sealed.has(stamp)) continue;
    // a record that the index does not know may be sealed with it
    if (!known.has(stamp) && vault.hasRecord(stamp)) continue;
    removeIfAny(vault.fs, attrPath(vault, stamp));
  }
}
