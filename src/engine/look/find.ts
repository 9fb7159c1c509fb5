/** `find`: where a name is or was. @module */

import { compileGlob } from "../../base/glob.ts";
import { joinRel } from "../../base/relpath.ts";
import { versionOf } from "../../vault/catalog.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { Reader } from "../reader.ts";
import { type LookRequest, PATH } from "./point.ts";
import { VersionLines } from "./version_line.ts";

/** What is asked. */
export interface FindRequest extends LookRequest {
  glob: string;
  ignoreCase: boolean;
}

/** Emits a `version` for every version of every path that matches, by path and time; gives their number. */
export function find(ports: EnginePorts, request: FindRequest): number {
  const matches = compileGlob(request.glob, { ignoreCase: request.ignoreCase });
  const reader = Reader.open(ports, request.root);
  try {
    reader.catalog.db.exec("PRAGMA temp_store = MEMORY");
    const lines = new VersionLines(reader);
    const part = request.ignoreCase ? undefined : namePattern(request.glob);
    const rows = reader.catalog.db.prepare(
      `SELECT v.*, ${PATH} AS path FROM version v
       WHERE v.name <> '' ${part === undefined ? "" : "AND v.name GLOB ?"}
       ORDER BY path, coalesce(v.until, 99999999999999)`,
    ).iterate(...(part === undefined ? [] : [part]));
    let count = 0;
    let path = "";
    let hit = false;
    let looked = 0;
    for (const row of rows) {
      if ((looked++ & 0x3ff) === 0) checkCancelled(ports);
      const here = joinRel(String(row.dir), String(row.name));
      if (here !== path) {
        path = here;
        hit = matches(path);
      }
      if (!hit) continue;
      count++;
      ports.emit(lines.line(versionOf(row)));
    }
    return count;
  } finally {
    reader.close();
  }
}

/** A pattern that SQLite can hold names against: never stricter than the glob; undefined when there is none. */
export function namePattern(glob: string): string | undefined {
  const last = glob.slice(glob.lastIndexOf("/") + 1);
  // in SQLite a class is negated in another way, and there are no alternatives and no escapes
  return /[[\]{}\\]/.test(glob) || last === "" || last === "**" ? undefined : last;
}
