/** A version as a `version` message (`history`, `find`). @module */

import type { Message } from "../../base/event.ts";
import { joinRel } from "../../base/relpath.ts";
import { stampFromNumber, stampToNumber } from "../../base/stamp.ts";
import type { Version } from "../../vault/catalog.ts";
import type { Reader } from "../reader.ts";
import { timeText } from "./query_point.ts";

/** How a version stands: current, superseded, or gone from the source. */
export type VersionState = "current" | "old" | "deleted";

/** The state of a version. */
export function stateOf(v: Version): VersionState {
  if (v.until === null) return "current";
  return v.ended === "changed" ? "old" : "deleted";
}

/**
 * Versions of a path, oldest first, without records of moves. When something else takes the place of a directory that was
 * deleted before, that directory is moved; the record of the move says where its files lie now, and is no version.
 */
export function withoutMoves(versions: readonly Version[]): readonly Version[] {
  const isMove = (v: Version): boolean => v.type === "dir" && v.since < 0 && v.ended === "replaced";
  if (!versions.some(isMove)) return versions;
  // where records are lost the move may be all that tells of the directory
  const told = versions.some((v) => v.type === "dir" && !isMove(v));
  return told ? versions.filter((v) => !isMove(v)) : versions;
}

/** Writes `version` messages; knows which runs removed content, and why. */
export class VersionLines {
  readonly #reader: Reader;
  /** What each record but a run is of, once something is gone. */
  #others: Map<number, string> | undefined;
  /** A run may have moved what lived when it began. */
  readonly #unsettled: boolean;

  /** Lines about versions of a vault. */
  constructor(reader: Reader) {
    this.#reader = reader;
    this.#unsettled = reader.mayHaveMoved();
  }

  /** The message for a version. */
  line(v: Version): Message {
    return {
      message_type: "version",
      path: joinRel(v.dir, v.name),
      type: v.type,
      // one that was only seen again after its records were lost may be older
      from: v.since < 0 || v.why === "seen" ? "unknown" : stampFromNumber(v.since),
      to: v.until === null ? null : stampFromNumber(v.until),
      state: stateOf(v),
      size: v.size,
      mtime: timeText(v.mtime),
      hash: v.hash,
      stored_as: this.#place(v),
      ...(v.moved === null ? {} : { moved: v.moved }),
      ...(v.link === null ? {} : { link: v.link }),
      came: v.since < 0 ? null : v.why,
      ended: v.until === null ? null : v.ended,
      gone: v.gone === null ? null : stampFromNumber(v.gone),
      ...(v.gone === null ? {} : { gone_by: this.#kinds.get(v.gone) ?? "backup" }),
    };
  }

  get #kinds(): Map<number, string> {
    if (this.#others !== undefined) return this.#others;
    const others = this.#reader.records().filter((r) => r.kind !== "run");
    return this.#others = new Map(others.map((r) => [stampToNumber(r.stamp), r.kind]));
  }

  #place(v: Version): string | null {
    if (v.gone !== null) return null;
    // a deleted directory bears no mark; it stays while something in it does
    if (v.type === "dir" && v.until !== null && !this.#isDir(v)) return null;
    const moved = this.#unsettled ? this.#reader.contents.movedTo(v) : undefined;
    return moved ?? this.#reader.contents.placeOnDisk(v);
  }

  #isDir(v: Version): boolean {
    try {
      return this.#reader.vault.fs.lstat(this.#reader.contents.path(v)).type === "dir";
    } catch {
      return false;
    }
  }
}
