/** Whose rules hold on this system. @module */

import type { Platform } from "../config/types.ts";

/** The platform that the program runs on, as the config knows it. */
export function platformOf(os: string): Platform {
  return os === "windows" || os === "darwin" ? os : "linux";
}
