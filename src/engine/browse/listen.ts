/** The engine's queries asked from within: what they tell is taken instead of sent. @module */

import type { Message } from "../../base/event.ts";
import type { EnginePorts } from "../ports.ts";

/** Thrown by {@link heard} when it has enough. */
const ENOUGH = Symbol("enough");

/** The messages of a query that are of use, at most `most` of them; the query ends early then. */
export async function heard<T>(
  ports: EnginePorts,
  query: (ports: EnginePorts) => unknown,
  pick: (message: Message) => T | undefined,
  most = Infinity,
): Promise<T[]> {
  const found: T[] = [];
  const emit = (message: Message): void => {
    const one = pick(message);
    if (one !== undefined) found.push(one);
    if (found.length >= most) throw ENOUGH;
  };
  const { ask: _, ...rest } = ports;
  try {
    await query({ ...rest, emit });
  } catch (error) {
    if (error !== ENOUGH) throw error;
  }
  return found;
}
