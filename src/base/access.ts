/**
 * What a command's engine may touch, by kind of place (design, *Process and permissions*). Commands declare
 * one of these; `src/sandbox` computes permission sets from it.
 * @module
 */

/** A kind of place that a command works on. */
export type Place =
  | "source"
  | "vault"
  | "target"
  | "state"
  | "config"
  | "snapshots"
  | "bundles"
  | "output";

/** What an engine may read and write. */
export interface Access {
  read: readonly Place[];
  write: readonly Place[];
  /** One thread listens at one port of the loopback address, and has no file. */
  listen?: true;
}

/** The accesses that commands declare. */
export const ACCESS = {
  /** Touches no file in an engine. */
  none: { read: [], write: [] },
  backup: { read: ["source", "vault"], write: ["vault"] },
  /** Counts what a backup has to read. */
  scout: { read: ["source"], write: [] },
  repair: { read: ["source", "vault"], write: ["vault"] },
  restore: { read: ["vault", "target"], write: ["target"] },
  maintain: { read: ["vault"], write: ["vault"] },
  look: { read: ["vault"], write: [] },
  lookSource: { read: ["source", "vault"], write: [] },
  /** The look of each vault; who listens reads nothing. */
  serve: { read: ["vault"], write: [], listen: true },
  /** What was sent is kept at home. */
  bundleCreate: { read: ["vault", "bundles", "state"], write: ["bundles", "state"] },
  bundleLook: { read: ["bundles"], write: [] },
  bundleRestore: { read: ["bundles", "target"], write: ["target"] },
  portableTake: { read: ["source", "snapshots"], write: ["snapshots"] },
  portableRestore: { read: ["snapshots", "target"], write: ["target"] },
  portablePrune: { read: ["snapshots"], write: ["snapshots"] },
  portableLook: { read: ["snapshots"], write: [] },
} as const satisfies Record<string, Access>;

/** The name of an access. */
export type AccessName = keyof typeof ACCESS;
