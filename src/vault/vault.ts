/** An open vault: its description, its records, its tree. Knows names and files, and no policy. @module */

import { systemText } from "../base/system_text.ts";
import { nextStep } from "../base/next_step.ts";
import { isDriveName } from "../base/drive_names.ts";
import { errorCode, HikaeError, isNotFound } from "../base/errors.ts";
import type { DirEntry, FileSystem } from "../base/fs.ts";
import type { HashOf, NewHash } from "../base/hash.ts";
import { lstatIfAny, readLines, readTextIfAny } from "../base/io.ts";
import type { OpenDatabase } from "../base/sql.ts";
import type { Stamp } from "../base/stamp.ts";
import { text } from "../text/text.ts";
import { isHeld, type Lock, newestWritten } from "./lock.ts";
import { ADOPTING, META, ROOT_FILES, TEMPORARY } from "./names.ts";
import {
  parseHead,
  RECORD_END,
  recordFile,
  type RecordHead,
  type RecordLine,
  recordStamp,
} from "./record.ts";
import type { IndexPlace } from "./index_place.ts";
import { readLastLine, readRecord, type RecordEnd } from "./record_read.ts";
import { VaultTree } from "./tree.ts";
import { LOST_HINT, MOST_OF_INFO, parseVaultInfo, type VaultInfo } from "./vault_json.ts";
import { kindText } from "../text/kind_text.ts";

/** What a vault is opened with. */
export interface VaultPorts {
  fs: FileSystem;
  newHash: NewHash;
  hashOf: HashOf;
  openDatabase: OpenDatabase;
  /** Where the index of the vault at a real path lies at home; undefined where it can only be in memory. */
  index?: ((root: string) => IndexPlace | undefined) | undefined;
  /** A random id. */
  newId: () => string;
  /** `\` on Windows. */
  separator: string;
  /** The time in ms, for whoever holds the vault: by it the machine's sleep is found out. */
  now?: () => number;
}

/** A record file as a listing shows it. */
export interface RecordFile {
  stamp: Stamp;
}

/** A record that is being read. */
export interface OpenRecord {
  head: RecordHead;
  lines: Generator<RecordLine, RecordEnd>;
}

/** A vault that exists. */
export class Vault {
  readonly ports: VaultPorts;
  readonly fs: FileSystem;
  readonly tree: VaultTree;
  info: VaultInfo;
  /** The names of records, and the newest, when they were listed last. */
  #listed: { names: readonly string[]; newest: RecordFile | undefined } | undefined;
  /** The lock, where it is held through this one. */
  held: Pick<Lock, "holder" | "file" | "written"> | undefined;
  /** Throws where it may be somebody else's by now, or is not there any more: from time to time, and where it is to be `sure`. */
  checkHeld: (sure?: boolean) => void = () => {};

  /** The vault at the real path `root`, described by `info`. */
  constructor(ports: VaultPorts, root: string, info: VaultInfo) {
    this.ports = ports;
    this.fs = ports.fs;
    this.tree = new VaultTree(root, ports.separator, info.case_sensitive);
    this.info = info;
  }

  /** Its real path. */
  get root(): string {
    return this.tree.root;
  }

  /** The hash of a text in hex, as in shortened names. */
  readonly hashText = (bytes: string): string => this.ports.hashOf(bytes);

  /** The path of a run's record. */
  recordPath(stamp: Stamp): string {
    return this.tree.below(this.tree.rootFile("runs"), recordFile(stamp));
  }

