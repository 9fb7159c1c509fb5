/** What passes between main and the worker that writes the state directory. @module */

import type { Message } from "../base/event.ts";
import type { Stamp } from "../base/stamp.ts";
import type { LastRunNotes } from "./last_runs.ts";

/** Vaults by real path. */
export type KnownVaults = Record<string, { source: string; seen: string }>;

/** The vaults that a text names; none when it makes no sense. */
export function readKnown(text: string | undefined): KnownVaults {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null ? value as KnownVaults : {};
  } catch {
    return {};
  }
}

/** True when one of `vaults` lies at `root`; on Windows a letter is the same in either case. */
export function isAmong(vaults: KnownVaults, root: string, windows: boolean): boolean {
  if (Object.hasOwn(vaults, root)) return true;
  return windows && Object.keys(vaults).some((v) => v.toLowerCase() === root.toLowerCase());
}

/** What main asks for. */
export type StateCall =
  /** Where the state directory is; comes first. */
  | { id: number; kind: "open"; directory: string }
  | { id: number; kind: "remember"; path: string; vaults: KnownVaults }
  /** Opens a log; with a stamp it goes on with that of another process of the same run. */
  | { id: number; kind: "log"; job: string; keep: number; stamp?: Stamp }
  | { id: number; kind: "messages"; messages: Message[] }
  /** Notes how runs ended that left no record in their vaults. */
  | { id: number; kind: "ended"; notes: LastRunNotes }
  /** Writes a file below the state directory, or removes it. */
  | { id: number; kind: "keep"; place: string[]; text: string | undefined }
  /** Holds a lock for the vault at a real path until the process ends; the answer is {@link HELD} when it is held. */
  | { id: number; kind: "lock"; vault: string }
  | { id: number; kind: "finish"; exit: number; message?: string };

/** What keeps a lock from being taken: another process has it. */
export const HELD = "held";

/** The answer to a call. */
export interface StateReply {
  id: number;
  error?: string;
}
