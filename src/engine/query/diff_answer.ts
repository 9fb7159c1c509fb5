/** What a comparison answers: changes one by one, and how many of each kind. @module */

import type { ChangeMessage } from "../../base/event.ts";
import { isWithin } from "../../base/relpath.ts";
import type { EnginePorts } from "../ports.ts";

/** What was answered. */
export interface DiffAnswer {
  from: string;
  /** A stamp, or "source". */
  to: string;
  added: number;
  removed: number;
  modified: number;
  type_changed: number;
  moved: number;
  /** What could not be read (of the source). */
  errors: number;
}

/** An answer without a change. */
export function noChanges(from: string, to: string): DiffAnswer {
  return { from, to, added: 0, removed: 0, modified: 0, type_changed: 0, moved: 0, errors: 0 };
}

/** The count of each kind of change. */
export const COUNTED = {
  "+": "added",
  "-": "removed",
  M: "modified",
  T: "type_changed",
  R: "moved",
} as const;

/** Emits a change and counts it. */
export function emitChange(ports: EnginePorts, answer: DiffAnswer, change: Difference): void {
  answer[COUNTED[change.modifier]]++;
  ports.emit({ message_type: "change", ...change });
}

/** A difference. */
export type Difference = Pick<ChangeMessage, "path" | "type" | "modifier" | "from">;

/** True when a path may hold differences that were asked for. */
export function concerns(path: string, below: string): boolean {
  return isWithin(path, below) || isWithin(below, path);
}
