/** Reads one directory of a source: names and attributes, rules applied, nothing followed. @module */

import type { During } from "../../base/event.ts";
import { nextStep } from "../../base/next_step.ts";
import { errorCode, HikaeError, isNotFound } from "../../base/errors.ts";
import type { DirEntry, FileInfo, FileSystem } from "../../base/fs.ts";
import { isSameFile } from "../../base/inode.ts";
import { mayBeCut } from "../../base/io.ts";
import { joinRel } from "../../base/relpath.ts";
import { sourceHint, systemText } from "../../base/system_text.ts";
import { windowsReason } from "../../base/windows_name.ts";
import { text } from "../../text/text.ts";
import { type Tree, VaultTree } from "../../vault/tree.ts";
import { isVaultAt } from "../../vault/vault.ts";
import type { RuleSet } from "./rules.ts";
import { SeenInfos, type SourceEntries, type SourceEntry } from "./seen_infos.ts";

export type { SourceEntries, SourceEntry };

/** Trouble with one path of the source. */
export interface SourceTrouble {
  path: string;
  during: During;
  code: string;
  message: string;
  /** What to do about it; for people alone, records have no hints. */
  hint?: string;
}

/** A directory of the source as it was seen. */
export interface SourceDir {
  path: string;
  info: FileInfo;
  entries: SourceEntries;
  /** Names that are there but could not be looked at: neither seen nor gone. */
  unseen: Set<string>;
  troubles: SourceTrouble[];
  /** What was seen of the entries of a wide one, which goes as soon as nobody asks for it. */
  seen?: SeenInfos | undefined;
  /** How many names it listed. */
  listed: number;
  /** It was listed in the way that tells of an error in the middle. */
  isWhole?: boolean;
}

/** What a directory's reading needs. */
export interface SourceView {
  fs: FileSystem;
  tree: Tree;
  rules: RuleSet;
  /** The device of the source's root. */
  device: number;
  /** The vaults' own directories. */
  vaults?: readonly FileInfo[];
  /** Look at subdirectories from their parents too: filters want to know their times. */
  statDirs?: boolean;
}

/**
 * A mount may show a vault a second time, within its own source and under a name that paths do not tell: backed up from
 * there it would go into itself without end.
 */
function isVaultItself(
  { fs, tree }: SourceView,
  abs: string,
  info: FileInfo,
  v: FileInfo,
): boolean {
  return isSameFile(info, v) && isVaultAt(fs, new VaultTree(abs, tree.separator));
}

function vaultItself(abs: string): Error {
  const message = text("backup.vault-in-disguise", { path: abs });
  return Object.assign(new Error(message), { code: "ELOOP" });
}

