/** The changes of a dry run, held back until it is known which of them are one file that moved. @module */

import type { ChangeMessage } from "../../base/event.ts";
import { nameOf } from "../../base/relpath.ts";
import { hashNow } from "./copy/content_check.ts";
import type { Lane } from "./lane.ts";
import type { SourceEntry } from "../source/source_dir.ts";
import type { ForetoldMoves, MovedPair } from "./share/foretold_moves.ts";

/** So many changes are held; where there are more, the others are told as what went and what came. */
const MOST_HELD = 100_000;
/** So much is read to be sure that a file moved, bytes; after that its name has to be the same too. */
const MOST_READ = 256 * 1024 * 1024;

/** Tells changes in the order in which they come, a moved file as one. */
export class HeldChanges {
  readonly #lane: Lane;
  readonly #moves: ForetoldMoves;
  readonly #emit: (change: ChangeMessage) => void;
  #held: ChangeMessage[] | undefined = [];
  #unread = MOST_READ;

  /** For a plan of one vault. */
  constructor(
    lane: Lane,
    moves: ForetoldMoves,
    emit: (change: ChangeMessage) => void,
  ) {
    this.#lane = lane;
    this.#moves = moves;
    this.#emit = emit;
  }

  /** Takes a change, or tells it at once where too many are held. */
  take(change: ChangeMessage): void {
    if (this.#held === undefined) return this.#emit(change);
    this.#held.push(change);
    if (this.#held.length > MOST_HELD) this.release();
  }

  /** Lets go what is held; what comes after is told at once. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    const { from, left } = this.#settle(held);
    this.#moves.dropPairs();
    for (const change of held) {
      const was = change.modifier === "+" ? from.get(change.path) : undefined;
      if (was !== undefined) this.#emit({ ...change, modifier: "R", from: was });
      else if (change.modifier !== "-" || !left.has(change.path)) this.#emit(change);
    }
  }

  /** Where from and to files moved, of those that are held. */
  #settle(held: readonly ChangeMessage[]): { from: Map<string, string>; left: Set<string> } {
    const came = new Set<string>();
    const went = new Set<string>();
    for (const { modifier, path } of held) {
      if (modifier === "+") came.add(path);
      else if (modifier === "-") went.add(path);
    }
    const from = new Map<string, string>();
    const left = new Set<string>();
    for (const pair of this.#pairs()) {
      if (!came.has(pair.to) || !went.has(pair.from)) continue;
      from.set(pair.to, pair.from);
      left.add(pair.from);
    }
    return { from, left };
  }

  /** The pairs that are one file each. Where many files have one size and time, they are put together again by content. */
  #pairs(): MovedPair[] {
    const sure: MovedPair[] = [];
    const unlike: (MovedPair & { is: string | undefined })[] = [];
    for (const pair of this.#moves.takePairs()) {
      const is = this.#contentOf(pair);
      if (is === pair.hash) sure.push(pair);
      else {
        this.#moves.refute(pair);
        unlike.push({ ...pair, is });
      }
    }
    for (const pair of this.#again(unlike)) {
      this.#moves.confirm(pair);
      sure.push(pair);
    }
    return sure;
  }

  /** Puts together what is left of pairs that proved wrong, and what found no other end. */
  #again(unlike: readonly (MovedPair & { is: string | undefined })[]): MovedPair[] {
    const gone = new Map<string, string[]>();
    const leave = (hash: string | null | undefined, mtime: number, path: string): void => {
      const key = `${hash} ${mtime}`;
      gone.set(key, [...gone.get(key) ?? [], path]);
    };
    const added: { to: string; source: SourceEntry; is: string | undefined }[] = [];
    const met = new Set<string>();
    for (const { from, to, hash, source, is } of unlike) {
      const { size, mtime } = source.info;
      leave(hash, mtime, from);
      added.push({ to, source, is });
      if (met.has(`${size} ${mtime}`)) continue;
      met.add(`${size} ${mtime}`);
      const alone = this.#moves.alone(source);
      for (const end of alone.gone) leave(end.hash, mtime, end.path);
      for (const { path, source } of alone.added) {
        if (source !== undefined) added.push({ to: path, source, is: this.#read(path, source) });
      }
    }
    return added.flatMap(({ to, source, is }) => {
      const from = is === undefined ? undefined : gone.get(`${is} ${source.info.mtime}`)?.pop();
      return is === undefined || from === undefined ? [] : [{ from, hash: is, to, source }];
    });
  }

  /**
   * The content of the new file: read, as long as that is not much; else it is believed where the name is the same. All empty
   * files are alike: their names have to be the same, as for the run. Undefined where nothing is known.
   */
  #contentOf({ from, to, hash, source }: MovedPair): string | undefined {
    const { size } = source.info;
    if (size > 0 && size <= this.#unread) return this.#read(to, source);
    return nameOf(from) === nameOf(to) ? hash : undefined;
  }

  #read(path: string, source: SourceEntry): string | undefined {
    const { size } = source.info;
    if (size === 0 || size > this.#unread) return undefined;
    this.#unread -= size;
    return hashNow(this.#lane.context, path, source);
  }
}
