/** The machine that hikae runs on. @module */

/** This machine's name, or "" where it cannot be asked. */
export function hostName(): string {
  try {
    return Deno.hostname();
  } catch {
    return "";
  }
}
