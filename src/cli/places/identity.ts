/** What tells one directory from all others, by whatever path. @module */

/** What no two directories have in common; undefined where the system does not tell, or not to the last bit. */
export function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.lstatSync(path);
    return ino === null || ino <= 0 || !Number.isSafeInteger(ino) ? undefined : `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}
