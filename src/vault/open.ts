/**
 * The only way to an open vault: to read, to write (its lock is held), or to thin, which goes on where the disk is full.
 * (Other threads of a run go by `open_beside.ts`.)
 * @module
 */

import { isFull } from "../base/errors.ts";
import type { Database } from "../base/sql.ts";
import type { Stamp } from "../base/stamp.ts";
import { Catalog } from "./catalog.ts";
import { lackingIn, type LookOptions, standing } from "./catalog_state.ts";
import { VaultContents } from "./content.ts";
import { DiskUnseen } from "./disk_sight.ts";
import { type OpenCatalog, openForReading, openForWriting, openIfCurrent } from "./index_open.ts";
import { closeQuietly, IndexFiles } from "./index_files.ts";
import { heldDisk } from "./held_disk.ts";
import { type Lock, type LockHolder, takeLock } from "./lock.ts";
import { openVault, type Vault, type VaultPorts } from "./vault.ts";

/** A vault whose lock is held, and whose index is not open yet. */
export interface HeldVault {
  vault: Vault;
  lock: Lock;
}

/** Who holds a vault, and how it waits for another one to let go. */
export interface Hold {
  holder: LockHolder;
  sleep: (ms: number) => void;
}

/** How a reader opens the index. */
export interface ReadOptions {
  /** The index at home is not asked: records and disk tell everything. */
  distrust?: boolean;
  /** False where what the question needs is not worth making one at home. */
  keep?: boolean;
}

/** The index as it was opened. */
interface OpenIndex extends OpenCatalog {
  rebuilt?: boolean;
  mended?: string | undefined;
  /** It lies in memory, because there was no room for the work of a writer's opening. */
  stopgap?: boolean;
}

/** A vault, its index, the content of its versions, and the lock where it is held. */
export class OpenVault {
  readonly vault: Vault;
  readonly lock: Lock | undefined;
  #index: OpenIndex;
  #contents: VaultContents | undefined;
  #known: number | undefined;
  /** Those before it: somebody may be in the middle of an answer of theirs. */
  readonly #former: Catalog[] = [];

  /** Made by the functions of this file. */
  constructor(vault: Vault, index: OpenIndex, lock?: Lock) {
    this.vault = vault;
    this.lock = lock;
    this.#index = index;
    this.#known = index.catalog.newest();
  }

  /** What answers. */
  get catalog(): Catalog {
    return this.#index.catalog;
  }

  /** The content of its versions. */
  get contents(): VaultContents {
    return this.#contents ??= new VaultContents(
      this.vault,
      this.catalog.moves(),
      () => this.#known,
    );
  }

  /** The newest finished record that the index had when it was opened, as a number. */
  get known(): number | undefined {
    return this.#known;
  }

  /** Where the answers come from. */
  get from(): "file" | "memory" {
    return this.#index.from;
  }

  /** The index's file at home, for other threads; undefined where it is in memory. */
  get path(): string | undefined {
    return this.#index.path;
  }

  /** True when the index was made now, of the records. */
  get made(): boolean {
    return this.#index.made === true || this.#index.rebuilt === true;
  }

  /** The stamp of the unfinished run that was mended. */
  get mended(): string | undefined {
    return this.#index.mended;
  }

  /** True when it was opened to be thinned and there is no room yet for what a writer's opening does. */
  get stopgap(): boolean {
    return this.#index.stopgap === true;
  }

  /** Makes the index again from records and disk as `vault` has them, for a reader. */
  reread(look: LookOptions, vault: Vault): void {
    const index = openForReading(vault, look, true);
    this.#former.push(this.catalog);
    this.#take(index);
  }

  /** Opens the index again as {@link openToThin} does, now that there may be room. */
  rethin(look: LookOptions): void {
    this.#closeQuietly();
    this.#take(toThin(this.vault, look));
  }

  #take(index: OpenIndex): void {
    this.#index = index;
    this.#known = index.catalog.newest();
    this.#contents = undefined;
  }

  #closeQuietly(): void {
    for (const catalog of [this.catalog, ...this.#former.splice(0)]) {
      try {
        catalog.close();
      } catch {
        // it was closed before; an index has nothing to lose
      }
    }
  }

  /** Closes the index, and lets go of the lock. */
  close(): void {
    try {
      this.#closeQuietly();
    } finally {
      this.lock?.release();
    }
  }
}

/** Opens the vault at the real path `root` to be asked; nothing is written into it. Throws `no_vault` or `bad_vault`. */
export function openToRead(
  ports: VaultPorts,
  root: string,
  look: LookOptions,
  { distrust = false, keep = true }: ReadOptions = {},
): OpenVault {
  const vault = openVault(ports, root);
  return new OpenVault(vault, openForReading(vault, look, distrust, keep));
}

