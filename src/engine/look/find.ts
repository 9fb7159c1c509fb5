/** `find`: where a name is or was. @module */

import { compileGlob, isGlob } from "../../base/glob.ts";
import { joinRel } from "../../base/relpath.ts";
import type { SqlValue } from "../../base/sql.ts";
import { text } from "../../text/text.ts";
import type { Version } from "../../vault/catalog.ts";
import { COLUMNS, versionOfRow } from "../alive_at.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { Reader } from "../reader.ts";
import { caughtUp, type LookRequest, within } from "./query_point.ts";
import { VersionLines, withoutMoves } from "./version_line.ts";

/** What is asked. */
export interface FindRequest extends LookRequest {
  glob: string;
  ignoreCase: boolean;
}

/** Emits a `version` for every version of every path that matches, by path and time; gives their number. */
export async function find(ports: EnginePorts, asked: FindRequest): Promise<number> {
  // as in every other argument there; what would have to be escaped is in hardly a name
  const glob = asked.windows ? asked.glob.replaceAll("\\", "/") : asked.glob;
  const request = { ...asked, glob };
  const reader = Reader.open(ports, request.root);
  try {
    const lines = new VersionLines(reader);
    const places = widened(ports, reader, request);
    const versions = new PlaceVersions(reader, places);
    let count = 0;
    for (const place of places) {
      for (const version of withoutMoves(versions.of(place))) {
        if ((++count & 0x3fff) === 0) await caughtUp(ports);
        ports.emit(lines.line(version));
      }
      checkCancelled(ports);
    }
    return count;
  } finally {
    reader.close();
  }
}

/**
 * The places that match, and only where none does those that are near: in other letter case where a vault's disk takes
 * that for the same name, then names that hold the word that was asked for.
 */
function widened(ports: EnginePorts, reader: Reader, asked: FindRequest): Place[] {
  const tried = (request: FindRequest): Place[] =>
    matching(ports, reader, request, compileGlob(request.glob, request));
  const exact = tried(asked);
  if (exact.length > 0) return exact;
  const folded = asked.ignoreCase ? [] : tried({ ...asked, ignoreCase: true });
  const note = (id: "find.other-case" | "find.widened", name: string): void =>
    ports.emit({ message_type: "note", message: text(id, { name }) });
  if (folded.length > 0) {
    if (!reader.vault.info.case_sensitive) return folded;
    // another name there: told, and left to who asks
    note("find.other-case", folded[0]?.path ?? "");
    return [];
  }
  if (isGlob(asked.glob)) return [];
  const slash = asked.glob.lastIndexOf("/") + 1;
  const glob = `${asked.glob.slice(0, slash)}*${asked.glob.slice(slash)}*`;
  const wider = asked.glob.slice(slash) === "" ? [] : tried({ ...asked, glob, ignoreCase: true });
  if (wider.length > 0) note("find.widened", asked.glob);
  return wider;
}

/** A directory with fewer places than this is not read through for them. */
const FEW = 8;

/** How many rows are fetched at a time, as plain lists: one by one, or by name, they cost much more. */
const PAGE = 4096;

/** The values of {@link COLUMNS}. */
type Row = readonly SqlValue[];

/** Rows of one directory by name, a page of them, and how many places in it are still to come. */
interface DirRows {
  left: number;
  page: readonly Row[];
  at: number;
}

/** The versions of places that are asked for in the order of their paths: one question for each directory with many. */
class PlaceVersions {
  readonly #reader: Reader;
  readonly #counts = new Map<string, number>();
  readonly #open = new Map<string, DirRows>();

  constructor(reader: Reader, places: readonly Place[]) {
    this.#reader = reader;
    for (const { dir } of places) this.#counts.set(dir, (this.#counts.get(dir) ?? 0) + 1);
  }

