/** What is left to bring of one directory, and the parts of it that other lanes read. @module */

import { unstorable } from "./arrivals.ts";
import type { ContentStep, PackedStep } from "../compare/compare.ts";
import type { ContentNames, FileWrites, VaultWrite } from "./content_names.ts";
import type { SourceEntry } from "../../source/source_dir.ts";
import type { LaneVault } from "../lane_vault.ts";
import type { Destination } from "../content_types.ts";
import type { BatchAnswer, BatchResult, FileBatch, LaneSharing } from "../lane_task.ts";

/** What a file costs besides its bytes, in bytes. */
const FILE_COST = 64 << 10;
/** What is left must be worth the messages, in bytes. */
const LEAST = 4 << 20;
/** A part is no larger, unless it is one file: who waits at the end does not wait long. In bytes. */
const MOST = 32 << 20;

/** So many parts may meet trouble, or find nothing to take, before the rest is done here. */
const MOST_IN_VAIN = 4;

/** A file that is to be read, and who wants it. */
export interface FileToCopy {
  name: FileWrites;
  entry: SourceEntry;
  arrivals: readonly VaultWrite[];
  /** One for each arrival. */
  wants: Destination[];
  likelySame: boolean;
}

/** A part that another lane has. */
interface Given {
  wanted: FileToCopy[];
  answer: Promise<BatchAnswer | undefined>;
  /** The answer is here. */
  answered: boolean;
}

/** A file that another lane read. */
export interface FetchedFile {
  wanted: FileToCopy;
  fetched: BatchResult;
}

/** The names of one directory, shared out. */
export class FileQueue {
  /** Links, which are made of nothing: this lane's, the next one last. */
  readonly #links: PackedStep[];
  /** The next one last. */
  readonly #left: PackedStep[];
  readonly #open: ContentNames["open"];
  readonly #writesOf: ContentNames["writesOf"];
  readonly #neighbours: LaneSharing;
  readonly #given: Given[] = [];
  /** What other lanes read, the next one last. */
  #got: FetchedFile[] = [];
  #cost: number;
  #inVain = 0;

  /** All of `names`; links first, then files, in their order. */
  constructor({ steps, open, writesOf }: ContentNames, neighbours: LaneSharing) {
    this.#links = steps.filter((step) => open(step).source.type === "link").reverse();
    this.#left = steps.filter((step) => open(step).source.type !== "link").reverse();
    // what is done goes: a wide directory has many
    steps.length = 0;
    this.#open = open;
    this.#writesOf = writesOf;
    this.#neighbours = neighbours;
    this.#cost = this.#left.reduce<number>((sum, step) => sum + costOf(open(step)), 0);
  }

