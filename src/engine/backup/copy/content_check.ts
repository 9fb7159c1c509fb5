/** Looks at the content of the source where sizes and times cannot tell what is to be done. @module */

import { utf8 } from "../../../base/bytes.ts";
import { HikaeError } from "../../../base/errors.ts";
import { joinRel } from "../../../base/relpath.ts";
import type { ScanEntry } from "../../../vault/scan_row.ts";
import { type CompareStep, sameStat } from "../compare/compare.ts";
import type { VaultWork } from "../compare/compare_directory.ts";
import { hashContent } from "./content.ts";
import type { Counts } from "../counts.ts";
import { type HashMemo, hashSeen, noteHash } from "../compare/look_memory.ts";
import type { LaneContext } from "../lane_context.ts";
import { type SourceEntry, type SourceTrouble, troubleOf } from "../../source/source_dir.ts";
import type { ReadContext } from "../content_types.ts";
import type { Sample } from "../share/foretold_moves.ts";

/** A step for what may have changed. */
type Update = Extract<CompareStep, { act: "update" }>;

/** What a check needs of its lane. */
type Checking = Pick<LaneContext, "view" | "read">;

/** The hash of a file or link of the source. */
function hashEntry(
  { view }: Checking,
  read: ReadContext,
  path: string,
  entry: SourceEntry,
): string {
  const abs = view.tree.path(path);
  return entry.type === "link"
    ? read.hashOf(utf8(view.fs.readLink(abs)))
    : hashContent(read, abs, entry.info);
}

/**
 * The hash of a file or link, for those who must know before they decide (no progress, it is read again); undefined when
 * it cannot be read: `failed` is told why.
 */
export function hashNow(
  context: Checking,
  path: string,
  source: SourceEntry,
  failed: (trouble: SourceTrouble) => void = () => {},
): string | undefined {
  try {
    const unmeasured = { ...context.read, progress: () => {} };
    return hashEntry(context, unmeasured, path, source);
  } catch (error) {
    if (error instanceof HikaeError && error.id === "interrupted") throw error;
    failed(troubleOf(path, "read", error));
    return undefined;
  }
}

/** True when a file or link has other content than is known, as {@link hashNow} finds it; undefined when it cannot be read. */
export function hasChanged(
  context: Checking,
  path: string,
  { known, source }: { known: Pick<ScanEntry, "hash">; source: SourceEntry },
  failed?: (trouble: SourceTrouble) => void,
): boolean | undefined {
  const hash = hashNow(context, path, source, failed);
  return hash === undefined ? undefined : hash !== known.hash;
}

/** True for a file that has the content of what it seems to have moved from. */
export function isMoved(context: Checking, { path, source, hashes }: Sample): boolean {
  const [hash = ""] = hashes;
  return hasChanged(context, path, { known: { hash }, source }) === false;
}

/** How the content of a directory is looked at. */
export interface Sifting {
  /** Read what is not known yet; else only what `hashed` has is believed. */
  read: boolean;
  /** What was hashed before, and what is now. */
  hashed: HashMemo;
}

/** Under `--checksum`: what has its old times and whose content agrees needs no writing at all. */
export function sift(
  context: Checking,
  how: Sifting,
  dir: string,
  { plan, vault }: VaultWork,
  counts: Counts,
): void {
  plan.steps.keep((step) => {
    const timeAlone = step.act === "update" && !step.sure && sameStat(step.known, step.source);
    if (!timeAlone || !agrees(context, how, joinRel(dir, step.source.name), step)) return true;
    plan.kept.push(step.known);
    counts.files_unmodified++;
    return false;
  });
  plan.changed = plan.steps.length > 0 || plan.selfChanged || plan.touched || !vault.metadataSound;
}

function agrees(
  context: Checking,
  { read, hashed }: Sifting,
  path: string,
  { known, source }: Update,
): boolean {
  const { mode, uid, gid } = source.info;
  if (known.mode !== mode || known.uid !== uid || known.gid !== gid) return false;
  try {
    const seen = hashSeen(hashed, source);
    if (seen !== undefined || !read) return seen === known.hash;
    const hash = hashEntry(context, context.read, path, source);
    noteHash(hashed, source, hash);
    return hash === known.hash;
  } catch (error) {
    if (error instanceof HikaeError && error.id === "interrupted") throw error;
    // met again, and told, when the file is processed
    return false;
  }
}
