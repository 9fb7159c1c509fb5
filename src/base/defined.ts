/** Objects without what is undefined. Pure. @module */

/** What {@link defined} gives: each key may be missing, none is there and undefined. */
export type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/**
 * The entries of `given` whose values are not undefined, for optional properties: `{ a, ...defined({ b }) }` has a `b`
 * only if there is one. Not for what is made once for each file of a run: it costs a copy.
 */
export function defined<T extends object>(given: T): Defined<T> {
  return Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined)) as Defined<T>;
}
