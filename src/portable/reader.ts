/**
 * Reads a portable snapshot entry by entry, in one pass and in memory that does not grow, and checks all
 * that can be checked: types, paths, order, sizes, hashes, counts, the end.
 * @module
 */

import { HikaeError } from "../base/errors.ts";
import type { NewHash } from "../base/hash.ts";
import type { Header, SnapshotEntry, SnapshotTotals } from "./format.ts";
import { countEntry, FORMAT, HASH_NAME, noTotals, TOTAL_KEYS, VERSION } from "./format.ts";
import { parseTime } from "./entry_text.ts";
import { JsonReader, printable } from "./json.ts";
import { OrderCheck, pathProblem } from "./names.ts";
import type { SnapshotSource } from "./source.ts";
import { text } from "../text/text.ts";

/** What is done with the entries. */
export interface Visitor {
  /** A file's content begins; all that stood before the content is in `entry`. */
  begin?(entry: Readonly<SnapshotEntry>): void;
  /** A piece of the content, valid only during the call. */
  data?(piece: Uint8Array): void;
  /** The entry is complete and its content had its hash. */
  entry?(entry: Readonly<SnapshotEntry>): void;
}

/** How a snapshot is read. */
export interface SnapshotReadOptions {
  /** What messages call the file. */
  name: string;
  /** Makes hashes; without it contents are left out and not checked. */
  newHash?: NewHash;
}

/** What a whole document says. */
export interface SnapshotDocument {
  header: Header;
  totals: SnapshotTotals;
}

/** Reads the document to its end; throws `damaged` at the first thing that is wrong. */
export function readDocument(
  source: SnapshotSource,
  options: SnapshotReadOptions,
  visitor: Visitor,
): SnapshotDocument {
  return toEnd(documentEntries(source, options, visitor));
}

/** The same entry by entry: who reads may do something else between two. */
export function documentEntries(
  source: SnapshotSource,
  options: SnapshotReadOptions,
  visitor: Visitor,
): Generator<void, SnapshotDocument> {
  return new DocumentReader(source, options, visitor).read();
}

/** Goes through all of it; gives what it comes to. */
export function toEnd<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Reads only what stands before the entries. */
export function readHeader(source: SnapshotSource, name: string): Header {
  return new DocumentReader(source, { name }, {}).header();
}

interface Draft extends SnapshotEntry {
  typed: boolean;
  hash: string | undefined;
  statedSize: number | undefined;
  content: string | undefined;
}

class DocumentReader {
  #json: JsonReader;
  #newHash: NewHash | undefined;
  #visitor: Visitor;
  #order = new OrderCheck();
  #counted = noTotals();
  #stated: SnapshotTotals | undefined;
  #format: string | undefined;
  #version: number | undefined;
  #created: number | undefined;
  #target: string | undefined;
  #entriesRead = false;

  constructor(source: SnapshotSource, options: SnapshotReadOptions, visitor: Visitor) {
    this.#json = new JsonReader(source, options.name);
    this.#newHash = options.newHash;
    this.#visitor = visitor;
  }

