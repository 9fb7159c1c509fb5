/** The end of a thread's line to who started it: the one place where the platform's `self` gets its types. @module */

/** What a thread hears, and what it may say. */
export interface ThreadScope<In, Out> {
  /** What it works at, and its language. */
  readonly name: string;
  onmessage: ((event: MessageEvent<In>) => void) | null;
  postMessage(message: Out, transfer?: Transferable[]): void;
}

/** This thread, of which its starter knows the same types. Throws where this is no thread. */
export function threadScope<In, Out>(): ThreadScope<In, Out> {
  const scope: object = self;
  if (!isThread<In, Out>(scope)) throw new Error("started without a thread");
  return scope;
}

function isThread<In, Out>(scope: object): scope is ThreadScope<In, Out> {
  return "name" in scope && "postMessage" in scope;
}
