/** What a record knows of a living entry, in the form of a scan row. Pure. @module */

import { nameOf } from "../base/relpath.ts";
import type { AttrRow } from "./attr_row.ts";
import { NEVER, type ScanEntry } from "./scan_row.ts";
import type { Version } from "./version.ts";

/** What a version's row knows, with the attributes recorded since; never enough alone to skip a look at the content. */
export function scanEntryOf(v: Version, attrs?: AttrRow): ScanEntry {
  return {
    name: nameOf(v.name),
    type: v.type,
    size: v.size ?? -1,
    mtime: attrs?.mtime ?? v.mtime ?? Number.NaN,
    ctime: Number.NaN,
    ino: NEVER,
    mode: attrs?.mode ?? v.mode ?? 0,
    uid: attrs === undefined ? v.uid ?? 0 : attrs.uid ?? 0,
    gid: attrs === undefined ? v.gid ?? 0 : attrs.gid ?? 0,
    since: v.since,
    hash: v.hash ?? "",
  };
}