  /** The versions of a place, oldest first; one of unknown beginning has its place by its end. */
  of(place: Place): Version[] {
    const many = (this.#counts.get(place.dir) ?? 0) >= FEW;
    const rows = (many ? this.#fromDir(place) : undefined) ?? this.#alone(place);
    const versions = rows.map(versionOfRow);
    return versions.length < 2
      ? versions
      : versions.sort((a, b) => (a.until ?? Infinity) < (b.until ?? Infinity) ? -1 : 1);
  }

  #alone({ dir, name }: Place): readonly Row[] {
    return this.#reader.catalog.sql(
      `SELECT ${COLUMNS} FROM version v WHERE v.dir = ? AND v.name = ?`,
    ).rows(dir, name);
  }

  /** Undefined when the rows are past the name: SQLite and this order differ in rare letters. */
  #fromDir({ dir, name }: Place): readonly Row[] | undefined {
    let open = this.#open.get(dir);
    if (open === undefined) {
      open = { left: this.#counts.get(dir) ?? 1, page: this.#page(dir, "", 0), at: 0 };
      this.#open.set(dir, open);
    }
    const found: Row[] = [];
    for (let row = open.page[open.at]; row !== undefined; row = open.page[open.at]) {
      const [, own, since] = row;
      if (String(own) > name) break;
      if (own === name) found.push(row);
      if (++open.at < open.page.length || open.page.length < PAGE) continue;
      Object.assign(open, { page: this.#page(dir, String(own), Number(since)), at: 0 });
    }
    if (--open.left === 0) this.#open.delete(dir);
    return found.length === 0 ? undefined : found;
  }

  /** The rows after one, in the order of names and stamps. */
  #page(dir: string, name: string, since: number): readonly Row[] {
    return this.#reader.catalog.sql(
      `SELECT ${COLUMNS} FROM version v WHERE v.dir = ? AND (v.name, v.since) > (?, ?)
       ORDER BY v.name, v.since LIMIT ${PAGE}`,
    ).rows(dir, name, since);
  }
}

interface Place {
  dir: string;
  name: string;
  path: string;
}

/** The paths that match, sorted. Names alone are read: versions are many more. */
function matching(
  ports: EnginePorts,
  reader: Reader,
  request: FindRequest,
  matches: (path: string) => boolean,
): Place[] {
  const pattern = request.ignoreCase ? undefined : namePattern(request.glob);
  const below = within(request.ignoreCase ? "" : literalDir(request.glob));
  const names = reader.catalog.sql(
    `SELECT DISTINCT v.dir, v.name FROM version v
     WHERE (v.dir, v.name) > (?, ?) AND ${below.sql}
     ${pattern === undefined ? "" : "AND v.name GLOB ?"} ORDER BY v.dir, v.name LIMIT ${PAGE}`,
  );
  const rest = [...below.values, ...(pattern === undefined ? [] : [pattern])];
  const found: Place[] = [];
  // nothing sorts before the root, which is no answer
  let after: readonly [string, string] | undefined = ["", ""];
  while (after !== undefined) {
    checkCancelled(ports);
    const page: readonly Row[] = names.rows(...after, ...rest);
    for (const row of page) {
      const [dir, name] = after = [String(row[0]), String(row[1])];
      const path = joinRel(dir, name);
      if (matches(path)) found.push({ dir, name, path });
    }
    if (page.length < PAGE) after = undefined;
  }
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** The directory that everything that matches lies in, as far as the glob names it plainly. */
export function literalDir(glob: string): string {
  const parts = glob.replace(/^\.?\/+/, "").split("/");
  const wild = parts.findIndex((p) => p === "" || p === "." || /[*?[\]{},\\]/.test(p));
  return parts.slice(0, wild < 0 ? parts.length - 1 : Math.min(wild, parts.length - 1)).join("/");
}

/** A pattern that SQLite can hold names against: never stricter than the glob; undefined when there is none. */
function namePattern(glob: string): string | undefined {
  const last = glob.slice(glob.lastIndexOf("/") + 1);
  // in SQLite a class is negated in another way, and there are no alternatives and no escapes
  return /[[\]{}\\]/.test(glob) || last === "" || last === "**" ? undefined : last;
}
