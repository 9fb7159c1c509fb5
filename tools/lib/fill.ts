/** Fills the templates of `packaging/` with what a release knows. @module */

/** The license that the file LICENSE is, as manifests name it. */
export const LICENSE = "MIT";

/** What a release knows. */
export interface ReleaseFacts {
  version: string;
  /** The address of the directory that the release's files lie in, without a slash at its end. */
  baseUrl: string;
  homepage: string;
  /** An SPDX expression. */
  license: string;
  /** The SHA-256 of each file. */
  sums: ReadonlyMap<string, string>;
}

/** Replaces every `@NAME@`; throws for one that nothing is known of. */
export function fill(template: string, facts: ReleaseFacts): string {
  const words: Record<string, string> = {
    VERSION: facts.version,
    BASE_URL: facts.baseUrl,
    HOMEPAGE: facts.homepage,
    LICENSE: facts.license,
  };
  return template.replace(
    /@([A-Z][A-Z0-9_]*)(?::([^@\s]+))?@/g,
    (whole, name: string, file?: string) => {
      const word = name === "SHA256" ? facts.sums.get(file ?? "") : words[name];
      if (word === undefined) throw new Error(`fill the templates: nothing is known for ${whole}`);
      return word;
    },
  );
}

/** Checks an address that goes into scripts between quotes; gives it without a slash at its end. */
export function checkedUrl(text: string, what: string): string {
  const plain = text.replace(/\/+$/, "");
  if (!/^https?:\/\/[A-Za-z0-9][\w.:~%+/-]*$/.test(plain)) {
    throw new Error(`${what}: "${text}" is not the address of a directory (https://…)`);
  }
  return plain;
}

/** Checks a license's name. */
export function checkedLicense(text: string): string {
  if (/^[A-Za-z0-9.+() -]+$/.test(text)) return text;
  throw new Error(`--license: "${text}" is no SPDX expression (MIT, Apache-2.0, …)`);
}
