/**
 * `bundle restore`: the state of a run out of bundles. Only the volumes that have wanted content are read; the records of
 * the bundles say what lived then and with which hash. @module
 */

import { HikaeError, isNotFound } from "../../base/errors.ts";
import { letIn } from "../../base/io.ts";
import { resolvePoint, type RunMark } from "../../base/point.ts";
import { dirOf, nameOf } from "../../base/relpath.ts";
import { type Stamp, stampToNumber } from "../../base/stamp.ts";
import { unseal } from "../../bundle/seal.ts";
import type { NamedManifest, Store } from "../../bundle/store.ts";
import { TarReader } from "../../bundle/tar_read.ts";
import { text } from "../../text/text.ts";
import type { Version } from "../../vault/catalog.ts";
import { aliveAt, aliveOf, type HistoryPoint } from "../../vault/history/alive.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { pathOf } from "../reader.ts";
import { finishTarget } from "../restore/finish.ts";
import type { AttributesDone, DirJob, Self } from "../restore/request.ts";
import { isFatal, RestoreTarget } from "../restore/target.ts";
import { restoreTrouble } from "../restore/trouble.ts";
import { type AttributesWanted, restoreKept } from "./attributes.ts";
import { BundleCopies, type ChainPart } from "./copies.ts";
import { pathsAsked } from "./paths_asked.ts";
import { chainOf, chainTo } from "./chain.ts";
import { type BundleHead, BundleHistory, marksOf, pathsOf, readHead } from "./history.ts";
import { inOrder, type NamedFile } from "./named_files.ts";
import { OneFile } from "./one_file.ts";
import { type BundlePlace, storesAt } from "./places.ts";
import { attrsOf, Unpacker } from "./unpack.ts";
import { type WayIn, Ways } from "./ways.ts";

/** What is asked. */
export interface BundleRestoreRequest extends BundlePlace, AttributesWanted {
  /** Secret keys of age. */
  identities: readonly string[];
  /** Relative to the source; none means everything. */
  paths: readonly string[];
  at: string | undefined;
  /** The real path of the directory that is restored into, or where it is to be made. */
  target: string;
  windows: boolean;
  /** Who runs this; owners are not given, since a bundle is not signed. */
  self: Self;
}

/** What was restored. */
export interface BundleRestoreAnswer {
  stamp: Stamp;
  files: number;
  bytes: number;
  links: number;
  directories: number;
  errors: number;
  attributes?: AttributesDone;
}

/** Restores a state; what is damaged or missing is told, the rest given. */
export async function bundleRestore(
  ports: EnginePorts,
  request: BundleRestoreRequest,
): Promise<BundleRestoreAnswer> {
  const [store, other] = await storesAt(ports, request);
  if (store === undefined || other !== undefined) {
    throw new HikaeError("usage", text("bundle.several-vaults"), {
      path: request.where,
      hint: text("bundle.several-vaults-hint", { first: store?.shown ?? "" }),
    });
  }
  const history = new BundleHistory(ports.openDatabase);
  try {
    return await new Restoration(ports, request, store, history).run();
  } finally {
    history.close();
  }
}

class Restoration {
  #errors = 0;
  readonly #ports: EnginePorts;
  readonly #request: BundleRestoreRequest;
  readonly #store: Store;
  readonly #history: BundleHistory;
  readonly #target: RestoreTarget;
  readonly #heads = new Map<string, BundleHead>();
  /** What was told of. */
  readonly #failed = new Set<string>();
  readonly #dirs: DirJob[] = [];
  /** Trouble with a path that may lie in another bundle too, by the path; and that with the first one. */
  #held: Map<string, unknown> | undefined;
  readonly #first = new Map<string, unknown>();
  readonly #unpacker: Unpacker;
  readonly #ways: Ways;

