/**
 * Files of a vault that is far away, seen and read before they are asked for: many at once, since one who asks for one after
 * another does nothing but wait. What could not be seen is asked for where it is needed, and trouble is met there. Who
 * writes sees everything as it is from then on.
 * @module
 */

import type { AheadCalls } from "../base/ahead.ts";
import { isNotFound } from "../base/errors.ts";
import type { DirEntry, FileHandle, FileInfo, FileSystem } from "../base/fs.ts";
import { readBytes, readTextIfAny } from "../base/io.ts";
import type { Stamp } from "../base/stamp.ts";
import type { LookOptions } from "../vault/catalog_state.ts";
import { BEGUN, META } from "../vault/names.ts";
import { RECORD_END } from "../vault/record.ts";
import {
  type HeldVault,
  type Hold,
  holdVault,
  holdVaultSeeing,
  openToRead,
  type OpenVault,
  type ReadOptions,
  tellRecords,
} from "../vault/open.ts";
import { DiskSight } from "../vault/disk_sight.ts";
import { VaultTree } from "../vault/tree.ts";
import { Vault } from "../vault/vault.ts";
import { parseVaultInfo } from "../vault/vault_json.ts";
import { hold, holding, type HoldRequest, openWhole, tellLock } from "./open_vault.ts";
import { type EnginePorts, vaultPorts } from "./ports.ts";

/** So many are under way at once, more than a runtime makes calls at once. */
export const AT_ONCE = 32;

/** Larger files are read where they are asked for, piece by piece, in bytes. */
const SMALL = 1 << 18;

/** So much of the records is there at once, in bytes: a year of hourly runs that change a hundred files each take twice as much. */
const ROOM = 96 << 20;

/** A disk whose quickest answer takes longer than this is far away, ms; so many answers tell. */
const [FAR, PROBES] = [1, 3];

/** Files that were seen; each until it is forgotten. */
export class SeenFiles {
  /** The file system, which answers by what was seen, and else as it is. */
  readonly fs: FileSystem;
  readonly #calls: AheadCalls;
  readonly #infos = new Map<string, FileInfo | Error>();
  readonly #bytes = new Map<string, Uint8Array>();
  readonly #lists = new Map<string, DirEntry[] | Error>();
  /** How often everything was forgotten: what is being seen meanwhile is not kept. */
  #forgotten = 0;
  /** The bytes of all that were read. */
  #size = 0;

  /** Nothing yet, of the files below `root`. */
  constructor(now: FileSystem, calls: AheadCalls, root: string) {
    this.#calls = calls;
    const writes = <A extends unknown[], R>(call: (...args: A) => R) => (...args: A): R => {
      if (args.some((path) => typeof path === "string" && path.startsWith(root))) this.forgetAll();
      return call(...args);
    };
    this.fs = {
      ...now,
      lstat: (path) => this.#infoOf(path) ?? now.lstat(path),
      list: (path) => this.#listOf(path) ?? now.list(path),
      open: (path, options) => {
        if (Object.entries(options).some(([how, is]) => how !== "read" && is !== false)) {
          return writes(now.open)(path, options);
        }
        const [bytes, info] = [this.#bytes.get(path), this.#infos.get(path)];
        return bytes === undefined || info === undefined || info instanceof Error
          ? now.open(path, options)
          : bytesHandle(bytes, info);
      },
      mkdir: writes(now.mkdir),
      rename: writes(now.rename),
      remove: writes(now.remove),
      chmod: writes(now.chmod),
      utime: writes(now.utime),
      lutime: writes(now.lutime),
      lchown: writes(now.lchown),
      symlink: writes(now.symlink),
      link: writes(now.link),
      copyFile: writes(now.copyFile),
    };
  }

  /** That something is not there is told once: a share may say so of what is, and is asked again. */
  #infoOf(path: string): FileInfo | undefined {
    const told = this.#infos.get(path);
    if (!(told instanceof Error)) return told;
    this.#infos.delete(path);
    throw told;
  }