  /** The record files, oldest first. */
  recordFiles(): RecordFile[] {
    return recordsOf(this.#recordNames());
  }

  /** What has a record's name and is none: its name, and what it is. */
  oddRecords(): { name: string; type: DirEntry["type"] }[] {
    const dir = this.tree.rootFile("runs");
    if (lstatIfAny(this.fs, dir) === undefined) return [];
    return this.fs.list(dir).filter((e) => e.type !== "file" && recordStamp(e.name) !== undefined);
  }

  /** The newest of them. */
  newestRecord(): RecordFile | undefined {
    return newestOf(this.#recordNames());
  }

  /** The newest of them when the vault was opened: whoever asks it does so as of then, and ten thousand are listed once. */
  newestWhenOpened(): RecordFile | undefined {
    return this.#opened().newest;
  }

  /** The paths of the records when the vault was opened: of those that whoever opened it goes by. */
  recordsWhenOpened(): string[] {
    const runs = this.tree.rootFile("runs");
    return this.#opened().names.map((name) => this.tree.below(runs, name));
  }

  #opened(): { names: readonly string[]; newest: RecordFile | undefined } {
    if (this.#listed !== undefined) return this.#listed;
    const names = this.#recordNames();
    return this.#listed = { names, newest: newestOf(names) };
  }

  /**
   * The run whose record was the newest one and is lost, by what was written beside the lock: no other record tells of
   * it, and where it changed nothing the disk does not either.
   */
  lostNewest(): Stamp | undefined {
    return this.namesAndLost().lost;
  }

  /** The record files, oldest first, and what {@link lostNewest} tells. */
  recordsAndLost(): { files: RecordFile[]; lost: Stamp | undefined } {
    const { names, lost } = this.namesAndLost();
    return { files: recordsOf(names), lost };
  }

  /** The names of what may be record files, in their order, and what {@link lostNewest} tells. */
  namesAndLost(): { names: string[]; lost: Stamp | undefined } {
    // before the records are listed: one that is named there is there already
    const written = this.held === undefined ? newestWritten(this.fs, this.tree) : this.held.written;
    const names = this.#recordNames();
    this.#listed = { names, newest: newestOf(names) };
    const newest = this.#listed.newest?.stamp;
    // where no record is left at all, names alone tell the history, and of no run
    if (newest === undefined && written !== undefined) this.assertGone([written]);
    if (written === undefined || newest === undefined || newest >= written) {
      return { names, lost: undefined };
    }
    // a share may list what it remembers: the record itself is asked for before it is called lost
    return { names, lost: this.hasRecord(written) ? undefined : written };
  }

  /**
   * Throws where a record is there that its directory did not list: what a disk answers with an error while it lists is left
   * out, and nothing says so. Without the others a run would take what they tell for lost, for good.
   */
  assertGone(stamps: Iterable<Stamp>): void {
    for (const stamp of stamps) {
      if (!this.hasRecord(stamp)) continue;
      const path = this.tree.rootFile("runs");
      const cause = Object.assign(new Error(`list: ${path} lacks ${stamp}`), { code: "EIO" });
      throw new HikaeError("failed", text("vault.open", { problem: systemText(cause) }), {
        path,
        hint: nextStep("EIO", "vault") ?? text("next.vault-disk"),
        cause,
      });
    }
  }

  /** True where a record is there, listed or not. */
  hasRecord(stamp: Stamp): boolean {
    return lstatIfAny(this.fs, this.recordPath(stamp))?.type === "file";
  }

  #recordNames(): string[] {
    const dir = this.tree.rootFile("runs");
    try {
      return namesOfFiles(this.fs, dir);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      // a share may say once that a directory is not there
      return lstatIfAny(this.fs, dir) === undefined ? [] : namesOfFiles(this.fs, dir);
    }
  }

  /** Opens a record; undefined when its first line is missing or damaged. The file is open only while lines are read. */
  openRecord(stamp: Stamp): OpenRecord | undefined {
    const head = this.recordHead(stamp);
    if (head === undefined) return undefined;
    return { head, lines: this.recordLines(stamp) };
  }

  /** The lines of a record after the first, whatever that says. */
  recordLines(stamp: Stamp): Generator<RecordLine, RecordEnd> {
    return readRecord(this.fs, this.ports.newHash, this.recordPath(stamp));
  }

  /** A record's last line; undefined where it has none, or there is no such record. */
  lastLine(stamp: Stamp): string | undefined {
    try {
      return readLastLine(this.fs, this.recordPath(stamp));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** The first line of a record alone; undefined when it is missing or damaged. */
  recordHead(stamp: Stamp): RecordHead | undefined {
    for (const { text: content, ended } of readLines(this.fs, this.recordPath(stamp))) {
      const head = ended ? parseHead(content) : undefined;
      return head?.stamp === stamp ? head : undefined;
    }
    return undefined;
  }
}

/** What lies at a path where a vault is looked for. */
export type VaultState = "vault" | "missing" | "empty" | "other" | "damaged";

/** True where a vault lies at a directory: a `.$META$` of somebody's own may be a file, or a link to anywhere. */
export function isVaultAt(fs: FileSystem, tree: VaultTree): boolean {
  if (lstatIfAny(fs, tree.meta(""))?.type !== "dir") return false;
  return lstatIfAny(fs, tree.rootFile("vault")) !== undefined;
}

/** Looks what lies at `root` (a real path, or one that does not exist). */
export function vaultState(fs: FileSystem, root: string, separator: string): VaultState {
  const info = lstatIfAny(fs, root);
  if (info === undefined) return "missing";
  if (info.type !== "dir") return "other";
  const tree = new VaultTree(root, separator);
  const meta = lstatIfAny(fs, tree.meta(""));
  // a link would lead reads and writes out of the vault
  if (meta !== undefined && meta.type !== "dir") return "damaged";
  if (lstatIfAny(fs, tree.rootFile("vault"))?.type === "file") return "vault";
  const others = fs.list(root).filter((e) => e.name !== META && !isDrivesOwn(fs, tree, e));
  if (others.length > 0) return meta === undefined ? "other" : "damaged";
  if (meta === undefined) return "empty";
  // nothing but what a run left that ended before it had made the vault
  const begun = fs.list(tree.meta("")).every(({ name }) =>
    name === ROOT_FILES.lock || name === ROOT_FILES.holder || name.startsWith(TEMPORARY) ||
    (name === ROOT_FILES.runs && isEmptyDir(fs, tree.rootFile("runs")))
  );
  return begun ? "empty" : "damaged";
}

/**
 * True for an entry in a vault's root that is the drive's own: it bears such a name, and is no directory of the mirror
 * (each of those has a meta directory).
 */
function isDrivesOwn(
  fs: FileSystem,
  tree: VaultTree,
  { name, type }: Pick<DirEntry, "name" | "type">,
): boolean {
  return isDriveName(name, type) &&
    !(type === "dir" && fs.exists(tree.below(tree.below(tree.root, name), META)));
}

/** What rdiff-backup keeps in the root of its mirror. */
export const RDIFF_DATA = "rdiff-backup-data";

/** True for an entry in a vault's root that no run marks, moves or counts: the drive's own, and what rdiff-backup left. */
export function isNotOurs(
  fs: FileSystem,
  tree: VaultTree,
  entry: Pick<DirEntry, "name" | "type">,
): boolean {
  if (isDrivesOwn(fs, tree, entry)) return true;
  return entry.name === RDIFF_DATA && entry.type === "dir" &&
    !fs.exists(tree.below(tree.below(tree.root, RDIFF_DATA), META));
}

/** True where a plain copy is being made a vault, or that broke off before it was one. */
export function isBeingAdopted(fs: FileSystem, tree: VaultTree): boolean {
  return lstatIfAny(fs, tree.below(tree.meta(""), ADOPTING))?.type === "file";
}

/** Opens the vault at the real path `root`; throws `no_vault` or `bad_vault`. */
export function openVault(ports: VaultPorts, root: string): Vault {
  const tree = new VaultTree(root, ports.separator);
  const path = tree.rootFile("vault");
  let state: VaultState;
  let content: string | undefined;
  try {
    state = vaultState(ports.fs, root, ports.separator);
    content = state === "vault" ? readTextIfAny(ports.fs, path, MOST_OF_INFO) : undefined;
  } catch (cause) {
    throw new HikaeError("failed", text("vault.open", { problem: systemText(cause) }), {
      path: root,
      hint: nextStep(errorCode(cause), "vault") ?? text("next.vault-disk"),
      cause,
    });
  }
  if (content !== undefined) {
    checkOwn(ports.fs, tree.rootFile("runs"), ROOT_FILES.runs);
    return new Vault(ports, root, asOnDisk(ports.fs, tree, parseVaultInfo(content, path)));
  }
  if (state === "damaged" && isBeingAdopted(ports.fs, tree)) {
    throw new HikaeError("no_vault", text("adopt.unfinished"), {
      path: root,
      hint: text("adopt.unfinished-hint", { path: root }),
    });
  }
  if (state === "damaged") {
    checkOwn(ports.fs, tree.meta(""), META);
    const type = lstatIfAny(ports.fs, path)?.type;
    const missing = type === undefined
      ? text("vault.no-json")
      : text("vault.json-odd", { what: kindText(type) });
    throw new HikaeError("bad_vault", missing, {
      path,
      hint: text(LOST_HINT),
    });
  }
  if (state === "empty" && isHeld(ports, tree)) {
    throw new HikaeError("no_vault", text("vault.being-made"), {
      path: root,
      hint: text("vault.being-made-hint"),
    });
  }
  throw new HikaeError(
    "no_vault",
    state === "missing" ? text("vault.no-directory") : text("vault.no-vault"),
    {
      path: root,
      hint: text("vault.no-vault-hint"),
    },
  );
}

/** A vault may have been copied to a disk that tells fewer names apart than the one that it was made on. */
function asOnDisk(fs: FileSystem, tree: VaultTree, info: VaultInfo): VaultInfo {
  const other = META.toLowerCase();
  if (!info.case_sensitive || lstatIfAny(fs, tree.path(other)) === undefined) return info;
  // found, but under the meta directory's name alone: case is nothing here
  const own = fs.list(tree.root).some(({ name }) => name === other);
  return own ? info : { ...info, case_sensitive: false };
}

function isEmptyDir(fs: FileSystem, path: string): boolean {
  return lstatIfAny(fs, path)?.type === "dir" && fs.list(path).length === 0;
}

/** Nothing of a vault is looked for behind a link: its own directories are directories, or not there. */
function checkOwn(fs: FileSystem, path: string, name: string): void {
  const type = lstatIfAny(fs, path)?.type ?? "dir";
  if (type === "dir") return;
  throw new HikaeError("bad_vault", text("vault.dir-odd", { name, what: kindText(type) }), {
    path,
    hint: text("vault.dir-odd-hint"),
  });
}

/** The names that records may have, in the order of their stamps. */
function namesOfFiles(fs: FileSystem, dir: string): string[] {
  const names: string[] = [];
  for (const { name, type } of fs.list(dir)) {
    if (type === "file" && name.endsWith(RECORD_END)) names.push(name);
  }
  return names.sort();
}

/** The records of these names. */
export function recordsOf(names: readonly string[]): RecordFile[] {
  return names.map(recordStamp).filter((stamp) => stamp !== undefined).map((stamp) => ({ stamp }));
}

function newestOf(names: readonly string[]): RecordFile | undefined {
  const name = names.findLast((n) => recordStamp(n) !== undefined);
  const stamp = name === undefined ? undefined : recordStamp(name);
  return stamp === undefined ? undefined : { stamp };
}
