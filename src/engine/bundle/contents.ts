/** `bundle verify --identity`: opens every volume and holds its contents against the records. @module */

import { systemText } from "../../base/system_text.ts";
import { utf8 } from "../../base/bytes.ts";

import type { Hash } from "../../base/hash.ts";
import { parseStamp, stampToNumber } from "../../base/stamp.ts";
import { unseal } from "../../bundle/seal.ts";
import type { NamedManifest, Store } from "../../bundle/store.ts";
import type { TarEntry } from "../../bundle/tar.ts";
import { TarReader, type TarVisitor } from "../../bundle/tar_read.ts";
import { text } from "../../text/text.ts";
import type { Catalog } from "../../vault/catalog.ts";
import { aliveAt, aliveOf } from "../../vault/history/alive.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { chainOf } from "./chain.ts";
import { BundleHistory, readHead } from "./history.ts";

/** What is wrong in a bundle. */
export interface Wrong {
  manifest: string;
  /** The path in the source, or a volume. */
  path: string;
  message: string;
}

/** Checks the contents of each bundle that has all that it needs. */
export async function checkContents(
  ports: EnginePorts,
  store: Store,
  manifests: readonly NamedManifest[],
  identities: readonly string[],
): Promise<Wrong[]> {
  const wrong: Wrong[] = [];
  for (const manifest of manifests) {
    const chain = chainOf(manifests, manifest);
    if (chain === undefined) continue;
    const history = new BundleHistory(ports.openDatabase);
    try {
      const check = new ContentCheck(ports, store, history, identities);
      const found = await check.run(chain, manifest);
      wrong.push(...found.map((one) => ({ manifest: manifest.name, ...one })));
    } catch (error) {
      checkCancelled(ports);
      const [first] = manifest.volumes;
      wrong.push({ manifest: manifest.name, path: first?.name ?? "", message: systemText(error) });
    } finally {
      history.close();
    }
  }
  return wrong;
}

class ContentCheck implements TarVisitor {
  readonly #ports: EnginePorts;
  readonly #store: Store;
  readonly #history: BundleHistory;
  readonly #identities: readonly string[];
  readonly #wrong: Omit<Wrong, "manifest">[] = [];
  #own = "";
  #now = 0;
  #entries = 0;
  #hash: Hash | undefined;

  constructor(
    ports: EnginePorts,
    store: Store,
    history: BundleHistory,
    identities: readonly string[],
  ) {
    this.#ports = ports;
    this.#store = store;
    this.#history = history;
    this.#identities = identities;
  }

  async run(
    chain: readonly NamedManifest[],
    manifest: NamedManifest,
  ): Promise<Omit<Wrong, "manifest">[]> {
    const check = (): void => checkCancelled(this.#ports);
    for (const one of chain) {
      const head = await readHead(this.#store, one, this.#identities, check);
      this.#own = head.own;
      this.#history.take(head);
    }
    this.#now = stampToNumber(manifest.stamp);
    const reader = new TarReader(this);
    for (const volume of manifest.volumes.slice(1)) {
      const sealed = this.#store.read(volume, check);
      for await (const part of await unseal(sealed, this.#identities)) reader.feed(part);
    }
    reader.finish();
    const expected = manifest.before === undefined ? this.#living() : manifest.entries;
    if (this.#entries < Math.max(expected, manifest.entries)) {
      this.#wrong.push({ path: manifest.name, message: text("bundle.entries-missing") });
    }
    return this.#wrong;
  }

  begin({ type }: TarEntry): void {
    this.#entries++;
    this.#hash = type === "file" ? this.#ports.newHash() : undefined;
  }

  data(piece: Uint8Array): void {
    this.#hash?.update(piece);
    this.#ports.progress.done(0, piece.length);
  }

  end({ path, type, target }: TarEntry): void {
    this.#ports.progress.done(1, 0);
    if (type === "dir") return;
    const hash = type === "link"
      ? this.#ports.hashOf(utf8(target))
      : type === "hardlink"
      ? this.#recorded(target)
      : this.#hash?.hex();
    const recorded = this.#recorded(path);
    if (recorded === undefined) {
      this.#wrong.push({ path, message: text("bundle.not-in-records") });
    } else if (recorded !== null && recorded !== hash) {
      this.#wrong.push({ path, message: text("bundle.other-content-there") });
    }
  }

  /** The hash that the records have for an entry; null where they have none, undefined where they know of no such entry. */
  #recorded(path: string): string | null | undefined {
    const { catalog } = this.#history;
    const versions = `${this.#own}/versions/`;
    if (!path.startsWith(versions)) return hashAt(catalog, path, this.#now);
    const rest = path.slice(versions.length);
    const stamp = parseStamp(rest.slice(0, 15));
    return stamp === undefined ? undefined : hashAt(catalog, rest.slice(16), stampToNumber(stamp));
  }

  /** How many entries the state has. */
  #living(): number {
    let n = 0;
    for (const _ of aliveAt(this.#history.catalog, { n: this.#now, newest: true })) n++;
    return n;
  }
}

function hashAt(catalog: Catalog, path: string, n: number): string | null | undefined {
  const v = aliveOf(catalog, { n, newest: true }, path).findLast((v) => v.type !== "dir");
  return v === undefined ? undefined : v.hash;
}
