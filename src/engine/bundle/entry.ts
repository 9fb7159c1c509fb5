/** A version as an entry of a bundle's archive. @module */

import { systemText } from "../../base/system_text.ts";
import { fromUtf8 } from "../../base/bytes.ts";
import { errorCode, HikaeError } from "../../base/errors.ts";
import { paxRecordsOf } from "../../bundle/pax_attributes.ts";
import type { PaxRecord, TarEntry } from "../../bundle/tar.ts";
import type { Version } from "../../vault/catalog.ts";
import { contentBytes, contentHash, contentSize, type StoredContent } from "../../vault/content.ts";
import { text } from "../../text/text.ts";
import type { KeptAttributes } from "../kept_attributes.ts";
import { type EnginePorts, NO_PROGRESS } from "../ports.ts";
import type { Reader } from "../reader.ts";

/** Told of what cannot be packed, or is not what the record says. */
export type EntryTrouble = (code: string, message: string) => void;

/** An entry and where its content lies. */
export type PlacedEntry = TarEntry & { place: StoredContent | undefined };

/** The entry of a version that is another name of what the archive has under `first`. */
export function nameEntry(v: Version, path: string, first: string): TarEntry {
  return { ...bareEntry(v, path), type: "hardlink", target: first };
}

function bareEntry(v: Version, path: string): TarEntry {
  return {
    path,
    type: v.type,
    size: 0,
    mtime: Math.round(v.mtime ?? 0),
    mode: v.mode ?? (v.type === "dir" ? 0o755 : 0o644),
    uid: v.uid ?? 0,
    gid: v.gid ?? 0,
    target: "",
  };
}

/** The most bytes of an entry's attributes in the archive. */
const MOST_ATTRIBUTES = 1 << 20;

/** The entry of a version under `path`; undefined when its content is nowhere, which is told. */
export function entryOf(
  ports: EnginePorts,
  reader: Reader,
  v: Version,
  path: string,
  { told, kept }: { told: EntryTrouble; kept: KeptAttributes | undefined },
): PlacedEntry | undefined {
  const more = recordsOf(v, kept);
  const entry: PlacedEntry = {
    ...bareEntry(v, path),
    place: undefined,
    ...(more.length === 0 ? {} : { more }),
  };
  if (v.type === "dir") return entry;
  const found = v.gone === null ? reader.contents.findSized(v) : undefined;
  if (found === undefined) {
    told("missing", text("bundle.content-missing"));
    return undefined;
  }
  const { content, told: size } = found;
  try {
    if (v.type === "link") {
      return { ...entry, target: fromUtf8(linkBytes(ports, reader, v, content)) };
    }
    if (size === v.size) return { ...entry, size, place: content };
    // a run may have put another in its place; to ask that of each file without a size lists all records
    const place = (v.size === null ? undefined : reader.contents.findMoved(v)) ?? content;
    // the header comes before the content: where the disk tells another size than the record, it is counted
    return { ...entry, size: contentSize(ports.fs, place), place };
  } catch (error) {
    told(errorCode(error) || "unreadable", systemText(error));
    return undefined;
  }
}

function linkBytes(
  ports: EnginePorts,
  { contents }: Reader,
  v: Version,
  at: StoredContent,
): Uint8Array {
  const bytes = contentBytes(ports.fs, at);
  if (v.hash === null || ports.hashOf(bytes) === v.hash) return bytes;
  const moved = contents.findMoved(v);
  return moved === undefined ? bytes : contentBytes(ports.fs, moved);
}

/** Whether the content of a version is there as the record tells it. */
export function contentState(
  ports: EnginePorts,
  reader: Reader,
  v: Version,
): "whole" | "damaged" | "missing" {
  const content = v.gone === null ? reader.contents.find(v) : undefined;
  if (content === undefined) return "missing";
  try {
    const hash = contentHash({ ...ports, progress: NO_PROGRESS }, content);
    return v.hash === null || hash === v.hash ? "whole" : "damaged";
  } catch (error) {
    if (error instanceof HikaeError) throw error;
    return "missing";
  }
}

/** The attributes for stock tools; those that are too many stand in the run's own file alone. */
function recordsOf(v: Version, kept: KeptAttributes | undefined): PaxRecord[] {
  const records = paxRecordsOf(kept?.of(v) ?? {});
  const bytes = records.reduce((sum, { value }) => sum + value.length, 0);
  return bytes > MOST_ATTRIBUTES ? [] : records;
}
