/**
 * The attributes that a run read, `runs/<stamp>.attr`: JSON lines beside the record, sealed by the record's last line
 * (docs/format.md, *Attributes*). A head, then sets of attributes and the entries that have them.
 * @module
 */

import {
  type Attributed,
  type AttributeSet,
  isAttributeName,
  isAttributeValue,
  isBelow,
} from "../base/attributes.ts";
import { utf8 } from "../base/bytes.ts";
import { isNotFound } from "../base/errors.ts";
import type { FileHandle } from "../base/fs.ts";
import type { Hash } from "../base/hash.ts";
import { hashToEnd } from "../base/hash_file.ts";
import { createFresh, move, readLines, removeQuietly, writeAll } from "../base/io.ts";
import { parseStamp, type Stamp } from "../base/stamp.ts";
import { TEMPORARY } from "./names.ts";
import type { SummaryLine } from "./record.ts";
import type { Vault } from "./vault.ts";

/** The file name of a run's attributes. */
export function attrFile(stamp: Stamp): string {
  return `${stamp}.attr`;
}

/** The run whose attributes a file of this name has; undefined for other names. */
export function attrStamp(name: string): Stamp | undefined {
  return name.endsWith(".attr") ? parseStamp(name.slice(0, -5)) : undefined;
}

/** Where a run's attributes lie. */
export function attrPath(vault: Vault, stamp: Stamp): string {
  return vault.tree.below(vault.tree.rootFile("runs"), attrFile(stamp));
}

/** So many different sets are known by number at once. */
const MOST_SETS = 10_000;
const BUFFER = 1 << 16;

/** A file of attributes that is being written; nobody believes it before its record is sealed with its hash. */
export class AttrWriter {
  /** How many entries it has. */
  entries = 0;
  readonly #vault: Vault;
  readonly #stamp: Stamp;
  readonly #temporary: string;
  readonly #hash: Hash;
  readonly #sets = new Map<string, number>();
  #last = 0;
  #file: FileHandle | undefined;
  #pending = "";

  /** A file for the run `stamp`; it is made with the first entry. */
  constructor(vault: Vault, stamp: Stamp) {
    this.#vault = vault;
    this.#stamp = stamp;
    this.#temporary = vault.tree.below(vault.tree.meta(""), `${TEMPORARY}attr`);
    this.#hash = vault.ports.newHash();
  }

  /** Adds an entry; one without attributes says that it has none any more. */
  put({ path, attributes }: Attributed): void {
    if (this.entries++ === 0) {
      this.#line({ kind: "attributes", format: 1, stamp: this.#stamp });
    }
    this.#line({ kind: "entry", path, set: this.#setOf(attributes) });
    if (this.#pending.length >= BUFFER) this.#flush();
  }

  #setOf(attributes: AttributeSet): number {
    const names = Object.keys(attributes).sort();
    if (names.length === 0) return 0;
    const sorted = Object.fromEntries(names.map((n) => [n, attributes[n] ?? ""]));
    const key = JSON.stringify(sorted);
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    if (this.#sets.size >= MOST_SETS) this.#sets.clear();
    this.#sets.set(key, ++this.#last);
    this.#line({ kind: "set", set: this.#last, attributes: sorted });
    return this.#last;
  }

  #line(line: Record<string, unknown>): void {
    this.#pending += `${JSON.stringify(line)}\n`;
  }

  #flush(): void {
    const bytes = utf8(this.#pending);
    this.#pending = "";
    // what a source's files are called, and who may read them, is for the vault's owner alone
    this.#file ??= createFresh(this.#vault.fs, this.#temporary, 0o600);
    writeAll(this.#file, bytes);
    this.#hash.update(bytes);
  }

  /** Flushes it; gives its hash, undefined for one without entries. It is not in its place yet. */
  finish(): string | undefined {
    if (this.entries === 0) return undefined;
    this.#flush();
    this.#file?.sync();
    this.#file?.close();
    this.#file = undefined;
    return this.#hash.hex();
  }

  /** Puts it in its place. */
  place(): void {
    if (this.entries === 0) return;
    move(this.#vault.fs, this.#temporary, attrPath(this.#vault, this.#stamp));
  }

  /** Drops it. */
  abandon(): void {
    this.#file?.close();
    this.#file = undefined;
    if (this.entries > 0) removeQuietly(this.#vault.fs, this.#temporary);
  }
}

/** The entries of a run's attributes, as they were read; lines that make no sense are passed over. */
export function readAttributes(vault: Vault, stamp: Stamp): Generator<Attributed> {
  return attributesIn(linesOf(vault, stamp));
}

function* linesOf(vault: Vault, stamp: Stamp): Generator<string> {
  for (const { text, ended } of readLines(vault.fs, attrPath(vault, stamp))) if (ended) yield text;
}

/** The entries that lines of a file of attributes tell of. */
export function* attributesIn(lines: Iterable<string>): Generator<Attributed> {
  const sets = new Map<number, AttributeSet>([[0, {}]]);
  for (const text of lines) {
    const line = parsed(text);
    if (line?.kind === "set") {
      const attributes = attributesOf(line.attributes);
      if (typeof line.set === "number" && attributes !== undefined) sets.set(line.set, attributes);
    } else if (line?.kind === "entry" && typeof line.path === "string" && isBelow(line.path)) {
      const attributes = sets.get(Number(line.set));
      if (attributes !== undefined) yield { path: line.path, attributes };
    }
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}

function attributesOf(value: unknown): AttributeSet | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value);
  return entries.every(([name, v]) => isAttributeName(name) && isAttributeValue(v))
    ? Object.fromEntries(entries) as AttributeSet
    : undefined;
}

/** How a file of attributes stands to its seal. */
export type AttrState = "none" | "sound" | "damaged" | "missing";

/** Holds a run's attributes against the seal in its record's last line. */
export function attrState(
  vault: Vault,
  stamp: Stamp,
  summary: SummaryLine | undefined,
): AttrState {
  if (summary?.attr === undefined) return "none";
  const hash = hashIfAny(vault, stamp);
  if (hash === undefined) return "missing";
  // while a rewriting is under way the old one may still stand there
  return hash === summary.attr || hash === summary.attr_was ? "sound" : "damaged";
}

function hashIfAny(vault: Vault, stamp: Stamp): string | undefined {
  const path = attrPath(vault, stamp);
  try {
    if (vault.fs.lstat(path).type !== "file") return "";
    return hashToEnd(vault.ports, path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
