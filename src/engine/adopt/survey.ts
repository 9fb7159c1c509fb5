/** The look at a plain copy before anything is written: is it one, and may it become a vault? @module */

import type { DirEntry } from "../../base/fs.ts";
import { lstatIfAny } from "../../base/io.ts";
import { joinRel } from "../../base/relpath.ts";
import { METADATA_FILE, NAMES_FILE, parseMark, ROOT_FILES, TEMPORARY } from "../../vault/names.ts";
import { Tree } from "../../vault/tree.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { wholeListing } from "../source/whole_dir.ts";
import { type CopySource, copyView, isMeta } from "./copy_view.ts";
import { notPlain, type Stage } from "./stage.ts";

/** What a copy holds. */
export interface Surveyed {
  /** Files and links. */
  files: number;
  /** Those of them that the source has under the same path. */
  inSource: number;
}

/**
 * Goes through the copy by its names. Where a try broke off (`begun`) the meta directories are its own, and one that holds
 * more than a try leaves is refused; in a plain copy any entry of such a name is.
 */
export async function survey(
  ports: EnginePorts,
  copy: CopySource,
  { stage, watched }: { stage: Stage; watched: boolean },
): Promise<Surveyed> {
  const view = copyView(ports, copy);
  const source = new Tree(copy.source, ports.separator);
  const found: Surveyed = { files: 0, inSource: 0 };
  const stack = [""];
  for (let dir = stack.pop(); dir !== undefined; dir = stack.pop()) {
    checkCancelled(ports);
    // what cannot be listed is told when its turn comes to be read
    const entries = await wholeListing(ports, view.tree.path(dir)) ?? [];
    let bytes = 0;
    let files = 0;
    for (const { name, type } of entries) {
      const path = joinRel(dir, name);
      if (isMetaName(name)) {
        await checkMetaName(ports, stage, { dir, name, type, at: view.tree.path(path) });
      }
      if (view.rules.excludes(path, type === "dir")) continue;
      if (type === "dir") stack.push(path);
      else if (type === "file" || type === "link") {
        files++;
        if (isThere(ports, source.path(path))) found.inSource++;
        if (watched) bytes += sizeOf(ports, view.tree.path(path));
      }
    }
    found.files += files;
    ports.progress.entriesSeen(files);
    if (watched) ports.progress.addTotal(files, bytes);
  }
  return found;
}

function isThere({ fs }: EnginePorts, path: string): boolean {
  try {
    const type = lstatIfAny(fs, path)?.type;
    return type === "file" || type === "link";
  } catch {
    return false;
  }
}

function sizeOf({ fs }: EnginePorts, path: string): number {
  try {
    return fs.lstat(path).size;
  } catch {
    return 0;
  }
}

/** The vault would have to store it under another name, and nothing of a copy is renamed. */
function isMetaName(name: string): boolean {
  return /^\.\$meta\$+$/i.test(name);
}

/** Throws for an entry that has the name of a meta directory and is not left from an earlier try. */
async function checkMetaName(
  ports: EnginePorts,
  stage: Stage,
  { dir, name, type, at }: DirEntry & { dir: string; at: string },
): Promise<void> {
  if (stage === "recorded") return;
  if (stage === "plain" || type !== "dir" || !isMeta(name)) throw notPlain(at);
  await checkMeta(ports, at, dir);
}

const OWN_FILES: ReadonlySet<string> = new Set([METADATA_FILE, NAMES_FILE]);
const ROOT_OWN: ReadonlySet<string> = new Set([
  ROOT_FILES.lock,
  ROOT_FILES.holder,
  ROOT_FILES.runs,
]);

/** Throws for a meta directory with anything in it that a try does not leave: past versions are never thrown away. */
async function checkMeta({ fs }: EnginePorts, meta: string, dir: string): Promise<void> {
  for (const { name } of await fs.listWhole(meta)) {
    const own = OWN_FILES.has(name) || name.startsWith(TEMPORARY) ||
      parseMark(name)?.kind === "link" || dir === "" && ROOT_OWN.has(name);
    if (!own) throw notPlain(meta);
  }
}
