/** The record's lines of a directory's entries (docs/format.md, *runs*). @module */

import { defined } from "../../../base/defined.ts";
import { joinRel } from "../../../base/relpath.ts";
import type { Why } from "../../../vault/record.ts";
import { attributesOf } from "../compare/scan_entry.ts";
import type { SourceEntry } from "../../source/source_dir.ts";
import type { LaneVault } from "../lane_vault.ts";

/** Says that the attributes of a file or link in `dir` changed, and nothing else. */
export function attrLine(run: LaneVault, dir: string, source: SourceEntry): void {
  run.line({
    kind: "attr",
    path: joinRel(dir, source.name),
    type: source.type === "link" ? "link" : "file",
    ...attributesOf(run, source.info),
  });
}

/** A version that begins. */
export interface Beginning {
  hash: string;
  why: Why;
  /** The path that it was moved from. */
  moved?: string | undefined;
  /** The first name of a file that has several. */
  link?: string | undefined;
}

/** Says that a version of a file or link in `dir` begins with this run. */
export function beginLine(
  run: LaneVault,
  dir: string,
  source: SourceEntry,
  { hash, why, moved, link }: Beginning,
): void {
  const size = source.realSize ?? source.info.size;
  run.line({
    kind: "version",
    path: joinRel(dir, source.name),
    type: source.type === "link" ? "link" : "file",
    size,
    ...(size === source.info.size ? {} : { told: source.info.size }),
    ...attributesOf(run, source.info),
    hash,
    from: run.stamp,
    ...defined({ moved, link }),
    why,
  });
}
