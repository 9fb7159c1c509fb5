/**
 * The mirror specification (§1–§3 and its decisions) over trees in memory, written from the text and without a
 * line of the program: what a vault must look like after each run.
 */

import { createHash } from "node:crypto";
import { join } from "@std/path";

/** An entry of a source. */
export type Node =
  | { type: "file"; text: string; mode: number; mtime: number }
  | { type: "link"; text: string; mtime: number }
  | { type: "dir"; entries: Map<string, Node>; mode: number; mtime: number };

/** A directory of the model's vault. */
export interface ModelDir {
  /** Living files and links by the source's own name. */
  living: Map<string, { type: "file" | "link"; text: string }>;
  dirs: Map<string, ModelDir>;
  /** Names in the meta directory: past versions, link records, moved trees. */
  meta: Map<string, string | ModelDir>;
  names: Map<string, string>;
  metadata: boolean;
}

/** An empty directory of a vault. */
export function modelDir(): ModelDir {
  return { living: new Map(), dirs: new Map(), meta: new Map(), names: new Map(), metadata: false };
}

/** Reads a source. */
export function readSource(path: string): Node & { type: "dir" } {
  const info = Deno.lstatSync(path);
  const entries = new Map<string, Node>();
  for (const e of Deno.readDirSync(path)) {
    const at = join(path, e.name);
    const i = Deno.lstatSync(at);
    const mtime = i.mtime?.getTime() ?? 0;
    if (e.isDirectory) entries.set(e.name, readSource(at));
    else if (e.isSymlink) entries.set(e.name, { type: "link", text: Deno.readLinkSync(at), mtime });
    else {
      const text = Deno.readTextFileSync(at);
      entries.set(e.name, { type: "file", text, mode: (i.mode ?? 0) & 0o7777, mtime });
    }
  }
  return {
    type: "dir",
    entries,
    mode: (info.mode ?? 0) & 0o7777,
    mtime: info.mtime?.getTime() ?? 0,
  };
}

