/**
 * Extended attributes of files as plain data, and what an engine asks main's helper programs about them
 * (docs/attributes.md). Names are written as `getfattr` writes them: what is no plain character is `\ooo`.
 * @module
 */

/** Attributes of an entry: from the name to the value in base64. */
export type AttributeSet = Readonly<Record<string, string>>;

/** What an entry has, or is to have; the path is relative, with `/`, and "" is the root. */
export interface Attributed {
  path: string;
  attributes: AttributeSet;
}

/** An attribute that is to go. */
export interface Unwanted {
  path: string;
  name: string;
}

/** A question to a helper: `feed` is the number of the program that it goes to. */
export type AttributeCall =
  /** Reads the attributes of entries; what was read so far of these and earlier ones comes back. */
  | { do: "read"; feed: number; paths: readonly string[] }
  /** No more are read: the rest comes back. */
  | { do: "readEnd"; feed: number }
  | { do: "set"; entries: readonly Attributed[] }
  | { do: "remove"; entries: readonly Unwanted[] }
  /** Waits until all is set and removed; gives what the programs complained of. */
  | { do: "setEnd" };

/** What a helper answers. */
export interface AttributeAnswer {
  /** What the program printed. */
  bytes?: Uint8Array<ArrayBuffer>;
  /** Its complaints, a line each. */
  complaints?: string[];
  /** True when a program did not come to its end. */
  broken?: boolean;
  /** Values that are too long to be kept, a line each. */
  tooLong?: string[];
}

/** Asks a helper. */
export type AskAttributes = (call: AttributeCall) => Promise<AttributeAnswer>;

/** Which of Windows' own flags are set. */
export const FLAGS = "windows.flags";

/** Systems whose attributes are kept; each takes its own alone. */
export type AttributeSystem = "linux" | "macos" | "windows";

const NAME =
  /^(?:(?:user|system|security|trusted|os2|macos\.xattr|windows\.stream)\.[^\n\r=\0]+|macos\.(?:flags|acl)|windows\.(?:flags|created|owner|dacl|streams))$/;

/** The longest value in bytes that is kept; Linux takes half of it. */
export const MOST_VALUE = 1 << 17;
const MOST_NAME = 255 * 4 + 16;

/** The system whose attribute a name is. */
export function systemOf(name: string): AttributeSystem {
  if (name.startsWith("macos.")) return "macos";
  return name.startsWith("windows.") ? "windows" : "linux";
}

/** True for a name that an attribute can have, as it is written here. */
export function isAttributeName(name: string): boolean {
  return name.length <= MOST_NAME && NAME.test(name) && !/\\(?![0-3][0-7]{2})/.test(name);
}

/** True for a value in base64. */
export function isAttributeValue(value: unknown): value is string {
  return typeof value === "string" && value.length <= Math.ceil(MOST_VALUE / 3) * 4 &&
    value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
}

/** True for a checked relative path: one that leads nowhere else. "" is the root. */
export function isBelow(path: string): boolean {
  return !path.includes("\0") && (path === "" || !/(?:^|\/)\.{0,2}(?:\/|$)/.test(path));
}

/** What a program is given for a path: never something that it takes for an option. */
export function asArgument(path: string): string {
  return path === "" ? "." : `./${path}`;
}
