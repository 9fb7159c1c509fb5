/** Opens the vault of a question for it: no query opens one itself. @module */

import type { ReadOptions } from "../../vault/open.ts";
import type { EnginePorts } from "../ports.ts";
import { Reader } from "../reader.ts";
import { seenOpening } from "../seen_files.ts";
import type { LookRequest } from "./query_point.ts";

/** A question to an open vault; what it tells on the way goes to `ports.emit`. */
export type Query<Q, A> = (ports: EnginePorts, vault: Reader, request: Q) => A;

/** The query as a command: it opens the vault of its request with `options`, and closes it whatever happens. */
export function asked<Q extends LookRequest, A>(
  query: Query<Q, A>,
  options: ReadOptions = {},
): (ports: EnginePorts, request: Q) => A {
  return (ports, request) => {
    const vault = Reader.open(ports, request.root, options);
    let answer: A;
    try {
      answer = query(ports, vault, request);
    } catch (error) {
      vault.close();
      throw error;
    }
    if (answer instanceof Promise) return answer.finally(() => vault.close()) as A;
    vault.close();
    return answer;
  };
}

/** The same as a command of its own: what opening a vault far away reads is seen ahead. */
export function askedFar<Q extends LookRequest, A>(
  query: Query<Q, A | Promise<A>>,
  options: ReadOptions = {},
): (ports: EnginePorts, request: Q) => Promise<A> {
  const answer = asked(query, options);
  return (ports, request) =>
    seenOpening(ports, request.root, options).then((seen) => answer(seen, request));
}
