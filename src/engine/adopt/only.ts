/** The one element of a list. @module */

/** Gives it; a list of no or several elements is a mistake of the caller's. */
export function only<T>([first, ...more]: readonly T[]): T {
  if (first === undefined || more.length > 0) throw new RangeError();
  return first;
}
