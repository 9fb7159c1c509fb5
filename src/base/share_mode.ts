/** How the bytes that a vault has are shared (design, *Storage is shared where the disk can*). @module */

/**
 * How: `auto` shares blocks where the disk can, and else links a living copy with marks alone; `link` also links living
 * copies that agree in mode and time; `never` stores each content again.
 */
export type ShareMode = "auto" | "link" | "never";

/** All of them, as flags and configs have them. */
export const SHARE_MODES: readonly ShareMode[] = ["auto", "link", "never"];
