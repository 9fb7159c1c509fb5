/** What the process of a look is told first. @module */

import type { Frame } from "../../base/frames.ts";
import type { IndexPlaces } from "../places/index_places.ts";

/** What it is told first: the vault, and what it may touch. */
export interface LookTask {
  root: string;
  read: readonly string[];
  write: readonly string[];
  /** Where its index lies at home. */
  index: IndexPlaces;
  /** Deno opens the vault only with all permissions (a share on Windows). */
  unscoped: boolean;
  /** The language that it speaks. */
  lang?: string;
}

/** True for the task of a look, as another process of hikae told it. */
export function isLookTask(told: Frame["head"]): told is LookTask {
  if (typeof told !== "object" || told === null) return false;
  return "root" in told && typeof told.root === "string" && "unscoped" in told &&
    "read" in told && Array.isArray(told.read) && "write" in told && Array.isArray(told.write) &&
    "index" in told && typeof told.index === "object";
}
