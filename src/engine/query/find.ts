/** `find`: where a name is or was. @module */

import { compileGlob, isGlob } from "../../base/glob.ts";
import { text } from "../../text/text.ts";
import { versionsBelow } from "../../vault/history/alive.ts";
import { pathOf, type Version } from "../../vault/version.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { tellAllProofs } from "../proven.ts";
import type { Reader } from "../reader.ts";
import { caughtUp, type LookRequest } from "./query_point.ts";
import { VersionLines, withoutMoves } from "./version_line.ts";

/** What is asked. */
export interface FindRequest extends LookRequest {
  glob: string;
  ignoreCase: boolean;
}

/** Emits a `version` for every version of every path that matches, by path and time; gives their number. */
export async function find(
  ports: EnginePorts,
  reader: Reader,
  asked: FindRequest,
): Promise<number> {
  // as in every other argument there; what would have to be escaped is in hardly a name
  const glob = asked.windows ? asked.glob.replaceAll("\\", "/") : asked.glob;
  const request = { ...asked, glob };
  await tellAllProofs(ports, reader);
  const lines = new VersionLines(reader);
  let count = 0;
  for (const versions of widened(ports, reader, request)) {
    for (const version of withoutMoves(versions)) {
      if ((++count & 0x3fff) === 0) await caughtUp(ports);
      ports.emit(lines.line(version));
    }
    checkCancelled(ports);
  }
  return count;
}

/**
 * The versions that match, and only where none does those that are near: in other letter case where a vault's disk takes
 * that for the same name, then names that hold the word that was asked for.
 */
function widened(ports: EnginePorts, reader: Reader, asked: FindRequest): Version[][] {
  const tried = (request: FindRequest): Version[][] =>
    matching(ports, reader, request, compileGlob(request.glob, request));
  const exact = tried(asked);
  if (exact.length > 0) return exact;
  const folded = asked.ignoreCase ? [] : tried({ ...asked, ignoreCase: true });
  const note = (id: "find.other-case" | "find.widened", name: string): void =>
    ports.emit({ message_type: "note", message: text(id, { name }) });
  const [other] = folded[0] ?? [];
  if (other !== undefined) {
    if (!reader.vault.info.case_sensitive) return folded;
    // another name there: told, and left to who asks
    note("find.other-case", pathOf(other));
    return [];
  }
  if (isGlob(asked.glob)) return [];
  const slash = asked.glob.lastIndexOf("/") + 1;
  const glob = `${asked.glob.slice(0, slash)}*${asked.glob.slice(slash)}*`;
  const wider = asked.glob.slice(slash) === "" ? [] : tried({ ...asked, glob, ignoreCase: true });
  if (wider.length > 0) note("find.widened", asked.glob);
  return wider;
}

/** The versions of each path that matches, by path; in each the oldest first, by their ends. */
function matching(
  ports: EnginePorts,
  reader: Reader,
  request: FindRequest,
  matches: (path: string) => boolean,
): Version[][] {
  const below = request.ignoreCase ? "" : literalDir(request.glob);
  const found = new Map<string, Version[]>();
  let path = "";
  let wanted = false;
  let seen = 0;
  for (const v of versionsBelow(reader.catalog, below)) {
    if ((++seen & 0xfff) === 0) checkCancelled(ports);
    const own = pathOf(v);
    if (own !== path) wanted = own !== "" && matches(own);
    path = own;
    if (!wanted) continue;
    const others = found.get(own);
    if (others === undefined) found.set(own, [v]);
    else others.push(v);
  }
  // where the beginning of a version is unknown, its end decides
  for (const list of found.values()) {
    if (list.length > 1) {
      list.sort((a, b) => (a.until ?? Infinity) < (b.until ?? Infinity) ? -1 : 1);
    }
  }
  return [...found].sort(([a], [b]) => a < b ? -1 : 1).map(([, versions]) => versions);
}

/** The directory that everything that matches lies in, as far as the glob names it plainly. */
export function literalDir(glob: string): string {
  const parts = glob.replace(/^\.?\/+/, "").split("/");
  const wild = parts.findIndex((p) => p === "" || p === "." || /[*?[\]{},\\]/.test(p));
  return parts.slice(0, wild < 0 ? parts.length - 1 : Math.min(wild, parts.length - 1)).join("/");
}
