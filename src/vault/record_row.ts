/** A record's own row in the index. Pure. @module */

import { crcOf } from "../base/crc.ts";
import type { SqlValue } from "../base/sql.ts";
import { type Stamp, stampFromNumber } from "../base/stamp.ts";
import { IndexTrouble } from "./index_db.ts";
import type { RecordHead, SummaryLine } from "./record.ts";
import type { TreeSeal } from "./seal.ts";

/** How the seal of a record stands. */
export const PROOF = {
  /** The record has none, or is of a format that has none. */
  unsealed: 0,
  /** Record and what lives after it are what the seal says. */
  proven: 1,
  /** The record is not what its seal says, or what lives after it is not. */
  broken: 2,
} as const;

/** A record as the index knows it. */
export interface RecordRow {
  stamp: Stamp;
  kind: RecordHead["kind"];
  finished: boolean;
  forgotten: boolean;
  time: string;
  bytes: number;
  errors: number;
  head: RecordHead;
  summary: SummaryLine | undefined;
  /** The SHA-256 of its bytes before its last line, as they are. */
  sha256: string;
  /** What lives after it, as the index has it; undefined where something that lives has no hash. */
  tree: TreeSeal | undefined;
  /** One of {@link PROOF}. */
  proof: number;
}

/** What a record's first line does not say. */
export type RecordFacts = Omit<RecordRow, "stamp" | "kind" | "forgotten" | "time" | "head">;

/** The row of a record by its first line, and what else is known of it. */
export function recordRow(head: RecordHead, facts: RecordFacts): RecordRow {
  const { stamp, kind, time } = head;
  return { stamp, kind, forgotten: head.forgotten === true, time, head, ...facts };
}

/** A record's row of the columns that its CRC covers, and the CRC. */
export function recordOf(row: readonly SqlValue[]): RecordRow {
  if (crcOf(row.slice(0, -1)) !== row.at(-1)) throw new IndexTrouble("the row of a record rotted");
  const [
    stamp,
    kind,
    finished,
    forgotten,
    time,
    bytes,
    errors,
    head,
    summary,
    sha256,
    tree,
    proof,
  ] = row;
  const parsed: { head?: RecordHead; summary?: SummaryLine; tree?: TreeSeal } = {};
  return {
    stamp: stampFromNumber(Number(stamp)),
    kind: kind as RecordRow["kind"],
    finished: finished === 1,
    forgotten: forgotten === 1,
    time: String(time),
    bytes: Number(bytes),
    errors: Number(errors),
    // of ten thousand records most questions want the names alone
    get head() {
      return parsed.head ??= JSON.parse(String(head)) as RecordHead;
    },
    get summary() {
      if (summary === "") return undefined;
      return parsed.summary ??= JSON.parse(String(summary)) as SummaryLine;
    },
    sha256: String(sha256),
    get tree() {
      if (tree === "") return undefined;
      return parsed.tree ??= JSON.parse(String(tree)) as TreeSeal;
    },
    proof: Number(proof),
  };
}
