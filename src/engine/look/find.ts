/** `find`: where a name is or was. @module */

import { compileGlob } from "../../base/glob.ts";
import { joinRel } from "../../base/relpath.ts";
import { versionOf } from "../../vault/catalog.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { Reader } from "../reader.ts";
import { caughtUp, type LookRequest, within } from "./point.ts";
import { VersionLines, withoutMoves } from "./version_line.ts";

/** What is asked. */
export interface FindRequest extends LookRequest {
  glob: string;
  ignoreCase: boolean;
}

/** Emits a `version` for every version of every path that matches, by path and time; gives their number. */
export async function find(ports: EnginePorts, request: FindRequest): Promise<number> {
  const matches = compileGlob(request.glob, { ignoreCase: request.ignoreCase });
  const reader = Reader.open(ports, request.root);
  try {
    const lines = new VersionLines(reader);
    const versions = reader.catalog.sql(
      "SELECT * FROM version WHERE dir = ? AND name = ? ORDER BY coalesce(until, 99999999999999)",
    );
    let count = 0;
    for (const { dir, name } of matching(ports, reader, request, matches)) {
      for (const version of withoutMoves(versions.all(dir, name).map(versionOf))) {
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
  const rows = reader.catalog.db.prepare(
    `SELECT DISTINCT v.dir, v.name FROM version v
     WHERE ${below.sql} ${pattern === undefined ? "" : "AND v.name GLOB ?"}`,
  ).iterate(...below.values, ...(pattern === undefined ? [] : [pattern]));
  const found: Place[] = [];
  let looked = 0;
  for (const row of rows) {
    if ((looked++ & 0xfff) === 0) checkCancelled(ports);
    const [dir, name] = [String(row.dir), String(row.name)];
    const path = joinRel(dir, name);
    if (matches(path)) found.push({ dir, name, path });
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
export function namePattern(glob: string): string | undefined {
  const last = glob.slice(glob.lastIndexOf("/") + 1);
  // in SQLite a class is negated in another way, and there are no alternatives and no escapes
  return /[[\]{}\\]/.test(glob) || last === "" || last === "**" ? undefined : last;
}
