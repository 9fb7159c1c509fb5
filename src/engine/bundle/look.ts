/** `bundle list` and `bundle verify`: what bundles there are, what each needs, what is missing or damaged. @module */

import { systemText } from "../../base/system_text.ts";
import { HikaeError } from "../../base/errors.ts";
import type { NamedManifest, Store } from "../../bundle/store.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { checkContents, type Wrong } from "./contents.ts";
import { type BundlePlace, storesAt } from "./places.ts";

/** What is asked. */
export interface BundleLookRequest extends BundlePlace {
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
  /** The names of the volumes. */
  names: string[];
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
  /** What somebody deleted or wrote over, though its content is still there. */
  tampered: { name: string; message: string }[];
}

/** Looks at all bundles in a directory. */
export async function bundleLook(
  ports: EnginePorts,
  request: BundleLookRequest,
): Promise<BundleLookAnswer> {
  const answer: BundleLookAnswer = {
    bundles: [],
    others: [],
    unreadable: [],
    wrong: [],
    tampered: [],
  };
  for (const store of await storesAt(ports, request)) {
    const { vault } = store;
    const { manifests, others, damaged, sizes, tampered } = await store.list();
    answer.tampered.push(
      ...tampered.map(({ name, message }) => ({ name: `${vault}/${name}`, message })),
    );
    answer.others.push(...others.map((name) => `${vault}/${name}`));
    for (const { name, error } of damaged) {
      answer.unreadable.push({ name: `${vault}/${name}`, message: systemText(error) });
    }
    const found: FoundBundle[] = [];
    for (const m of manifests) {
      found.push(await lookAt(ports, store, m, sizes, request.hashes));
    }
    for (const one of found) one.whole = isWhole(one, found);
    answer.bundles.push(...found);
    if (request.identities === undefined) continue;
    answer.wrong.push(...await checkContents(ports, store, manifests, request.identities));
  }
  return answer;
}

async function lookAt(
  ports: EnginePorts,
  store: Store,
  m: NamedManifest,
  sizes: ReadonlyMap<string, number>,
  hashes: boolean,
): Promise<FoundBundle> {
  const check = (): void => checkCancelled(ports);
  const missing = m.volumes.filter(({ name }) => !sizes.has(name)).map(({ name }) => name);
  const damaged: string[] = [];
  for (const { name, hash } of hashes ? m.volumes : []) {
    if (!sizes.has(name)) continue;
    ports.progress.done(1, sizes.get(name) ?? 0);
    if (await hashOrNone(store, name, check) !== hash) damaged.push(name);
  }
  return {
    vault: m.vault,
    stamp: m.stamp,
    manifest: m.name,
    full: m.before === undefined,
    before: m.before ?? null,
    entries: m.entries,
    volumes: m.volumes.length,
    names: m.volumes.map(({ name }) => name),
    bytes: m.volumes.reduce((sum, { name }) => sum + (sizes.get(name) ?? 0), 0),
    missing,
    damaged,
    whole: false,
  };
}

/** The hash of a volume; undefined for one that cannot be read, though the place itself can. */
async function hashOrNone(
  store: Store,
  name: string,
  check: () => void,
): Promise<string | undefined> {
  try {
    return await store.hashOf(name, check);
  } catch (error) {
    if (error instanceof HikaeError && error.id === "damaged") return undefined;
    throw error;
  }
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
