/** What the engine is given at its composition root. @module */

import type { AheadCalls } from "../base/ahead.ts";
import type { AskAttributes } from "../base/attributes.ts";
import type { Clock, Monotonic } from "../base/clock.ts";
import type { Emit } from "../base/event.ts";
import type { HashOf, NewHash } from "../base/hash.ts";
import type { FileSystem } from "../base/fs.ts";
import type { CrewPorts } from "./crew/line.ts";
import type { Ask } from "./questions.ts";
import type { OpenDatabase } from "../base/sql.ts";
import type { DiskSight } from "../vault/disk_sight.ts";
import type { IndexPlace } from "../vault/index_place.ts";
import type { VaultPorts } from "../vault/vault.ts";

export { checkCancelled, hashFile } from "../base/hash_file.ts";

/** Ports and parameters that every engine command gets. */
export interface EnginePorts {
  fs: FileSystem;
  /** Asks disks that are far away many things at once; absent where nobody can. */
  ahead?: AheadCalls | undefined;
  /** What of a vault's disk is seen for its opening. */
  sight?: DiskSight | undefined;
  /** Told once a vault is open: what was seen ahead for that counts no more. */
  opened?: () => void;
  newHash: NewHash;
  /** One-shot hash of bytes in hex. */
  hashOf: HashOf;
  /** Told how many more bytes this thread is to hash, without a number all of a source; absent where that makes no difference. */
  hashMuch?: (bytes?: number) => void;
  openDatabase: OpenDatabase;
  /** Where the index of the vault at a real path lies at home; undefined where it can only be in memory. */
  index?: ((root: string) => IndexPlace | undefined) | undefined;
  clock: Clock;
  monotonic: Monotonic;
  separator: "/" | "\\";
  emit: Emit;
  /** True once the run is to end (Ctrl-C). */
  cancelled: () => boolean;
  /** Has the run end, in all threads. */
  cancel: () => void;
  /** The vault that is asked, where somebody keeps it open between questions: a `Reader`, opened by what is seen for it. */
  kept?: (sight: DiskSight | undefined) => object | undefined;
  /** Other threads that share the work. */
  lanes?: CrewPorts;
  /** Somebody who counts what a backup has to read, beside it. */
  scout?: CrewPorts;
  /** Asks main something; undefined where nobody is there to answer. */
  ask?: Ask;
  /** Asks the system's own programs about attributes of files, by way of main; absent where there are none. */
  attributes?: AskAttributes;
  /** Blocks this thread. */
  sleep: (ms: number) => void;
  /** Told of what was done, for the progress line. */
  progress: RunningTotals;
  /** The bits that the system takes from the modes of new files. */
  umask: number;
  /** A random id. */
  newId: () => string;
  /** Hands bytes to main, which writes them to standard output (`cat`). */
  data: (bytes: Uint8Array) => void;
}

/** The parts of the engine's ports that a vault is opened with. */
export function vaultPorts(ports: EnginePorts): VaultPorts {
  const { fs, newHash, hashOf, openDatabase, index, newId, separator, clock } = ports;
  return { fs, newHash, hashOf, openDatabase, index, newId, separator, now: () => clock.now() };
}

/** How many lanes a backup has, the engine's own among them. */
export function lanesOf(ports: EnginePorts): number {
  return 1 + (ports.lanes?.seats ?? 0);
}

/** How many of them are there before there is something to write. */
export function lookersOf({ lanes }: Pick<EnginePorts, "lanes">): number {
  return 1 + (lanes?.begun ?? lanes?.seats ?? 0);
}

/** Running totals that main reads while the engine works. */
export interface RunningTotals {
  /** Adds to the files and bytes done. */
  done(files: number, bytes: number): void;
  /** Adds to the entries that were looked at. */
  entriesSeen(entries: number): void;
  /** Adds to the files and bytes that are known to be to do. */
  addTotal(files: number, bytes: number): void;
  /** Says that all that is to do has been found: totals are totals from now on. */
  totalKnown(): void;
  /** Counts an error. */
  error(): void;
}

/** The null body of the progress port. */
export const NO_PROGRESS: RunningTotals = {
  done: () => {},
  entriesSeen: () => {},
  addTotal: () => {},
  totalKnown: () => {},
  error: () => {},
};
