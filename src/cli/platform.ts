/** Whose rules hold on this system, and what its environment says. @module */

import { HikaeError } from "../base/errors.ts";
import type { Platform } from "../config/types.ts";
import { text } from "../text/text.ts";

/** The platform that the program runs on, as the config knows it. */
export function platformOf(os: string): Platform {
  return os === "windows" || os === "darwin" ? os : "linux";
}

/**
 * A variable of the environment. One that is no text is as one that is not set, save one of hikae's own, which names a
 * place: another place in its stead is not what was asked for.
 */
export function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.InvalidData)) throw cause;
    if (!name.startsWith("HIKAE_")) return undefined;
    throw new HikaeError("usage", text("place.variable", { name }), {
      hint: text("place.variable-hint", { name }),
      cause,
    });
  }
}
