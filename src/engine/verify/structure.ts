/** Checks what is around the content: metadata files, and what lies in a vault that is not hikae's. @module */

import { systemText } from "../../base/system_text.ts";
import { errorCode } from "../../base/errors.ts";
import { readTextIfAny } from "../../base/io.ts";
import { joinRel } from "../../base/relpath.ts";
import { stampToNumber } from "../../base/stamp.ts";
import type { Version } from "../../vault/catalog.ts";
import type { Spellings } from "../../vault/folding.ts";
import { directoryHash, LINK_HASH, parseMetadata } from "../../vault/metadata.ts";
import { META, METADATA_FILE, NAMES_FILE } from "../../vault/names.ts";
import { nameMarks, pastMarks, type StoredDir } from "../../vault/walk.ts";
import { unopenable } from "./content.ts";
import type { VerifyView } from "./view.ts";
import { text } from "../../text/text.ts";
import { kindText } from "../../text/kind_text.ts";
import { pastIn, versionsIn } from "../../vault/history/paths.ts";

/** What a directory's metadata file should hold: names and hash fields; null where no hash is known. */
export function expectedMetadata(view: VerifyView, dir: string): Map<string, string | null> {
  const files = new Map<string, string | null>();
  for (const v of view.catalog.livingIn(dir)) {
    if (v.name === "" || v.type === "dir") continue;
    files.set(v.name, v.hash === null ? null : v.type === "link" ? LINK_HASH + v.hash : v.hash);
  }
  return files;
}

/** What is wrong with the metadata file of a living directory; undefined when nothing is. One that `differs` is whole. */
export function metadataProblem(
  view: VerifyView,
  dir: string,
): { state: "damaged" | "missing" | "differs"; message: string; said?: string } | undefined {
  const { vault } = view;
  let content: string | undefined;
  try {
    content = readTextIfAny(vault.fs, vault.tree.metadata(dir));
  } catch (error) {
    return {
      state: "damaged",
      message: text("verify.read", { problem: systemText(error) }),
      said: errorCode(error),
    };
  }
  if (content === undefined) {
    if (unopenable(vault.tree.mirrorRel(dir), vault.tree.separator) !== undefined) return undefined;
    return { state: "missing", message: text("verify.no-metadata") };
  }
  const found = parseMetadata(content);
  if (found === undefined) return { state: "damaged", message: text("verify.metadata-line") };
  if (directoryHash(found.files, vault.ports.newHash) !== found.directoryHash) {
    return { state: "damaged", message: text("verify.metadata-hash") };
  }
  const difference = firstDifference(expectedMetadata(view, dir), found.files);
  return difference === undefined ? undefined : { state: "differs", message: difference };
}

function firstDifference(
  expected: ReadonlyMap<string, string | null>,
  found: ReadonlyMap<string, string>,
): string | undefined {
  for (const [name, hash] of expected) {
    const other = found.get(name);
    if (other === undefined) return text("verify.metadata-lacks", { name });
    if (hash !== null && other !== hash) return text("verify.metadata-other", { name });
  }
  for (const name of found.keys()) {
    if (!expected.has(name)) return text("verify.metadata-more", { name });
  }
  return undefined;
}

/** Something in a vault that no record accounts for. */
export interface Stranger {
  /** Relative to the vault, with `/`. */
  stored_as: string;
  message: string;
}

/** Names of shortened marks that a names file should tell and does not; the records know them. */
export interface LostNames {
  /** The directory, as the source has it. */
  dir: string;
  /** The names file: absolute, and relative to the vault with `/`. */
  path: string;
  stored_as: string;
  /** Own names by the names of the marks. */
  names: ReadonlyMap<string, string>;
}

/** What is not hikae's, or what no record knows, in a directory of the disk; `lost` hears of names that should be told there. */
export function* strangersIn(
  view: VerifyView,
  stored: StoredDir,
  spellings: Spellings,
  lost: (names: LostNames) => void,
): Generator<Stranger> {
  if (stored.marks.some((m) => m.unnamed)) {
    const dirs = spellings.of(stored.dir);
    const versions = dirs.flatMap((dir) => [...versionsIn(view.catalog, dir)]);
    const unnamed = stored.marks.filter((m) => m.unnamed);
    nameMarks(view.vault, stored, versions);
    const names = new Map(unnamed.flatMap((m) => m.unnamed ? [] : [[m.stored, m.name]]));
    if (names.size > 0) lost(lostNames(view, stored, names));
  }
  const disk = relative(view, stored.path);
  const meta = joinRel(disk, META);
  for (const path of stored.temporaries) {
    yield {
      stored_as: relative(view, path),
      message: text("verify.left-over"),
    };
  }
  for (const name of stored.strangers) {
    yield { stored_as: joinRel(meta, name), message: text("verify.stranger") };
  }
  yield* unknownMarks(view, stored, meta, spellings);
  if (!stored.moved) yield* unknownEntries(view, stored, disk, meta);
}

function lostNames(view: VerifyView, stored: StoredDir, names: Map<string, string>): LostNames {
  const { tree } = view.vault;
  const path = tree.below(tree.below(stored.path, META), NAMES_FILE);
  return { dir: stored.dir, path, stored_as: relative(view, path), names };
}

function* unknownMarks(
  view: VerifyView,
  stored: StoredDir,
  meta: string,
  spellings: Spellings,
): Generator<Stranger> {
  const marks = pastMarks(stored).filter((m) => m.type !== "dir");
  if (marks.length === 0) return;
  const known = new Set<string>();
  for (const dir of spellings.of(stored.dir)) {
    for (const v of pastIn(view.catalog, dir)) {
      known.add(`${v.until} ${v.name}`);
    }
  }
  for (const mark of marks) {
    if (known.has(`${stampToNumber(mark.stamp)} ${mark.name}`)) continue;
    yield { stored_as: joinRel(meta, mark.stored), message: text("verify.unknown-version") };
  }
}

function* unknownEntries(
  view: VerifyView,
  stored: StoredDir,
  disk: string,
  meta: string,
): Generator<Stranger> {
  const living = new Map<string, Version>();
  for (const v of view.catalog.livingIn(stored.dir)) living.set(v.name, v);
  for (const [name, type] of stored.entries) {
    if (type === "dir" || living.get(name)?.type === "file") continue;
    yield {
      stored_as: joinRel(disk, view.vault.tree.mirrorRel(name)),
      message: text("verify.unknown-entry", { what: kindText(type) }),
    };
  }
  for (const mark of stored.marks) {
    if (mark.kind !== "link" || living.get(mark.name)?.type === "link") continue;
    yield { stored_as: joinRel(meta, mark.stored), message: text("verify.unknown-link") };
  }
  const self = stored.dir === "" || view.catalog.living(stored.dir)?.type === "dir";
  if (stored.hasMetadata && !self) {
    yield {
      stored_as: joinRel(meta, METADATA_FILE),
      message: text("verify.unknown-dir"),
    };
  }
}

function relative(view: VerifyView, path: string): string {
  const { root, separator } = view.vault.tree;
  const rel = path.slice(root.length).split(separator).join("/");
  return rel.startsWith("/") ? rel.slice(1) : rel;
}
