/**
 * What a command's engine may touch, by kind of place (design, *Process and permissions*). Commands declare
 * one of these; `src/sandbox` computes permission sets from it.
 * @module
 */

/** A kind of place that a command works on. */
export type PlaceKind =
  | "source"
  | "vault"
  | "target"
  | "state"
  | "config"
  | "snapshots"
  | "bundles"
  | "output"
  /** The directory at home of the vaults' indexes. */
  | "index";

/** What an engine may read and write. */
export interface Access {
  read: readonly PlaceKind[];
  write: readonly PlaceKind[];
  /** One thread listens at one port of the loopback address, and has no file. */
  listen?: true;
}

/** The accesses that commands declare. */
export const ACCESS = {
  /** Touches no file in an engine. */
  none: { read: [], write: [] },
  backup: { read: ["source", "vault", "index"], write: ["vault", "index"] },
  /** Counts what a backup has to read. */
  scout: { read: ["source"], write: [] },
  repair: { read: ["source", "vault", "index"], write: ["vault", "index"] },
  restore: { read: ["vault", "target", "index"], write: ["target", "index"] },
  maintain: { read: ["vault", "index"], write: ["vault", "index"] },
  look: { read: ["vault", "index"], write: ["index"] },
  lookSource: { read: ["source", "vault", "index"], write: ["index"] },
  /** The look of each vault; who listens reads nothing. */
  serve: { read: ["vault", "index"], write: ["index"], listen: true },
  /** What was sent is kept at home. */
  bundleCreate: {
    read: ["vault", "bundles", "state", "index"],
    write: ["bundles", "state", "index"],
  },
  bundleLook: { read: ["bundles"], write: [] },
  bundleRestore: { read: ["bundles", "target"], write: ["target"] },
  portableTake: { read: ["source", "snapshots"], write: ["snapshots"] },
  portableRestore: { read: ["snapshots", "target"], write: ["target"] },
  portablePrune: { read: ["snapshots"], write: ["snapshots"] },
  portableLook: { read: ["snapshots"], write: [] },
} as const satisfies Record<string, Access>;

/** The name of an access. */
export type AccessName = keyof typeof ACCESS;