/** Takes the lock of a vault that is there; throws `locked` with the holder's name. */
export function holdVault(ports: VaultPorts, root: string, { holder, sleep }: Hold): HeldVault {
  const first = openVault(ports, root);
  return lockedVault(ports, root, takeLock(ports, first.tree, holder, sleep));
}

/**
 * The same where others see ahead what opening it reads: `see` is asked for that as soon as the lock is held, and gives the
 * ports to go on with. All of it is seen after the lock was taken, as without.
 */
export async function holdVaultSeeing(
  ports: VaultPorts,
  root: string,
  { holder, sleep }: Hold,
  see: () => Promise<VaultPorts>,
): Promise<HeldVault> {
  const first = openVault(ports, root);
  let seeing: Promise<VaultPorts> | undefined;
  const lock = takeLock(ports, first.tree, holder, sleep, () => seeing = see());
  let seen: VaultPorts | undefined;
  try {
    seen = await seeing;
  } catch (error) {
    lock.release();
    throw error;
  }
  return lockedVault(seen ?? ports, root, lock);
}

/** The vault of a lock that is held: what was read before may have changed since. Lets go when it cannot be opened. */
export function lockedVault(ports: VaultPorts, root: string, lock: Lock): HeldVault {
  try {
    const disk = lock.told ? heldDisk(ports, root, lock) : undefined;
    const vault = openVault(disk === undefined ? ports : { ...ports, fs: disk.fs }, root);
    vault.held = lock;
    if (disk !== undefined) vault.checkHeld = disk.check;
    return { vault, lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Opens a vault that is held: its index is brought up to date, and what a run left is mended. Lets go when it fails. */
export function openToWrite(held: HeldVault, look: LookOptions, distrust = false): OpenVault {
  return opened(
    held,
    (heldBefore) => openForWriting(held.vault, { ...look, heldBefore }, distrust),
  );
}

/** Opens one for who makes room: where the disk is full an index in memory serves until there is some. */
export function openToThin(held: HeldVault, look: LookOptions): OpenVault {
  return opened(held, (heldBefore) => toThin(held.vault, { ...look, heldBefore }));
}

function opened(
  { vault, lock }: HeldVault,
  open: (heldBefore: string | undefined) => OpenIndex,
): OpenVault {
  try {
    return new OpenVault(vault, open(lock.before), lock);
  } catch (error) {
    // who can wait for what is to be seen opens it once more, and holds it meanwhile
    if (!(error instanceof DiskUnseen)) lock.release();
    throw error;
  }
}

function toThin(vault: Vault, look: LookOptions): OpenIndex {
  try {
    return openForWriting(vault, look);
  } catch (error) {
    if (!isFull(error)) throw error;
    return { ...openForReading(vault, look), stopgap: true };
  }
}

/** Opens a vault only where its index lies at home and is that of the vault as it is; never makes one. */
export function openIfAtHome(vault: Vault): OpenVault | undefined {
  const index = openIfCurrent(vault, { hashOf: () => "", failed: () => {} });
  return index === undefined ? undefined : new OpenVault(vault, index);
}

/** True when an index of the vault lies at home, of whatever age. */
export function hasIndex(vault: Vault): boolean {
  try {
    return IndexFiles.of(vault)?.current() !== undefined;
  } catch {
    return false;
  }
}

/**
 * Tells `see` which records the opening of a vault reads, for who reads ahead: all where no index lies at home that can go
 * on from its own. Nothing rests on it: a record that it does not tell is read when the opening comes to it.
 */
export async function tellRecords(
  vault: Vault,
  see: (stamps: readonly Stamp[]) => Promise<void>,
  distrust: boolean,
): Promise<void> {
  const all = vault.recordFiles();
  const stamps = all.map(({ stamp }) => stamp);
  await see(stamps.slice(-1));
  const known = distrust ? undefined : atHome(vault, (catalog) => ({
    lacking: lackingIn(catalog, all).map(({ stamp }) => stamp),
    newest: catalog.newestNote((r) => r.finished)?.stamp,
  }));
  if (known?.lacking.length === 0) return;
  if (known !== undefined) {
    const { lacking, newest } = known;
    await see(newest === undefined ? lacking : [newest, ...lacking]);
    const goesOn = atHome(vault, (catalog) => {
      const { sound, thinned } = standing(vault, catalog);
      return sound && !thinned;
    });
    if (goesOn === true) return;
  }
  await see(stamps);
}

/** What the index at home answers; undefined where there is none, or trouble with it. */
function atHome<T>(vault: Vault, ask: (catalog: Catalog) => T): T | undefined {
  let db: Database | undefined;
  try {
    const files = IndexFiles.of(vault);
    const path = files?.current();
    db = path === undefined ? undefined : files?.open(path);
    return db === undefined ? undefined : ask(new Catalog(db));
  } catch {
    return undefined;
  } finally {
    closeQuietly(db);
  }
}
