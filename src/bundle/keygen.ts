/** A key pair of age. @module */

import { generateX25519Identity, identityToRecipient } from "age-encryption";

/** A secret key and its public one. */
export interface KeyPair {
  identity: string;
  recipient: string;
}

/** Makes a new pair. */
export async function newKeyPair(): Promise<KeyPair> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** The file of a pair, as `age-keygen` writes it. */
export function keyFile({ identity, recipient }: KeyPair, created: string): string {
  return `# created: ${created}\n# public key: ${recipient}\n${identity}\n`;
}