  /**
   * What is to be done next: a file that another lane read, or a name that is this lane's; undefined at the end. Waits
   * only where nothing else is to be done: while this lane catches up, the others get new parts.
   */
  async next(): Promise<FileWrites | FetchedFile | undefined> {
    for (;;) {
      const got = this.#got.pop();
      if (got !== undefined) return got;
      const answered = this.#given.findIndex((g) => g.answered);
      if (answered < 0) {
        const link = this.#links.pop();
        if (link !== undefined) return this.#writesOf(this.#open(link));
        const packed = this.#left.pop();
        if (packed !== undefined) {
          const step = this.#open(packed);
          this.#cost -= costOf(step);
          return this.#writesOf(step);
        }
        if (this.#given.length === 0) return undefined;
      }
      const [given] = this.#given.splice(Math.max(0, answered), 1);
      if (given !== undefined) this.#take(given.wanted, await given.answer);
    }
  }

  /** Clears away what other lanes have read and nobody will place: the run broke off. */
  async drop(): Promise<void> {
    for (const { answered, wanted, answer } of this.#given.splice(0)) {
      // a lane that is still at it clears away what is its own
      if (answered) this.#take(wanted, await answer);
    }
    for (const { wanted } of this.#got.splice(0)) discard(wanted);
  }

  /** Files that the other lane did not read, for trouble or because none was free, are done here. */
  #take(wanted: readonly FileToCopy[], answer: BatchAnswer | undefined): void {
    const first = answer === undefined ? undefined : wanted[answer.length];
    if (first !== undefined) {
      this.#inVain++;
      // the lane that met the trouble may have met more when it cleared away
      discard(first);
    }
    wanted.forEach((one, i) => {
      const fetched = answer?.[i];
      if (fetched !== undefined) {
        one.wants.forEach((want, at) => {
          if (fetched.own?.[at] === true && want.own !== undefined) want.temporary = want.own;
          // what else stands under that name is not ours
          delete want.own;
        });
        this.#got.push({ wanted: one, fetched });
        return;
      }
      this.#left.push(one.name.step);
      this.#cost += costOf(one.name.step);
    });
    this.#got.reverse();
  }

  /** Gives the last names of the directory `dir` to a lane that wishes for work. */
  giveSome(
    dir: string,
    want: (name: FileWrites) => FileToCopy,
    runs: readonly LaneVault[],
  ): void {
    if (this.#cost < LEAST || this.#left.length < 2 || this.#inVain >= MOST_IN_VAIN) return;
    if (!this.#neighbours.claimIdle()) return;
    const wanted = this.#takeLast().map(want);
    if (wanted.length === 0) this.#inVain++;
    giveAway(wanted);
    const part: FileBatch = {
      dir,
      files: wanted.map(({ name: { name }, entry: { info }, arrivals, wants, likelySame }) => ({
        name,
        info,
        likelySame,
        wants: wants.map((want, i) => ({
          vault: runs.findIndex((run) => run === arrivals[i]?.writer.run),
          want,
        })),
      })),
    };
    // the lane whose wish was taken gets a part even if there is nothing in it: it wishes again then
    const given: Given = { wanted, answer: this.#neighbours.share(part), answered: false };
    given.answer.then(() => given.answered = true);
    this.#given.push(given);
  }

  /** Takes about half of what is left off its end, files that every vault can take. */
  #takeLast(): FileWrites[] {
    const most = Math.min(MOST, this.#cost / 2);
    const taken: FileWrites[] = [];
    const stay: PackedStep[] = [];
    let n = 0;
    for (let cost = 0; cost < most && n < this.#left.length - 1; n++) {
      const packed = this.#left[n];
      if (packed === undefined) break;
      const step = this.#open(packed);
      const writes = this.#writesOf(step);
      if (isPlain(writes)) taken.push(writes);
      else stay.push(step);
      cost += costOf(step);
    }
    this.#left.splice(0, n, ...stay);
    this.#cost -= taken.reduce((sum, { step }) => sum + costOf(step), 0);
    return taken;
  }
}

/** Before another lane writes them, each vault names those that come under their own names at once. */
function giveAway(wanted: readonly FileToCopy[]): void {
  const all = wanted.flatMap(({ arrivals, wants }) =>
    arrivals.flatMap(({ writer, arrival }, i) => {
      const want = wants[i];
      return want === undefined ? [] : [{ writer, arrival, want }];
    })
  );
  for (const [{ own }, some] of Map.groupBy(all, (one) => one.writer)) {
    const paths = own?.give(some.map(({ arrival }) => arrival)) ?? [];
    some.forEach(({ want }, i) => {
      const path = paths[i];
      if (path !== undefined) want.own = path;
    });
  }
}

/** What another lane may have left of a file. */
function discard({ arrivals, wants }: FileToCopy): void {
  wants.forEach(({ temporary, own }, i) => {
    arrivals[i]?.writer.discard(temporary);
    if (own !== undefined && own !== temporary) arrivals[i]?.writer.discard(own);
  });
}

/** What is in the way of a name is told once, where it is done. */
function isPlain({ name, arrivals }: FileWrites): boolean {
  return arrivals.every(({ writer, arrival }) =>
    arrival.source.type === "file" && writer.run.failed === undefined &&
    !writer.stuck.has(name) && unstorable(writer.run, name) === undefined
  );
}

function costOf({ source }: ContentStep): number {
  return FILE_COST + (source.type === "file" ? source.info.size : 0);
}