  #listOf(path: string): DirEntry[] | undefined {
    const told = this.#lists.get(path);
    if (told instanceof Error) throw told;
    return told;
  }

  /** Looks at a file, and reads it where it is small. */
  readonly file = (path: string): Promise<void> =>
    this.#see(async (keep) => {
      const info = await this.#calls.lstat(path);
      // there are disks that tell 0 of a file of any size
      if (info.type !== "file" || info.size === 0 || info.size > SMALL) return;
      const bytes = await this.#calls.read(path);
      // it grew, or the disk tells wrong sizes
      if (bytes.length > SMALL) return;
      keep(() => {
        this.#size += bytes.length - (this.#bytes.get(path)?.length ?? 0);
        this.#bytes.set(path, bytes);
        this.#infos.set(path, info);
      });
    });

  /** Looks what a directory holds. */
  readonly dir = (path: string): Promise<void> =>
    this.#see(async (keep) => {
      const list = await this.#calls.list(path);
      keep(() => this.#lists.set(path, list));
    });

  /** The same where nothing may be missed: whoever asks for one that cannot be listed to its end is told. */
  readonly whole = (path: string): Promise<void> =>
    this.#see(async (keep) => {
      const list = await this.#calls.list(path).catch(() => this.#calls.list(path))
        .catch((error: unknown) => {
          if (error instanceof Error && !isNotFound(error)) return error;
          throw error;
        });
      keep(() => this.#lists.set(path, list));
    });

  /** The names in a directory that was seen. */
  listed(path: string): string[] {
    return (this.#listOf(path) ?? []).map(({ name }) => name);
  }

  /** Looks what stands at a path, if anything. */
  readonly place = (path: string): Promise<void> =>
    this.#see(async (keep) => {
      const info = await this.#calls.lstat(path).catch((error: unknown) => {
        if (error instanceof Error && isNotFound(error)) return error;
        throw error;
      });
      keep(() => this.#infos.set(path, info));
    });

  /** Sees something, and keeps it unless all was forgotten meanwhile. */
  async #see(see: (keep: (how: () => void) => void) => Promise<void>): Promise<void> {
    const before = this.#forgotten;
    try {
      await see((keep) => before === this.#forgotten && keep());
    } catch {
      // who asks for it meets it
    }
  }

  /** Sees files, many at once, as long as there is room for what they hold and nobody wants to stop. */
  async files(paths: readonly string[], over: () => boolean): Promise<void> {
    let next = 0;
    const some = async (): Promise<void> => {
      while (next < paths.length && this.#size < ROOM && !over()) {
        const path = paths[next++] ?? "";
        if (!this.#bytes.has(path)) await this.file(path);
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, paths.length) }, some));
  }

  /** Forgets what was seen at a path. */
  forget(path: string): void {
    this.#infos.delete(path);
    this.#size -= this.#bytes.get(path)?.length ?? 0;
    this.#bytes.delete(path);
    this.#lists.delete(path);
  }

  /** Forgets everything. */
  forgetAll(): void {
    this.#forgotten++;
    this.#size = 0;
    for (const seen of [this.#infos, this.#bytes, this.#lists]) seen.clear();
  }
}

/** Directories of a vault whose disk is near, seen to their end just before somebody asks for them. */
export function seenNear(vault: Vault): SeenFiles {
  const { fs } = vault;
  return new SeenFiles(fs, {
    lstat: (path) => Promise.resolve().then(() => fs.lstat(path)),
    list: (path) => fs.listWhole(path),
    read: (path) => Promise.resolve().then(() => readBytes(fs, path)),
  }, vault.root);
}

/** A vault as it was seen. */
export function asSeenBy({ fs }: SeenFiles, { ports, root, info }: Vault): Vault {
  return new Vault({ ...ports, fs }, root, info);
}

/** An open file that has these bytes and is as `info` says; nothing can be written to it. */
function bytesHandle(bytes: Uint8Array, info: FileInfo): FileHandle {
  let at = 0;
  const refuse = (): never => {
    throw new Error("bytes in memory are read only");
  };
  return {
    read: (buffer) => {
      const piece = bytes.subarray(at, at + buffer.length);
      buffer.set(piece);
      at += piece.length;
      return piece.length;
    },
    seek: (position) => void (at = position),
    stat: () => info,
    close: () => {},
    write: refuse,
    utime: refuse,
    truncate: refuse,
    sync: refuse,
    syncLater: refuse,
    tryLock: refuse,
  };
}

/**
 * Asks what stands at places of a vault that is far away, many at once: who asks for one after another then has the answers of
 * the system's own cache for the moment, where the mount has one, and makes the same calls. Undefined for a near one.
 */
export function askerFar(
  ports: EnginePorts,
  root: string,
): ((paths: readonly string[]) => Promise<void>) | undefined {
  const { ahead } = ports;
  if (ahead === undefined || !isFarAway(ports, root, ports.separator)) return undefined;
  return async (paths) => void await Promise.allSettled(paths.map((path) => ahead.lstat(path)));
}

/** True for a place whose disk is far away: each answer of it is waited for. One that cannot be asked counts as near. */
export function isFarAway(
  { fs, monotonic, newId }: Pick<EnginePorts, "fs" | "monotonic" | "newId">,
  root: string,
  separator: string,
): boolean {
  let quickest = Infinity;
  for (let n = 0; n < PROBES && quickest > FAR; n++) {
    const asked = monotonic();
    try {
      fs.lstat(`${root}${separator}.hikae-${newId()}`);
    } catch {
      // that it is not there is the answer
    }
    quickest = Math.min(quickest, monotonic() - asked);
  }
  return quickest > FAR;
}

/** The ports by which the vault at the real path `root` is opened to be read: what that reads of one far away is seen ahead. */
export async function seenOpening(
  ports: EnginePorts,
  root: string,
  { distrust = false }: ReadOptions = {},
): Promise<EnginePorts> {
  const { ahead, separator } = ports;
  if (ahead === undefined || ports.kept !== undefined || !isFarAway(ports, root, separator)) {
    return ports;
  }
  const seen = new SeenFiles(ports.fs, ahead, root);
  await seeOpening(seen, ports, root, { distrust });
  return { ...ports, fs: seen.fs, opened: () => seen.forgetAll(), sight: sightBy(seen, ports) };
}

/** Sees what is asked of the disk of a vault far away besides its directories. */
export function sightBy(
  seen: SeenFiles,
  { cancelled, ahead }: Pick<EnginePorts, "cancelled" | "ahead">,
): DiskSight {
  if (ahead === undefined) return new DiskSight();
  return new DiskSight({
    lstat: ahead.lstat,
    dir: ({ tree }, { dir, moved, hasMetadata }) =>
      moved || !hasMetadata ? Promise.resolve() : seen.files([tree.metadata(dir)], cancelled),
  });
}

/** Opens a vault to be read as `openToRead` does; what that asks of its disk is seen before. */
export async function toReadSeeing(
  given: EnginePorts,
  root: string,
  look: LookOptions,
  options?: ReadOptions,
): Promise<OpenVault> {
  const ports = await seenOpening(given, root, options);
  const open = await openWhole(
    ports,
    (seeing) => openToRead(vaultPorts(seeing), root, { ...look, sight: seeing.sight }, options),
  );
  ports.opened?.();
  return open;
}

/** A vault that is held, and who is to be told once it is open. */
export interface HeldSeeing {
  held: HeldVault;
  opened: () => void;
  /** What sees the disk of one far away, if the opening has to ask all of it. */
  sight?: DiskSight;
}

/** Takes the lock of a vault for a command, as `hold` does; what opening one far away reads is seen ahead. */
export async function holdSeeing(
  ports: EnginePorts,
  request: HoldRequest,
  command: string,
): Promise<HeldSeeing> {
  const { root, host, pid } = request;
  if (ports.ahead === undefined || !isFarAway(ports, root, ports.separator)) {
    return { held: hold(ports, request, command), opened: () => {} };
  }
  const seeing = await holdFar(ports, root, holding(ports, { pid, host, command }));
  tellLock(ports, seeing.held, root);
  return seeing;
}

/** Takes the lock of a vault that is far away, and sees then what opening it reads. */
export async function holdFar(ports: EnginePorts, root: string, how: Hold): Promise<HeldSeeing> {
  const { ahead } = ports;
  if (ahead === undefined) {
    return { held: holdVault(vaultPorts(ports), root, how), opened: () => {} };
  }
  const seen = new SeenFiles(ports.fs, ahead, root);
  const held = await holdVaultSeeing(vaultPorts(ports), root, how, async () => {
    await seeOpening(seen, ports, root, { distrust: false, held: true });
    return vaultPorts({ ...ports, fs: seen.fs });
  });
  return { held, opened: () => seen.forgetAll(), sight: sightBy(seen, ports) };
}

/** Sees what an opening reads: what tells that it is a vault, the names of the records, and those that it goes by. Never fails. */
export async function seeOpening(
  seen: SeenFiles,
  ports: EnginePorts,
  root: string,
  how: { distrust: boolean; held?: boolean },
): Promise<void> {
  const tree = new VaultTree(root, ports.separator);
  const [path, runs] = [tree.rootFile("vault"), tree.rootFile("runs")];
  // who only reads reads which record is the newest before they are listed, as without a look ahead
  const names = how.held === true
    ? seen.dir(runs)
    : seen.file(tree.rootFile("holder")).then(() => seen.dir(runs));
  const newest = names.then(() => {
    const [last] = seen.listed(runs).filter((name) => name.endsWith(RECORD_END)).sort().slice(-1);
    return last === undefined ? undefined : seen.file(tree.below(runs, last));
  });
  const places = [root, tree.meta(""), runs, tree.path(META.toLowerCase())].map(seen.place);
  const left = how.held === true
    ? [seen.dir(tree.meta("")), seen.place(tree.below(tree.meta(""), BEGUN))]
    : [];
  await Promise.all([newest, seen.file(path), ...places, ...left]);
  try {
    const info = parseVaultInfo(readTextIfAny(seen.fs, path) ?? "", path);
    const vault = new Vault({ ...vaultPorts(ports), fs: seen.fs }, root, info);
    const see = (stamps: readonly Stamp[]): Promise<void> =>
      seen.files(stamps.map((stamp) => vault.recordPath(stamp)), ports.cancelled);
    await tellRecords(vault, see, how.distrust);
  } catch {
    // the opening meets it
  }
}
