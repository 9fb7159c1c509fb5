/** `history`: every version of one path. @module */

import { HikaeError } from "../../base/errors.ts";
import { hasEntries, historyOf } from "../../vault/history.ts";
import { didYouMean } from "../near_path.ts";
import type { EnginePorts } from "../ports.ts";
import { tellAllProofs } from "../proven.ts";
import { Reader } from "../reader.ts";
import { type LookRequest, pathArgument } from "./query_point.ts";
import { VersionLines, withoutMoves } from "./version_line.ts";
import { text } from "../../text/text.ts";

/** What is asked. */
export interface HistoryRequest extends LookRequest {
  path: string;
}

/** Emits a `version` per version of the path, oldest first; gives their number. */
export function history(ports: EnginePorts, request: HistoryRequest): number {
  const reader = Reader.open(ports, request.root);
  try {
    tellAllProofs(ports, reader);
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
    for (const v of versions) ports.emit(lines.line(v));
    if (isDir) {
      ports.emit({
        message_type: "note",
        message: text("look.history-directory"),
        path: path === "" ? "/" : path,
      });
    }
    return versions.length;
  } finally {
    reader.close();
  }
}