/** SHA-256 in hex. */
export function sha(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A name of the meta directory, shortened when it must be (decision 16). */
function mark(dir: ModelDir, prefix: string, name: string): string {
  const full = prefix + name;
  if (new TextEncoder().encode(full).length <= 255) return full;
  let cut = "";
  for (const c of full) {
    if (new TextEncoder().encode(cut + c).length > 255 - 17) break;
    cut += c;
  }
  const stored = `${cut}~${sha(name).slice(0, 16)}`;
  dir.names.set(stored, name);
  return stored;
}

const PAST = { file: ["$OLD@", ".$DEL@"], link: ["$OLDLNK@", ".$DELLNK@"] } as const;

/** A living entry becomes a generation or a deletion. */
function markPast(dir: ModelDir, name: string, stamp: string, deleted: boolean): void {
  const was = dir.living.get(name);
  if (was === undefined) return;
  dir.living.delete(name);
  if (was.type === "link") dir.meta.delete(mark(dir, "$LNK$", name));
  dir.meta.set(mark(dir, `${PAST[was.type][deleted ? 1 : 0]}${stamp}$`, name), was.text);
}

/** A deleted directory: every file below it is marked, its own name does not change (§1, decision 14). */
function markBelow(dir: ModelDir, stamp: string): void {
  for (const name of [...dir.living.keys()]) markPast(dir, name, stamp, true);
  for (const sub of dir.dirs.values()) markBelow(sub, stamp);
  dir.metadata = false;
}

/** True when nothing of a directory is worth keeping (decision 23). */
function isBare(dir: ModelDir): boolean {
  return dir.living.size === 0 && dir.meta.size === 0 && dir.names.size === 0 &&
    [...dir.dirs.values()].every(isBare);
}

/** A directory became something else: its tree moves under a mark (decision 4). */
function moveAway(dir: ModelDir, name: string, stamp: string): void {
  const tree = dir.dirs.get(name);
  if (tree === undefined) return;
  markBelow(tree, stamp);
  dir.dirs.delete(name);
  if (!isBare(tree)) dir.meta.set(mark(dir, `.$DEL@${stamp}$`, name), tree);
}

/** One run. */
export function backupModel(dir: ModelDir, source: Node & { type: "dir" }, stamp: string): void {
  dir.metadata = true;
  for (const name of [...dir.living.keys()]) {
    const now = source.entries.get(name);
    if (now === undefined || now.type === "dir") markPast(dir, name, stamp, true);
  }
  for (const [name, sub] of dir.dirs) if (!source.entries.has(name)) markBelow(sub, stamp);
  for (const [name, now] of source.entries) {
    if (now.type === "dir") {
      const sub = dir.dirs.get(name) ?? modelDir();
      dir.dirs.set(name, sub);
      backupModel(sub, now, stamp);
      continue;
    }
    moveAway(dir, name, stamp);
    const was = dir.living.get(name);
    if (was?.type === now.type && was.text === now.text) continue;
    markPast(dir, name, stamp, false);
    dir.living.set(name, { type: now.type, text: now.text });
    if (now.type === "link") dir.meta.set(mark(dir, "$LNK$", name), now.text);
  }
}

/** `.$META$` and its like get one more `$` (decision 6). */
export function stored(name: string): string {
  return /^\.\$META\$+$/.test(name) ? `${name}$` : name;
}

function escapeLine(name: string): string {
  return /[\\\n\r]/.test(name)
    ? `\\${name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r")}`
    : name;
}

/** A metadata file's lines, the first kept first (§3, decisions 5, 7 and 13). */
export function metadataLines(dir: ModelDir): string[] {
  const fields = [...dir.living].map(([name, v]) =>
    [name, v.type === "link" ? `link:${sha(v.text)}` : sha(v.text)] as const
  );
  const bytes = (s: string): string =>
    [...new TextEncoder().encode(s)].map((b) => String.fromCharCode(b)).join("");
  fields.sort(([a], [b]) => bytes(a) < bytes(b) ? -1 : 1);
  const whole = sha(fields.map(([name, hash]) => `${name}\0${hash}\n`).join(""));
  return [whole, ...fields.map(([name, hash]) => `${escapeLine(name)}\t${hash}`).sort()];
}

/** What must lie in the vault: path → content; directories end in `/` and have none. */
export function expected(dir: ModelDir, at = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, v] of dir.living) {
    if (v.type === "file") found.set(at + stored(name), v.text);
  }
  found.set(`${at}.$META$/`, "");
  if (dir.metadata) found.set(`${at}.$META$/metadata.txt`, metadataLines(dir).join("\n"));
  if (dir.names.size > 0) {
    const lines = [...dir.names].map(([a, b]) => `${a}\t${b}`).sort();
    found.set(`${at}.$META$/names.txt`, lines.join("\n"));
  }
  for (const [name, what] of dir.meta) {
    const path = `${at}.$META$/${name}`;
    if (typeof what === "string") found.set(path, what);
    else addDir(found, path, what);
  }
  for (const [name, sub] of dir.dirs) addDir(found, at + stored(name), sub);
  return found;
}

function addDir(found: Map<string, string>, path: string, dir: ModelDir): void {
  found.set(`${path}/`, "");
  for (const [p, text] of expected(dir, `${path}/`)) found.set(p, text);
}

const ROOT_ONLY = /^\.\$META\$\/(vault\.json|runs\/.*|catalog\.db|lock|lock\.json)$/;

/** What lies in a vault, in the form of {@link expected}; the root's own files left out. */
export function readVault(root: string, at = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const e of Deno.readDirSync(join(root, at))) {
    const path = at + e.name;
    if (e.isDirectory) {
      if (!ROOT_ONLY.test(`${path}/`)) found.set(`${path}/`, "");
      for (const [p, text] of readVault(root, `${path}/`)) found.set(p, text);
    } else if (!ROOT_ONLY.test(path)) {
      const text = e.isSymlink ? "a link!" : Deno.readTextFileSync(join(root, path));
      found.set(path, isList(path) ? sortedList(text) : text);
    }
  }
  return found;
}

function isList(path: string): boolean {
  return /(^|\/)\.\$META\$\/(metadata|names)\.txt$/.test(path);
}

/** The order of names is free. */
function sortedList(text: string): string {
  const lines = text.split("\n").filter((l) => l !== "");
  const first = /^[0-9a-f]{64}$/.test(lines[0] ?? "") ? lines.splice(0, 1) : [];
  return [...first, ...lines.sort()].join("\n");
}
