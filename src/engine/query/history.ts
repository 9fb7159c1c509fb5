/** `history`: every version of one path. @module */

import { HikaeError } from "../../base/errors.ts";
import type { Catalog } from "../../vault/catalog.ts";
import { hasEntries, historyOf } from "../../vault/history/alive.ts";
import { predecessor } from "../../vault/history/lineage.ts";
import { pathOf, type Version } from "../../vault/version.ts";
import { didYouMean } from "../near_path.ts";
import type { EnginePorts } from "../ports.ts";
import { tellAllProofs } from "../proven.ts";
import type { Reader } from "../reader.ts";
import { type LookRequest, pathArgument } from "./query_point.ts";
import { VersionLines, withoutMoves } from "./version_line.ts";
import { text } from "../../text/text.ts";

/** What is asked. */
export interface HistoryRequest extends LookRequest {
  path: string;
  /** Only the newest so many. */
  most?: number;
}

/** Emits a `version` per version of the path, oldest first; gives how many. */
export async function history(
  ports: EnginePorts,
  reader: Reader,
  request: HistoryRequest,
): Promise<number> {
  await tellAllProofs(ports, reader);
  const path = pathArgument(reader, request, request.path);
  // one of unknown beginning has its place by its end
  const versions = withoutMoves(
    historyOf(reader.catalog, path)
      .sort((a, b) => (a.until ?? Infinity) < (b.until ?? Infinity) ? -1 : 1),
  );
  const isDir = versions.at(-1)?.type === "dir" || hasEntries(reader.catalog, path);
  if (versions.length === 0 && !isDir) {
    throw new HikaeError("no_such_path", text("look.history-none"), {
      path,
      hint: didYouMean(
        reader.catalog,
        path,
        text("look.near-name"),
      ),
    });
  }
  const lines = new VersionLines(reader);
  const before = beforeTheName(reader.catalog, versions);
  const all = [...before, ...versions];
  // each line asks the disk
  const told = request.most === undefined ? all : all.slice(-request.most);
  for (const v of told) ports.emit(lines.line(v));
  if (isDir) {
    ports.emit({
      message_type: "note",
      message: text("look.history-directory"),
      path: path === "" ? "/" : path,
    });
  }
  return told.length;
}

/** Versions from before a file had the name: what it moved from, and what that was before it moved; oldest first. */
function beforeTheName(catalog: Catalog, versions: readonly Version[]): Version[] {
  const seen = new Set<string>(versions.map(keyOf));
  const found: Version[] = [];
  const ask = versions.filter((v) => v.moved !== null);
  for (let v = ask.pop(); v !== undefined; v = ask.pop()) {
    const was = predecessor(catalog, v);
    if (was === undefined) continue;
    // of the old name only the life that ended with the move
    for (const old of lifeUntil(historyOf(catalog, pathOf(was)), was)) {
      if (seen.has(keyOf(old))) continue;
      seen.add(keyOf(old));
      found.push(old);
      if (old.moved !== null) ask.push(old);
    }
  }
  return found.sort((a, b) => (a.until ?? Infinity) - (b.until ?? Infinity));
}

/** The versions of one life of a name that ended with `last`. */
function lifeUntil(history: readonly Version[], last: Version): Version[] {
  const end = history.findIndex((v) => v.since === last.since && v.until === last.until);
  const before = history.slice(0, end + 1);
  const start = before.findLastIndex((v, i) =>
    i < end && (v.ended !== "changed" || v.until !== before[i + 1]?.since)
  );
  return before.slice(start + 1);
}

function keyOf(v: Version): string {
  return `${v.since} ${v.until} ${pathOf(v)}`;
}
