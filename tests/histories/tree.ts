/** A whole tree as it is: what a snapshot must give back. */

import { createHash } from "node:crypto";
import { join } from "@std/path";

/** One entry: a link's content is its target, a directory has none. */
export interface TreeEntry {
  type: "file" | "dir" | "link";
  /** SHA-256 of the content; "" of a directory. */
  hash: string;
  size: number;
  mode: number;
  /** In ms, as Deno reads it; 0 of a link, whose times are the system's. */
  mtime: number;
  /** What other names of this very file have in common; "" when it has none. */
  inode: string;
}

/** All entries by path; "" is the root. */
export type Tree = Map<string, TreeEntry>;

const encoder = new TextEncoder();

/** The digest that `ls` tells of a content. */
export function digest(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Reads a tree whole. */
export function readTree(root: string): Tree {
  const tree: Tree = new Map();
  const walk = (rel: string): void => {
    const entry = readEntry(join(root, rel));
    if (entry === undefined) return;
    tree.set(rel, entry);
    if (entry.type !== "dir") return;
    for (const { name } of Deno.readDirSync(join(root, rel))) {
      walk(rel === "" ? name : `${rel}/${name}`);
    }
  };
  walk("");
  return tree;
}

/** One entry; undefined for what no backup has (a socket, a FIFO, a device). */
function readEntry(path: string): TreeEntry | undefined {
  const info = Deno.lstatSync(path);
  const inode = info.isFile && (info.nlink ?? 1) > 1 ? `${info.dev}:${info.ino}` : "";
  const mode = (info.mode ?? 0) & 0o7777;
  const mtime = info.mtime?.getTime() ?? 0;
  if (info.isDirectory) return { type: "dir", hash: "", size: 0, mode, mtime, inode };
  if (info.isSymlink) {
    const target = encoder.encode(Deno.readLinkSync(path));
    return { type: "link", hash: digest(target), size: target.length, mode: 0, mtime: 0, inode };
  }
  if (!info.isFile) return undefined;
  const content = Deno.readFileSync(path);
  return { type: "file", hash: digest(content), size: content.length, mode, mtime, inode };
}

/** What is not looked at. */
export interface Loose {
  /** Paths about which nothing is said, and what lies below them. */
  paths?: ReadonlySet<string>;
  /** Modes and times of directories. */
  dirs?: boolean;
  /** Which names are one file. */
  inodes?: boolean;
  /** Entries that only the second tree has. */
  extra?: boolean;
}

/** How a tree differs from what it should be, in words; [] when it does not. */
export function differences(wanted: Tree, got: Tree, loose: Loose = {}): string[] {
  const said: string[] = [];
  const isLoose = (path: string): boolean => within(loose.paths ?? new Set(), path);
  for (const path of new Set([...wanted.keys(), ...got.keys()])) {
    const [want, have] = [wanted.get(path), got.get(path)];
    if (isLoose(path) || (want === undefined && loose.extra === true)) continue;
    if (want === undefined || have === undefined) {
      said.push(`${JSON.stringify(path)} ${want === undefined ? "is there" : "is missing"}`);
      continue;
    }
    for (const key of ["type", "hash", "size", "mode", "mtime"] as const) {
      const attribute = key === "mode" || key === "mtime";
      // what is loose inside a directory changes the directory's own time
      const unsaid = loose.dirs === true || (loose.paths?.size ?? 0) > 0;
      if (attribute && want.type === "dir" && unsaid) continue;
      if (want[key] === have[key]) continue;
      said.push(`${JSON.stringify(path)}: ${key} ${have[key]} instead of ${want[key]}`);
    }
  }
  if (loose.inodes !== true && (loose.paths?.size ?? 0) === 0) {
    const [one, other] = [groups(wanted), groups(got)];
    if (one !== other) said.push(`hard links ${other} instead of ${one}`);
  }
  return said.sort();
}

/** True for a path in a set and for what lies below one. */
export function within(paths: ReadonlySet<string>, path: string): boolean {
  for (let at = path;;) {
    if (paths.has(at)) return true;
    const slash = at.lastIndexOf("/");
    if (slash < 0) return false;
    at = at.slice(0, slash);
  }
}

/** Which names of a tree are one file. */
function groups(tree: Tree): string {
  const names = new Map<string, string[]>();
  for (const [path, { inode }] of tree) {
    if (inode !== "") names.set(inode, [...names.get(inode) ?? [], path]);
  }
  return JSON.stringify(
    [...names.values()].filter((g) => g.length > 1).map((g) => g.sort()).sort(),
  );
}

/** Copies a tree with times, modes, links, hard links and holes, as a person would. */
export function copyTree(from: string, to: string): void {
  const { success, stderr } = new Deno.Command("cp", { args: ["-a", "--", from, to] }).outputSync();
  if (success) return;
  // a disk without modes and owners has the copy all the same
  const said = new TextDecoder().decode(stderr).trim().split("\n");
  if (!said.every((line) => /: (preserving|failed to preserve) /.test(line))) {
    throw new Error(said.join("\n"));
  }
}