/** The trouble that an error is. */
export function troubleOf(path: string, during: During, error: unknown): SourceTrouble {
  const code = errorCode(error) || "unreadable";
  const known = error instanceof HikaeError ? error.hint : undefined;
  const hint = during === "store" ? known ?? nextStep(code, "vault") : sourceHint(error);
  return {
    path,
    during,
    code,
    message: systemText(error),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** A directory that was looked at ahead, and perhaps listed. */
interface DirAhead {
  info: FileInfo;
  listed?: Listing;
  isWhole?: boolean;
}

/** A listing; who reads it takes each entry out. */
type Listing = DirEntry[] | ListedNames;

/** What a huge directory lists, without an object for each entry. */
class ListedNames {
  readonly #names: string[] = [];
  #types = new Uint8Array(HUGE);

  get length(): number {
    return this.#names.length;
  }

  push({ name, type }: DirEntry): void {
    const i = this.#names.length;
    if (i === this.#types.length) {
      const types = new Uint8Array(2 * i);
      types.set(this.#types);
      this.#types = types;
    }
    this.#types[i] = TYPES.indexOf(type);
    this.#names.push(name);
  }

  clear(): void {
    this.#names.length = 0;
  }

  name(i: number): string {
    return this.#names[i] ?? "";
  }

  take(i: number): DirEntry {
    const name = this.#names[i] ?? "";
    this.#names[i] = "";
    return { name, type: TYPES[this.#types[i] ?? 0] ?? "special" };
  }
}

const TYPES: readonly DirEntry["type"][] = ["special", "file", "dir", "link"];

/** An entry of a listing, which is not in it any more where that is wide: nobody asks for it again. */
function take(listed: Listing, i: number): DirEntry {
  if (listed instanceof ListedNames) return listed.take(i);
  const entry = listed[i] ?? PASSED;
  if (listed.length >= WIDE) listed[i] = PASSED;
  return entry;
}

/** True where a listing has a name that leaves the directory out. */
function hasTag(listed: Listing, { isTag }: RuleSet): boolean {
  if (!(listed instanceof ListedNames)) return listed.some(({ name }) => isTag(name));
  for (let i = 0; i < listed.length; i++) if (isTag(listed.name(i))) return true;
  return false;
}

/**
 * A directory of so many entries is listed bit by bit where they are known, and one that takes so many bytes of its disk,
 * 40,000 entries or so, where they are not: that takes less memory. On a busy machine, which gives each bit when it likes,
 * it is listed as a whole after all.
 */
export const HUGE = 4096;
const HUGE_BYTES = 1 << 20;

/** True where a part of a directory may be missing though nothing told so; where all of it may, it was listed again. */
export function mayLackSome({ tree }: Pick<SourceView, "tree">, dir: SourceDir): boolean {
  return dir.isWhole !== true && mayBeCut(dir.entries, dir.info, tree.separator === "\\");
}

/** Throws for a directory that cannot be listed. A huge one is opened for that: what it lists is not to be held twice. */
export function assertListed(fs: FileSystem, path: string, { size }: FileInfo): void {
  if (size < HUGE_BYTES) fs.list(path);
  else fs.open(path, { read: true }).close();
}

/**
 * As {@link readSourceDir}, but a huge directory is listed bit by bit: as a whole its listing takes 830 bytes an entry for
 * a moment. One that lists nothing is listed again, in a way that throws where it cannot be.
 */
export function readAnyDir(
  view: SourceView,
  path: string,
): ReturnType<typeof readSourceDir> | Promise<ReturnType<typeof readSourceDir>> {
  const { fs, tree } = view;
  const abs = tree.path(path);
  const info = fs.lstat(abs);
  if (info.type !== "dir" || info.size < HUGE_BYTES) {
    const dir = readSourceDir(view, path, { info });
    if (typeof dir === "string" || dir.entries.length > 0) return dir;
    return fs.listWhole(abs).then((all) =>
      all.length === 0 ? dir : readSourceDir(view, path, { info, listed: all, isWhole: true })
    );
  }
  const listed = new ListedNames();
  return fs.listWhole(abs, { soon: true, each: (entry) => listed.push(entry) }).then((all) => {
    // given up in the middle, it comes as a whole
    if (all.length > 0) listed.clear();
    const isWhole = all.length === 0;
    return readSourceDir(view, path, { info, listed: isWhole ? listed : all, isWhole });
  });
}

/** Reads the directory `path`; throws when it cannot be listed. `tagged` when a tag file leaves it out whole. */
export function readSourceDir(
  view: SourceView,
  path: string,
  ahead?: DirAhead,
): SourceDir | "tagged" | "crossed" {
  const { fs, tree, rules } = view;
  const abs = tree.path(path);
  const info = ahead?.info ?? fs.lstat(abs);
  if (info.type !== "dir") {
    throw Object.assign(new Error(`list: ${abs} is not a directory any more`), { code: "ENOTDIR" });
  }
  if (rules.oneFileSystem && info.dev !== view.device) return "crossed";
  if (view.vaults?.some((v) => isVaultItself(view, abs, info, v))) throw vaultItself(abs);
  const listed = ahead?.listed ?? fs.list(abs);
  if (rules.hasTags && path !== "" && hasTag(listed, rules)) return "tagged";
  const prefix = abs.endsWith(tree.separator) ? abs : abs + tree.separator;
  const odd = new Set<string>();
  const seen = listed.length < WIDE ? undefined : new SeenInfos(listed.length);
  const few: SourceEntry[] = [];
  const dir: SourceDir = {
    path,
    info,
    entries: seen ?? few,
    unseen: new Set(),
    troubles: [],
    seen,
    listed: listed.length,
    isWhole: ahead?.isWhole ?? false,
  };
  for (let i = 0; i < listed.length; i++) {
    const entry = take(listed, i);
    // a name that is not UTF-8 comes out as one that another entry may really have: that one would be read twice
    if (odd.has(entry.name)) {
      const isLeftOut = rules.excludesIn(path, entry.name, entry.type === "dir");
      if (!isLeftOut) dir.troubles.push(notUtf8(joinRel(path, entry.name)));
    } else readEntry(view, { dir, few, prefix }, entry);
    if (entry.name.includes("\uFFFD")) odd.add(entry.name);
  }
  checkReal(view, abs);
  return dir;
}

/**
 * Somebody may have put a link in the place of this directory, or of one above it, after it was looked at: what
 * was listed is then another's. The contents themselves are safe by the inodes that were seen here.
 */
function checkReal({ fs, tree }: SourceView, abs: string): void {
  // other systems write one path in several ways
  if (tree.separator !== "/" || fs.realPath(abs) === abs) return;
  throw Object.assign(new Error(`list: ${abs} was replaced by a link while it was read`), {
    code: "ENOTDIR",
  });
}

/** A directory that is being read. */
interface Reading {
  dir: SourceDir;
  /** Its entries, where it is not wide. */
  few: SourceEntry[];
  /** The absolute path up to a name. */
  prefix: string;
}

const PASSED: DirEntry = { name: "", type: "special" };

/** A directory of so many entries is wide: its entries lie in columns, which are slower as long as code is cold. */
const WIDE = 1000;

function keep({ dir, few }: Reading, name: string, info: FileInfo, excluded: boolean): void {
  if (dir.seen === undefined) few.push({ name, type: info.type, info, excluded });
  else dir.seen.add(name, info, excluded);
}

function readEntry(
  view: SourceView,
  reading: Reading,
  { name, type }: DirEntry,
): void {
  const { rules, fs, tree } = view;
  const { dir, prefix } = reading;
  const isDir = type === "dir";
  const isLeftOut = rules.excludesIn(dir.path, name, isDir);
  // a subdirectory is looked at when its own turn comes; that its name can be opened shows then
  if (isDir && !view.statDirs && !rules.oneFileSystem && !name.includes("\uFFFD")) {
    keep(reading, name, UNSEEN_DIR, isLeftOut || isTagged(view, prefix + name));
    return;
  }
  // what a rule leaves out need not be looked at
  if (isLeftOut) {
    keep(reading, name, { ...UNSEEN_DIR, type }, true);
    return;
  }
  let info: FileInfo;
  try {
    info = fs.lstat(prefix + name);
  } catch (error) {
    const path = joinRel(dir.path, name);
    if (name.includes("\uFFFD")) {
      dir.troubles.push(notUtf8(path));
    } else if (tree.separator === "\\" && windowsReason(name) !== undefined) {
      // it is there, but what is asked for by such a name is something else, or nothing
      dir.unseen.add(name);
      const hint = text("scan.name-hint", { path: prefix + name });
      const message = windowsReason(name) ?? "";
      dir.troubles.push({ path, during: "scan", code: "name", message, hint });
    } else if (!isNotFound(error)) {
      dir.unseen.add(name);
      dir.troubles.push(troubleOf(path, "scan", error));
    }
    // what is NotFound went between the listing and the look: it is simply not there
    return;
  }
  // it became a directory since, or is none any more
  const isOther = isDir !== (info.type === "dir");
  const excluded = (isOther && rules.excludesIn(dir.path, name, !isDir)) ||
    (info.type === "file" && info.size > rules.largest) ||
    (rules.oneFileSystem && info.dev !== view.device) ||
    (info.type === "dir" && isTagged(view, prefix + name));
  keep(reading, name, info, excluded);
}

/**
 * True for a subdirectory that a tag leaves out: no vault gets a directory of it. When its own turn comes it is
 * too late for that, but not for one that was tagged in between.
 */
function isTagged({ fs, rules }: SourceView, abs: string): boolean {
  if (!rules.hasTags) return false;
  try {
    return hasTag(fs.list(abs), rules);
  } catch {
    // why it cannot be listed is told when its own turn comes
    return false;
  }
}

/** How many files and links a directory has that are not left out: what every count of files is of (decision 24). */
export function filesIn({ entries }: SourceDir): number {
  let n = 0;
  for (const { excluded, type } of entries) {
    if (!excluded && (type === "file" || type === "link")) n++;
  }
  return n;
}

/** How many files and links a directory has, left out or not: what the guards go by. */
export function filesSeen({ entries }: SourceDir): number {
  let n = 0;
  for (const { type } of entries) if (type === "file" || type === "link") n++;
  return n;
}

function notUtf8(path: string): SourceTrouble {
  return {
    path,
    during: "scan",
    code: "name",
    message: text("scan.not-utf8"),
  };
}

/** What is known of a subdirectory from its parent's listing. */
const UNSEEN_DIR: FileInfo = {
  type: "dir",
  size: 0,
  mtime: 0,
  ctime: 0,
  ino: 0,
  dev: 0,
  mode: 0o700,
  uid: 0,
  gid: 0,
  blocks: 0,
  nlink: 0,
};
