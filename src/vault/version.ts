/** Versions that are made and told outside of the catalog. Pure. @module */

import { joinRel } from "../base/relpath.ts";
import { stampFromNumber } from "../base/stamp.ts";
import type { Version } from "./catalog.ts";
import type { VersionLine, Why } from "./record.ts";

/** A version of which no more is known than what is given. */
export function bareVersion(
  known: Pick<Version, "dir" | "name" | "type"> & Partial<Version>,
): Version {
  return {
    since: 0,
    until: null,
    size: null,
    mtime: null,
    mode: null,
    uid: null,
    gid: null,
    hash: null,
    why: null,
    ended: null,
    gone: null,
    ...known,
  };
}

/** The record line for a version whose content went. */
export function goneLine(v: Version, gone: number, why: Why = "lost"): VersionLine {
  return {
    kind: "version",
    path: joinRel(v.dir, v.name),
    type: v.type,
    ...(v.since > 0 ? { from: stampFromNumber(v.since) } : {}),
    ...(v.until === null ? {} : { to: stampFromNumber(v.until) }),
    gone: stampFromNumber(gone),
    why,
  };
}
