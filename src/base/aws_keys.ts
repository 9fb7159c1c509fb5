/** The file of credentials that AWS's own tools keep. Pure. @module */

/** Keys of a server that speaks S3. */
export interface AwsKeys {
  id: string;
  secret: string;
  /** Of a session that ends by itself. */
  token: string | undefined;
}

/** The keys of a profile in the text of a credentials file; undefined when it has none. */
export function keysOfProfile(file: string, profile: string): AwsKeys | undefined {
  const found = new Map<string, string>();
  let section = "";
  for (const line of file.split(/\r?\n/).map((l) => l.trim())) {
    const head = /^\[\s*(?:profile\s+)?(.+?)\s*\]$/.exec(line)?.[1];
    if (head !== undefined) section = head;
    else if (section === profile) {
      const [, key, value] = /^([A-Za-z_]+)\s*=\s*(.*)$/.exec(line) ?? [];
      if (key !== undefined && value !== undefined) found.set(key.toLowerCase(), value);
    }
  }
  return keysFrom((name) => found.get(name.toLowerCase()));
}

/** The keys that variables of these names hold; undefined when one of the two is missing. */
export function keysFrom(get: (name: string) => string | undefined): AwsKeys | undefined {
  const [id, secret] = [get("AWS_ACCESS_KEY_ID"), get("AWS_SECRET_ACCESS_KEY")];
  if (!id || !secret) return undefined;
  return { id, secret, token: get("AWS_SESSION_TOKEN") || undefined };
}
