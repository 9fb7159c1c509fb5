/** Addresses of pages: their parts read strictly, and written so that they are read back the same. Pure. @module */

/** Longer addresses are refused, in characters. */
const LONGEST = 16_384;

/** The path and the question of an address. */
export interface Address {
  /** Decoded; a last empty part says that the address ended in a slash. */
  parts: string[];
  query: URLSearchParams;
}

/**
 * Reads the address of a request as it was sent; undefined when it is too long, is no UTF-8, or when a part could lead
 * elsewhere (`..`, a hidden slash, a zero byte).
 */
export function readAddress(url: string): Address | undefined {
  if (url.length > LONGEST) return undefined;
  const rest = url.replace(/^[a-z]+:\/\/[^/?#]*/i, "").replace(/#.*$/s, "");
  const at = rest.indexOf("?");
  const path = at < 0 ? rest : rest.slice(0, at);
  if (path !== "" && !path.startsWith("/")) return undefined;
  const parts: string[] = [];
  for (const raw of path.slice(1).split("/")) {
    const part = decoded(raw);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  // within the path no part is empty
  if (parts.slice(0, -1).some((part) => part === "")) return undefined;
  return { parts, query: new URLSearchParams(at < 0 ? "" : rest.slice(at + 1)) };
}

function decoded(raw: string): string | undefined {
  try {
    const part = decodeURIComponent(raw);
    const leads = part === "." || part === ".." || part.includes("/") || part.includes("\0");
    return leads ? undefined : part;
  } catch {
    return undefined;
  }
}

/** An address of its parts; a path of a vault is one part per name. */
export function writeAddress(parts: readonly string[], query: Record<string, string> = {}): string {
  const path = parts.map(coded).join("/");
  // most have none, and a page has thousands of addresses
  if (Object.keys(query).length === 0) return `/${path}`;
  return `/${path}?${new URLSearchParams(query)}`;
}

/** What {@link decoded} gives back, also for names that are no well-formed text. */
function coded(part: string): string {
  return /^[\w.-]*$/.test(part) ? part : encodeURIComponent(part.toWellFormed());
}

/** A path as a field of a form holds it: a browser changes line ends in a field, and a page shows a name for people. */
export function codedPath(path: string): string {
  return pathParts(path).map(coded).join("/");
}

/** Reads {@link codedPath}; undefined for what it never gives. */
export function readCodedPath(text: string): string | undefined {
  return readAddress(`/${text}`)?.parts.join("/");
}

/** A path of a vault as the parts of an address. */
export function pathParts(path: string): string[] {
  return path === "" ? [] : path.split("/");
}
