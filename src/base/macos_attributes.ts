/**
 * The texts of macOS's own programs for attributes: what `xattr -lvxs` and `ls -ldgoBeO` print, and the words that
 * `xattr`, `chmod` and `chflags` are given. Names come as bytes, a character each ("binary"). Pure.
 * @module
 */

import { asArgument, type AttributeSet, isAttributeName, MOST_VALUE } from "./attributes.ts";
import { fromUtf8, utf8 } from "./bytes.ts";

/** The attribute that has the flags of an entry, by their names. */
export const MACOS_FLAGS = "macos.flags";
/** The attribute that has its access control list, an entry a line. */
export const MACOS_ACL = "macos.acl";
const XATTR = "macos.xattr.";

/** Flags that an owner may set, and the words that clear them. */
const FLAG_WORDS: Readonly<Record<string, string>> = {
  uchg: "nouchg",
  uappnd: "nouappnd",
  hidden: "nohidden",
  nodump: "dump",
  opaque: "noopaque",
};

/** The system's own business: it sets them itself, and lets nobody else. */
const SYSTEMS_OWN = new Set([
  "com.apple.provenance",
  "com.apple.rootless",
  "com.apple.macl",
  "com.apple.decmpfs",
]);

/** Bytes as a text of a character each. */
function binaryOf(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}

