/** What comes into a directory of a vault. @module */

import type { ScanEntry } from "../../../vault/scan_row.ts";
import type { SourceEntry } from "../../source/source_dir.ts";
import type { LinkName } from "../share/vault_sharing.ts";

/** A step that brings content. */
export interface Arrival {
  source: SourceEntry;
  /** What the vault has under the name. */
  known: ScanEntry | undefined;
  /** True when the copy is missing though the metadata lists it. */
  repair: boolean;
  /** What the record is to say of a file's other names. */
  names?: LinkName | undefined;
  /** True when nothing but the content changed: the copy that the vault has may be the last good one. */
  rot?: boolean;
}

/** How a copy comes to its place. */
export interface Placing {
  place: () => unknown;
  /** Its place. */
  path: string;
  /** What the disk takes for it, in bytes. */
  bytes: number;
  /** What it shares with the vault, in bytes. */
  shared?: number;
  /** Of a link: the name of its record in the meta directory. */
  link?: string;
}
