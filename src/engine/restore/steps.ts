/** What a restore is to do in one directory of the target: plain data. @module */

import type { EntryType } from "../../base/fs.ts";
import type { Version } from "../../vault/catalog.ts";
import type { StoredContent } from "../../vault/content.ts";
import type { DeletedEntry } from "./protect.ts";
import type { PointView } from "./restore_picks.ts";

/** How an entry changes: new, other content, other type. */
export type EntryChange = "+" | "M" | "T";

/** One thing to do. */
export type RestoreStep =
  | {
    do: "file";
    v: Version;
    /** Undefined for where the records tell: nobody looked yet. */
    from: StoredContent | undefined;
    change: EntryChange;
    clear: readonly DeletedEntry[];
    careful: boolean;
    /** The time of what is there. */
    seen: number | undefined;
    /** What is to be done where what is there cannot become a name of its file: nothing but that is wrong with it. */
    apart?: "keep" | "attrs";
  }
  | {
    do: "link";
    v: Version;
    text: string;
    change: EntryChange;
    clear: readonly DeletedEntry[];
    careful: boolean;
    /** The time of what is there. */
    seen: number | undefined;
  }
  | { do: "dir"; v: Version; change: "+" | "T"; clear: readonly DeletedEntry[]; onTheWay: boolean }
  | { do: "into"; v: Version; mode: number; onTheWay: boolean }
  | { do: "attrs"; v: Version; seen: number | undefined }
  | { do: "keep"; v: Version; seen: number | undefined }
  | { do: "delete"; entries: DeletedEntry[] };

/** What is to be done in one directory. */
export interface RestoreDirPlan {
  dir: string;
  /** True when the directory was made by this restore: nothing is in it that is not ours. */
  fresh: boolean;
  root: Version | undefined;
  /** The point that it brings back. */
  view: PointView;
  /** Whoever carries them out takes them off, one by one. */
  steps: RestoreStep[];
  /** Temporary files of a restore that was killed. */
  leftovers: string[];
  /** Those that name what may be torn: they go once it is whole. */
  begun: string[];
  /** What is there before. */
  present: Present;
  /** Of a wide directory that comes in parts: whether it is the first, and whether more come. */
  goesOn: boolean;
  more: boolean;
}

/** What lies in a directory of the target. */
export type Present = ReadonlyMap<string, EntryType>;
