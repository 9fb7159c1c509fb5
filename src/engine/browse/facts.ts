/** Messages of queries as the facts that a page shows. Pure. @module */

import type { Message } from "../../base/event.ts";
import { nameOf } from "../../base/relpath.ts";
import type {
  ChangeFacts,
  PathEntry,
  SnapshotFacts,
  VersionFacts,
} from "../../base/vault_questions.ts";

type Fields = Readonly<Record<string, unknown>>;

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function countOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function sizeOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function typeOf(value: unknown): "file" | "dir" | "link" {
  return value === "dir" || value === "link" ? value : "file";
}

/** A snapshot of `list`. */
export function snapshotFacts(message: Message): SnapshotFacts | undefined {
  if (message.message_type !== "snapshot") return undefined;
  const m: Fields = message;
  return {
    stamp: String(m.stamp),
    time: String(m.time),
    state: m.state === "partial" || m.state === "interrupted" ? m.state : "complete",
    proven: typeof m.proven === "boolean" ? m.proven : null,
    filesNew: countOf(m.files_new),
    filesChanged: countOf(m.files_changed),
    filesDeleted: countOf(m.files_deleted),
    bytesAdded: countOf(m.bytes_added),
    errors: countOf(m.errors),
  };
}

/** An entry of `ls`, of the snapshot that `stamp` tells once it is known. */
export function entryFacts(message: Message): Omit<PathEntry, "stamp"> | undefined {
  if (message.message_type !== "entry") return undefined;
  const m: Fields = message;
  const path = String(m.path);
  return {
    path,
    name: nameOf(path),
    type: typeOf(m.type),
    size: sizeOf(m.size),
    mtime: textOf(m.mtime),
    hash: textOf(m.hash),
    gone: m.gone === true,
  };
}

/** A version of `history` and `find`. */
export function versionFacts(message: Message): VersionFacts | undefined {
  if (message.message_type !== "version") return undefined;
  const m: Fields = message;
  return {
    path: String(m.path),
    type: typeOf(m.type),
    from: String(m.from),
    to: textOf(m.to),
    state: m.state === "old" || m.state === "deleted" ? m.state : "current",
    size: sizeOf(m.size),
    mtime: textOf(m.mtime),
    hash: textOf(m.hash),
    gone: m.gone !== null && m.gone !== undefined,
  };
}

/** A change of `diff`. */
export function changeFacts(message: Message): ChangeFacts | undefined {
  if (message.message_type !== "change") return undefined;
  const { path, type, modifier } = message;
  const from = (message as Fields).from;
  return { path, type, modifier, ...(typeof from === "string" ? { from } : {}) };
}
