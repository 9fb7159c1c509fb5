/** What passes between main and the worker that writes the state directory. @module */

import type { ToldTexts } from "../text/given.ts";
import type { Message } from "../base/event.ts";
import type { Stamp } from "../base/stamp.ts";
import type { LastRunNotes } from "./last_runs.ts";

/** The last run into a vault that left a finished record there. */
export interface GoodRun {
  stamp: string;
  /** When it ended, RFC 3339. */
  time: string;
}

/** What this machine knows of a vault. */
export interface KnownVault {
  source: string;
  /** When it was there last, RFC 3339. */
  seen: string;
  /** The vault's own id. */
  id?: string;
  /** The number of its volume, on Windows: another drive letter leads to the same. */
  volume?: number;
  good?: GoodRun;
}

/** Vaults by real path. */
export type KnownVaults = Record<string, KnownVault>;

/** Takes in what was learned of vaults; what is not told of again stays. */
export function withKnown(known: KnownVaults, learned: KnownVaults): KnownVaults {
  const all = { ...known };
  for (const [path, vault] of Object.entries(learned)) all[path] = { ...all[path], ...vault };
  return all;
}

/** The vaults that a text names; undefined for what is damaged, or was read in part. */
export function knownIn(text: string | undefined): KnownVaults | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null ? value as KnownVaults : undefined;
  } catch {
    return undefined;
  }
}

/** True when one of `vaults` lies at `root`; on Windows a letter is the same in either case. */
export function isAmong(vaults: KnownVaults, root: string, windows: boolean): boolean {
  if (Object.hasOwn(vaults, root)) return true;
  return windows && Object.keys(vaults).some((v) => v.toLowerCase() === root.toLowerCase());
}

/** What main asks for. */
export type StateRequest =
  /** Where the state directory is; comes first. */
  | { kind: "open"; directory: string; texts: ToldTexts }
  | { kind: "remember"; path: string; vaults: KnownVaults }
  /** Opens a log; with a stamp it goes on with that of another process of the same run. */
  | { kind: "log"; job: string; keep: number; stamp?: Stamp }
  | { kind: "messages"; messages: Message[] }
  /** Notes how runs ended that left no record in their vaults. */
  | { kind: "ended"; notes: LastRunNotes }
  /** Writes a file below the state directory, or removes it. */
  | { kind: "keep"; place: string[]; text: string | undefined }
  | { kind: "finish"; exit: number; message?: string };

/** A call, told apart by its number. */
export type StateCall = StateRequest & { id: number };

/** The answer to a call. */
export interface StateReply {
  id: number;
  error?: string;
}
