/** The second look at a directory of the source, before anything in it is taken for gone (design, *Never lose anything*). @module */

import { isNotFound } from "../../../base/errors.ts";
import { fold } from "../../../base/fold_name.ts";
import { cutListing, lstatIfAny } from "../../../base/io.ts";
import { joinRel } from "../../../base/relpath.ts";
import {
  type SourceDir,
  type SourceTrouble,
  type SourceView,
  troubleOf,
} from "../../source/source_dir.ts";
import { type CompareStep, isOneEntry } from "./compare.ts";

/** A step that takes something for gone. */
export type GoneStep = Extract<CompareStep, { act: "delete" | "deleteDir" }>;

/** True for a step that takes something for gone: what another entry replaces is not. */
export function isGone(step: CompareStep): step is GoneStep {
  return step.act === "delete" || (step.act === "deleteDir" && !step.replaced);
}

/** True for a step for a name that the vault does not have. */
export function isNew(
  step: CompareStep,
): step is Extract<CompareStep, { act: "add" | "addDir" }> {
  return step.act === "add" || step.act === "addDir";
}

/** True for a step that is not taken: what it takes for gone may be there, and nothing else was seen in its place. */
export function isKept(
  { known }: GoneStep,
  { entries }: SourceDir,
  unsure: ReadonlySet<string>,
): boolean {
  if (!unsure.has(known.name)) return false;
  for (const entry of entries) if (entry.name === known.name) return false;
  return true;
}

/** What the second look shows. */
export interface SecondLook {
  /** Names that are there, or of which nobody can tell. */
  unsure: ReadonlySet<string>;
  /** The directory cannot be listed to its end, and all that was asked about is unsure; or it was not, and only new names may be lacking. */
  isTorn: boolean;
  troubles: SourceTrouble[];
}

/** Looks whether `names` are gone from the directory `seen`; `newNames` gives those of it that nobody knew. */
export async function lookAgain(
  { fs, tree }: Pick<SourceView, "fs" | "tree">,
  seen: Pick<SourceDir, "path" | "info" | "listed">,
  names: ReadonlySet<string>,
  newNames: () => readonly string[],
): Promise<SecondLook> {
  const { path } = seen;
  const abs = tree.path(path);
  const unsure = new Set<string>();
  const listed: string[] = [];
  const troubles: SourceTrouble[] = [];
  let added: readonly string[] | undefined;
  let count = 0;
  const each = ({ name }: { name: string }): void => {
    count++;
    if (names.size > 0) listed.push(name);
    if (names.has(name)) unsure.add(name);
  };
  try {
    (await fs.listWhole(abs, { soon: false, each })).forEach(each);
  } catch (error) {
    return { unsure: names, isTorn: true, troubles: [troubleOf(path, "scan", error)] };
  }
  // where something came or went since, its time tells so
  const isTorn = count > seen.listed && lstatIfAny(fs, abs)?.mtime === seen.info.mtime;
  if (isTorn) troubles.push(troubleOf(path, "scan", cutListing(abs)));
  for (const name of names) {
    try {
      const info = fs.lstat(tree.below(abs, name));
      if (unsure.has(name)) continue;
      // only its letters changed: what answers is the entry of a new name
      const twin = listed.find((other) => fold(other) === fold(name));
      const others = twin === undefined ? added ??= newNames() : [twin];
      const renamed = others.some((other) => {
        const there = lstatIfAny(fs, tree.below(abs, other));
        return there !== undefined && isOneEntry(there, info, twin !== undefined);
      });
      if (!renamed) unsure.add(name);
    } catch (error) {
      if (isNotFound(error)) continue;
      unsure.add(name);
      troubles.push(troubleOf(joinRel(path, name), "scan", error));
    }
  }
  return { unsure, isTorn, troubles };
}
