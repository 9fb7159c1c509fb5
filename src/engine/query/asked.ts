/** Opens the vault of a question for it: no query opens one itself. @module */

import type { ReadOptions } from "../../vault/open.ts";
import type { EnginePorts } from "../ports.ts";
import { openWhole } from "../open_vault.ts";
import { Reader } from "../reader.ts";
import { seenOpening } from "../seen_files.ts";
import type { LookRequest } from "./query_point.ts";

/** A question to an open vault; what it tells on the way goes to `ports.emit`. */
export type Query<Q, A> = (ports: EnginePorts, vault: Reader, request: Q) => A;

/** The query as a command of who cannot wait: it opens the vault of its request with `options`, and closes it whatever happens. */
export function asked<Q extends LookRequest, A>(
  query: Query<Q, A>,
  options: ReadOptions = {},
): (ports: EnginePorts, request: Q) => A {
  return (ports, request) =>
    answered(query, ports, Reader.open(ports, request.root, options), request);
}

function answered<Q, A>(
  query: Query<Q, A>,
  ports: EnginePorts,
  vault: Reader,
  request: Q,
): A {
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
}

/** The same for who can wait: what opening the vault asks of its disk is seen before. */
export function askedWhole<Q extends LookRequest, A>(
  query: Query<Q, A | Promise<A>>,
  options: ReadOptions = {},
): (ports: EnginePorts, request: Q) => Promise<A> {
  return async (ports, request) => {
    const { root } = request;
    const vault = await openWhole(ports, (seeing) => Reader.open(seeing, root, options));
    return await answered(query, ports, vault, request);
  };
}

/** The same as a command of its own: what is read of a vault far away is seen many at once. */
export function askedFar<Q extends LookRequest, A>(
  query: Query<Q, A | Promise<A>>,
  options: ReadOptions = {},
): (ports: EnginePorts, request: Q) => Promise<A> {
  const answer = askedWhole(query, options);
  return (ports, request) =>
    seenOpening(ports, request.root, options).then((seen) => answer(seen, request));
}