  constructor(
    ports: EnginePorts,
    request: BundleRestoreRequest,
    store: Store,
    history: BundleHistory,
  ) {
    this.#ports = ports;
    this.#request = request;
    this.#store = store;
    this.#history = history;
    this.#target = new RestoreTarget(ports.fs, request.target, ports.separator);
    this.#ways = new Ways(ports.fs, this.#target);
    this.#unpacker = new Unpacker(
      ports,
      this.#target,
      (path, error) => this.#hold(path, error),
    );
  }

  async run(): Promise<BundleRestoreAnswer> {
    const { manifests, damaged, tampered } = await this.#store.list();
    for (const { name, message } of tampered) {
      this.#ports.emit({ message_type: "note", path: name, message });
    }
    for (const { name, error } of damaged) this.#trouble(name, error);
    const newest = this.#newestChain(manifests);
    const { at } = this.#request;
    const stamp = at === undefined
      ? newest.stamp
      : resolvePoint(at, await this.#marks(manifests, at), this.#ports.clock.now());
    const chain = at === undefined ? newest.chain : chainTo(manifests, stamp);
    if (chain === undefined) {
      throw new HikaeError("no_such_snapshot", text("bundle.no-bundle-of", { stamp }), {
        hint: text("bundle.no-bundle-of-hint"),
      });
    }
    // what later bundles tell may be without it: the rules of the vault had it go
    const parts: ChainPart[] = [];
    for (const manifest of chain) {
      const head = await this.#head(manifest);
      this.#history.take(head, stamp);
      parts.push({ stamp: stampToNumber(manifest.stamp), own: head.own });
    }
    const last = chain.at(-1)?.stamp ?? stamp;
    const point = { n: stampToNumber(stamp), newest: stamp >= last };
    const copies = new BundleCopies(parts);
    const { alone, named } = this.#want(stamp, point);
    for (let next = alone; next.length > 0;) {
      await this.#bring(chain, copies, next);
      next = this.#nameAll(named);
    }
    await this.#unpacker.names.close();
    const dirs = this.#dirs.filter((d) => !this.#unpacker.gone.has(d.path));
    const made = await finishTarget(
      this.#ports,
      { target: this.#target, self: { ...this.#request.self, owner: false } },
      { links: this.#unpacker.links, dirs },
      (path, error) => this.#trouble(path, error),
    );
    const counts = { directories: dirs.length, errors: this.#errors };
    const failed = (path: string): boolean => this.#failed.has(path) || this.#ways.isClosed(path);
    const restored = { stamp, point, paths: pathsAsked(this.#request), failed };
    const places = { target: this.#target, history: this.#history };
    const attributes = await restoreKept(this.#ports, this.#request, places, restored);
    const { files, bytes } = this.#unpacker;
    // links count as files (decision 24)
    const links = { files: files + made.made, bytes: bytes + made.bytes, links: made.made };
    return { stamp, ...links, ...counts, ...attributes };
  }

  /** The newest bundle that has all that it needs, with what it goes on from. */
  #newestChain(manifests: readonly NamedManifest[]): { chain: NamedManifest[]; stamp: Stamp } {
    const chain = manifests.toReversed().map((m) => chainOf(manifests, m)).find((c) => c);
    const newest = chain?.at(-1);
    if (chain === undefined || newest === undefined) {
      throw new HikaeError("damaged", text("bundle.none-whole"), {
        path: this.#request.where,
        hint: text("bundle.none-whole-hint"),
      });
    }
    const last = manifests.at(-1) ?? newest;
    if (newest !== last) {
      this.#trouble(last.name, new HikaeError("damaged", text("bundle.broken")));
    }
    return { chain, stamp: newest.stamp };
  }

  /** The runs that a bundle has; that of `at` also when none has it, for another answer. */
  async #marks(manifests: readonly NamedManifest[], at: string): Promise<RunMark[]> {
    const found = new Map<Stamp, RunMark>();
    for (const manifest of manifests) {
      if (chainOf(manifests, manifest) === undefined) continue;
      const head = await readHead(this.#store, manifest, this.#request.identities, this.#check);
      for (const mark of marksOf(head)) found.set(mark.stamp, mark);
    }
    return [...found.values()].sort((a, b) => a.stamp < b.stamp ? -1 : 1)
      .filter(({ stamp }) => stamp === at || chainTo(manifests, stamp) !== undefined);
  }

  async #head(manifest: NamedManifest): Promise<BundleHead> {
    let head = this.#heads.get(manifest.name);
    if (head === undefined) {
      head = await readHead(this.#store, manifest, this.#request.identities, this.#check);
      this.#heads.set(manifest.name, head);
    }
    return head;
  }

  readonly #check = (): void => checkCancelled(this.#ports);

  /** Makes the directories; gives whose content is wanted: of the names of one file the first one's alone. */
  #want(stamp: Stamp, point: HistoryPoint): { alone: Version[]; named: NamedFile[] } {
    const { catalog } = this.#history;
    const way: WayIn = {
      brings: (path) => aliveOf(catalog, point, path).length > 0,
      tell: (dir, error) => this.#trouble(dir, error),
    };
    const names = new OneFile(catalog, point);
    const alone: Version[] = [];
    const files = new Map<string, Version[]>();
    this.#makeRoot();
    for (const below of pathsAsked(this.#request)) {
      let found = false;
      for (const version of aliveAt(catalog, point, below)) {
        this.#check();
        const path = pathOf(version);
        found = true;
        const isDir = version.type === "dir";
        if (this.#ways.isClosed(path)) continue;
        if (!this.#ways.mayEnter(isDir ? path : dirOf(path), way)) continue;
        if (isDir) {
          this.#makeDir(path, version);
          continue;
        }
        this.#makeParents(dirOf(path));
        const key = names.keyOf(version);
        if (key === undefined) alone.push(version);
        else files.set(key, [...files.get(key) ?? [], version]);
      }
      if (found) continue;
      this.#trouble(below, new HikaeError("no_such_path", text("bundle.no-such-path", { stamp })));
    }
    const named = [...files.values()].map(inOrder);
    return { alone: [...alone, ...named.map(({ first }) => first)], named };
  }

  /** Brings versions; what one bundle has not, or not whole, is looked for in those after it. */
  async #bring(
    chain: readonly NamedManifest[],
    copies: BundleCopies,
    versions: readonly Version[],
  ): Promise<void> {
    for (let [nth, left] = [0, versions]; left.length > 0; nth++) {
      const held = this.#held = new Map<string, unknown>();
      try {
        await this.#unpack(chain, copies.wanted(left, nth));
      } finally {
        this.#held = undefined;
      }
      left = left.filter((version) => {
        const path = pathOf(version);
        if (!held.has(path)) return false;
        if (nth === 0) this.#first.set(path, held.get(path));
        held.delete(path);
        if (copies.hasMore(version, nth + 1)) return true;
        this.#trouble(path, this.#first.get(path));
        return false;
      });
      for (const [path, error] of held) this.#trouble(path, error);
    }
  }

  /** Gives files their other names; gives names that are to be read by themselves, since the first one could not be. */
  #nameAll(files: NamedFile[]): Version[] {
    const next: Version[] = [];
    for (const file of files) {
      if (!this.#failed.has(pathOf(file.first))) {
        for (const name of file.others.splice(0)) this.#unpacker.name(name, file.first);
        continue;
      }
      const other = file.others.shift();
      if (other === undefined) continue;
      file.first = other;
      next.push(other);
    }
    return next;
  }

  #makeRoot(): void {
    if (this.#target.look("") === undefined) {
      this.#ports.fs.mkdir(this.#request.target, 0o700);
      this.#ways.made.add("");
    }
    this.#target.assertReal("");
    this.#ways.clear("");
  }

  #makeDir(path: string, version: Version): void {
    try {
      if (path !== "") {
        this.#makeParents(dirOf(path));
        this.#makeOne(path);
        letIn(this.#ports.fs, this.#target.path(path));
      }
      this.#dirs.push({ path, ...attrsOf(version) });
    } catch (error) {
      if (isFatal(error)) throw error;
      this.#ways.closed.add(path);
      this.#trouble(path, error);
    }
  }

  #makeParents(dir: string): void {
    if (dir === "" || this.#ways.made.has(dir)) return;
    try {
      this.#target.assertReal(dir);
      this.#ways.clear(dir);
    } catch (error) {
      // what stands in the way is told when something is written there
      if (!(error instanceof HikaeError) || !isNotFound(error.cause)) return;
      this.#makeParents(dirOf(dir));
      this.#makeOne(dir);
    }
  }

  #makeOne(path: string): void {
    this.#target.assertName(nameOf(path));
    this.#target.assertReal(dirOf(path));
    const there = this.#target.look(path);
    if (there === undefined) {
      this.#ports.fs.mkdir(this.#target.path(path), 0o700);
      this.#ways.made.add(path);
      this.#unpacker.names.add(path);
      return;
    }
    this.#unpacker.names.assertOwn(path);
    if (there.type === "dir") return;
    throw new HikaeError("unstorable", text("bundle.file-in-the-way"), {
      hint: text("restore.move-away-hint"),
    });
  }

  async #unpack(
    chain: readonly NamedManifest[],
    wanted: readonly Map<string, Version>[],
  ): Promise<void> {
    for (const [i, manifest] of chain.entries()) {
      const paths = wanted[i] ?? new Map();
      if (paths.size === 0) continue;
      this.#unpacker.wanted = paths;
      await this.#volumes(manifest, paths);
      // what the archive has as another name of a path is read under that path
      const again = this.#unpacker.takeNamed();
      for (const [path, version] of again) paths.set(path, version);
      if (again.size > 0) await this.#volumes(manifest, again);
      for (const version of paths.values()) {
        const error = new HikaeError("damaged", text("bundle.not-in-bundle"));
        if (this.#held?.has(pathOf(version)) !== true) this.#hold(pathOf(version), error);
      }
    }
  }

  /** Reads the volumes in which wanted paths begin, with those that only go on with one of them. */
  async #volumes(manifest: NamedManifest, paths: ReadonlyMap<string, Version>): Promise<void> {
    const begun = new Set<number>();
    const needed = new Set<number>();
    for (const { volume, path } of pathsOf((await this.#head(manifest)).map)) {
      begun.add(volume);
      if (paths.has(path)) needed.add(volume);
    }
    for (const first of [...needed].sort((a, b) => a - b)) {
      let end = first + 1;
      while (end < manifest.volumes.length && !begun.has(end)) end++;
      try {
        await this.#read(manifest, first, end);
      } catch (error) {
        this.#unpacker.discard();
        if (isFatal(error) || error instanceof HikaeError && error.id === "failed") throw error;
        this.#trouble(manifest.volumes[first]?.name ?? manifest.name, error);
      }
    }
  }

  async #read(manifest: NamedManifest, first: number, end: number): Promise<void> {
    const reader = new TarReader(this.#unpacker);
    for (const volume of manifest.volumes.slice(first, end)) {
      const sealed = this.#store.read(volume, this.#check);
      for await (const part of await unseal(sealed, this.#request.identities)) reader.feed(part);
    }
  }

  #hold(path: string, error: unknown): void {
    if (this.#held === undefined) this.#trouble(path, error);
    else this.#held.set(path, error);
  }

  #trouble(path: string, error: unknown): void {
    this.#errors++;
    this.#failed.add(path);
    this.#ports.progress.error();
    this.#ports.emit(restoreTrouble(path, "restore", error, this.#request));
  }
}
