/**
 * Brings a catalog and the disk of a vault together: after a run that ended early, and when records are gone
 * (docs/format.md, *After a crash*). With `fix` it also mends the disk: half-done renames are undone, torn
 * files and temporary files go.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import { lstatIfAny, removeIfAny } from "../base/io.ts";
import { dirOf, joinRel } from "../base/relpath.ts";
import { type Stamp, stampFromNumber, stampToNumber } from "../base/stamp.ts";
import { BEGUN_NAMES, readBegunNames } from "./begun_names.ts";
import type { Catalog } from "./catalog.ts";
import { VaultContents } from "./content.ts";
import { walkedVault } from "./disk_sight.ts";
import { dropUnneeded } from "./drop_unneeded.ts";
import { LivingReader } from "./reconcile_living.ts";
import { MarkReader } from "./reconcile_marks.ts";
import { META, mirrorName } from "./names.ts";
import { type Reconciled, type ReconcileOptions, ReconcileState } from "./reconcile_state.ts";
import type { Vault } from "./vault.ts";
import { goneLine, type Version } from "./version.ts";
import { nameMarks, pastMarks, type StoredDir, walkVault } from "./walk.ts";
import { text } from "../text/text.ts";
import { versionsIn } from "./history/paths.ts";
import { pastStored, placed } from "./history/needed.ts";

/** Looks at the whole disk of `vault` and corrects `catalog` after it. */
export function reconcile(
  vault: Vault,
  catalog: Catalog,
  options: ReconcileOptions,
): Reconciled {
  const state = new ReconcileState(vault, catalog, options);
  const work = new Reconciliation(state);
  const walked = walkedVault(
    vault,
    options.sight,
    (path) => state.doubt(path),
    // what the mend of a run looks at it sees as it is then
    () => state.run === undefined ? knownPlaces(vault, catalog) : () => true,
  );
  try {
    for (const stored of walkVault(walked, state.unseen)) {
      options.check?.();
      work.directory(stored);
    }
    work.missing();
  } finally {
    if (options.fix) options.sight?.spent();
  }
  return state.result;
}

/** The places of the disk of which records tell: what stands there is not looked at. */
function knownPlaces(vault: Vault, catalog: Catalog): (path: string) => boolean {
  const contents = new VaultContents(vault, catalog.moves());
  const places = new Set<number>();
  for (const v of placed(catalog)) places.add(numberOf(contents.path(v)));
  // one that is taken for a known place is looked at when it is needed
  return (path) => places.has(numberOf(path));
}

/** A number of 31 bits for a text, mostly one of its own: a million paths take little memory. */
function numberOf(path: string): number {
  let n = 0x811c9dc5;
  for (let i = 0; i < path.length; i++) n = Math.imul(n ^ path.charCodeAt(i), 0x01000193);
  return n >>> 1;
}

class Reconciliation {
  readonly #state: ReconcileState;
  readonly #marks: MarkReader;
  readonly #living: LivingReader;
  /** Directories that are none of ours: they stand in the place of a file. */
  readonly #strange = new Set<string>();

  constructor(state: ReconcileState) {
    this.#state = state;
    this.#marks = new MarkReader(state);
    this.#living = new LivingReader(state);
  }

  /** One directory: marks first, then what lives. */
  directory(stored: StoredDir): void {
    const known = new Map<string, Version[]>();
    for (const dir of this.#state.spellings(stored.dir)) {
      for (const v of versionsIn(this.#state.catalog, dir)) {
        const list = known.get(v.name);
        if (list === undefined) known.set(v.name, [v]);
        else list.push(v);
      }
    }
    this.#dropTorn(stored, known);
    if (this.#state.options.fix) {
      for (const path of stored.temporaries) removeIfAny(this.#state.vault.fs, path);
    }
    nameMarks(this.#state.vault, stored, [...known.values()].flat());
    for (const mark of pastMarks(stored)) {
      if (!this.#marks.read(stored, mark, known.get(mark.name) ?? [])) continue;
      known.set(mark.name, this.#state.history(joinRel(stored.dir, mark.name)));
    }
    if (stored.moved || this.#isStrange(stored)) return;
    if (stored.hasMetadata) this.#living.directory(stored.dir);
    this.#living.entries(stored);
    if (!stored.hasMetadata) this.#living.above(stored.dir);
  }

  /** What a run that broke off may have been writing, and no record claims, is none of the vault's: it goes first. */
  #dropTorn(stored: StoredDir, known: ReadonlyMap<string, Version[]>): void {
    const { vault, options, run } = this.#state;
    if (run === undefined || stored.moved || stored.hasMetadata) return;
    const path = vault.tree.below(vault.tree.below(stored.path, META), BEGUN_NAMES);
    if (!stored.temporaries.includes(path)) return;
    for (const name of readBegunNames(vault.fs, path)) {
      const isClaimed = known.get(name)?.some((v) => v.until === null) ?? false;
      if (isClaimed || stored.entries.get(name) !== "file") continue;
      stored.entries.delete(name);
      const torn = vault.tree.below(stored.path, mirrorName(name, vault.info.case_sensitive));
      if (options.fix) removeIfAny(vault.fs, torn);
    }
  }

  /** True for a directory where a file is known to live: what lies in it was never backed up. */
  #isStrange({ dir, hasMetadata }: StoredDir): boolean {
    if (dir === "" || hasMetadata) return false;
    const type = this.#state.catalog.living(dir)?.type ?? "dir";
    if (type === "dir" && !this.#strange.has(dirOf(dir))) return false;
    this.#strange.add(dir);
    return true;
  }

  /** Versions of the past whose file is not where it should be are gone. */
  missing(): void {
    const contents = new VaultContents(this.#state.vault, this.#state.catalog.moves());
    const stamp = this.#state.run ??
      stampToNumber(this.#state.catalog.newestNote()?.stamp ?? "19700101_000000" as Stamp);
    const past = [
      ...pastStored(this.#state.catalog),
    ];
    for (const v of past) {
      this.#state.options.check?.();
      if (this.#isKept(contents.stored(v).file)) continue;
      this.#state.result.lost++;
      this.#state.set(v, { gone: stamp });
      if (!this.#state.catalog.isNeeded(v.since, v.until)) continue;
      if (this.#state.run === undefined) {
        if (this.#state.options.takenAway?.(v) === true) continue;
        this.#state.options.failed(joinRel(v.dir, v.name), lostError(v, contents.place(v)));
        continue;
      }
      this.#state.result.lines.push(goneLine(v, stamp, this.#state.options.why));
    }
    dropUnneeded(this.#state.vault, this.#state.catalog);
  }

  /** What cannot be seen is not gone. */
  #isKept(path: string): boolean {
    const { vault, options, run } = this.#state;
    // it was listed a moment ago, and nothing was renamed since
    if (run === undefined && options.sight?.hasFile(path, vault.ports.separator) === true) {
      return true;
    }
    try {
      // a share may say once that a file is not there
      const info = lstatIfAny(this.#state.vault.fs, path) ?? lstatIfAny(this.#state.vault.fs, path);
      return info?.type === "file";
    } catch (error) {
      this.#state.failed(path, error);
      return true;
    }
  }
}

/** No record says that it was taken away: somebody else, or the disk, did. */
function lostError(v: Version, stored: string): HikaeError {
  const message = v.until === null
    ? text("record.version-missing", { stored })
    : text("record.version-missing-until", { stored, until: stampFromNumber(v.until) });
  return new HikaeError("damaged", message, {
    path: joinRel(v.dir, v.name),
    hint: text("record.version-missing-hint"),
  });
}