  *read(): Generator<void, SnapshotDocument> {
    for (const key of this.#json.keys()) {
      if (key === "entries") yield* this.#entries();
      else this.#topKey(key);
    }
    if (this.#json.peek() >= 0) this.#json.fail(text("portable.after-end"));
    const header = this.#header();
    if (!this.#entriesRead) this.#json.fail(text("portable.no-entries"));
    return { header, totals: this.#totals() };
  }

  header(): Header {
    for (const key of this.#json.keys()) {
      if (key === "entries") break;
      this.#topKey(key);
    }
    return this.#header();
  }

  *#entries(): Generator<void> {
    this.#header();
    for (const _ of this.#json.items()) {
      this.#entry();
      yield;
    }
    this.#json.place = "";
    this.#entriesRead = true;
  }

  #topKey(key: string): void {
    const json = this.#json;
    if (key === "format") this.#format = json.string();
    else if (key === "version") this.#version = json.count();
    else if (key === "created") this.#created = this.#time();
    else if (key === "target") this.#target = json.string();
    else if (key === "hash") {
      if (json.string() !== HASH_NAME) json.fail(text("portable.hash-name", { hash: HASH_NAME }));
    } else if (key === "summary") this.#stated = this.#summary();
    else json.skipValue();
  }

  #header(): Header {
    const json = this.#json;
    if (this.#format !== FORMAT) json.fail(text("portable.not-one"));
    if (this.#version !== undefined && this.#version > VERSION) {
      throw new HikaeError("failed", text("portable.newer", { version: String(this.#version) }), {
        hint: text("input.newer-hikae"),
      });
    }
    if (this.#version !== VERSION) json.fail(text("portable.no-version"));
    const created = this.#created ?? json.fail(text("portable.no-created"));
    const target = this.#target ?? json.fail(text("portable.no-target"));
    return { created, target };
  }

  #summary(): SnapshotTotals {
    const json = this.#json;
    const stated: Partial<SnapshotTotals> = {};
    json.object((key) => {
      const known = TOTAL_KEYS.find((k) => k === key);
      if (known === undefined) json.skipValue();
      else stated[known] = json.count();
    });
    const missing = TOTAL_KEYS.find((k) => stated[k] === undefined);
    if (missing !== undefined) json.fail(text("portable.summary-lacks", { key: missing }));
    return stated as SnapshotTotals;
  }

  #totals(): SnapshotTotals {
    const stated = this.#stated ?? this.#json.fail(text("portable.no-summary"));
    for (const key of TOTAL_KEYS) {
      if (key === "errors" || stated[key] === this.#counted[key]) continue;
      this.#json.fail(
        text("portable.summary-other", { stated: stated[key], key, found: this.#counted[key] }),
      );
    }
    return stated;
  }

  #entry(): void {
    const json = this.#json;
    json.place = text("portable.entry", { number: this.#counted.entries + 1 });
    const draft: Draft = {
      path: "",
      type: "file",
      mtime: undefined,
      mode: undefined,
      size: 0,
      target: "",
      typed: false,
      hash: undefined,
      statedSize: undefined,
      content: undefined,
    };
    json.object((key) => this.#entryKey(draft, key));
    this.#checkEntry(draft);
    countEntry(this.#counted, draft.type, draft.size);
    this.#visitor.entry?.(draft);
  }

  #entryKey(draft: Draft, key: string): void {
    const json = this.#json;
    if (key === "path") this.#path(draft);
    else if (key === "type") this.#type(draft);
    else if (key === "size") draft.statedSize = json.count();
    else if (key === "mode") draft.mode = this.#mode();
    else if (key === "mtime") draft.mtime = this.#time();
    else if (key === "hash") draft.hash = json.string();
    else if (key === "target") draft.target = this.#link();
    else if (key === "same_as") draft.sameAs = this.#otherName();
    else if (key === "content") this.#content(draft);
    else json.skipValue();
  }

  #path(draft: Draft): void {
    draft.path = this.#json.string();
    this.#json.place += ` ("${printable(draft.path)}")`;
    const problem = pathProblem(draft.path);
    if (problem !== undefined) this.#json.fail(problem);
  }

  #type(draft: Draft): void {
    const type = this.#json.string();
    if (type !== "file" && type !== "dir" && type !== "link") {
      this.#json.fail(text("portable.no-type", { type: printable(type) }));
    }
    draft.type = type;
    draft.typed = true;
  }

  #link(): string {
    const target = this.#json.string();
    if (target === "" || target.includes("\0") || !target.isWellFormed()) {
      this.#json.fail(text("portable.link-nowhere"));
    }
    return target;
  }

  #otherName(): string {
    const path = this.#json.string();
    const problem = pathProblem(path);
    if (problem !== undefined) this.#json.fail(problem);
    return path;
  }

  #mode(): number {
    const digits = this.#json.string();
    if (!/^[0-7]{3,5}$/.test(digits)) this.#json.fail(text("portable.mode-octal"));
    return parseInt(digits, 8) & 0o7777;
  }

  #time(): number {
    return parseTime(this.#json.string()) ?? this.#json.fail(text("portable.time-rfc"));
  }

  #content(draft: Draft): void {
    const json = this.#json;
    const stated = draft.statedSize;
    if (draft.path === "" || !draft.typed || stated === undefined) {
      return json.fail(text("portable.key-order"));
    }
    if (draft.type !== "file") json.fail(text("portable.has-content", { type: draft.type }));
    if (this.#newHash === undefined) {
      draft.size = stated;
      json.skipBase64(stated);
      return;
    }
    this.#checkOrder(draft);
    const hash = this.#newHash();
    this.#visitor.begin?.(draft);
    draft.size = json.base64((data) => {
      hash.update(data);
      this.#visitor.data?.(data);
    });
    draft.content = hash.hex();
  }

  #checkOrder(draft: Draft): void {
    const problem = this.#order.next(draft.path, draft.type);
    if (problem !== undefined) this.#json.fail(problem);
  }

  #checkEntry(draft: Draft): void {
    const json = this.#json;
    if (draft.path === "") json.fail(text("portable.no-path"));
    if (!draft.typed) json.fail(text("portable.no-type-key"));
    const verified = draft.type === "file" && this.#newHash !== undefined;
    if (!verified) this.#checkOrder(draft);
    if (draft.type === "file") this.#checkFile(draft, verified);
    else if (draft.type === "link" && draft.target === "") json.fail(text("portable.link-nowhere"));
    if (draft.type !== "link" && draft.target !== "") {
      json.fail(text("portable.has-target", { type: draft.type }));
    }
  }

  #checkFile(draft: Draft, verified: boolean): void {
    const json = this.#json;
    if (verified && draft.content === undefined) json.fail(text("portable.no-content"));
    if (draft.hash === undefined) json.fail(text("portable.no-hash"));
    if (draft.statedSize === undefined) json.fail(text("portable.no-size"));
    if (draft.statedSize !== draft.size) json.fail(text("portable.size-stated"));
    if (!verified) return;
    if (draft.content !== draft.hash) json.fail(text("portable.hash-other"));
  }
}
