/** Content hashing as a port. @module */

/** A hash that takes its input in pieces. */
export interface Hash {
  update(data: Uint8Array): void;
  /** The digest of what it took so far; it may take more. */
  soFar(): string;
  /** The digest in lower-case hex; the hash is not to be used after. */
  hex(): string;
}

/** Starts a hash. */
export type NewHash = () => Hash;

/** The hash of bytes, or of a text in UTF-8, in lower-case hex. */
export type HashOf = (data: Uint8Array | string) => string;
