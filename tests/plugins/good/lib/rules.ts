/** A code file of the polite plugin. */
import type { Entry } from "../../../../src/plugins/api.ts";

export * from "../shared.ts";

/** The names to leave out. */
export function left(entries: readonly Entry[], ext: string): string[] {
  return entries.filter((e) => e.name.endsWith(`.${ext}`)).map((e) => e.name);
}
