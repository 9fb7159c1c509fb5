/** The texts of `getfattr` and `setfattr`: the dump that the one prints, and the one that is written for the other. Pure. @module */

import {
  asArgument,
  type Attributed,
  type AttributeSet,
  isAttributeName,
  isAttributeValue,
  isBelow,
} from "./attributes.ts";
import { utf8 } from "./bytes.ts";

const FILE = "# file: ";

/** Reads a dump of `getfattr -d -e base64` that comes in pieces; what makes no sense is counted and left out. */
export class DumpReader {
  /** Lines that made no sense. */
  bad = 0;
  #rest = new Uint8Array();
  #path: string | undefined;
  #attributes: Record<string, string> = {};

  /** Takes a piece; gives the entries that are whole. */
  take(bytes: Uint8Array): Attributed[] {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const found: Attributed[] = [];
    let at = 0;
    for (let end = all.indexOf(10); end >= 0; end = all.indexOf(10, at)) {
      const entry = this.#line(quotedText(all.subarray(at, end)));
      if (entry !== undefined) found.push(entry);
      at = end + 1;
    }
    this.#rest = all.slice(at);
    return found;
  }

  /** What is left at the end of the dump. */
  end(): Attributed[] {
    if (this.#rest.length > 0) this.bad++;
    this.#rest = new Uint8Array();
    const entry = this.#done();
    return entry === undefined ? [] : [entry];
  }

  #line(line: string): Attributed | undefined {
    if (line === "") return this.#done();
    if (line.startsWith(FILE)) {
      const before = this.#done();
      const path = unquoted(line.slice(FILE.length));
      const own = path === "." ? "" : path?.replace(/^\.\//, "");
      if (own === undefined || !isBelow(own)) this.bad++;
      else this.#path = own;
      return before;
    }
    const cut = line.indexOf("=");
    const name = cut < 0 ? line : line.slice(0, cut);
    const value = cut < 0 ? "" : line.slice(cut + 1);
    const coded = value === "" || value === '""'
      ? ""
      : value.startsWith("0s")
      ? value.slice(2)
      : null;
    if (this.#path === undefined || !isAttributeName(name) || !isAttributeValue(coded)) this.bad++;
    else this.#attributes[name] = coded;
    return undefined;
  }

  #done(): Attributed | undefined {
    const path = this.#path;
    const attributes = this.#attributes;
    this.#path = undefined;
    this.#attributes = {};
    return path === undefined || Object.keys(attributes).length === 0
      ? undefined
      : { path, attributes };
  }
}

/** Bytes as text; those that are no UTF-8 as `\ooo`, as the dump has its own odd characters. */
function quotedText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (b) => b < 0x80 ? String.fromCharCode(b) : octal(b)).join("");
  }
}

function octal(byte: number): string {
  return `\\${byte.toString(8).padStart(3, "0")}`;
}

/** The bytes that a quoted text stands for. */
export function unquotedBytes(quoted: string): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  for (const part of quoted.split(/(\\[0-3][0-7]{2})/)) {
    if (/^\\[0-3][0-7]{2}$/.test(part)) out.push(parseInt(part.slice(1), 8));
    else out.push(...utf8(part));
  }
  return new Uint8Array(out);
}

/** A quoted path; undefined for one that is no UTF-8, which no path of hikae is. */
function unquoted(quoted: string): string | undefined {
  if (!quoted.includes("\\")) return quoted;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(unquotedBytes(quoted));
  } catch {
    return undefined;
  }
}

/** Within a file: ACLs after what any owner may set, labels after those, capabilities last, for all else takes them away. */
function rank(name: string): number {
  if (name === "security.capability") return 4;
  if (name.startsWith("security.")) return 3;
  if (name.startsWith("system.")) return name.endsWith("_default") ? 2 : 1;
  return 0;
}

/**
 * What `setfattr -h --restore=-` is given. Paths and names are checked here once more, whoever asks: what leads out of
 * the directory that it runs in throws.
 */
export function restoreText(entries: readonly Attributed[]): string {
  let text = "";
  for (const { path, attributes } of entries) {
    if (!isBelow(path)) throw new RangeError(`no path below the target: ${JSON.stringify(path)}`);
    text += `${FILE}${quotedPath(asArgument(path))}\n`;
    for (const [name, value] of inOrder(attributes)) {
      if (!isAttributeName(name) || !isAttributeValue(value)) {
        throw new RangeError(`no attribute: ${JSON.stringify(name)}`);
      }
      text += value === "" ? `${name}=""\n` : `${name}=0s${value}\n`;
    }
    text += "\n";
  }
  return text;
}

function inOrder(attributes: AttributeSet): [string, string][] {
  return Object.entries(attributes).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** A path in one line, as `getfattr` writes it. */
function quotedPath(path: string): string {
  return path.replace(/[\\\n\r]/g, (c) => octal(c.charCodeAt(0)));
}

const GONE = /: No such file or directory$|^xattr: No such file: /;

/** Complaints of a program (macOS's `xattr` has words of its own) that say that the entry itself is gone. */
export function isGone(complaint: string): boolean {
  return GONE.test(complaint);
}
