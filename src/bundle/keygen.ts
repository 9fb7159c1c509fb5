/** A key pair of age. @module */

import {
  generateHybridIdentity,
  generateX25519Identity,
  identityToRecipient,
} from "age-encryption";

/** A secret key and its public one. */
export interface KeyPair {
  identity: string;
  recipient: string;
}

/** Makes a new pair; a hybrid one holds against quantum computers too, and age reads it from 1.3 on. */
export async function newKeyPair(hybrid = false): Promise<KeyPair> {
  const identity = await (hybrid ? generateHybridIdentity() : generateX25519Identity());
  return { identity, recipient: await identityToRecipient(identity) };
}

/** The file of a pair, as `age-keygen` writes it. */
export function keyFile({ identity, recipient }: KeyPair, created: string): string {
  return `# created: ${created}\n# public key: ${recipient}\n${identity}\n`;
}

/** The public keys of the secret ones that stand in a text, be it a file of keys or another. */
export async function publicKeysIn(file: string): Promise<string[]> {
  const found = file.match(/AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+/g) ?? [];
  const keys = await Promise.all(
    found.map((identity) => identityToRecipient(identity).catch(() => undefined)),
  );
  return keys.filter((key) => key !== undefined);
}