function bytesOf(binary: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

/** What was asked for: the answers name nothing else. */
export class AskedPaths {
  readonly #paths = new Map<string, string>();

  /** Adds paths. */
  add(paths: readonly string[]): void {
    for (const path of paths) this.#paths.set(binaryOf(utf8(asArgument(path))), path);
  }

  /** The path that a program calls so; undefined for one that was not asked for. */
  get(binary: string): string | undefined {
    return this.#paths.get(binary);
  }

  /** The longest that `text` begins with, before one of `mark`: its path and what comes after the mark. */
  before(text: string, mark: string): { path: string; rest: string } | undefined {
    for (let at = text.lastIndexOf(mark); at >= 0; at = text.lastIndexOf(mark, at - 1)) {
      const path = this.#paths.get(text.slice(0, at));
      if (path !== undefined) return { path, rest: text.slice(at + mark.length) };
      if (at === 0) return undefined;
    }
    return undefined;
  }
}

/** Splits bytes that come in pieces into lines. */
class Lines {
  #rest = "";

  take(bytes: Uint8Array): string[] {
    const lines = (this.#rest + binaryOf(bytes)).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines;
  }

  get isWhole(): boolean {
    return this.#rest === "";
  }
}

/** Takes what belongs to a path. */
export type PutAttribute = (path: string, name: string, value: string) => void;

const DATA = /^([0-9A-F]{8,}) {2}((?:[0-9A-F]{2} ){1,16}) *\|[\x20-\x7e]{1,16}\|$/;
const END = /^([0-9A-F]{8,})$/;
/** A path and a name of an attribute are no longer than this. */
const MOST_HEAD = 4096;

/** The dump of `xattr -l -v -x -s`: a line `PATH: NAME:`, lines of 16 bytes, a line with the length. */
export class XattrReader {
  /** Lines that made no sense. */
  bad = 0;
  /** Attributes whose value is too long to be kept. */
  readonly tooLong: string[] = [];
  readonly #asked: AskedPaths;
  readonly #put: PutAttribute;
  readonly #lines = new Lines();
  /** The lines before a value: a path may have line ends. */
  #head = "";
  #open = false;
  #length = 0;
  #value = "";

  constructor(asked: AskedPaths, put: PutAttribute) {
    this.#asked = asked;
    this.#put = put;
  }

  /** Takes a piece. */
  take(bytes: Uint8Array): void {
    for (const line of this.#lines.take(bytes)) this.#line(line);
  }

  /** Nothing more comes. */
  end(): void {
    if (!this.#lines.isWhole || this.#head !== "" || this.#open) this.bad++;
  }

  #line(line: string): void {
    const data = DATA.exec(line);
    const end = END.exec(line);
    if (!this.#open && this.#head.endsWith(":") && (data ?? end) !== null) {
      this.#open = true;
    } else if (!this.#open) {
      this.#head = this.#head === "" ? line : `${this.#head}\n${line}`;
      if (this.#head.length > MOST_HEAD) this.#drop();
      return;
    }
    const at = parseInt((data ?? end)?.[1] ?? "", 16);
    if (at !== this.#length) return this.#drop();
    if (end !== null) return this.#done();
    const bytes = (data?.[2] ?? "").replaceAll(" ", "");
    this.#length += bytes.length / 2;
    if (this.#length <= MOST_VALUE) this.#value += bytes;
  }

  #drop(): void {
    this.bad++;
    this.#clear();
  }

  #clear(): void {
    this.#head = "";
    this.#open = false;
    this.#length = 0;
    this.#value = "";
  }

  #done(): void {
    const found = this.#asked.before(this.#head.slice(0, -1), ": ");
    const [length, hex] = [this.#length, this.#value];
    this.#clear();
    if (found === undefined) return void this.bad++;
    if (SYSTEMS_OWN.has(found.rest)) return;
    const name = XATTR + quoted(found.rest);
    if (!isAttributeName(name)) return void this.bad++;
    if (length > MOST_VALUE) {
      this.tooLong.push(`${found.path}: ${fromUtf8(bytesOf(found.rest))}`);
    } else this.#put(found.path, name, Uint8Array.fromHex(hex).toBase64());
  }
}

/** A name in plain characters, as `getfattr` would write it. */
function quoted(binary: string): string {
  return binary.replace(
    /[^\x21-\x7e]|[\\=]/g,
    (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}

function unquoted(name: string): string {
  return name.replace(/\\([0-3][0-7]{2})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
}

const LONG =
  /^([-bcdlpsw?])[-rwxsStT]{9}[ @+%]? +\d+ +([a-z,-]+) +\d+ [A-Z][a-z]{2} [ \d]\d [ \d:]{5} (\.[^]*)$/;
const ACE = /^ \d+: ([^\n]+?)( inherited)? (allow|deny) ([a-z_]+(?:,[a-z_]+)*)$/;

/** The lines of `ls -l -d -g -o -B -e -O`: one an entry, and those of its access control list below it. */
export class LsReader {
  /** Lines that made no sense. */
  bad = 0;
  readonly #asked: AskedPaths;
  readonly #put: PutAttribute;
  readonly #lines = new Lines();
  #path: string | undefined;
  #list: string[] = [];

  constructor(asked: AskedPaths, put: PutAttribute) {
    this.#asked = asked;
    this.#put = put;
  }

  /** Takes a piece. */
  take(bytes: Uint8Array): void {
    for (const line of this.#lines.take(bytes)) this.#line(line);
  }

  /** Nothing more comes. */
  end(): void {
    if (!this.#lines.isWhole) this.bad++;
    this.#done();
  }

  #line(line: string): void {
    const ace = ACE.exec(line);
    if (ace !== null && this.#path !== undefined) {
      const [, who = "", inherited, kind = "", rights = ""] = ace;
      // an entry in the words that `chmod` takes: names may have blanks, and what is inherited is a right among others
      const colon = /^(?:user|group):/.test(who) ? ":" : " ";
      this.#list.push(
        `${who}${colon}${kind} ${rights}${inherited === undefined ? "" : ",inherited"}`,
      );
      return;
    }
    this.#done();
    const [, type, flags = "", named = ""] = LONG.exec(line) ?? [];
    const name = unquoted(named);
    const path = this.#asked.get(name) ??
      (type === "l" ? this.#asked.before(name, " -> ")?.path : undefined);
    if (path === undefined) {
      this.bad++;
      return;
    }
    this.#path = path;
    const own = flags.split(",").filter((f) => Object.hasOwn(FLAG_WORDS, f)).sort();
    if (own.length > 0) this.#put(path, MACOS_FLAGS, btoa(own.join(",")));
  }

  #done(): void {
    if (this.#path !== undefined && this.#list.length > 0) {
      this.#put(this.#path, MACOS_ACL, utf8Base64(this.#list.join("\n")));
    }
    this.#path = undefined;
    this.#list = [];
  }
}

function utf8Base64(binary: string): string {
  return bytesOf(binary).toBase64();
}

/** What `xargs` hands to the programs, each a list of arguments, in the order in which they are to run. */
export interface MacosWords {
  /** `xattr -w -s -x --`: name, value in hex, path. */
  xattr: Uint8Array[];
  /** `chmod -h -N`: path. */
  aclClear: Uint8Array[];
  /** `chmod -h +a#`: place, entry, path. */
  acl: Uint8Array[];
  /** `chflags -h`: flags, path. Last, for what may not be changed takes nothing else. */
  flags: Uint8Array[];
}

const ACL_LINE =
  /^(?:(?:user|group):[^:\n\0]{1,255}:|[0-9A-F-]{36} )(?:allow|deny) [a-z_]+(?:,[a-z_]+)*$/;
const MOST_ENTRIES = 128;

/** The words that give an entry these attributes; throws `RangeError` for one that makes no sense. */
export function macosWords(path: string, attributes: AttributeSet): MacosWords {
  const words: MacosWords = { xattr: [], aclClear: [], acl: [], flags: [] };
  const file = utf8(asArgument(path));
  for (const [name, value] of Object.entries(attributes)) {
    const bytes = Uint8Array.fromBase64(value);
    if (name === MACOS_FLAGS) words.flags.push(utf8(flagWords(binaryOf(bytes))), file);
    else if (name === MACOS_ACL) {
      words.aclClear.push(file);
      const list = binaryOf(bytes).split("\n");
      if (list.length > MOST_ENTRIES || !list.every((l) => ACL_LINE.test(l))) {
        throw new RangeError(`no access control list: ${JSON.stringify(path)}`);
      }
      list.forEach((entry, i) => words.acl.push(utf8(String(i)), bytesOf(entry), file));
    } else {
      // an empty argument is none to `xargs`; a blank is no byte to `xattr -x`
      words.xattr.push(xattrName(name), utf8(value === "" ? " " : bytes.toHex()), file);
    }
  }
  return words;
}

/** The name of an extended attribute as `xattr` has it. */
export function xattrName(name: string): Uint8Array {
  if (!name.startsWith(XATTR) || !isAttributeName(name)) {
    throw new RangeError(`no attribute of macOS: ${JSON.stringify(name)}`);
  }
  return bytesOf(unquoted(name.slice(XATTR.length)));
}

/** The words that give an entry the flags of `list` and none of the others. */
export function flagWords(list: string): string {
  const wanted = new Set(list.split(",").filter((f) => f !== ""));
  for (const flag of wanted) {
    if (!Object.hasOwn(FLAG_WORDS, flag)) throw new RangeError(`no flag: ${JSON.stringify(flag)}`);
  }
  return Object.entries(FLAG_WORDS).map(([set, clear]) => wanted.has(set) ? set : clear).join(",");
}
