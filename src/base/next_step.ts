/**
 * What a person can do about an error of the system, by the place where it was met: the same code wants another thing
 * of who reads a source than of who owns a vault, and only what a disk says of itself is the disk's fault. Pure.
 * @module
 */

import { text, type TextId } from "../text/text.ts";

/** Where an error of the system was met: what is backed up, a vault, what a restore writes to, what it reads, or one of both. */
export type Place = "source" | "vault" | "target" | "stored" | "either";

/** Kinds of trouble that want different things of people. */
type Kind =
  | "full"
  | "denied"
  | "busy"
  | "changed"
  | "disk"
  | "away"
  | "descriptors"
  | "name"
  | "refused"
  | "lacking"
  | "read-only";

const KINDS: Readonly<Record<string, Kind | undefined>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EROFS: "read-only",
  EACCES: "denied",
  EPERM: "denied",
  EBUSY: "busy",
  ETXTBSY: "busy",
  ENOENT: "changed",
  EEXIST: "changed",
  ENOTDIR: "changed",
  EISDIR: "changed",
  ENOTEMPTY: "changed",
  EIO: "disk",
  ESTALE: "away",
  ENOTCONN: "away",
  ENODEV: "away",
  ENXIO: "away",
  ETIMEDOUT: "away",
  EHOSTDOWN: "away",
  EHOSTUNREACH: "away",
  EMFILE: "descriptors",
  ENFILE: "descriptors",
  ENAMETOOLONG: "name",
  EILSEQ: "name",
  EINVAL: "refused",
  EOPNOTSUPP: "lacking",
  ENOTSUP: "lacking",
};

/** Calls that give an entry its name, as the runtime's messages have them: what a disk refuses in them may be the name. */
const NAMES_IT = /: (open|mkdir|rename|symlink|link|copy) '/;

type PlainId = Extract<
  TextId,
  `next.${string}` | `system.${string}` | `restore.${string}` | `failure.${string}`
>;

const STEPS = {
  source: {
    full: "next.source-disk",
    lacking: undefined,
    "read-only": undefined,
    denied: "system.denied-hint",
    busy: "system.busy-hint",
    changed: "next.source-changed",
    disk: "next.source-disk",
    away: "next.away",
    descriptors: "next.open-files",
    name: undefined,
    refused: undefined,
  },
  vault: {
    full: "failure.vault-full-hint",
    lacking: "next.vault-lacking",
    "read-only": "failure.vault-read-only",
    denied: "failure.denied",
    busy: "next.vault-busy",
    changed: "next.vault-changed",
    disk: "next.vault-disk",
    away: "next.away",
    descriptors: "next.open-files",
    name: "next.vault-name",
    refused: "next.vault-disk",
  },
  target: {
    full: "restore.stopped-full-hint",
    lacking: undefined,
    "read-only": "failure.read-only-target",
    denied: "restore.target-denied",
    busy: "next.target-busy",
    changed: "restore.target-gone-hint",
    disk: "restore.reads-back-hint",
    away: "next.away",
    descriptors: "next.open-files",
    name: "restore.name-hint",
    refused: "restore.reads-back-hint",
  },
  stored: {
    full: "next.restored-disk",
    lacking: undefined,
    "read-only": undefined,
    denied: "restore.vault-denied",
    busy: "next.vault-busy",
    changed: "restore.content-missing-hint",
    disk: "next.restored-disk",
    away: "next.away",
    descriptors: "next.open-files",
    name: undefined,
    refused: undefined,
  },
  either: {
    full: "restore.stopped-full-hint",
    lacking: undefined,
    "read-only": "failure.read-only-target",
    denied: "next.either-denied",
    busy: "next.either-busy",
    changed: "next.either-changed",
    disk: "next.either-disk",
    away: "next.away",
    descriptors: "next.open-files",
    name: "restore.name-hint",
    refused: "next.either-disk",
  },
} as const satisfies Record<Place, Record<Kind, PlainId | undefined>>;

/** The next step where the whole source could not be read, if its disk or another program is the cause. */
export function wholeSourceStep(code: string): string | undefined {
  const kind = KINDS[code];
  return kind === undefined || kind === "denied" || kind === "changed" || kind === "name" ||
      kind === "refused" || kind === "lacking"
    ? undefined
    : nextStep(code, "source");
}

/**
 * The next step after an error with this code of the system; undefined where only its words can tell. Those of `EINVAL`,
 * which any call may say, tell whether a target was given a name: only then the name may be at fault.
 */
export function nextStep(code: string, place: Place, said = ""): string | undefined {
  const kind = KINDS[code];
  if (kind === undefined) return undefined;
  const written = place === "target" || place === "either";
  const id = STEPS[place][kind === "refused" && written && NAMES_IT.test(said) ? "name" : kind];
  return id === undefined ? undefined : text(id);
}
