/** Files of secret keys, as `age-keygen` writes them or `age -p` protects them. @module */

import { armor, Decrypter, Encrypter } from "age-encryption";
import { HikaeError } from "../base/errors.ts";
import { text } from "../text/text.ts";

/** Asks for the passphrase of a file. */
export type Passphrase = () => Promise<string>;

const ARMORED = "-----BEGIN AGE ENCRYPTED FILE-----";
const SEALED = "age-encryption.org/v1\n";

/** The identities in a file; throws `usage` when there are none, or the passphrase is another. */
export async function identitiesOf(
  bytes: Uint8Array,
  path: string,
  passphrase: Passphrase,
): Promise<string[]> {
  const given = new TextDecoder().decode(bytes);
  const file = given.startsWith(ARMORED) || given.startsWith(SEALED)
    ? await opened(given.startsWith(ARMORED) ? armor.decode(given) : bytes, path, passphrase)
    : given;
  const lines = file.split(/\r?\n/).map((line) => line.trim());
  const identities = lines.filter((line) => line !== "" && !line.startsWith("#"));
  const decrypter = new Decrypter();
  try {
    for (const identity of identities) decrypter.addIdentity(identity);
  } catch (cause) {
    throw new HikaeError("usage", text("bundle.not-identity"), {
      path,
      hint: text("bundle.identity-hint"),
      cause,
    });
  }
  if (identities.length > 0) return identities;
  throw new HikaeError("usage", text("bundle.no-identity"), { path });
}

async function opened(bytes: Uint8Array, path: string, passphrase: Passphrase): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(await passphrase());
  try {
    return await decrypter.decrypt(bytes, "text");
  } catch (cause) {
    throw new HikaeError("usage", text("bundle.other-passphrase"), {
      path,
      hint: text("bundle.other-passphrase-hint"),
      cause,
    });
  }
}

/** A file of secret keys protected by a passphrase, which `age -d -i` takes. */
export async function protect(file: string, passphrase: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return `${armor.encode(await encrypter.encrypt(file)).trimEnd()}\n`;
}
