/** What a vault tells through its reader and what lies in it, in forms that can be compared. */

import { createHash } from "node:crypto";
import { join } from "@std/path";
import { type EnginePorts, hashFile } from "../../src/engine/ports.ts";
import { pathOf, Reader } from "../../src/engine/reader.ts";
import type { Stamp } from "../../src/base/stamp.ts";
import type { Version } from "../../src/vault/catalog.ts";
import { enginePorts } from "../helpers/engine_helper.ts";

/** A tree: path → what is there, in one line. */
export type State = Map<string, string>;

/** What a vault tells. */
export interface Told {
  /** Finished snapshots. */
  states: Map<string, State>;
  interrupted: string[];
  /** Every version, in one line each. */
  versions: string[];
  from: string;
}

const hashes = new Map<string, string>();

/** SHA-256 in hex of a file; the large ones of the scenario repeat, so the sum is by content. */
function hashOf(path: string): string {
  const bytes = Deno.readFileSync(path);
  if (bytes.length < 1 << 20) return createHash("sha256").update(bytes).digest("hex");
  const key = `${bytes.length} ${bytes.subarray(0, 64)} ${bytes.subarray(-64)}`;
  // torn large files are told by their ends and a sample between them
  const sample = bytes.subarray((bytes.length >> 1) - 32, (bytes.length >> 1) + 32);
  const known = hashes.get(`${key} ${sample}`);
  if (known !== undefined) return known;
  const made = createHash("sha256").update(bytes).digest("hex");
  hashes.set(`${key} ${sample}`, made);
  return made;
}

const text = (t: string): string => createHash("sha256").update(t).digest("hex");

/** The state of a source. */
export function stateOf(root: string, rel = "", out: State = new Map()): State {
  const at = join(root, rel);
  const i = Deno.lstatSync(at);
  const attrs = `${((i.mode ?? 0) & 0o7777).toString(8)} ${i.mtime?.getTime()}`;
  if (i.isDirectory) {
    out.set(rel, `dir ${attrs}`);
    for (const e of Deno.readDirSync(at)) {
      stateOf(root, rel === "" ? e.name : `${rel}/${e.name}`, out);
    }
  } else if (i.isSymlink) out.set(rel, `link ${text(Deno.readLinkSync(at))} ${i.mtime?.getTime()}`);
  else out.set(rel, `file ${hashOf(at)} ${attrs}`);
  return out;
}

/** A place in a state whose content is gone from the vault, or nowhere to be found. */
export const GONE = "gone";

/** Everything that a vault tells: each finished snapshot read back, content by content. */
export function tell(vault: string, ports?: EnginePorts): Told {
  const reader = Reader.open(ports ?? enginePorts(), vault);
  const hash = ports === undefined ? hashOf : (path: string): string => hashFile(ports, path);
  try {
    const states = new Map<string, State>();
    const interrupted: string[] = [];
    for (const s of reader.snapshots()) {
      if (s.complete) states.set(s.stamp, readState(reader, s.stamp, hash));
      else interrupted.push(s.stamp);
    }
    const versions = [...reader.catalog.versions("1")].map((v) =>
      `${JSON.stringify(pathOf(v))} ${v.type} ${v.since}..${v.until} ${v.ended} ${v.hash} ${
        v.type === "dir" ? "" : v.size
      } gone ${v.gone}`
    );
    return { states, interrupted, versions, from: reader.from };
  } finally {
    reader.close();
  }
}

function readState(reader: Reader, stamp: Stamp, hash: typeof hashOf): State {
  const state: State = new Map();
  for (const v of reader.at(stamp)) {
    const attrs = `${(v.mode ?? 0).toString(8)} ${v.mtime}`;
    if (v.type === "dir") state.set(pathOf(v), `dir ${attrs}`);
    else if (v.gone !== null) state.set(pathOf(v), `${GONE} ${v.hash}`);
    else {
      const content = contentOf(reader, v, hash);
      state.set(pathOf(v), `${v.type} ${content} ${v.type === "file" ? attrs : v.mtime}`);
    }
  }
  return state;
}

/** The hash of a version's content, wherever a run that broke off left it. */
function contentOf(reader: Reader, v: Version, hash: typeof hashOf): string {
  const found = reader.contents.find(v)?.file;
  const content = found === undefined ? "nowhere" : hash(found);
  if (content === v.hash || v.hash === null || !reader.mayHaveMoved()) return content;
  const moved = reader.contents.findMoved(v)?.file;
  return moved === undefined ? content : hash(moved);
}

const OURS = /^\.\$META\$\/(vault\.json|runs(\/.*)?|catalog\.db(-journal)?|lock|lock\.json)$/;
const LISTS = /(^|\/)\.\$META\$\/(metadata|names)\.txt$/;

/** Paths of everything in a vault but the root's own files. */
export function filesOf(root: string, rel = ""): string[] {
  const found: string[] = [];
  for (const e of Deno.readDirSync(join(root, rel))) {
    const path = rel === "" ? e.name : `${rel}/${e.name}`;
    if (OURS.test(path)) continue;
    if (e.isDirectory) found.push(...filesOf(root, path));
    else found.push(path);
  }
  return found;
}

/** True for a name that no vault has between runs. */
export function isTemporary(path: string): boolean {
  return path.includes("$TMP@");
}

/** The contents of a vault: hash → one path. What lies under temporary names does not count. */
export function contentsOf(vault: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of filesOf(vault)) {
    if (!LISTS.test(path) && !isTemporary(path)) found.set(hashOf(join(vault, path)), path);
  }
  return found;
}
