/** The bundles of one vault at a place, whatever the place is. @module */

import type { Manifest } from "./manifest.ts";

/** A manifest with its own name. */
export interface NamedManifest extends Manifest {
  name: string;
}

/** What a place holds. */
export interface StoreListing {
  /** By stamp; of several of one stamp those that were written last come last. */
  manifests: NamedManifest[];
  /** Volumes that no manifest names, and what belongs to no bundle. */
  others: string[];
  /** What cannot be read as a manifest, and why. */
  damaged: { name: string; error: unknown }[];
  /** The sizes of all volumes by name. */
  sizes: Map<string, number>;
  /** What somebody deleted or wrote over, and what of it is still there below. */
  tampered: { name: string; message: string }[];
}

/** A place of which nothing was found yet. */
export function emptyListing(): StoreListing {
  return { manifests: [], others: [], damaged: [], sizes: new Map(), tampered: [] };
}

/** A volume or a manifest that was made. */
export interface MadeObject {
  name: string;
  /** The SHA-256 in hex. */
  hash: string;
  bytes: number;
}

/** Where bundles are read. */
export interface Store {
  /** The vault's id. */
  readonly vault: string;
  /** The vault's own part of the place, as people name it. */
  readonly shown: string;
  /** Whether an object is there; undefined where that cannot be known. */
  has(name: string): Promise<boolean | undefined>;
  /** How many bytes each object has that is there; undefined where that cannot be known. */
  sizes(): Promise<ReadonlyMap<string, number> | undefined>;
  list(): Promise<StoreListing>;
  /** Hashes a volume; undefined when it is not there. */
  hashOf(name: string, check: () => void): Promise<string | undefined>;
  /** The bytes of a volume; reading fails at its end when they do not have the hash. */
  read(volume: { name: string; hash: string }, check: () => void): ReadableStream<Uint8Array>;
}

/** Where bundles are written. */
export interface WritableStore extends Store {
  /** Takes it for one writer; throws `locked`. */
  take(): { release(): void };
  /** Resolves when there is room for a volume of at most so many bytes that is still to be made. */
  room(bytes: number): Promise<void>;
  /** The path of a new file that becomes an object by {@link put}. */
  temporary(id: string): string;
  /** Stores what was made in a temporary file, of which `bytes` was the room that it was given. */
  put(temporary: string, object: MadeObject, room: number): Promise<void>;
  /** True when what was made by a run before is still there, or still to be sent. */
  still(object: MadeObject): Promise<boolean>;
  /** Resolves when all that was put is stored, and believed to be. */
  settled(): Promise<void>;
  /** Removes what an earlier run left half done, but for `names`. */
  tidy(names: ReadonlySet<string>): Promise<void>;
}

/** Sorts manifests by stamp, and those of one stamp by when they were written. */
export function inOrder(
  manifests: readonly NamedManifest[],
  written: ReadonlyMap<string, number>,
): NamedManifest[] {
  const age = (m: NamedManifest): number => written.get(m.name) ?? 0;
  return manifests.toSorted((a, b) =>
    a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : age(a) - age(b)
  );
}

/** The volumes that no manifest names. */
export function unnamed(
  manifests: readonly NamedManifest[],
  volumes: Iterable<string>,
): string[] {
  const named = new Set(manifests.flatMap((m) => m.volumes.map((v) => v.name)));
  return [...volumes].filter((name) => !named.has(name));
}
