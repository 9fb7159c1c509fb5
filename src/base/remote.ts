/**
 * Objects that lie away from home, as a port of questions and answers: the engine asks, a worker of its own that has one
 * host and nothing else carries it out (docs/bundles.md). Plain data only: it passes between threads.
 * @module
 */

/** How an object is stored. */
export interface StoredAs {
  /** No version of it can be removed or replaced before. */
  lock?: { mode: "compliance" | "governance"; until: string };
  /** The server's name for a class of storage. */
  storageClass?: string;
}

/** What is asked; `name` is `<vault id>/<object>`, `file` a name in the spool. */
export type RemoteQuestion =
  | { op: "vaults" }
  | { op: "list"; vault: string }
  | { op: "sizes"; vault: string }
  | { op: "read"; name: string; version: string | undefined; from: number; length: number }
  | { op: "look"; name: string } & Expected
  | { op: "put"; name: string; file: string; size: number; as: StoredAs }
  | { op: "begin"; name: string; as: StoredAs }
  | { op: "part"; name: string; upload: string; number: number; file: string } & Piece
  | { op: "complete"; name: string; upload: string; parts: readonly StoredPart[] }
  | { op: "abort"; name: string; upload: string };

/** What an object should be, where that is known. */
export interface Expected {
  size?: number;
  /** The SHA-256 in Base64; of an object of parts that of their hashes, with their number. */
  checksum?: string;
}

/** A piece of a file. */
export interface Piece {
  from: number;
  length: number;
}

/** A part that was stored. */
export interface StoredPart {
  tag: string;
  /** The SHA-256 of the part in Base64. */
  checksum: string;
}

/** What the server answered to an object that it was given. */
export interface Stored {
  /** True when an object of this name was there before, and nothing was written over. */
  there: boolean;
  /** True when the answer has the checksum of what was sent. */
  proven: boolean;
}

/** What is known of an object that should be there. */
export type ObjectState =
  /** `differs` when its size or the server's checksum is another than expected. */
  | { is: "there"; size: number; differs: boolean }
  | { is: "missing" }
  /** The key may neither look nor list. */
  | { is: "hidden" };

/** One version of an object. */
export interface RemoteVersion {
  /** Undefined where the store has no versions. */
  id: string | undefined;
  size: number;
  /** When it was written, in ms. */
  time: number;
  /** A mark that the object was deleted. */
  marker: boolean;
  /** What the name alone gives. */
  latest: boolean;
}

/** An object with its versions, in any order. */
export interface RemoteObject {
  name: string;
  versions: RemoteVersion[];
}

/** An object, and how many bytes it has. */
export interface ObjectSize {
  name: string;
  size: number;
}

/** What each question is answered with. */
export interface RemoteAnswers {
  vaults: string[];
  list: RemoteObject[];
  /** The objects of a vault that their names alone give; undefined where the key may not list. */
  sizes: ObjectSize[] | undefined;
  read: Uint8Array;
  look: ObjectState;
  put: Stored;
  begin: string;
  part: StoredPart & { proven: boolean };
  complete: Stored;
  abort: undefined;
}

/** The name of a question. */
export type RemoteOp = RemoteQuestion["op"];

/** An answer with the question that it is to: who asked one can tell that it is to that one. */
export interface RemoteAnswer<O extends RemoteOp = RemoteOp> {
  op: O;
  answer: RemoteAnswers[O];
}

/** True for the answer to a question of this kind. */
export function isAnswerTo<O extends RemoteOp>(
  given: RemoteAnswer,
  op: O,
): given is RemoteAnswer<O> {
  return given.op === op;
}

/** Somebody who carries questions out; throws a `HikaeError` when it cannot. */
export type Remote = <O extends RemoteOp>(
  question: Extract<RemoteQuestion, { op: O }>,
) => Promise<RemoteAnswers[O]>;

/** The largest part of an upload: what is in memory at once. */
export const PART = 5 << 20;
