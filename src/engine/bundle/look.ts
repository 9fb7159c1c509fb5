/** `bundle list` and `bundle verify`: what bundles there are, what each needs, what is missing or damaged. @module */

import { HikaeError, messageOf } from "../../base/errors.ts";
import { type NamedManifest, Store } from "../../bundle/store.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { checkContents, type Wrong } from "./contents.ts";
import { text } from "../../text/text.ts";

/** What is asked. */
export interface BundleLookRequest {
  /** The directory of the bundles, a real path. */
  where: string;
  /** Read every volume and hold it against its manifest. */
  hashes: boolean;
  /** Secret keys of age: the contents are held against the records too. */
  identities?: readonly string[];
}

/** A bundle that a manifest tells of. */
export interface FoundBundle {
  vault: string;
  stamp: string;
  manifest: string;
  full: boolean;
  before: string | null;
  entries: number;
  volumes: number;
  bytes: number;
  /** Volumes that are not there. */
  missing: string[];
  /** Volumes whose content is not what the manifest says; known when they were read. */
  damaged: string[];
  /** True when it can be restored: it and all that it goes on from are there and not known to be damaged. */
  whole: boolean;
}

/** What was found. */
export interface BundleLookAnswer {
  bundles: FoundBundle[];
  /** What no manifest names: left by a run that broke off, or not a bundle's at all. */
  others: string[];
  /** Manifests that cannot be read, and why. */
  unreadable: { name: string; message: string }[];
  /** Contents that are not what the records say. */
  wrong: Wrong[];
}

/** Looks at all bundles in a directory. */
export async function bundleLook(
  ports: EnginePorts,
  request: BundleLookRequest,
): Promise<BundleLookAnswer> {
  const answer: BundleLookAnswer = { bundles: [], others: [], unreadable: [], wrong: [] };
  for (const store of storesIn(ports, request.where)) {
    const { vault } = store;
    const { manifests, others, damaged, sizes } = store.list();
    answer.others.push(...others.map((name) => `${vault}/${name}`));
    for (const { name, error } of damaged) {
      answer.unreadable.push({ name: `${vault}/${name}`, message: messageOf(error) });
    }
    const found = manifests.map((m) => lookAt(ports, store, m, sizes, request.hashes));
    for (const one of found) one.whole = isWhole(one, found);
    answer.bundles.push(...found);
    if (request.identities === undefined) continue;
    answer.wrong.push(...await checkContents(ports, store, manifests, request.identities));
  }
  return answer;
}

const ID = /^[0-9a-f-]{36}$/;

/** The bundles of each vault in a directory, or in one that is a vault's own; throws when there are none. */
export function storesIn(ports: EnginePorts, where: string): Store[] {
  const cut = where.lastIndexOf(ports.separator);
  const name = where.slice(cut + 1);
  if (ID.test(name)) return [new Store(ports, where.slice(0, cut), name)];
  const found = ports.fs.list(where).filter((e) => e.type === "dir" && ID.test(e.name));
  if (found.length > 0) {
    return found.map((e) => e.name).sort().map((id) => new Store(ports, where, id));
  }
  throw new HikaeError("no_vault", text("bundle.none-here"), {
    path: where,
    hint: text("bundle.none-here-hint"),
  });
}

function lookAt(
  ports: EnginePorts,
  store: Store,
  m: NamedManifest,
  sizes: ReadonlyMap<string, number>,
  hashes: boolean,
): FoundBundle {
  const check = (): void => checkCancelled(ports);
  const missing = m.volumes.filter(({ name }) => !sizes.has(name)).map(({ name }) => name);
  const damaged = !hashes ? [] : m.volumes.filter(({ name, hash }) => {
    if (!sizes.has(name)) return false;
    ports.progress.done(1, sizes.get(name) ?? 0);
    return store.hashOf(name, check) !== hash;
  }).map(({ name }) => name);
  return {
    vault: m.vault,
    stamp: m.stamp,
    manifest: m.name,
    full: m.before === undefined,
    before: m.before ?? null,
    entries: m.entries,
    volumes: m.volumes.length,
    bytes: m.volumes.reduce((sum, { name }) => sum + (sizes.get(name) ?? 0), 0),
    missing,
    damaged,
    whole: false,
  };
}

function isWhole(bundle: FoundBundle, all: readonly FoundBundle[]): boolean {
  const seen = new Set<string>();
  for (let at: FoundBundle | undefined = bundle; at !== undefined;) {
    if (at.missing.length > 0 || at.damaged.length > 0 || seen.has(at.manifest)) return false;
    seen.add(at.manifest);
    const before: string | null = at.before;
    if (before === null) return true;
    at = all.find((b) => b.manifest === before);
  }
  return false;
}
